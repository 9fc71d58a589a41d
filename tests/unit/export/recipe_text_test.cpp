// Recipes as JSON and as command lines.
#include <doctest/doctest.h>

#include <cstdio>
#include <limits>

#include "engine/core/random.h"
#include "engine/export/recipe_text.h"

using namespace ganvas;

namespace {

ExportRecipe recipe_of(std::string kind, std::vector<LatentPoint> points) {
    ExportRecipe recipe;
    recipe.kind = std::move(kind);
    recipe.checkpoint = "runs/my run";
    recipe.step = 1200;
    recipe.points = std::move(points);
    return recipe;
}

LatentPoint sweep_base(std::uint64_t from, std::uint64_t to) {
    LatentPoint base;
    base.from = LatentSum::face(from);
    base.to = LatentSum::face(to);
    return base;
}

LatentPoint glasses() {
    LatentPoint point;
    point.from.slots = {{1, {4, 9, 11}}, {-1, {2, 3}}, {1, {7}}};
    return point;
}

LatentPoint everything() {
    LatentPoint point = glasses();
    point.to = LatentSum{{{0.5, {1}}, {-2.25, {std::numeric_limits<std::uint64_t>::max(), 0}}}};
    point.alpha = 1.0 / 3;
    point.path = LatentPath::slerp;
    point.length = LatentLength::prior;
    point.attributes = {{"Smiling", 1.5}, {"Bärte \"&<>", -0.1}};
    point.axes = {{0, 2}, {7, -1e-9}};
    point.moves = {{3, std::numeric_limits<std::uint64_t>::max(), -0.75}};
    point.coordinates = {{99, 0.25}};
    point.noise = 0.3;
    point.noise_seed = std::numeric_limits<std::uint64_t>::max();
    point.truncation = 0.7;
    point.class_label = 3;
    point.class_mix = {{3, 0.25}, {5, 0.75}};
    return point;
}

/// What a shell makes of a word.
std::string through_shell(const std::string& word) {
    FILE* pipe = ::popen(("printf %s " + word).c_str(), "r");
    std::string out;
    for (int c; (c = std::fgetc(pipe)) != EOF;) out += static_cast<char>(c);
    ::pclose(pipe);
    return out;
}

std::string line(const ExportRecipe& recipe) {
    const auto text = command_line(recipe, "out.png");
    return text.ok() ? *text : "error: " + text.error().line();
}

} // namespace

TEST_CASE("a recipe with everything in it comes back equal, as plain ASCII") {
    ExportRecipe recipe = recipe_of("sheet", {everything(), LatentPoint{}, sweep_base(5, 6)});
    recipe.points[1].from = LatentSum::face(std::numeric_limits<std::uint64_t>::max());
    recipe.columns = 3;
    recipe.gap = 2;
    recipe.scale = 4;
    recipe.frames_per_second = 7.5;
    recipe.space = "both";
    recipe.checkpoint = "/tmp/Gänse \"x\"";
    recipe.from_image = "me.png";
    recipe.to_image = "you.png";
    recipe.program = "ganvas 0.1.0";
    const std::string json = to_json(recipe);
    for (const char c : json) REQUIRE(static_cast<unsigned char>(c) < 0x80);
    const auto read = recipe_from_json(json);
    REQUIRE(read.ok());
    CHECK(*read == recipe);
    CHECK(to_json(*read) == json);
    CHECK(*points_from_json(points_to_json(recipe.points)) == recipe.points);
    CHECK(points_to_json({sweep_base(5, 6)}) == "[{\"from\":5,\"to\":6}]");
}

TEST_CASE("hostile recipes are refused with a reason") {
    const std::string good = to_json(recipe_of("strip", {everything()}));
    for (std::size_t length = 0; length < good.size(); ++length)
        CHECK_FALSE(recipe_from_json(good.substr(0, length)).ok());
    const auto with = [](const std::string& rest) { return "{\"format\":\"ganvas recipe 1\"," + rest + "}"; };
    REQUIRE(recipe_from_json(with("\"points\":[{\"from\":1}]")).ok());
    const std::string bad[] = {
        "",
        "null",
        "[]",
        "{}",
        "{\"format\":\"other\"}",
        "{\"format\":1}",
        std::string(100'000, '['),
        "\xff\xfe",
        with("\"points\":{}"),
        with("\"points\":[1]"),
        with("\"points\":[{}]"),
        with("\"points\":[{\"from\":-1}]"),
        with("\"points\":[{\"from\":1.5}]"),
        with("\"points\":[{\"from\":[]}]"),
        with("\"points\":[{\"from\":\"1\"}]"),
        with("\"points\":[{\"from\":18446744073709551616}]"),
        with("\"points\":[{\"from\":1,\"to\":[]}]"),
        with("\"points\":[{\"from\":[{\"weight\":1}]}]"),
        with("\"points\":[{\"from\":[{\"seeds\":[]}]}]"),
        with("\"points\":[{\"from\":[{\"weight\":\"x\",\"seeds\":[1]}]}]"),
        with("\"points\":[{\"from\":1,\"alpha\":1e999}]"),
        with("\"points\":[{\"from\":1,\"path\":\"spline\"}]"),
        with("\"points\":[{\"from\":1,\"truncation\":2}]"),
        with("\"points\":[{\"from\":1,\"axes\":[[-1,1]]}]"),
        with("\"points\":[{\"from\":1,\"axes\":[[1]]}]"),
        with("\"points\":[{\"from\":1,\"axes\":[[3000000000,1]]}]"),
        with("\"points\":[{\"from\":1,\"moves\":[1]}]"),
        with("\"points\":[{\"from\":1,\"moves\":[{\"from\":-1,\"to\":2,\"amount\":1}]}]"),
        with("\"points\":[{\"from\":1,\"attributes\":{}}]"),
        with("\"points\":[{\"from\":1,\"attributes\":[[1,1]]}]"),
        with("\"points\":[{\"from\":1,\"class\":\"a\"}]"),
        with("\"columns\":-1"),
        with("\"scale\":0"),
        with("\"scale\":1000"),
        with("\"gap\":99999999999"),
        with("\"space\":\"y\""),
        with("\"kind\":1"),
        with("\"kind\":\"" + std::string(5000, 'k') + "\""),
        with("\"step\":\"x\""),
    };
    for (const std::string& text : bad) {
        const auto read = recipe_from_json(text);
        CHECK_MESSAGE(!read.ok(), text.substr(0, 100));
        if (!read.ok()) CHECK(read.error().code == ErrorCode::bad_data);
    }
    std::string many = "[";
    for (int i = 0; i < 70'000; ++i) many += (i > 0 ? ",{\"from\":1}" : "{\"from\":1}");
    CHECK_FALSE(points_from_json(many + "]").ok());
    for (std::uint64_t round = 0; round < 3000; ++round) {
        std::string text = good;
        for (int k = 0; k < 3; ++k)
            text[random_below(round, 2 * k, text.size())] = static_cast<char>(random_bits(round, 2 * k + 1));
        const auto read = recipe_from_json(text);
        if (read.ok()) CHECK(recipe_from_json(to_json(*read)).ok());
    }
}

TEST_CASE("faces are `sample`, with the layout spelt out") {
    CHECK(line(recipe_of("picture", face_points(5, 1)))
          == "ganvas sample 'runs/my run' --count 1 --seed 5 --out out.png");
    CHECK(line(recipe_of("grid", face_points(5, 64)))
          == "ganvas sample 'runs/my run' --count 64 --seed 5 --out out.png");
    CHECK(line(recipe_of("strip", face_points(5, 8, 0.7, 2)))
          == "ganvas sample 'runs/my run' --count 8 --seed 5 --class 2 --truncation 0.7 --columns 8 --out "
             "out.png");
    LatentPoint between;
    between.class_mix = {{3, 0.75}, {5, 0.25}};
    CHECK(line(recipe_of("grid", faces_like(between, 5, 4)))
          == "ganvas sample 'runs/my run' --count 4 --seed 5 --class 3:0.75,5:0.25 --out out.png");
    ExportRecipe laid_out = recipe_of("grid", face_points(5, 64));
    laid_out.columns = 16;
    laid_out.gap = 2;
    laid_out.scale = 3;
    CHECK(line(laid_out)
          == "ganvas sample 'runs/my run' --count 64 --seed 5 --columns 16 --gap 2 --scale 3 --out out.png");
}

TEST_CASE("sweeps are `interpolate`") {
    const LatentPoint base = sweep_base(5, 9);
    CHECK(line(recipe_of("strip", sweep_points(base, sweep_alphas(64))))
          == "ganvas interpolate 'runs/my run' --from 5 --to 9 --steps 64 --out out.png");
    LatentPoint curved = base;
    curved.path = LatentPath::slerp;
    curved.truncation = 0.5;
    ExportRecipe magnified = recipe_of("animation", sweep_points(curved, sweep_alphas(16, 0, 10)));
    magnified.space = "both";
    magnified.frames_per_second = 8;
    CHECK(*command_line(magnified, "a b.gif")
          == "ganvas interpolate 'runs/my run' --from 5 --to 9 --steps 16 --space both --path slerp --alpha "
             "0:10 "
             "--truncation 0.5 --fps 8 --out 'a b.gif'");
    // Uneven steps are no sweep of the contract, nor are sweeps between sums.
    auto uneven = sweep_points(base, {0, 0.1, 1});
    CHECK(line(recipe_of("strip", uneven)).find("--points") != std::string::npos);
    // In pixel space the list of points takes the place of the two faces too.
    ExportRecipe uneven_pixels = recipe_of("strip", uneven);
    uneven_pixels.space = "x";
    uneven_pixels.to_image = "you.png";
    const std::string text = line(uneven_pixels);
    CHECK(text.find("ganvas sample 'runs/my run' --points ") == 0);
    CHECK(text.find(" --space x --to-image you.png --columns 3 --out out.png") != text.npos);
    ExportRecipe faces_in_pixels = recipe_of("strip", face_points(1, 3));
    faces_in_pixels.space = "both";
    CHECK(command_line(faces_in_pixels, "o.png").error().code == ErrorCode::unsupported);
}

TEST_CASE("one moment of a sweep is one step at one alpha, in latent and in pixel space") {
    LatentPoint moment = sweep_base(5, 9);
    moment.alpha = 0.3;
    CHECK(line(recipe_of("picture", {moment}))
          == "ganvas interpolate 'runs/my run' --from 5 --to 9 --steps 1 --alpha 0.3 --out out.png");
    moment.alpha = 0;
    ExportRecipe pixels = recipe_of("picture", {moment});
    pixels.space = "x";
    pixels.from_image = "me.png";
    CHECK(line(pixels)
          == "ganvas interpolate 'runs/my run' --from 5 --to 9 --steps 1 --space x --from-image me.png "
             "--alpha 0 --out out.png");
}

TEST_CASE("latents are what the same command writes into a table") {
    const auto latents_of = [](std::vector<LatentPoint> points) {
        ExportRecipe recipe = recipe_of("latents", std::move(points));
        recipe.columns = 8; // of the grid that they are of: a table has none
        return *command_line(recipe, "out.csv");
    };
    CHECK(latents_of(face_points(5, 64)) == "ganvas sample 'runs/my run' --count 64 --seed 5 --out out.csv");
    CHECK(latents_of(sweep_points(sweep_base(5, 9), sweep_alphas(64)))
          == "ganvas interpolate 'runs/my run' --from 5 --to 9 --steps 64 --out out.csv");
    CHECK(
        latents_of({glasses()})
        == "ganvas arithmetic 'runs/my run' --plus 4,9,11 --minus 2,3 --plus 7 --only result --out out.csv");
    CHECK(latents_of({everything()}).find(" --points ") != std::string::npos);
    // The ending decides what a command writes, so a wrong one would write something else.
    CHECK(command_line(recipe_of("latents", face_points(1, 1)), "a.png").error().code == ErrorCode::usage);
    CHECK(command_line(recipe_of("picture", face_points(1, 1)), "a.CSV").error().code == ErrorCode::usage);
}

TEST_CASE("the nearest images of a seed's face are `neighbours`; of anything else they are not") {
    const auto near = [](const LatentPoint& point) {
        return neighbours_line("runs/my run", "faces:64", point, 8, "blocks", "near.png");
    };
    CHECK(*neighbours_line("run", "faces", face_points(7, 1)[0], 8, "lite0", "near.png")
          == "ganvas neighbours run --data faces --seed 7 --count 8 --extractor lite0 --out near.png");
    CHECK(*near(face_points(7, 1, 0.5, 2)[0])
          == "ganvas neighbours 'runs/my run' --data faces:64 --seed 7 --count 8 --class 2 --truncation 0.5 "
             "--out near.png");
    CHECK(near(glasses()).error().code == ErrorCode::unsupported);
    CHECK(near(sweep_base(1, 2)).error().code == ErrorCode::unsupported);
    CHECK_FALSE(neighbours_line("", "faces", face_points(7, 1)[0], 8, "blocks", "near.png").ok());
    CHECK_FALSE(neighbours_line("run", "", face_points(7, 1)[0], 8, "blocks", "near.png").ok());
}

TEST_CASE("sums and attributes are `arithmetic`") {
    CHECK(
        line(recipe_of("picture", {glasses()}))
        == "ganvas arithmetic 'runs/my run' --plus 4,9,11 --minus 2,3 --plus 7 --only result --out out.png");
    LatentPoint full = glasses();
    full.length = LatentLength::prior;
    CHECK(
        line(recipe_of("picture", {full}))
        == "ganvas arithmetic 'runs/my run' --plus 4,9,11 --minus 2,3 --plus 7 --length prior --only result "
           "--out out.png");
    LatentPoint smiling = face_points(3, 1)[0];
    smiling.attributes = {{"Smiling", 1.5}, {"Eye glasses", -2}};
    CHECK(line(recipe_of("picture", {smiling}))
          == "ganvas arithmetic 'runs/my run' --seed 3 --attribute Smiling=1.5 --attribute 'Eye glasses=-2' "
             "--only result --out out.png");
    CHECK(line(recipe_of("sheet", noise_sheet_points(glasses(), 3, 0.25, 17)))
          == "ganvas arithmetic 'runs/my run' --plus 4,9,11 --minus 2,3 --plus 7 --only sheet --noise 0.25 "
             "--noise-seed 17 --out out.png");
}

TEST_CASE("anything else is its list of points, which the shell hands on unchanged") {
    const std::vector<LatentPoint> points{everything(), sweep_base(1, 2)};
    const std::string text = line(recipe_of("strip", points));
    const std::string before = "ganvas sample 'runs/my run' --points ", after = " --columns 2 --out out.png";
    REQUIRE(text.substr(0, before.size()) == before);
    REQUIRE(text.substr(text.size() - after.size()) == after);
    const std::string word = text.substr(before.size(), text.size() - before.size() - after.size());
    const auto read = points_from_json(through_shell(word));
    REQUIRE(read.ok());
    CHECK(*read == points);
}

TEST_CASE("what no command makes says so") {
    CHECK(command_line(recipe_of("history", {}), "a.gif").error().code == ErrorCode::unsupported);
    CHECK(command_line(recipe_of("curves", {}), "a.png").error().code == ErrorCode::unsupported);
    ExportRecipe unsaved = recipe_of("picture", face_points(1, 1));
    unsaved.checkpoint.clear();
    CHECK(command_line(unsaved, "a.png").error().code == ErrorCode::unsupported);
}

TEST_CASE("a picture of the user's that stands in for a face is named in the line") {
    ExportRecipe own = recipe_of("strip", sweep_points(sweep_base(1, 2), sweep_alphas(8)));
    own.space = "both";
    own.from_image = "my face.png";
    const std::string text = line(own);
    CHECK(text.find(" --space both") != text.npos);
    CHECK(text.find(" --from-image 'my face.png'") != text.npos);
    CHECK(text.find("--to-image") == text.npos);
}

TEST_CASE("shell words survive a shell") {
    for (const std::string word :
         {"plain/path-1.png", "a b", "it's", "$HOME `id` \"x\" \\ *", "--dash", "ä", "a;b|c&d>e", "'", "\n"})
        CHECK(through_shell(shell_word(word)) == word);
    CHECK(shell_word("") == "''");
    CHECK(shell_word("runs/a.safetensors") == "runs/a.safetensors");
}

TEST_CASE("points that are made in many places are made alike") {
    const auto alphas = sweep_alphas(64);
    REQUIRE(alphas.size() == 64);
    CHECK(alphas.front() == 0);
    CHECK(alphas.back() == 1);
    CHECK(alphas[21] == doctest::Approx(1.0 / 3));
    CHECK(sweep_alphas(1, 0.3, 0.9) == std::vector<double>{0.3});
    CHECK(sweep_alphas(0).empty());
    CHECK(face_points(3, 4)[2].from == LatentSum::face(5));
    const auto sheet = noise_sheet_points(glasses(), 3, 0.25, 100);
    REQUIRE(sheet.size() == 9);
    CHECK(sheet[4] == glasses());
    CHECK(sheet[3].noise == 0.25);
    CHECK(sheet[3].noise_seed == 103);
}
