// Pictures of every kind where they cannot be written: it is said, and what was there stays.
#include <doctest/doctest.h>

#include "engine/export/picture.h"
#include "tests/support/full_disk.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/export/drawn_pictures.h"

using namespace ganvas;
using namespace ganvas::testing;

TEST_CASE("what cannot be written says so and leaves what was there") {
    const ScratchFolder folder;
    const std::vector<Image> frames{picture(64, 64, 3), picture(64, 64, 3, 1)};
    const std::vector<Image> one{frames[0]};
    for (const char* name : {"a.png", "a.gif", "a.webp"}) {
        CAPTURE(name);
        const Path path = folder / name;
        REQUIRE(write_picture(path, one, 16, recipe).ok());
        const std::string before = *read_text(path);
        {
            const FullDisk full(500);
            const auto written = write_picture(path, one, 16, "other");
            REQUIRE_FALSE(written.ok());
            CHECK(written.error().code == ErrorCode::io);
            CHECK(written.error().where == path.string());
        }
        CHECK(*read_text(path) == before);
        CHECK(write_picture(folder / (std::string("absent/") + name), one, 16, "").error().code
              == ErrorCode::not_found);
    }
    CHECK(folder.file_count() == 3);
    CHECK(write_png("/dev/full", frames[0]).error().code == ErrorCode::io);
    CHECK(write_picture(folder / "a.bmp", one, 16, "").error().code == ErrorCode::usage);
    CHECK(write_picture(folder / "a.png", frames, 16, "").error().code == ErrorCode::usage);
    CHECK(write_picture(folder / "B.GIF", frames, 16, "").ok());
    const std::vector<Image> mixed{picture(8, 8, 3), picture(9, 8, 3)};
    CHECK(write_gif(folder / "c.gif", mixed, 16).error().code == ErrorCode::usage);
    CHECK(write_webp(folder / "c.webp", {}, 16).error().code == ErrorCode::usage);
}
