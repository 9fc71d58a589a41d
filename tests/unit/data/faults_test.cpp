// The data's own files on a failing disk: a cache or a folder of faces is whole, or it is not there.
#include <doctest/doctest.h>

#include <cerrno>

#include "engine/data/build_cache.h"
#include "engine/data/faces_folder.h"
#include "tests/support/every_fault.h"
#include "tests/support/fault_plan.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/data/data_support.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

constexpr int faces = 6;

Preparation small() {
    Preparation preparation;
    preparation.size = 16;
    return preparation;
}

Result<void> build(const Path& folder) {
    const auto source = make_faces_source(faces, small());
    return build_cache(folder / "cache/faces.cache", "the key", *source, small(), {});
}

} // namespace

TEST_CASE("every fault in writing the cache") {
    CHECK(check_every_fault({"a new cache", [](const Path&) {}, build}) > 20);
    const auto old_one = [](const Path& folder) {
        REQUIRE(make_folder(folder / "cache").ok());
        REQUIRE(write_file(folder / "cache/faces.cache", "an old one").ok());
    };
    CHECK(check_every_fault({"a cache in an old one's place", old_one, build}) > 20);
    const ScratchFolder folder;
    REQUIRE(build(folder.path()).ok());
    CHECK(open_cache(folder / "cache/faces.cache", "the key", "faces:6").ok());
}

TEST_CASE("every fault in writing faces as files") {
    const auto draw = [](const Path& folder) {
        return write_faces_folder(folder / "faces", faces, 1, 16, [](const Image& image) {
            return Result<std::vector<std::uint8_t>>(encode(image));
        });
    };
    CHECK(check_every_fault({"faces as files", [](const Path&) {}, draw}) > 50);
}

TEST_CASE("data that cannot be read are left out by name") {
    int reads = 0;
    const auto open_pictures = [&](int failing) {
        const DataFolder folder;
        for (int i = 0; i < 3; ++i) folder.write(std::to_string(i) + ".png", encode(patterned(8, 8, 3, i)));
        const FaultPlan plan(folder.path(), {FileCall::read, failing, EIO});
        const auto data = must_open(folder.path());
        reads = plan.count(FileCall::read);
        return data;
    };
    CHECK(open_pictures(0)->size() == 3);
    const auto data = open_pictures(reads); // the first ones are only to see what there is
    CHECK(data->size() == 2);
    REQUIRE(data->skipped_count() == 1);
    CHECK(data->skipped()[0].reason.find("Input/output error") != std::string::npos);
}
