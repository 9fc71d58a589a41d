#include <doctest/doctest.h>

#include <fstream>

#include "engine/core/bulk_folder.h"
#include "tests/support/full_disk.h"
#include "tests/support/scratch_folder.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

std::span<const std::uint8_t> bytes(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string text_of(const Path& path) { return read_text(path, 1000).take(); }

} // namespace

TEST_CASE("many files come into a new folder together") {
    const ScratchFolder scratch;
    const Path target = scratch / "new/faces/";
    {
        auto folder = BulkFolder::create(target);
        REQUIRE(folder.ok());
        REQUIRE(folder->add_folder("img").ok());
        REQUIRE(folder->write("img/1.png", bytes("one")).ok());
        REQUIRE(folder->write("list.txt", bytes("names")).ok());
        CHECK_FALSE(std::filesystem::exists(scratch / "new/faces"));
        REQUIRE(folder->commit().ok());
    }
    CHECK(text_of(scratch / "new/faces/img/1.png") == "one");
    CHECK(text_of(scratch / "new/faces/list.txt") == "names");
    CHECK(scratch.file_count() == 2);
}

TEST_CASE("a folder that is there keeps its files, and takes the new ones only when all are written") {
    const ScratchFolder scratch;
    std::filesystem::create_directories(scratch / "out");
    std::ofstream(scratch / "out/mine.txt") << "mine";
    std::ofstream(scratch / "out/1.png") << "old";
    {
        auto folder = BulkFolder::create(scratch / "out");
        REQUIRE(folder.ok());
        REQUIRE(folder->write("1.png", bytes("new")).ok());
        // Given up: nothing happens.
    }
    CHECK(text_of(scratch / "out/1.png") == "old");
    {
        auto folder = BulkFolder::create(scratch / "out");
        REQUIRE(folder.ok());
        REQUIRE(folder->write("1.png", bytes("new")).ok());
        const FullDisk full(4);
        const auto failed = folder->write("2.png", bytes("longer than four bytes"));
        REQUIRE_FALSE(failed.ok());
        CHECK(failed.error().code == ErrorCode::io);
        CHECK(failed.error().hint.find("space") != std::string::npos);
    }
    CHECK(text_of(scratch / "out/1.png") == "old");
    CHECK(scratch.file_count() == 2);
    auto folder = BulkFolder::create(scratch / "out");
    REQUIRE(folder->write("1.png", bytes("new")).ok());
    REQUIRE(folder->commit().ok());
    CHECK(text_of(scratch / "out/1.png") == "new");
    CHECK(text_of(scratch / "out/mine.txt") == "mine");
    CHECK(scratch.file_count() == 2);
}

TEST_CASE("a place that can hold no folder is refused in words") {
    const ScratchFolder scratch;
    std::ofstream(scratch / "file") << "a file";
    for (const Path& place : {scratch / "file", scratch / "file/below"}) {
        const auto folder = BulkFolder::create(place);
        REQUIRE_FALSE(folder.ok());
        CHECK(folder.error().code == ErrorCode::io);
        CHECK_FALSE(folder.error().hint.empty());
    }
    CHECK(text_of(scratch / "file") == "a file");
}
