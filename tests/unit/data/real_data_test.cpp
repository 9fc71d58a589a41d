// Real files, where this machine has them.
#include <doctest/doctest.h>

#include <chrono>

#include "tests/unit/data/data_support.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

double seconds_to_open(const Path& source, const Preparation& preparation) {
    const auto start = std::chrono::steady_clock::now();
    (void)must_open(source, preparation);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

TEST_CASE("photos64.tar: real photographs with one attribute") {
    const Path archive = Path(GANVAS_SOURCE_DIR) / ".." / "shared" / "data" / "photos64.tar";
    if (!std::filesystem::exists(archive)) {
        MESSAGE("not here: ", archive.string());
        return;
    }
    const DataFolder folder;
    const auto dataset = must_open(archive);
    CHECK(dataset->size() == 3788);
    CHECK(dataset->width() == 64);
    CHECK(dataset->height() == 64);
    CHECK(dataset->channels() == 3);
    CHECK(dataset->attribute_names() == std::vector<std::string>{"Wearing_Mask"});
    CHECK(dataset->skipped_count() == 0);
    std::int64_t masks = 0;
    for (std::int64_t i = 0; i < dataset->size(); ++i) masks += dataset->attributes(i)[0] == 1;
    CHECK(masks > 500);
    CHECK(masks < 3288);
    CHECK(dataset->image_name(0) == "faces64/img/000001.jpg");
    CHECK(seconds_to_open(archive, as_is()) < 1);
    Preparation grey;
    grey.size = 32;
    grey.channels = 1;
    CHECK(must_open(archive, grey)->channels() == 1);
}

TEST_CASE("Fashion-MNIST as Debian installs it") {
    const Path folder_of_idx = "/usr/share/datasets/fashion-mnist";
    if (!std::filesystem::exists(folder_of_idx)) {
        MESSAGE("not here: ", folder_of_idx.string());
        return;
    }
    const DataFolder folder;
    const auto all = must_open(folder_of_idx);
    CHECK(all->size() == 70'000);
    CHECK(all->channels() == 1);
    CHECK(all->width() == 28);
    CHECK(all->class_names().size() == 10);
    std::vector<int> counts(10);
    for (std::int64_t i = 0; i < all->size(); ++i) ++counts[static_cast<std::size_t>(all->class_label(i))];
    CHECK(counts == std::vector<int>(10, 7000));
    Preparation test = as_is();
    test.split = DataSplit::test;
    CHECK(must_open(folder_of_idx, test)->size() == 10'000);
    CHECK(seconds_to_open(folder_of_idx, as_is()) < 1);
}
