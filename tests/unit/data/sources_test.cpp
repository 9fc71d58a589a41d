// Every kind of source, on files made here; folders of pictures and their classes: folders_test.cpp.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "tests/unit/data/data_support.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

Bytes values(std::size_t count, int start) {
    Bytes out(count);
    for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::uint8_t>(start + static_cast<int>(i));
    return out;
}

/// `count` records of label (or coarse and fine label) and a picture whose planes are 10 + label, 20, 30.
Bytes cifar_batch(int count, bool hundred, int first_label) {
    Bytes out;
    for (int i = 0; i < count; ++i) {
        if (hundred) out.push_back(static_cast<std::uint8_t>(7));
        out.push_back(static_cast<std::uint8_t>(first_label + i));
        for (const int plane : {10 + first_label + i, 20, 30})
            out.insert(out.end(), 32 * 32, static_cast<std::uint8_t>(plane));
    }
    return out;
}

const std::string celeba_list = "3\nSmiling Male\nb.jpg  1 -1\na.jpg -1  1\nc.jpg  1  1\n";

Entries celeba_entries() {
    return {{"set/img/b.png", encode(flat(4, 4, {20, 20, 20}))},
            {"set/img/a.png", encode(flat(4, 4, {10, 10, 10}))},
            {"set/img/c.png", encode(flat(4, 4, {30, 30, 30}))},
            {"set/list_attr_celeba.txt", bytes_of(celeba_list)}};
}

void check_celeba(const Dataset& dataset) {
    CHECK(dataset.attribute_names() == std::vector<std::string>{"Smiling", "Male"});
    REQUIRE(dataset.size() == 3);
    for (std::int64_t i = 0; i < 3; ++i) CHECK(int(dataset.image(i)[0]) == 10 * (i + 1));
    CHECK(int(dataset.attributes(0)[0]) == -1);
    CHECK(int(dataset.attributes(0)[1]) == 1);
    CHECK(int(dataset.attributes(1)[0]) == 1);
    CHECK(int(dataset.attributes(1)[1]) == -1);
    CHECK(int(dataset.attributes(2)[1]) == 1);
    CHECK(dataset.class_label(1) == -1);
    CHECK(dataset.skipped_count() == 0);
}

} // namespace

TEST_CASE("mixed sizes and channels become one shape; 0 keeps the source's own") {
    const DataFolder folder;
    folder.write("a.png", encode(flat(50, 30, {100})));
    folder.write("b.png", encode(flat(7, 9, {50, 60, 70})));
    Preparation preparation;
    preparation.size = 16;
    const auto colour = must_open(folder.path(), preparation);
    CHECK(colour->width() == 16);
    CHECK(pixels(*colour, 0) == flat(16, 16, {100, 100, 100}).pixels);
    CHECK(pixels(*colour, 1) == flat(16, 16, {50, 60, 70}).pixels);
    preparation.channels = 1;
    CHECK(pixels(*must_open(folder.path(), preparation), 1) == flat(16, 16, {58}).pixels);
    preparation.channels = 0; // one colour picture is enough for colour
    CHECK(must_open(folder.path(), preparation)->channels() == 3);
    std::filesystem::remove(folder.path() / "b.png");
    CHECK(must_open(folder.path(), preparation)->channels() == 1);
    const auto own = must_open(folder.path());
    CHECK(own->width() == 50);
    CHECK(own->height() == 30);
}

TEST_CASE("colour is found wherever it is, and one readable picture behind any number of bad ones") {
    const DataFolder folder;
    for (int i = 0; i < 100; ++i)
        folder.write("grey/" + std::to_string(100 + i) + ".png", encode(flat(4, 4, {i})));
    for (int i = 0; i < 3; ++i)
        folder.write("red/" + std::to_string(i) + ".png", encode(flat(4, 4, {200, 10, i})));
    const auto mixed = must_open(folder.path());
    CHECK(mixed->channels() == 3);
    CHECK(pixels(*mixed, 7) == flat(4, 4, {7, 7, 7}).pixels);
    CHECK(pixels(*mixed, 100) == flat(4, 4, {200, 10, 0}).pixels);
    Preparation grey = as_is();
    grey.channels = 1; // asked for
    CHECK(must_open(folder.path(), grey)->channels() == 1);

    const DataFolder damaged;
    for (int i = 0; i < 530; ++i) damaged.write("a" + std::to_string(i) + ".png", Bytes{});
    damaged.write("b.png", encode(patterned(5, 4, 1)));
    const auto one = must_open(damaged.path());
    CHECK(one->size() == 1);
    CHECK(one->width() == 5);
    CHECK(one->channels() == 1);
    CHECK(one->skipped_count() == 530);
}

TEST_CASE("with the source's own size the odd ones are left out by name") {
    const DataFolder folder;
    for (const char* name : {"a.png", "b.png", "d.png"}) folder.write(name, encode(flat(8, 8, {1, 2, 3})));
    folder.write("c.png", encode(flat(9, 8, {1, 2, 3})));
    const auto dataset = must_open(folder.path());
    CHECK(dataset->size() == 3);
    REQUIRE(dataset->skipped_count() == 1);
    CHECK(dataset->skipped()[0].name == "c.png");
    CHECK(dataset->skipped()[0].reason.find("9x8") != std::string::npos);
}

TEST_CASE("CelebA layout: the list inside, beside or above the pictures") {
    const DataFolder folder;
    for (const auto& [name, bytes] : celeba_entries()) folder.write(name, bytes);
    check_celeba(*must_open(folder.path() / "set"));
    check_celeba(*must_open(folder.path()));
    check_celeba(*must_open(folder.path() / "set" / "img"));
    std::filesystem::create_directory(folder.path() / "set" / "Anno");
    std::filesystem::rename(folder.path() / "set/list_attr_celeba.txt",
                            folder.path() / "set/Anno/list_attr_celeba.txt");
    check_celeba(*must_open(folder.path() / "set" / "img"));
}

TEST_CASE("CelebA layout: Kaggle's table and the published parts") {
    const DataFolder folder;
    for (const auto& [name, bytes] : celeba_entries())
        if (name.ends_with(".png")) folder.write(name, bytes);
    folder.write("list_attr_celeba.csv",
                 std::string("image_id,Smiling,Male\r\na.jpg,-1,1\r\nb.jpg,1,-1\r\nc.jpg,1,1\r\n"));
    check_celeba(*must_open(folder.path()));
    folder.write("list_eval_partition.csv", std::string("image_id,partition\na.jpg,0\nb.jpg,1\nc.jpg,2\n"));
    check_celeba(*must_open(folder.path()));
    CHECK(names(*must_open(folder.path(), of_split(DataSplit::train)))
          == std::vector<std::string>{"set/img/a.png"});
    const auto test = must_open(folder.path(), of_split(DataSplit::test));
    CHECK(names(*test) == std::vector<std::string>{"set/img/c.png"});
    CHECK(int(test->attributes(0)[1]) == 1);
}

TEST_CASE("a stray list above does not take pictures away") {
    const DataFolder folder;
    folder.write("list_attr_celeba.txt", celeba_list);
    for (int i = 0; i < 20; ++i)
        folder.write("mine/" + std::to_string(i) + ".png", encode(flat(4, 4, {i, 0, 0})));
    folder.write("mine/a.png", encode(flat(4, 4, {99, 0, 0})));
    const auto dataset = must_open(folder.path() / "mine");
    CHECK(dataset->size() == 21);
    CHECK(dataset->attribute_names().empty());
}

TEST_CASE("IDX: grey stays grey, labels are paired, parts are told apart, plain or gzip") {
    const DataFolder folder;
    folder.write("train-images-idx3-ubyte", idx({3, 2, 2}, values(12, 0)));
    folder.write("train-labels-idx1-ubyte.gz", gzip(idx({3}, {2, 0, 1})));
    folder.write("t10k-images-idx3-ubyte.gz", gzip(idx({2, 2, 2}, values(8, 100))));
    folder.write("t10k-labels-idx1-ubyte", idx({2}, {4, 4}));
    const auto all = must_open(folder.path());
    REQUIRE(all->size() == 5);
    CHECK(all->channels() == 1);
    CHECK(all->width() == 2);
    CHECK(pixels(*all, 1) == Bytes{4, 5, 6, 7});
    CHECK(pixels(*all, 4) == Bytes{104, 105, 106, 107});
    CHECK(all->class_label(0) == 2);
    CHECK(all->class_label(4) == 4);
    CHECK(all->class_names().size() == 5);
    CHECK(all->image_name(4) == "t10k-images-idx3-ubyte.gz 1");

    CHECK(must_open(folder.path(), of_split(DataSplit::train))->size() == 3);
    CHECK(must_open(folder.path(), of_split(DataSplit::test))->size() == 2);
    const auto one = must_open(folder.path() / "t10k-images-idx3-ubyte.gz");
    CHECK(one->size() == 2);
    CHECK(one->class_label(1) == 4);
    CHECK(must_open(folder.path() / "t10k-images-idx3-ubyte.gz", of_split(DataSplit::test))->size() == 2);
    CHECK(must_open(folder.path() / "train-labels-idx1-ubyte.gz")->size()
          == 3); // the pictures of these labels
    const Path lonely = folder.write("alone/x-labels-idx1-ubyte", idx({3}, {2, 0, 1}));
    CHECK(must_fail(lonely).what.find("labels without pictures") != std::string::npos);
    Preparation colour;
    colour.size = 4;
    CHECK(must_open(folder.path(), colour)->channels() == 3);
}

TEST_CASE("IDX: colour pictures, no labels, any name") {
    const DataFolder folder;
    folder.write("digits.bin", idx({2, 1, 2, 3}, values(12, 5)));
    const auto dataset = must_open(folder.path() / "digits.bin");
    CHECK(dataset->channels() == 3);
    CHECK(pixels(*dataset, 1) == values(6, 11));
    CHECK(dataset->class_label(0) == -1);
    CHECK(dataset->class_names().empty());
}

TEST_CASE("CIFAR-10 and CIFAR-100, binary") {
    const DataFolder folder;
    folder.write("ten/data_batch_1.bin", cifar_batch(2, false, 0));
    folder.write("ten/data_batch_2.bin", cifar_batch(1, false, 5));
    folder.write("ten/test_batch.bin", cifar_batch(1, false, 9));
    folder.write("ten/batches.meta.txt",
                 std::string("airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n"));
    const auto ten = must_open(folder.path() / "ten");
    REQUIRE(ten->size() == 4);
    CHECK(ten->width() == 32);
    CHECK(pixels(*ten, 2) == flat(32, 32, {15, 20, 30}).pixels);
    CHECK(ten->class_label(2) == 5);
    CHECK(ten->class_names()[5] == "dog");
    CHECK(must_open(folder.path() / "ten", of_split(DataSplit::test))->class_label(0) == 9);
    CHECK(must_open(folder.path() / "ten", of_split(DataSplit::train))->size() == 3);

    folder.write("hundred/train.bin", cifar_batch(3, true, 40));
    folder.write("hundred/test.bin", cifar_batch(1, true, 99));
    const auto hundred = must_open(folder.path() / "hundred");
    REQUIRE(hundred->size() == 4);
    CHECK(hundred->class_names().size() == 100);
    CHECK(hundred->class_label(0) == 40);
    CHECK(hundred->class_label(3) == 99);
    CHECK(pixels(*hundred, 1) == flat(32, 32, {51, 20, 30}).pixels);
}

TEST_CASE("archives of any of these are read in place and leave nothing behind") {
    const DataFolder folder;
    const std::pair<ArchiveFormat, std::string> formats[] = {
        {ArchiveFormat::tar, ".tar"}, {ArchiveFormat::tar_gz, ".tar.gz"}, {ArchiveFormat::zip, ".zip"}};
    for (const auto& [format, kind] : formats) {
        CAPTURE(kind);
        check_celeba(*must_open(folder.write("faces" + kind, archive_of(celeba_entries(), format))));
        const auto classes =
            must_open(folder.write("classes" + kind, archive_of({{"top/b/1.png", encode(flat(3, 3, {1}))},
                                                                 {"top/a/2.png", encode(flat(3, 3, {2}))}},
                                                                format)));
        CHECK(classes->class_names() == std::vector<std::string>{"a", "b"});
        CHECK(names(*classes) == std::vector<std::string>{"top/a/2.png", "top/b/1.png"});
        CHECK(pixels(*classes, 0) == flat(3, 3, {2}).pixels);
        const auto digits = must_open(
            folder.write("digits" + kind,
                         archive_of({{"m/train-labels-idx1-ubyte.gz", gzip(idx({2}, {1, 0}))},
                                     {"m/train-images-idx3-ubyte.gz", gzip(idx({2, 2, 2}, values(8, 0)))}},
                                    format)));
        CHECK(digits->class_label(0) == 1);
        CHECK(pixels(*digits, 1) == values(4, 4));
        const auto cifar = must_open(
            folder.write("cifar" + kind, archive_of({{"c/test_batch.bin", cifar_batch(1, false, 3)},
                                                     {"c/data_batch_1.bin", cifar_batch(2, false, 0)}},
                                                    format)));
        CHECK(cifar->size() == 3);
        CHECK(cifar->class_label(2) == 3);
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
        CHECK(entry.path().parent_path() == folder.path());
}

TEST_CASE("names in any language are read from archives, whatever the locale") {
    for (const auto& [format, kind] :
         {std::pair{ArchiveFormat::zip, ".zip"}, std::pair{ArchiveFormat::tar_gz, ".tar.gz"}}) {
        CAPTURE(kind);
        const DataFolder folder;
        const auto dataset = must_open(
            folder.write(std::string("klassen") + kind, archive_of({{"Bär/1.png", encode(flat(3, 3, {1}))},
                                                                    {"Löwe/2.png", encode(flat(3, 3, {2}))},
                                                                    {"猫/3.png", encode(flat(3, 3, {3}))}},
                                                                   format)));
        CHECK(dataset->class_names() == std::vector<std::string>{"Bär", "Löwe", "猫"});
        CHECK(pixels(*dataset, 2) == flat(3, 3, {3}).pixels);
        CHECK(dataset->skipped_count() == 0);
    }
}

TEST_CASE("an archive of pictures finds the list that lies beside it") {
    const DataFolder folder;
    Entries entries = celeba_entries();
    entries.pop_back();
    folder.write("list_attr_celeba.txt", celeba_list);
    check_celeba(*must_open(folder.write("img.zip", archive_of(entries, ArchiveFormat::zip))));
}

TEST_CASE("a limit takes a seeded subset") {
    const DataFolder folder;
    for (int i = 0; i < 40; ++i)
        folder.write("img/" + std::to_string(100 + i) + ".png", encode(flat(2, 2, {i, 0, 0})));
    Preparation preparation = as_is();
    preparation.limit = 10;
    const auto first = names(*must_open(folder.path(), preparation));
    CHECK(first.size() == 10);
    CHECK(std::set(first.begin(), first.end()).size() == 10);
    CHECK(std::is_sorted(first.begin(), first.end()));
    preparation.limit_seed = 1;
    CHECK(names(*must_open(folder.path(), preparation)) != first);
    preparation.limit_seed = 0;
    CHECK(names(*must_open(folder.path(), preparation)) == first);
    preparation.limit = 100;
    CHECK(must_open(folder.path(), preparation)->size() == 40);

    Entries entries;
    for (int i = 39; i >= 0; --i) // packed in another order: the same pictures
        entries.push_back({"img/" + std::to_string(100 + i) + ".png", encode(flat(2, 2, {i, 0, 0}))});
    preparation.limit = 10;
    CHECK(names(*must_open(folder.write("a.tar", archive_of(entries, ArchiveFormat::tar)), preparation))
          == first);
}

TEST_CASE("embedded faces: counted, labelled, the same every time") {
    const DataFolder folder;
    Preparation preparation;
    preparation.size = 32;
    const auto faces = must_open("faces:60", preparation);
    CHECK(faces->size() == 60);
    CHECK(faces->width() == 32);
    CHECK(faces->channels() == 3);
    CHECK(faces->image_name(17) == "face 17");
    CHECK(faces->attribute_names().size() >= 12);
    int positive = 0;
    for (std::int64_t i = 0; i < 60; ++i)
        for (const std::int8_t value : faces->attributes(i)) {
            CHECK((value == 1 || value == -1));
            positive += value == 1;
        }
    CHECK(positive > 60);
    const auto more = must_open("faces:80", preparation);
    CHECK(pixels(*more, 59) == pixels(*faces, 59));
    preparation.split = DataSplit::test;
    CHECK(pixels(*must_open("faces:60", preparation), 0) != pixels(*faces, 0));
    for (const char* wrong :
         {"faces:", "faces:0", "faces:-3", "faces:many", "faces:5x", "faces:99999999999999999999"}) {
        const auto dataset = open_dataset(wrong, preparation);
        REQUIRE(!dataset.ok());
        CHECK(dataset.error().code == ErrorCode::usage);
    }
}
