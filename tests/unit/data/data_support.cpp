#include "tests/unit/data/data_support.h"

#include <archive.h>
#include <archive_entry.h>
#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wshadow"
#include <stb_image_write.h>
#pragma GCC diagnostic pop

namespace ganvas::testing {

DataFolder::DataFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "ganvas-data-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    // Two levels down: nothing that lies in the common temporary folder is "above" the sources.
    path_ = Path(name) / "files" / "source";
    cache_ = Path(name) / "cache";
    std::filesystem::create_directories(path_);
    if (const char* old = std::getenv("GANVAS_CACHE")) old_cache_ = old;
    setenv("GANVAS_CACHE", cache_.c_str(), 1);
}

DataFolder::~DataFolder() {
    std::error_code none;
    std::filesystem::remove_all(cache_.parent_path(), none);
    if (old_cache_.empty())
        unsetenv("GANVAS_CACHE");
    else
        setenv("GANVAS_CACHE", old_cache_.c_str(), 1);
}

Path DataFolder::write(const std::string& name, const Bytes& bytes) const {
    const Path path = path_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    REQUIRE(file.good());
    return path;
}

Path DataFolder::write(const std::string& name, const std::string& text) const {
    return write(name, bytes_of(text));
}

std::vector<Path> DataFolder::cache_files() const {
    std::vector<Path> out;
    if (!std::filesystem::exists(cache())) return out;
    for (const auto& entry : std::filesystem::directory_iterator(cache())) out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}

Bytes encode(const Image& image, PictureFormat format) {
    Bytes out;
    const auto append = [](void* context, void* data, int size) {
        auto& bytes = *static_cast<Bytes*>(context);
        const auto* start = static_cast<const std::uint8_t*>(data);
        bytes.insert(bytes.end(), start, start + size);
    };
    const auto& [width, height, channels, pixels] = image;
    if (format == PictureFormat::png)
        REQUIRE(
            stbi_write_png_to_func(append, &out, width, height, channels, pixels.data(), width * channels));
    else if (format == PictureFormat::jpeg)
        REQUIRE(stbi_write_jpg_to_func(append, &out, width, height, channels, pixels.data(), 95));
    else
        REQUIRE(stbi_write_bmp_to_func(append, &out, width, height, channels, pixels.data()));
    return out;
}

Image flat(int width, int height, std::vector<int> colour) {
    Image image(width, height, static_cast<int>(colour.size()));
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = static_cast<std::uint8_t>(colour[i % colour.size()]);
    return image;
}

Image patterned(int width, int height, int channels, int seed) {
    Image image(width, height, channels);
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = static_cast<std::uint8_t>((static_cast<std::size_t>(seed) + i * 37) % 251);
    return image;
}

Bytes archive_of(const Entries& entries, ArchiveFormat format) {
    Bytes out(1 << 20);
    std::size_t used = 0;
    for (const auto& entry : entries) out.resize(out.size() + entry.second.size() + 4096);
    archive* writer = archive_write_new();
    if (format == ArchiveFormat::zip)
        archive_write_set_format_zip(writer);
    else
        archive_write_set_format_pax_restricted(writer);
    if (format == ArchiveFormat::tar_gz) archive_write_add_filter_gzip(writer);
    REQUIRE(archive_write_open_memory(writer, out.data(), out.size(), &used) == ARCHIVE_OK);
    for (const auto& [name, bytes] : entries) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, name.c_str());
        archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        REQUIRE(archive_write_header(writer, entry) == ARCHIVE_OK);
        if (!bytes.empty()) REQUIRE(archive_write_data(writer, bytes.data(), bytes.size()) > 0);
        archive_entry_free(entry);
    }
    REQUIRE(archive_write_close(writer) == ARCHIVE_OK);
    archive_write_free(writer);
    out.resize(used);
    return out;
}

Bytes gzip(const Bytes& bytes) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    Bytes out(deflateBound(&stream, bytes.size()));
    stream.next_in = const_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

Bytes idx(const std::vector<int>& shape, const Bytes& values) {
    Bytes out{0, 0, 8, static_cast<std::uint8_t>(shape.size())};
    for (const int extent : shape)
        for (int shift = 24; shift >= 0; shift -= 8)
            out.push_back(static_cast<std::uint8_t>(extent >> shift));
    out.insert(out.end(), values.begin(), values.end());
    return out;
}

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

Preparation as_is() {
    Preparation preparation;
    preparation.size = 0;
    preparation.channels = 0;
    return preparation;
}

SharedDataset must_open(const Path& source, const Preparation& preparation) {
    auto dataset = open_dataset(source.string(), preparation);
    const std::string line = dataset ? "" : dataset.error().line();
    INFO(line);
    REQUIRE(dataset.ok());
    return dataset.take();
}

Error must_fail(const Path& source, const Preparation& preparation) {
    auto dataset = open_dataset(source.string(), preparation);
    REQUIRE(!dataset.ok());
    CHECK(dataset.error().line().find(source.filename().string()) != std::string::npos);
    CHECK_FALSE(dataset.error().hint.empty());
    return dataset.error();
}

Bytes pixels(const Dataset& dataset, std::int64_t index) {
    const auto span = dataset.image(index);
    return {span.begin(), span.end()};
}

std::vector<std::string> names(const Dataset& dataset) {
    std::vector<std::string> out;
    for (std::int64_t i = 0; i < dataset.size(); ++i) out.push_back(dataset.image_name(i));
    return out;
}

} // namespace ganvas::testing
