// Whatever call fails, and how: the old content stays, nothing is left over, and the reason is said.
#include <doctest/doctest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <regex>

#include "engine/core/bulk_folder.h"
#include "engine/core/input_file.h"
#include "engine/core/output_file.h"
#include "tests/support/every_fault.h"
#include "tests/support/fault_plan.h"
#include "tests/support/scratch_folder.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

std::span<const std::uint8_t> bytes(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void put(const Path& path, const std::string& text) {
    std::filesystem::create_directories(path.parent_path());
    REQUIRE(write_file(path, text).ok());
}

Result<void> write_folder(const Path& target) {
    auto folder = BulkFolder::create(target);
    if (!folder) return folder.error();
    if (auto made = folder->add_folder("img"); !made) return made;
    for (const char* name : {"img/1.png", "img/2.png", "list.txt"})
        if (auto written = folder->write(name, bytes("new " + std::string(name))); !written) return written;
    return folder->commit();
}

} // namespace

TEST_CASE("every fault in writing a file, whole or in pieces") {
    CHECK(check_every_fault({"write_file, an old one there", [](const Path& f) { put(f / "a.txt", "old"); },
                             [](const Path& f) { return write_file(f / "a.txt", "new content"); }})
          > 10);
    CHECK(check_every_fault({"write_file, a new one", [](const Path&) {},
                             [](const Path& f) { return write_file(f / "a.txt", "new content"); }})
          > 10);
    const auto in_pieces = [](const Path& f) -> Result<void> {
        OutputFile file(f / "a.bin");
        for (const std::string piece : {"one", "two", "three"})
            if (auto written = file.write(bytes(piece)); !written) return written;
        return file.commit();
    };
    CHECK(check_every_fault(
              {"OutputFile, in pieces", [](const Path& f) { put(f / "a.bin", "old"); }, in_pieces})
          > 20);
}

TEST_CASE("every fault in writing a folder of files") {
    CHECK(check_every_fault({"BulkFolder, a new one", [](const Path&) {},
                             [](const Path& f) { return write_folder(f / "faces"); }})
          > 20);
    const auto old_files = [](const Path& f) {
        put(f / "faces/img/1.png", "old");
        put(f / "faces/mine.txt", "mine");
    };
    CHECK(check_every_fault({"BulkFolder, into one that is there", old_files,
                             [](const Path& f) { return write_folder(f / "faces"); }})
          > 20);
}

TEST_CASE("a read error is an error, never a shorter file; an interrupted or short read is neither") {
    const ScratchFolder folder;
    const std::string text(200'000, 'x');
    put(folder / "a", text);
    {
        const FaultPlan plan(folder.path(), {FileCall::read, 1, EIO});
        const auto read = read_text(folder / "a");
        REQUIRE_FALSE(read.ok());
        CHECK(read.error().line()
              == "cannot be read, Input/output error (" + (folder / "a").string()
                     + "): check the disk, or choose another one");
    }
    {
        const FaultPlan plan(folder.path(), {FileCall::read, 2, EIO, true});
        auto file = InputFile::open(folder / "a");
        std::vector<std::uint8_t> piece(1000);
        REQUIRE(file.ok());
        CHECK(file->read(piece).ok());
        CHECK_FALSE(file->read(piece).ok());
    }
    for (const Fault fault : {Fault{FileCall::read, 1, EINTR}, Fault{FileCall::read, 1, 0, true}}) {
        const FaultPlan plan(folder.path(), fault);
        CHECK(read_text(folder / "a").value() == text);
        auto file = InputFile::open(folder / "a");
        std::vector<std::uint8_t> piece(text.size() + 1);
        CHECK(*file->read(piece) == text.size());
    }
}

TEST_CASE("what a killed program left of its files is removed, and nothing else") {
    const ScratchFolder folder;
    for (const char* name : {"run.json", "run.json.tmp-123-4", "step-5.png.tmp-1-0", "run.json.tmp-mine",
                             "other.json.tmp-123-4"})
        put(folder / name, "x");
    remove_leftovers(folder.path(), "run.json.tmp-");
    CHECK(folder.file_count() == 4);
    CHECK_FALSE(std::filesystem::exists(folder / "run.json.tmp-123-4"));
    remove_leftovers(folder.path(), "step-");
    CHECK(folder.file_count() == 3);
    CHECK(std::filesystem::exists(folder / "run.json.tmp-mine"));
}

TEST_CASE("file names in errors fit one line, whatever they hold") {
    const ScratchFolder folder;
    const auto failed = write_file(folder / "no such\nfolder/a", "x");
    REQUIRE_FALSE(failed.ok());
    CHECK(failed.error().code == ErrorCode::not_found);
    CHECK(failed.error().line().find('\n') == std::string::npos);
}

TEST_CASE("nothing writes past the file layer") {
    const std::regex writing(
        "ofstream|fopen|fwrite|fsync\\(|syncfs|[^_a-z]rename\\(|truncate\\(|mkostemp|pwrite\\("
        "|[^A-Za-z_]::(open|write|unlink|mkdir)\\(|create_director|mkdirat|creat\\(");
    std::string found;
    for (const char* part : {"engine", "app", "models"})
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(Path(GANVAS_SOURCE_DIR) / part)) {
            if (!entry.is_regular_file() || entry.path().filename() == "file_calls.cpp") continue;
            std::ifstream lines(entry.path());
            for (std::string line; std::getline(lines, line);)
                if (std::regex_search(line, writing) && line.find("\"/proc/") == line.npos)
                    found += entry.path().string() + ": " + line + "\n";
        }
    CHECK(found == "");
}
