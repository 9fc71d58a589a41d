#include <doctest/doctest.h>

#include "engine/data/faces/faces.h"
#include "engine/data/faces_folder.h"
#include "tests/unit/data/data_support.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

const PngEncoder to_png = [](const Image& image) -> Result<Bytes> { return encode(image); };

} // namespace

TEST_CASE("faces written out come back as a CelebA data set with the same pixels and labels") {
    const DataFolder folder;
    const Path out = folder.path() / "faces" / "";
    REQUIRE(write_faces_folder(out, 12, 5, 32, to_png).ok());
    CHECK(std::filesystem::exists(out / "img" / "000012.png"));
    const auto dataset = must_open(folder.path() / "faces");
    REQUIRE(dataset->size() == 12);
    CHECK(dataset->skipped_count() == 0);
    CHECK(dataset->attribute_names() == face_attribute_names());
    for (std::uint64_t i = 0; i < 12; ++i) {
        const auto parameters = draw_face_parameters(5, i);
        Image face(32, 32, 3);
        render_face(parameters, 32, face.pixels);
        CHECK(pixels(*dataset, static_cast<std::int64_t>(i)) == face.pixels);
        const auto values = dataset->attributes(static_cast<std::int64_t>(i));
        CHECK(std::vector<std::int8_t>(values.begin(), values.end()) == face_attributes(parameters));
    }
}

TEST_CASE("a folder in use is left alone, and a failure leaves nothing") {
    const DataFolder folder;
    folder.write("mine/photo.png", std::string("mine"));
    const auto used = write_faces_folder(folder.path() / "mine", 3, 1, 32, to_png);
    REQUIRE(!used.ok());
    CHECK(used.error().code == ErrorCode::usage);
    CHECK(std::filesystem::exists(folder.path() / "mine/photo.png"));

    const PngEncoder broken = [](const Image&) -> Result<Bytes> {
        return Error{ErrorCode::io, "no", "", ""};
    };
    CHECK(!write_faces_folder(folder.path() / "new", 3, 1, 32, broken).ok());
    std::stop_source stop;
    stop.request_stop();
    Progress progress;
    progress.stop = stop.get_token();
    const auto stopped = write_faces_folder(folder.path() / "new", 3, 1, 32, to_png, progress);
    REQUIRE(!stopped.ok());
    CHECK(stopped.error().code == ErrorCode::interrupted);
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        CHECK(entry.path().filename() == "mine");
    CHECK(!write_faces_folder(folder.path() / "new", 0, 1, 32, to_png).ok());
    CHECK(!write_faces_folder(folder.path() / "new", 3, 1, 5000, to_png).ok());
}
