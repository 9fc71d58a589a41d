// Files that were made to harm: a few bytes that claim, unpack to, or point at far more.
#include <algorithm>

#include <archive.h>
#include <archive_entry.h>
#include <doctest/doctest.h>

#include "engine/data/celeba.h"
#include "engine/data/idx.h"
#include "engine/data/image_codec.h"
#include "engine/data/picture_memory.h"
#include "tests/unit/data/data_support.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

std::string failure(const Bytes& bytes) {
    const auto image = decode_image(bytes);
    return image ? "decoded" : image.error().what;
}

/// A grey PNG of this size with as many bytes of rows as asked for.
Bytes png(std::uint32_t width, std::uint32_t height, std::size_t rows) {
    return png_of(width, height, 0, 8, Bytes(rows, 0));
}

/// A segment with one Huffman table: `codes` codes of each of so many lengths, the first of them `shortest` bits.
Bytes tables(std::uint8_t codes, std::size_t lengths, std::size_t shortest = 1) {
    Bytes content{0x10};
    for (std::size_t k = 1; k <= 16; ++k)
        content.push_back(k >= shortest && k < shortest + lengths ? codes : std::uint8_t(0));
    content.resize(content.size() + codes * lengths, 1);
    Bytes out{0xff, 0xc4, static_cast<std::uint8_t>((content.size() + 2) >> 8),
              static_cast<std::uint8_t>(content.size() + 2)};
    out.insert(out.end(), content.begin(), content.end());
    return out;
}

Bytes with(Bytes file, std::size_t at, const Bytes& piece) {
    file.insert(file.begin() + static_cast<std::ptrdiff_t>(at), piece.begin(), piece.end());
    return file;
}

std::size_t find_marker(const Bytes& jpeg, std::uint8_t marker) {
    for (std::size_t at = 2; at + 1 < jpeg.size(); ++at)
        if (jpeg[at] == 0xff && jpeg[at + 1] == marker) return at;
    return 0;
}

} // namespace

TEST_CASE("a JPEG's tables of more codes than there can be never reach the decoder") {
    const Bytes sound = encode(patterned(16, 16, 3), PictureFormat::jpeg);
    REQUIRE(failure(sound) == "decoded");
    // Sixteen lengths with 255 codes each fill sixteen times the decoder's table.
    const Bytes hostile = tables(255, 16);
    const Bytes before = with(sound, 2, hostile), between = with(sound, sound.size() - 2, hostile);
    CHECK(failure(before) == "damaged JPEG");
    CHECK(failure(between) == "damaged JPEG");
    CHECK_FALSE(probe_image(before).ok());                          // the header is read by the same decoder
    CHECK(failure(with(sound, 2, tables(128, 2, 8))) == "decoded"); // 256 are as many as there can be
    Bytes cut_off(before.begin(), before.begin() + 40);
    CHECK_FALSE(probe_image(cut_off).ok());
}

TEST_CASE("a picture of one pixel whose data unpack to 64 megabytes is refused on the way") {
    CHECK(failure(png(1, 1, 2)) == "decoded");
    CHECK(failure(png(1, 1, std::size_t(64) << 20)).starts_with("damaged picture"));
}

TEST_CASE("a small file cannot claim a large picture") {
    Bytes jpeg = encode(patterned(16, 16, 3), PictureFormat::jpeg);
    const std::size_t frame = find_marker(jpeg, 0xc0);
    REQUIRE(frame > 0);
    jpeg[frame + 5] = jpeg[frame + 7] = 0x1f; // 8,000 pixels a side
    CHECK(failure(jpeg) == "cut short");
    CHECK(failure(png(8000, 8000, 8001)) == "cut short");
    // A flat picture that compresses as well as any does is still a picture.
    CHECK(failure(encode(flat(2000, 2000, {7, 7, 7}))) == "decoded");
    CHECK(failure(encode(flat(2000, 2000, {7, 7, 7}), PictureFormat::jpeg)) == "decoded");
}

TEST_CASE("the decoder's memory has a limit and nothing of the program's in it") {
    const PictureMemory memory(1000);
    auto* block = static_cast<unsigned char*>(PictureMemory::take(600));
    REQUIRE(block != nullptr);
    for (int k = 0; k < 600; ++k) CHECK(block[k] == 0);
    CHECK(PictureMemory::take(600) == nullptr);
    block[5] = 9;
    CHECK(PictureMemory::resize(block, 900)
          == nullptr); // both would be held for a moment; the first one stays
    PictureMemory::give_back(block);
    block = static_cast<unsigned char*>(PictureMemory::take(200));
    REQUIRE(block != nullptr);
    block[5] = 9;
    auto* larger = static_cast<unsigned char*>(PictureMemory::resize(block, 400));
    REQUIRE(larger != nullptr);
    CHECK(larger[5] == 9);
    CHECK(larger[399] == 0);
    PictureMemory::give_back(larger);
    PictureMemory::give_back(nullptr);
}

TEST_CASE("an IDX file cannot promise more than its packed bytes make, nor millions of tiny pictures") {
    const auto parsed = [](const Bytes& bytes) {
        const auto array = parse_idx(own_bytes(bytes), "a");
        return array ? std::string("parsed") : array.error().what;
    };
    CHECK(parsed(gzip(idx({2000, 28, 28}, Bytes(2000 * 28 * 28, 0)))) == "parsed"); // as packed as gzip gets
    CHECK(parsed(gzip(idx({2'000'000, 28, 28}, Bytes(100, 0)))).starts_with("wrong size"));
    CHECK(parsed(idx({10'000'001}, Bytes(10'000'001, 0))).find("ten million") != std::string::npos);
}

TEST_CASE("an archive's entry with holes is left out and named") {
    Bytes out(1 << 16);
    std::size_t used = 0;
    archive* writer = archive_write_new();
    archive_write_set_format_pax(writer);
    REQUIRE(archive_write_open_memory(writer, out.data(), out.size(), &used) == ARCHIVE_OK);
    const Bytes picture = encode(patterned(4, 4, 3));
    archive_entry* entry = archive_entry_new();
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_pathname(entry, "a-holes.png");
    archive_entry_set_size(entry, 200'000'000);
    archive_entry_sparse_add_entry(entry, 100'000'000, 10);
    REQUIRE(archive_write_header(writer, entry) == ARCHIVE_OK);
    // The writer is given the whole file and keeps the ten bytes.
    const Bytes zeros(1 << 20, 0);
    for (std::size_t left = 200'000'000; left > 0;) {
        const std::size_t piece = std::min(left, zeros.size());
        REQUIRE(archive_write_data(writer, zeros.data(), piece) >= 0);
        left -= piece;
    }
    archive_entry_clear(entry);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_pathname(entry, "b.png");
    archive_entry_set_size(entry, static_cast<la_int64_t>(picture.size()));
    REQUIRE(archive_write_header(writer, entry) == ARCHIVE_OK);
    REQUIRE(archive_write_data(writer, picture.data(), picture.size()) > 0);
    archive_entry_free(entry);
    REQUIRE(archive_write_close(writer) == ARCHIVE_OK);
    archive_write_free(writer);
    out.resize(used);
    const DataFolder folder;
    const auto dataset = must_open(folder.write("a.tar", out));
    CHECK(names(*dataset) == std::vector<std::string>{"b.png"});
    REQUIRE(dataset->skipped().size() == 1);
    CHECK(dataset->skipped()[0].name == "a-holes.png");
    CHECK(dataset->skipped()[0].reason == "stored with holes");
}

TEST_CASE("a list with a line of a million words is refused, not split") {
    std::string wide;
    for (int k = 0; k < 1'000'000; ++k) wide += "a ";
    const auto list = parse_attribute_list("1\n" + wide + "\n", "list_attr_celeba.txt");
    REQUIRE_FALSE(list.ok());
    CHECK(list.error().what == "more than 4096 attributes");
    CHECK(parse_partition_list(wide + "\n1.jpg 2\n").size() == 1);
}
