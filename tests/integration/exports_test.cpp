/// What the command line exports, dropped on the window: the same model and the same state, from any folder; and what
/// cannot be brought back is said.
#include <doctest/doctest.h>

#include <filesystem>
#include <optional>

#include "engine/api/operations.h"
#include "engine/api/run_operations.h"
#include "engine/api/session.h"
#include "engine/core/files.h"
#include "engine/export/picture.h"
#include "engine/export/recipe_text.h"
#include "engine/latent/attribute_file.h"
#include "tests/support/session_place.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

/// Where the runs are kept is also where the commands are typed.
struct TypedPlace : Place {
    Path before = std::filesystem::current_path();
    TypedPlace() { std::filesystem::current_path(folder); }
    ~TypedPlace() { std::filesystem::current_path(before); }
};

/// A small run in ./NAME at `steps`; more steps go on with it.
void train_run(const std::string& name, std::int64_t steps, const std::string& classes = {}) {
    TrainOptions options;
    options.data = "faces:64";
    options.out = name;
    options.steps = steps;
    options.resume = std::filesystem::exists(name);
    if (!options.resume)
        options.assignments = {"generator.width=8", "discriminator.width=8", "image.size=32",
                               "latent.size=16",    "train.batch=8",         "measure.live=false"};
    if (!classes.empty()) options.assignments.push_back(classes);
    const auto trained = train(options, {}, {}, {});
    REQUIRE_MESSAGE(trained.ok(), (trained.ok() ? "" : trained.error().line()));
}

std::optional<RestoredState> dropped(Session& session, const Path& file, double seconds = 30) {
    session.send(OpenPath{file.string()});
    std::optional<RestoredState> restored;
    (void)wait_for(
        session,
        [&](const View& view) {
            if (!view.restored.empty()) restored = view.restored.back();
            return restored.has_value();
        },
        seconds);
    return restored;
}

bool said(const View& view, const std::string& words) {
    for (const Notice& one : view.notices)
        if (one.text.find(words) != one.text.npos) return true;
    return false;
}

ExportRecipe recipe_in(const Path& file) {
    const auto text = read_picture_recipe(file);
    REQUIRE(text.ok());
    auto recipe = recipe_from_json(*text);
    REQUIRE(recipe.ok());
    return recipe.take();
}

PictureOptions picture(const std::string& checkpoint, const std::string& out) {
    PictureOptions options;
    options.checkpoint = checkpoint;
    options.out = out;
    return options;
}

} // namespace

TEST_CASE("a strip of a run folder typed from beside it comes back with the weights that made it, though the "
          "run moved "
          "on") {
    const TypedPlace place;
    train_run("run", 6);
    REQUIRE(write_png("own.png", Image(40, 40, 3, 77)).ok());
    InterpolateOptions sweep;
    sweep.from = 3;
    sweep.to = 4;
    sweep.steps = 5;
    sweep.space = "both";
    sweep.from_image = "own.png";
    REQUIRE(interpolate(picture("run", "strip.png"), sweep).ok());
    const ExportRecipe recipe = recipe_in("strip.png");
    CHECK(recipe.step == 6);
    CHECK(recipe.checkpoint == (place.folder / "run" / "checkpoints" / "step-6.safetensors").string());
    CHECK(recipe.from_image == (place.folder / "own.png").string());
    const auto strip = read_png("strip.png");
    REQUIRE(strip.ok());
    CHECK(int(strip->row(32)[0]) == 77); // the x row begins with the picture of the user's
    for (const char* film : {"film.GIF", "film.webp"}) REQUIRE(interpolate(picture("run", film), sweep).ok());
    train_run("run", 9);

    auto session = empty_session({});
    std::filesystem::current_path(place.before);
    for (const char* name : {"strip.png", "film.GIF", "film.webp"}) {
        INFO(name);
        const auto restored = dropped(*session, place.folder / name);
        REQUIRE(restored.has_value());
        CHECK(restored->kind == "sweep");
        const bool same_points = restored->points == recipe.points;
        CHECK(same_points);
        CHECK(restored->from_image == recipe.from_image);
        CHECK(session->poll().model.step == 6);
        CHECK_FALSE(said(session->poll(), "the pixels differ"));
    }
}

TEST_CASE("directions are opened from a file for a model of their latent size, and saved as one") {
    const TypedPlace place;
    train_run("run", 2);
    AttributeDirections made;
    made.latent_size = 16;
    made.data = "faces";
    for (const char* name : {"Smiling", "Male"}) {
        LearnedAttribute one;
        one.name = name;
        one.direction.assign(16, name[0] == 'S' ? 0.1f : -0.1f);
        one.moved = {0.5, 0.25};
        one.works = true;
        made.attributes.push_back(one);
    }
    const Path file = place.folder / "directions.safetensors", again = place.folder / "again.safetensors";
    REQUIRE(save_attributes(made, file).ok());
    auto owned = empty_session();
    Session& session = *owned;
    session.send(OpenCheckpoint{"run"});
    REQUIRE(wait_for(session, [](const View& v) { return v.model.id != 0; }));
    session.send(OpenPath{file.string()}); // as if dropped
    REQUIRE(wait_for(session, [](const View& v) { return v.attributes.size() == 2; }));
    session.send(SaveDirections{again.string()});
    REQUIRE(wait_for(session, [&](const View&) { return std::filesystem::exists(again); }));
    const auto saved = load_attributes(again);
    REQUIRE(saved.ok());
    CHECK(saved->attributes[1].name == "Male");
    CHECK(saved->attributes[1].direction == made.attributes[1].direction);
    // A picture along one of them is made again by the copied line, though no checkpoint holds it.
    ExportLatents smiling;
    smiling.path = (place.folder / "smiling.png").string();
    smiling.points.emplace_back().from = LatentSum::face(3);
    smiling.points[0].attributes = {{"Smiling", 2}};
    const auto line = session.as_command(smiling);
    REQUIRE(line.ok());
    CHECK(line->find("ganvas arithmetic ") == 0);
    CHECK(line->find(" --attribute Smiling=2") != line->npos);

    made.latent_size = 10;
    for (LearnedAttribute& one : made.attributes) one.direction.resize(10);
    REQUIRE(save_attributes(made, file).ok());
    session.send(OpenPath{file.string()});
    REQUIRE(wait_for(session, [](const View& v) { return said(v, "another latent size"); }));
    CHECK(session.poll().attributes.size() == 2);
}

TEST_CASE("every sheet of the arithmetic comes back with its noise") {
    const TypedPlace place;
    train_run("run", 2);
    ArithmeticOptions what;
    what.sum.slots = {{1, {3, 4}}, {-1, {5}}, {1, {6}}};
    what.noise = 0.4;
    what.noise_seed = 21;
    REQUIRE(arithmetic(picture("run", "all.png"), what).ok());
    what.part = ArithmeticPart::sheet;
    REQUIRE(arithmetic(picture("run", "sheet.png"), what).ok());
    auto session = empty_session({});
    for (const char* name : {"all.png", "sheet.png"}) {
        INFO(name);
        const auto restored = dropped(*session, place.folder / name);
        REQUIRE(restored.has_value());
        CHECK(restored->kind == "arithmetic");
        REQUIRE(restored->points.size() == 9);
        CHECK(restored->points[0].noise == 0.4);
        CHECK(restored->points[0].noise_seed == 21);
        CHECK(restored->points[8].noise_seed == 29);
        CHECK(restored->points[4].noise == 0);
    }
}

TEST_CASE("a picture whose model is gone changes nothing and says so; other weights at its place are said") {
    const TypedPlace place;
    train_run("run", 2);
    train_run("other", 3);
    REQUIRE(sample(picture("run", "face.png"), 1, 5).ok());
    auto session = empty_session((place.folder / "other").string());
    REQUIRE(wait_for(*session, [](const View& view) { return view.model.step == 3; }));
    const Path weights = recipe_in("face.png").checkpoint;
    std::filesystem::rename(weights, place.folder / "moved.safetensors");
    CHECK_FALSE(dropped(*session, place.folder / "face.png", 2).has_value());
    CHECK(session->poll().model.step == 3);
    CHECK(said(session->poll(), "not brought back"));
    CHECK(said(session->poll(), weights.filename().string()));

    std::filesystem::copy(place.folder / "other" / "checkpoints" / "step-3.safetensors", weights);
    const auto restored = dropped(*session, place.folder / "face.png");
    REQUIRE(restored.has_value());
    CHECK(said(session->poll(), "made at step 2"));
}

TEST_CASE("history and curves of every kind bring their run and its mark back") {
    const TypedPlace place;
    train_run("run", 4);
    ExportHistory mark;
    mark.path = "mark.png";
    mark.step = 0;
    REQUIRE(export_run_history("run", mark).ok());
    std::vector<std::string> files = {"mark.png"};
    for (const char* name : {"curves.png", "curves.svg", "curves.csv"}) {
        ExportCurves curves;
        curves.path = name;
        const auto written = export_run_curves({"run"}, curves);
        REQUIRE_MESSAGE(written.ok(), (written.ok() ? "" : written.error().line()));
        files.push_back(name);
    }
    for (const std::string& name : files) {
        INFO(name);
        auto session = empty_session({});
        const auto restored = dropped(*session, place.folder / name);
        REQUIRE(restored.has_value());
        CHECK(restored->points.empty());
        CHECK(restored->kind == (name == "mark.png" ? "history" : "curves"));
        CHECK(restored->step == (name == "mark.png" ? 0 : 4));
        CHECK(session->poll().snapshot.run_folder == (place.folder / "run").string());
        CHECK(wait_for(*session,
                       [](const View& view) { return !view.samples.empty() && !view.losses.empty(); }));
    }
}

TEST_CASE(
    "nearest training images are looked for again when a model of another size is opened on the same data") {
    const TypedPlace place;
    train_run("small", 2);
    {
        TrainOptions options;
        options.data = "faces:64";
        options.out = "large";
        options.steps = 2;
        options.assignments = {"generator.width=8", "discriminator.width=8", "image.size=64",
                               "latent.size=16",    "train.batch=8",         "measure.live=false"};
        REQUIRE(train(options, {}, {}, {}).ok());
    }
    auto session = empty_session({});
    for (const char* run : {"small", "large", "small"}) {
        INFO(run);
        const int size = std::string(run) == "small" ? 32 : 64;
        session->send(OpenCheckpoint{(place.folder / run).string()});
        REQUIRE(wait_for(*session, [&](const View& view) { return view.model.image_size == size; }));
        FindNeighbours wanted;
        wanted.point.from = LatentSum::face(5);
        wanted.count = 3;
        session->send(wanted);
        REQUIRE(wait_for(*session, [&](const View& view) {
            return view.neighbours && view.neighbours->images->width == size;
        }));
        CHECK(session->poll().neighbours->names.size() == 3);
        CHECK(session->poll().neighbours->point.from == LatentSum::face(5));
    }
}

TEST_CASE(
    "a picture file of the user's is read by a job at the model's size; what is none becomes a notice") {
    const TypedPlace place;
    train_run("run", 2);
    REQUIRE(write_png("own.png", Image(50, 40, 3, 77)).ok());
    REQUIRE(write_file("bad.png", "no picture").ok());
    auto session = empty_session((place.folder / "run").string());
    REQUIRE(wait_for(*session, [](const View& view) { return view.model.id != 0; }));
    session->send(ReadPicture{7, (place.folder / "own.png").string()});
    std::vector<PictureRead> read;
    REQUIRE(wait_for(*session, [&](const View& view) {
        read.insert(read.end(), view.pictures.begin(), view.pictures.end());
        return !read.empty();
    }));
    CHECK(read.front().id == 7);
    CHECK(read.front().picture->width == 32);
    CHECK(int(read.front().picture->pixels[0]) == 77);
    session->send(ReadPicture{8, (place.folder / "bad.png").string()});
    CHECK(wait_for(*session, [](const View& view) { return said(view, "bad.png"); }));
}

TEST_CASE(
    "an export that closing cut short leaves no file and is the program's last word; a finished one is not") {
    const TypedPlace place;
    train_run("run", 2);
    std::vector<std::string> words;
    SessionOptions options;
    options.load_shipped_model = false;
    options.open = "run";
    options.last_words = [&](const std::string& said) { words.push_back(said); };
    auto session = make_session(options).take();
    REQUIRE(wait_for(*session, [](const View& view) { return view.model.id != 0; }));
    ExportLatents strip;
    strip.points.resize(64);
    for (std::size_t i = 0; i < strip.points.size(); ++i) strip.points[i].from = LatentSum::face(i);
    strip.path = "first.png";
    session->send(strip);
    REQUIRE(wait_for(*session, [](const View& view) {
        return !view.jobs.empty() && view.jobs.back().state == JobState::done;
    }));
    CHECK(session->poll().jobs.back().writes);
    for (int i = 0; i < 8; ++i) {
        strip.path = "late-" + std::to_string(i) + ".png";
        session->send(strip);
    }
    session.reset();
    CHECK(std::filesystem::exists("first.png"));
    REQUIRE(!words.empty());
    CHECK(words.back() == "Exporting late-7.png: not written, the program was closed before");
    CHECK(!std::filesystem::exists("late-7.png"));
    int written = 0;
    for (int i = 0; i < 8; ++i) written += std::filesystem::exists("late-" + std::to_string(i) + ".png");
    CHECK(written + int(words.size()) == 8); // what is there was not given up
}
