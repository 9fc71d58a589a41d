// Exports on a failing disk: a file that was there stays until the new one is whole.
#include <doctest/doctest.h>

#include "engine/export/curves.h"
#include "engine/export/picture.h"
#include "tests/support/every_fault.h"

using namespace ganvas;
using namespace ganvas::testing;

TEST_CASE("every fault in every exporter") {
    const std::vector<Image> frames{Image(16, 16, 3, 10), Image(16, 16, 3, 200)};
    const std::vector<TrainingPoint> losses{{10, 640, 1, 0.1, 1, 2, 0.5F, 0.5F},
                                            {20, 1280, 2, 0.2, 2, 1, 0.5F, 0.5F}};
    CurveDrawing drawing;
    drawing.width = 320;
    using Write = std::function<Result<void>(const Path&)>;
    const std::pair<const char*, Write> exporters[] = {
        {"sheet.png", [&](const Path& p) { return write_picture(p, std::span(frames).first(1), 1, "{}"); }},
        {"film.gif", [&](const Path& p) { return write_picture(p, frames, 5, "{}"); }},
        {"film.webp", [&](const Path& p) { return write_picture(p, frames, 5, "{}"); }},
        {"curves.csv", [&](const Path& p) { return write_curves(p, losses, {}, drawing); }},
        {"curves.svg", [&](const Path& p) { return write_curves(p, losses, {}, drawing); }},
        {"curves.png", [&](const Path& p) { return write_curves(p, losses, {}, drawing); }},
    };
    for (const auto& exporter : exporters) {
        const auto prepare = [&](const Path& folder) {
            REQUIRE(write_file(folder / exporter.first, "an older file").ok());
        };
        const auto make = [&](const Path& folder) { return exporter.second(folder / exporter.first); };
        CHECK(check_every_fault({exporter.first, prepare, make}) > 10);
    }
}
