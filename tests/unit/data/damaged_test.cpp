// Sources that are missing, empty, damaged or hostile: one clear line, or a named picture that is left out.
#include <doctest/doctest.h>

#include <algorithm>

#include "engine/data/celeba.h"
#include "tests/unit/data/data_support.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

bool mentions(const Error& error, const std::string& text) {
    return error.line().find(text) != std::string::npos;
}

bool skipped_because(const Dataset& dataset, const std::string& name, const std::string& reason) {
    return std::any_of(dataset.skipped().begin(), dataset.skipped().end(), [&](const SkippedFile& file) {
        return file.name == name && file.reason.find(reason) != std::string::npos;
    });
}

Bytes cut(Bytes bytes, std::size_t size) {
    bytes.resize(std::min(bytes.size(), size));
    return bytes;
}

} // namespace

TEST_CASE("missing and empty sources") {
    const DataFolder folder;
    CHECK(must_fail(folder.path() / "missing").code == ErrorCode::not_found);
    CHECK(must_fail(folder.path()).code == ErrorCode::bad_data);
    CHECK(mentions(must_fail(folder.write("empty.zip", Bytes{})), "empty file"));
    folder.write("only/notes.txt", std::string("words"));
    CHECK(mentions(must_fail(folder.path() / "only"), "no pictures"));
    CHECK(mentions(must_fail(folder.write("words.dat", std::string("some words"))), "not an archive"));
    CHECK(folder.cache_files().empty());
}

TEST_CASE("unreadable pictures are left out, counted and named; the others stay") {
    const DataFolder folder;
    const Bytes good = encode(patterned(16, 16, 3));
    folder.write("a-empty.png", Bytes{});
    folder.write("b-good.png", good);
    folder.write("c-short.png", cut(good, good.size() / 2));
    folder.write("d-short.jpg", cut(encode(patterned(16, 16, 3), PictureFormat::jpeg), 400));
    folder.write("e-words.jpg", std::string("this is no picture"));
    Bytes huge = good;
    huge[16] = huge[20] = 0;
    huge[18] = huge[22] = 0xea; // 60,000 pixels a side
    huge[19] = huge[23] = 0x60;
    folder.write("f-huge.png", huge);
    folder.write("g-good.png", good);
    const auto dataset = must_open(folder.path());
    CHECK(names(*dataset) == std::vector<std::string>{"b-good.png", "g-good.png"});
    CHECK(pixels(*dataset, 1) == patterned(16, 16, 3).pixels);
    CHECK(dataset->skipped_count() == 5);
    CHECK(skipped_because(*dataset, "a-empty.png", "empty"));
    CHECK(skipped_because(*dataset, "c-short.png", "cut short"));
    CHECK(skipped_because(*dataset, "d-short.jpg", "cut short"));
    CHECK(skipped_because(*dataset, "e-words.jpg", "not a PNG"));
    CHECK(skipped_because(*dataset, "f-huge.png", "60000x60000"));
    // From the cache the same story.
    CHECK(must_open(folder.path())->skipped_count() == 5);
}

TEST_CASE("a source with no readable picture left is an error with the reason") {
    const DataFolder folder;
    folder.write("a.png", Bytes{});
    folder.write("b.png", std::string("words"));
    const Error error = must_fail(folder.path());
    CHECK(error.code == ErrorCode::bad_data);
    CHECK(mentions(error, "2 skipped"));
    CHECK(mentions(error, "a.png: empty file"));
    CHECK(folder.cache_files().empty());
}

TEST_CASE("names that lead out of an archive are refused and never opened") {
    const DataFolder folder;
    const Bytes picture = encode(flat(4, 4, {1, 2, 3}));
    const Path archive = folder.write("bad.tar", archive_of({{"../evil.png", picture},
                                                             {"a/../../evil.png", picture},
                                                             {"/tmp/evil.png", picture},
                                                             {"good.png", picture}},
                                                            ArchiveFormat::tar));
    const auto dataset = must_open(archive);
    CHECK(names(*dataset) == std::vector<std::string>{"good.png"});
    CHECK(dataset->skipped_count() == 3);
    CHECK(skipped_because(*dataset, "../evil.png", "outside"));
    CHECK_FALSE(std::filesystem::exists(folder.path().parent_path() / "evil.png"));
    const Error error =
        must_fail(folder.write("worse.zip", archive_of({{"../evil.png", picture}}, ArchiveFormat::zip)));
    CHECK(mentions(error, "outside the archive"));
}

TEST_CASE("damaged archives: what is whole is used, what is not is named") {
    const DataFolder folder;
    Entries entries;
    for (int i = 0; i < 4; ++i)
        entries.push_back({std::to_string(i) + ".png", encode(patterned(40, 40, 3, i))});
    entries.push_back({"zero.png", {}});
    const Bytes tar = archive_of(entries, ArchiveFormat::tar);
    const auto dataset =
        must_open(folder.write("short.tar", cut(tar, 512 * 2 + entries[0].second.size() * 2 + 512)));
    CHECK(dataset->size() >= 1);
    CHECK(dataset->skipped_count() >= 1);
    CHECK(pixels(*dataset, 0) == patterned(40, 40, 3, 0).pixels);
    const auto whole = must_open(folder.write("whole.tar", tar));
    CHECK(whole->size() == 4);
    CHECK(skipped_because(*whole, "zero.png", "empty"));

    CHECK(must_fail(folder.write("words.zip", std::string("no archive at all"))).code == ErrorCode::bad_data);
    CHECK(must_fail(folder.write("words.tar.gz", std::string("no archive at all"))).code
          == ErrorCode::bad_data);
    // Whatever is cut off, it ends in a data set or an error.
    const Bytes zip = archive_of(entries, ArchiveFormat::zip),
                packed = archive_of(entries, ArchiveFormat::tar_gz);
    for (std::size_t part = 1; part < 8; ++part) {
        for (const auto& [name, bytes] :
             {std::pair<std::string, const Bytes&>("part.zip", zip), {"part.tgz", packed}}) {
            const auto result =
                open_dataset(folder.write(name, cut(bytes, bytes.size() * part / 8)).string(), as_is());
            if (result)
                CHECK((*result)->skipped_count() >= 1);
            else
                CHECK(result.error().code == ErrorCode::bad_data);
        }
    }
}

TEST_CASE("a CelebA file with wrong counts") {
    const DataFolder folder;
    for (const char* name : {"a", "b", "c"})
        folder.write(std::string("img/") + name + ".png", encode(flat(4, 4, {5, 6, 7})));
    const auto with_list = [&](const std::string& text) { folder.write("list_attr_celeba.txt", text); };

    SUBCASE("the number of rows") {
        with_list("202599\nSmiling Male\na.jpg 1 -1\nb.jpg 1 1\nc.jpg -1 -1\n");
        const auto dataset = must_open(folder.path());
        CHECK(dataset->size() == 3);
        CHECK(skipped_because(*dataset, "list_attr_celeba.txt", "says 202599 pictures and has 3 rows"));
        CHECK(dataset->skipped_count() == 0); // every picture is there
    }
    SUBCASE("the values in a row") {
        with_list("3\nSmiling Male\na.jpg 1 -1\nb.jpg 1\nc.jpg -1 oops\n");
        const auto dataset = must_open(folder.path());
        CHECK(names(*dataset) == std::vector<std::string>{"img/a.png"});
        CHECK(skipped_because(*dataset, "list_attr_celeba.txt", "line 4 has 1 values for 2 attributes"));
        CHECK(skipped_because(*dataset, "list_attr_celeba.txt", "line 5 has a value that is not 1 or -1"));
        CHECK(skipped_because(*dataset, "img/b.png", "no usable row"));
        CHECK(dataset->skipped_count() == 2); // pictures, not what was said of them
    }
    SUBCASE("every row") {
        with_list("3\nSmiling\na.jpg 1 -1\nb.jpg 1 1\nc.jpg -1 -1\n");
        const Error error = must_fail(folder.path());
        CHECK(error.code == ErrorCode::bad_data);
        CHECK(mentions(error, "line 3 has 2 values for 1 attributes"));
    }
    SUBCASE("no count, no rows, nothing") {
        for (const char* text : {"word\nSmiling\na.jpg 1\n", "3\nSmiling\n", "3\n", "", "\n\n\n"}) {
            with_list(text);
            CHECK(must_fail(folder.path()).code == ErrorCode::bad_data);
        }
    }
    SUBCASE("a picture without a row") {
        with_list("2\nSmiling\na.jpg 1\nc.jpg -1\n");
        const auto dataset = must_open(folder.path());
        CHECK(names(*dataset) == std::vector<std::string>{"img/a.png", "img/c.png"});
        CHECK(skipped_because(*dataset, "img/b.png", "no usable row"));
    }
}

TEST_CASE("what write_attribute_list writes is what is read") {
    const std::vector<std::int8_t> values{1, -1, -1, 1};
    const auto list =
        parse_attribute_list(write_attribute_list({"A", "B"}, {"1.png", "2.png"}, values), "list");
    REQUIRE(list.ok());
    CHECK(list->names == std::vector<std::string>{"A", "B"});
    CHECK(list->values == values);
    CHECK(list->rows.at("2") == 1);
    CHECK(list->notices.empty());
}

TEST_CASE("IDX with a wrong magic or size") {
    const DataFolder folder;
    const Bytes good = idx({2, 2, 2}, Bytes(8, 1));
    const auto refused = [&](Bytes bytes, const std::string& reason) {
        for (const char* name : {"x-images-idx3-ubyte", "x-images-idx3-ubyte.gz"}) {
            const Error error =
                must_fail(folder.write(name, std::string(name).ends_with(".gz") ? gzip(bytes) : bytes));
            CAPTURE(error.line());
            CHECK(error.code == ErrorCode::bad_data);
            CHECK(mentions(error, reason));
            std::filesystem::remove(folder.path() / name);
        }
    };
    Bytes magic = good;
    magic[0] = 9;
    refused(magic, "wrong magic");
    Bytes floats = good;
    floats[2] = 0x0d;
    refused(floats, "another type");
    refused(cut(good, good.size() - 1), "wrong size");
    Bytes longer = good;
    longer.push_back(0);
    refused(longer, "wrong size");
    refused(cut(good, 9), "cut short");
    refused(idx({2'000'000'000, 2'000'000'000, 2'000'000'000}, {}), "larger than 2 GB");
    refused(idx({60'000, 28, 28}, Bytes(100, 1)), "wrong size");
    refused(idx({0, 28, 28}, {}), "size zero");
    refused(idx({8}, Bytes(8, 1)), "does not hold pictures");

    CHECK(mentions(must_fail(folder.write("y-images-idx3-ubyte.gz", cut(gzip(good), 25))), "cut short"));
    folder.write("y-images-idx3-ubyte.gz", gzip(good));
    folder.write("y-labels-idx1-ubyte", idx({3}, {0, 1, 2}));
    CHECK(mentions(must_fail(folder.path() / "y-images-idx3-ubyte.gz"), "2 pictures and 3 labels"));
}

TEST_CASE("CIFAR with a wrong size or class") {
    const DataFolder folder;
    folder.write("data_batch_1.bin", Bytes(3073 + 5, 1));
    CHECK(mentions(must_fail(folder.path()), "3073-byte records"));
    folder.write("data_batch_1.bin", Bytes(3073, 77));
    CHECK(mentions(must_fail(folder.path()), "class 77"));
    folder.write("data_batch_1.bin", Bytes{});
    CHECK(mentions(must_fail(folder.path()), "wrong size"));
}

TEST_CASE("preparations out of range") {
    const DataFolder folder;
    folder.write("a.png", encode(flat(4, 4, {1, 2, 3})));
    for (const auto& [size, channels] : {std::pair{-1, 3}, {100'000, 3}, {8, 2}, {8, 4}}) {
        Preparation preparation;
        preparation.size = size;
        preparation.channels = channels;
        const auto dataset = open_dataset(folder.path().string(), preparation);
        REQUIRE(!dataset.ok());
        CHECK(dataset.error().code == ErrorCode::usage);
    }
}
