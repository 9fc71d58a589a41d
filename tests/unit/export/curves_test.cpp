// Curves as CSV and SVG.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "engine/core/random.h"
#include "engine/export/chart.h"
#include "engine/export/curves.h"
#include "engine/export/picture.h"
#include "engine/export/xml_text.h"
#include "tests/support/full_disk.h"
#include "tests/support/scratch_folder.h"

using namespace ganvas;
using ganvas::testing::FullDisk;
using ganvas::testing::ScratchFolder;

namespace {

std::vector<TrainingPoint> losses(int count) {
    std::vector<TrainingPoint> points;
    for (int i = 1; i <= count; ++i) {
        const auto wobble = static_cast<float>(random_normal(1, static_cast<std::uint64_t>(i)));
        const float settled = 1.0f / (1.0f + static_cast<float>(i) / 200.0f);
        points.push_back({10 * i, 640 * i, 0.5 * i, i / 5.9, 0.6f + 0.4f * settled + 0.08f * wobble,
                          1.8f - settled + 0.15f * wobble, 0.7f + 0.05f * wobble, 0.3f - 0.05f * wobble});
    }
    return points;
}

std::vector<DistancePoint> distances(int count, std::int64_t step) {
    std::vector<DistancePoint> points;
    for (int i = 1; i <= count; ++i)
        points.push_back({i * step, 64 * i * step, 1.0 * i, 0.1 * i, 60 + 240.0 / i, 4 + 8.0 / i, 4, 2048,
                          "lite0-96", "photos, 64", "96x96", "train"});
    return points;
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
    return count;
}

/// Every tag is closed in order; enough of XML for a drawing made of elements and escaped text.
bool well_formed(const std::string& text) {
    std::vector<std::string> open;
    for (std::size_t at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
        const std::size_t end = text.find('>', at);
        if (end == text.npos) return false;
        const std::string tag = text.substr(at + 1, end - at - 1);
        if (tag.find('<') != tag.npos) return false;
        const std::string word = tag.substr(tag[0] == '/', tag.find_first_of(" /", 1) - (tag[0] == '/'));
        if (tag[0] == '/') {
            if (open.empty() || open.back() != tag.substr(1)) return false;
            open.pop_back();
        } else if (tag.back() != '/') {
            open.push_back(word);
        }
    }
    return open.empty();
}

} // namespace

TEST_CASE("CSV has a row a point in order of step, and quotes what needs it") {
    std::istringstream text(curves_csv(losses(3), distances(1, 20)));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    REQUIRE(lines.size() == 5);
    CHECK(lines[0].substr(0, 16) == "kind,step,images");
    CHECK(lines[1].substr(0, 16) == "training,10,640,");
    CHECK(lines[2].substr(0, 12) == "training,20,");
    CHECK(lines[3] == "distance,20,1280,1,0.1,,,,,300,12,4,2048,lite0-96,\"photos, 64\",96x96,train");
    CHECK(lines[4].substr(0, 12) == "training,30,");
}

TEST_CASE("SVG has axes, legends, both colours, the badge and error bars, and stands alone") {
    const std::string svg =
        curves_svg(losses(500), distances(6, 800),
                   {"Faces <&> \"quick\"", CurveTheme::light, CurveScale::linear, 0.9, 960, "{\"a\":1}"});
    CHECK(well_formed(svg));
    for (const char* part : {"Faces &lt;&amp;&gt;", "generator G", "discriminator D", "D(x), real",
                             "D(G(z)), generated", "#e8833a", "#2a9d8f", "Fréchet distance", "lite0-96",
                             "N = 2,048", "photos, 64 (train)", "4 resamples", "training step",
                             ">probability<", ">loss<", ">FD<", "<metadata>{&quot;a&quot;:1}</metadata>"})
        CHECK_MESSAGE(svg.find(part) != svg.npos, part);
    CHECK(svg.find("FID") == svg.npos);
    CurveDrawing by_time;
    by_time.unit = TimeUnit::minutes;
    const std::string timed = curves_svg(losses(500), distances(6, 800), by_time);
    CHECK(timed.find("minutes of training") != timed.npos);
    CHECK(timed.find("training step") == timed.npos);
    CHECK(timed != curves_svg(losses(500), distances(6, 800), CurveDrawing{}));
    CHECK(count_of(svg, "class=\"error-bar\"") == 6);
    CHECK(count_of(svg, "<circle") == 6);
    CHECK(svg.find("http", svg.find("http") + 1) == svg.npos); // only the name space
    const ScratchFolder folder;
    std::filesystem::create_directories(GANVAS_TEST_OUTPUT_DIR);
    for (const CurveTheme theme : {CurveTheme::light, CurveTheme::dark})
        CHECK(write_curves_svg(Path(GANVAS_TEST_OUTPUT_DIR)
                                   / (theme == CurveTheme::light ? "curves.svg" : "curves-dark.svg"),
                               losses(500), distances(12, 400),
                               {"Faces, recipe quick", theme, CurveScale::linear, 0.9, 960, ""})
                  .ok());
}

TEST_CASE("several runs share axes: a colour each, distances together only under one badge") {
    std::vector<DistancePoint> other = distances(3, 500);
    for (DistancePoint& point : other) point.count = 512;
    std::vector<DistancePoint> both = distances(4, 900);
    both.insert(both.end(), other.begin(), other.end());
    const std::vector<NamedCurves> runs = {{"width <32>", losses(300), distances(6, 800)},
                                           {"width 64, seed 2", losses(200), both}};
    const ScratchFolder folder;
    REQUIRE(write_compared_curves(folder / "both.svg", runs).ok());
    const std::string svg = *read_text(folder / "both.svg");
    CHECK(well_formed(svg));
    CHECK(count_of(svg, ">width &lt;32&gt;<") == 3); // both losses, and the badge that it was measured under
    CHECK(count_of(svg, ">width 64, seed 2<") == 4); // that badge too, and one of its own
    CHECK(count_of(svg, ">Fréchet distance<") == 2);
    CHECK(count_of(svg, "<circle") == 6 + 4 + 3);
    CHECK(svg.find("N 512") != svg.npos);
    CHECK(svg.find("Scores") == svg.npos);
    REQUIRE(write_compared_curves(folder / "both.csv", runs).ok());
    const std::string table = *read_text(folder / "both.csv");
    CHECK(table.substr(0, 20) == "run,kind,step,images");
    CHECK(count_of(table, "\n\"width 64, seed 2\",training,") == 200);
    CHECK(count_of(table, "\nwidth <32>,distance,") == 6);
    CHECK(table.substr(table.find("kind")).substr(0, table.find('\n') - 4)
          == curves_csv({}, {}).substr(0, table.find('\n') - 4));
    REQUIRE(write_compared_curves(folder / "both.png", runs).ok());
    CHECK(read_png(folder / "both.png")->width == 1920);
    // More names than a line holds stand below each other.
    std::vector<NamedCurves> many(8, runs.front());
    for (std::size_t k = 0; k < many.size(); ++k)
        many[k].name = "a study of many words, row number " + std::to_string(k);
    REQUIRE(write_compared_curves(Path(GANVAS_TEST_OUTPUT_DIR) / "curves-of-eight.svg", many).ok());
    CHECK(write_compared_curves(folder / "none.svg", {}).error().code == ErrorCode::usage);
    many.push_back(runs.front());
    CHECK(write_compared_curves(folder / "nine.svg", many).error().code == ErrorCode::usage);
    CHECK(write_compared_curves(folder / "both.jpg", runs).error().code == ErrorCode::usage);
}

TEST_CASE("distances of unlike badges have an axis each") {
    auto points = distances(6, 800);
    points[2].split = points[5].split = "test";
    points[4].resize = "224x224";
    const std::string svg = curves_svg(losses(500), points, {});
    CHECK(count_of(svg, ">FD<") == 3);
    CHECK(count_of(svg, "photos, 64 (test)") == 1);
    CHECK(count_of(svg, "class=\"error-bar\"") == 6);
}

TEST_CASE("epochs are marked, and thinned when there are many") {
    const std::string few = curves_svg(losses(59), {}); // 5.9 points an epoch
    for (int epoch = 1; epoch <= 10; ++epoch)
        CHECK(count_of(few, ">epoch " + std::to_string(epoch) + "<") == 1);
    CHECK(count_of(few, ">epoch ") == 10);
    const std::string many = curves_svg(losses(5900), {});
    CHECK(count_of(many, ">epoch ") >= 6);
    CHECK(count_of(many, ">epoch ") <= 12);
    CHECK(count_of(curves_svg(losses(5), {}), ">epoch ") == 0);
}

TEST_CASE("a million points make a small drawing that keeps every extreme") {
    auto points = losses(1'000'000);
    points[333'333].generator_loss = 50;
    points[777'777].generator_loss = -40;
    const std::string svg = curves_svg(points, {});
    CHECK(svg.size() < 400'000);
    CHECK(well_formed(svg));
    Chart chart;
    chart.panels.resize(1);
    ChartSeries series{"s", "#123456", {}, {}, {}, {}, false};
    for (int i = 0; i < 100'000; ++i) {
        series.x.push_back(i);
        series.y.push_back(i == 50'000 ? 100 : 0);
    }
    chart.panels[0].series.push_back(series);
    chart.panels[0].range = {0.0, 200.0};
    // One point of a hundred thousand is drawn: without it the line would be shorter.
    const std::string with_spike = draw_chart(chart);
    chart.panels[0].series[0].y[50'000] = 0;
    CHECK(with_spike.size() > draw_chart(chart).size());
}

TEST_CASE("odd histories are drawn without nonsense") {
    const float nan = std::numeric_limits<float>::quiet_NaN(),
                infinity = std::numeric_limits<float>::infinity();
    std::vector<TrainingPoint> odd = losses(4);
    odd[1].generator_loss = nan;
    odd[2].discriminator_loss = infinity;
    for (const auto& [points, scale] :
         {std::pair(std::vector<TrainingPoint>{}, CurveScale::linear),
          std::pair(losses(1), CurveScale::linear), std::pair(odd, CurveScale::linear),
          std::pair(odd, CurveScale::logarithmic),
          std::pair(std::vector<TrainingPoint>(3), CurveScale::logarithmic)}) {
        const std::string svg =
            curves_svg(points, distances(1, 1), {"", CurveTheme::dark, scale, 0.5, 200, ""});
        CHECK(well_formed(svg));
        CHECK(svg.find("nan") == svg.npos);
        CHECK(svg.find("inf") == svg.npos);
    }
    CHECK(curves_svg({}, {}).find("nothing logged yet") != std::string::npos);
}

TEST_CASE("a drawing brings its recipe back, whatever is in it") {
    const ScratchFolder folder;
    CurveDrawing drawing;
    drawing.recipe = R"({"format":"ganvas recipe 1","kind":"curves","checkpoint":"a <b> & 'c'"})";
    REQUIRE(write_curves(folder / "a.svg", losses(5), {}, drawing).ok());
    const auto read = read_curves_recipe(folder / "a.svg");
    REQUIRE(read.ok());
    CHECK(*read == drawing.recipe);
    REQUIRE(write_curves(folder / "b.svg", losses(5), {}, {}).ok());
    CHECK(read_curves_recipe(folder / "b.svg").error().code == ErrorCode::not_found);
    CHECK(write_curves(folder / "a.jpg", losses(5), {}, drawing).error().code == ErrorCode::usage);
    // As a table: a comment before it, which no reader of numbers needs to know.
    REQUIRE(write_curves(folder / "a.CSV", losses(5), {}, drawing).ok());
    CHECK(*read_curves_recipe(folder / "a.CSV") == drawing.recipe);
    const std::string table = *read_text(folder / "a.CSV");
    CHECK(table.substr(table.find('\n') + 1) == curves_csv(losses(5), {}));
    REQUIRE(write_curves(folder / "b.csv", losses(5), {}, {}).ok());
    CHECK(*read_text(folder / "b.csv") == curves_csv(losses(5), {}));
    CHECK(read_curves_recipe(folder / "b.csv").error().code == ErrorCode::not_found);
    CHECK(read_curves_recipe(folder / "none.csv").error().code == ErrorCode::not_found);
}

TEST_CASE("a chart as a picture has both colours, text, a faint raw line, and stays inside its panel") {
    std::filesystem::create_directories(GANVAS_TEST_OUTPUT_DIR);
    const ScratchFolder folder;
    CurveDrawing drawing{"Faces, recipe quick", CurveTheme::light, CurveScale::logarithmic, 0.95, 960,
                         R"({"kind":"curves"})"};
    const Path path = Path(GANVAS_TEST_OUTPUT_DIR) / "curves.png";
    const auto written = write_curves(path, losses(500), distances(6, 800), drawing);
    REQUIRE_MESSAGE(written.ok(), (written.ok() ? "" : written.error().line()));
    CHECK(*read_picture_recipe(path) == drawing.recipe);
    const auto picture = read_png(path);
    REQUIRE(picture.ok());
    CHECK(picture->width == 1920);
    CHECK(picture->channels == 3);
    std::size_t orange = 0, teal = 0, dark_text = 0;
    for (std::size_t at = 0; at < picture->pixels.size(); at += 3) {
        const int r = picture->pixels[at], g = picture->pixels[at + 1], b = picture->pixels[at + 2];
        orange += r > 215 && g > 110 && g < 150 && b < 80;
        teal += r < 60 && g > 145 && b > 130 && b < 160;
        dark_text += r < 60 && g < 70 && b < 80;
    }
    CHECK(orange > 2000);
    CHECK(teal > 2000);
    CHECK(dark_text > 500); // titles and legends
    // The margin right of the panels holds no curve.
    for (int y = 200; y < picture->height; ++y) CHECK(picture->row(y)[(picture->width - 4) * 3] == 255);
}

TEST_CASE("XML text there and back") {
    const std::string text = "a <b> & \"c\" 'd' &amp; ü";
    CHECK(xml_escape(text) == "a &lt;b&gt; &amp; &quot;c&quot; 'd' &amp;amp; ü");
    CHECK(xml_unescape(xml_escape(text)) == text);
    CHECK(xml_unescape("&apos;&nbsp;&") == "'&nbsp;&");
    CHECK(xml_escape(std::string("a\x01z")) == "az"); // XML cannot hold it
}

TEST_CASE("ticks are round and labels short") {
    CHECK(tick_values(0, 10, 5) == std::vector<double>{0, 2, 4, 6, 8, 10});
    CHECK(tick_values(-0.31, 0.28, 6).size() >= 5);
    CHECK(tick_values(1, 1, 5).empty());
    CHECK(tick_values(0, std::numeric_limits<double>::infinity(), 5).empty());
    CHECK(tick_text(0) == "0");
    CHECK(tick_text(12'000) == "12k");
    CHECK(tick_text(1'500'000) == "1.5M");
    CHECK(tick_text(0.25) == "0.25");
}

TEST_CASE("a full disk is an error") {
    const ScratchFolder folder;
    const FullDisk full(10);
    CHECK(write_curves_svg(folder / "a.svg", losses(5), {}).error().code == ErrorCode::io);
    CHECK(write_curves_csv(folder / "a.csv", losses(5), {}).error().code == ErrorCode::io);
    CHECK(folder.file_count() == 0);
}
