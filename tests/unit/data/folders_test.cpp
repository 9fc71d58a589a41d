// Folders of pictures: what is read of them, and the classes and parts that their sub-folders make.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <unistd.h>

#include "tests/unit/data/data_support.h"

using namespace ganvas;
using namespace ganvas::testing;

TEST_CASE("a folder is read recursively, in the order of names, without hidden and foreign files") {
    const DataFolder folder;
    folder.write("b.PNG", encode(patterned(6, 6, 3, 2)));
    folder.write("a/deep/er/x.jpg", encode(flat(6, 6, {90, 90, 90}), PictureFormat::jpeg));
    folder.write("c.bmp", encode(patterned(6, 6, 3, 3), PictureFormat::bmp));
    folder.write(".hidden.png", encode(patterned(6, 6, 3)));
    folder.write("notes.txt", std::string("not a picture"));
    folder.write("d.webp", std::string("RIFF"));
    const auto dataset = must_open(folder.path());
    CHECK(names(*dataset) == std::vector<std::string>{"a/deep/er/x.jpg", "b.PNG", "c.bmp"});
    CHECK(pixels(*dataset, 1) == patterned(6, 6, 3, 2).pixels);
    CHECK(pixels(*dataset, 2) == patterned(6, 6, 3, 3).pixels);
    CHECK(dataset->class_names().empty());
    CHECK(dataset->class_label(0) == -1);
    CHECK(dataset->attributes(0).empty());
    REQUIRE(dataset->skipped_count() == 1);
    CHECK(dataset->skipped()[0].name == "d.webp");
    CHECK(dataset->source() == folder.path().string());
}

TEST_CASE("one sub-folder a class, also inside a folder of training and test parts") {
    const DataFolder folder;
    int value = 0;
    for (const char* name :
         {"train/dog/1.png", "train/cat/1.png", "train/cat/2.png", "test/dog/1.png", "val/cat/9.png"})
        folder.write(name, encode(flat(4, 4, {++value * 10})));
    const auto train = must_open(folder.path() / "train");
    CHECK(train->class_names() == std::vector<std::string>{"cat", "dog"});
    CHECK(train->class_label(0) == 0);
    CHECK(train->class_label(2) == 1);
    const auto all = must_open(folder.path());
    CHECK(all->size() == 5);
    CHECK(all->class_names() == std::vector<std::string>{"cat", "dog"});
    CHECK(all->class_label(0) == 1); // test/dog/1.png
    CHECK(names(*must_open(folder.path(), of_split(DataSplit::test)))
          == std::vector<std::string>{"test/dog/1.png"});
    CHECK(must_open(folder.path(), of_split(DataSplit::train))->size() == 3);
    CHECK(must_fail(folder.path() / "train", of_split(DataSplit::test)).code == ErrorCode::bad_data);
}

TEST_CASE("a stray picture beside the classes' folders takes no label away; many are no classes at all") {
    const DataFolder folder;
    for (int i = 0; i < 40; ++i)
        folder.write(std::string(i % 2 ? "cats/" : "dogs/") + std::to_string(i) + ".png",
                     encode(flat(4, 4, {i})));
    folder.write("preview.png", encode(flat(4, 4, {99})));
    const auto dataset = must_open(folder.path());
    CHECK(dataset->size() == 40);
    CHECK(dataset->class_names() == std::vector<std::string>{"cats", "dogs"});
    CHECK(dataset->class_label(0) == 0);
    CHECK(dataset->class_label(39) == 1);
    REQUIRE(dataset->skipped_count() == 1);
    CHECK(dataset->skipped()[0].name == "preview.png");
    for (int i = 0; i < 5; ++i) folder.write("more" + std::to_string(i) + ".png", encode(flat(4, 4, {i})));
    const auto plain = must_open(folder.path());
    CHECK(plain->size() == 46);
    CHECK(plain->class_names().empty());
}

TEST_CASE("a folder that leads back to itself is read once, a locked one is named") {
    const DataFolder folder;
    folder.write("a/1.png", encode(flat(4, 4, {1})));
    folder.write("b/2.png", encode(flat(4, 4, {2})));
    std::filesystem::create_directory_symlink("..", folder.path() / "b" / "up");
    std::filesystem::create_directory_symlink("a", folder.path() / "same"); // elsewhere a link is followed
    folder.write("locked/3.png", encode(flat(4, 4, {3})));
    std::filesystem::permissions(folder.path() / "locked", std::filesystem::perms::none);
    const auto dataset = must_open(folder.path());
    std::filesystem::permissions(folder.path() / "locked", std::filesystem::perms::owner_all);
    const auto read = names(*dataset);
    CHECK(std::count(read.begin(), read.end(), "a/1.png") == 1);
    CHECK(std::count(read.begin(), read.end(), "same/1.png") == 1);
    CHECK(std::count(read.begin(), read.end(), "b/2.png") == 1);
    const auto named = [&](const char* name) {
        return std::any_of(dataset->skipped().begin(), dataset->skipped().end(),
                           [&](const SkippedFile& file) { return file.name == name; });
    };
    CHECK(named("b/up/"));
    if (::geteuid() != 0) CHECK(named("locked/")); // nothing is locked for root
    CHECK(read.size() == (::geteuid() == 0 ? 4 : 3));
}
