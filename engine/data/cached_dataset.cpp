#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/core/mapped_file.h"
#include "engine/data/cache.h"
#include "engine/data/cache_format.h"

namespace ganvas {
namespace {

/// Caches up to this size are read through when opened; of larger ones only the tables are.
constexpr std::uint64_t verified_pixel_bytes = std::uint64_t(128) << 20;

Error bad_cache(const Path& path, const char* what) {
    return {ErrorCode::bad_data, std::string("damaged cache: ") + what, path.string(), "it is written anew"};
}

/// Nothing but the map, the header and a few names is in memory of its own.
class CachedDataset final : public Dataset {
public:
    CachedDataset(MappedFile map, const CacheHeader& header, std::string source)
        : map_(std::move(map)), header_(header), source_(std::move(source)) {}

    /// The short lists from the JSON block; false when they do not fit the header.
    bool read_lists() {
        const auto bytes = map_.bytes().subspan(header_.json_offset);
        const auto json = nlohmann::json::parse(bytes.begin(), bytes.end(), nullptr, false);
        if (!json.is_object()) return false;
        try {
            fingerprint_ = json.at("fingerprint").get<std::string>();
            attribute_names_ = json.at("attribute_names").get<std::vector<std::string>>();
            class_names_ = json.at("class_names").get<std::vector<std::string>>();
            skipped_count_ = json.at("skipped_count").get<std::int64_t>();
            for (const auto& entry : json.at("skipped"))
                skipped_.push_back({entry.at(0).get<std::string>(), entry.at(1).get<std::string>()});
        } catch (const nlohmann::json::exception&) {
            return false;
        }
        return attribute_names_.size() == header_.attributes;
    }

    /// Whether every slot number is in range and, for small caches, every picture is the one that was written.
    [[nodiscard]] bool pictures_are_sound() const {
        const bool read_all = header_.slots * image_bytes() <= verified_pixel_bytes;
        const auto* hashes = table<std::uint64_t>(header_.hashes_offset);
        const auto* ends = table<std::uint64_t>(header_.name_ends_offset);
        const std::uint64_t name_bytes = header_.json_offset - header_.names_offset;
        for (std::uint64_t i = 0; i < header_.pictures; ++i) {
            if (table<std::uint32_t>(header_.tables_offset)[i] >= header_.slots) return false;
            if (ends[i] > name_bytes || (i > 0 && ends[i] < ends[i - 1])) return false;
            if (read_all && hash_of(image(static_cast<std::int64_t>(i))) != hashes[i]) return false;
        }
        return true;
    }

    std::int64_t size() const override { return static_cast<std::int64_t>(header_.pictures); }
    int channels() const override { return static_cast<int>(header_.channels); }
    int height() const override { return static_cast<int>(header_.height); }
    int width() const override { return static_cast<int>(header_.width); }
    std::span<const std::uint8_t> image(std::int64_t index) const override {
        const std::uint64_t slot = table<std::uint32_t>(header_.tables_offset)[index];
        return map_.bytes().subspan(CacheHeader::page + slot * image_bytes(), image_bytes());
    }
    bool whole() const override { return map_.whole(); }
    std::string image_name(std::int64_t index) const override {
        const auto* ends = table<std::uint64_t>(header_.name_ends_offset);
        const std::uint64_t start = index == 0 ? 0 : ends[index - 1];
        return {table<char>(header_.names_offset) + start, ends[index] - start};
    }
    std::span<const std::int8_t> attributes(std::int64_t index) const override {
        const auto* values = table<std::int8_t>(header_.attributes_offset);
        return {values + static_cast<std::uint64_t>(index) * header_.attributes, header_.attributes};
    }
    const std::vector<std::string>& attribute_names() const override { return attribute_names_; }
    int class_label(std::int64_t index) const override {
        if (!header_.has_labels) return -1;
        const std::int32_t label = table<std::int32_t>(header_.labels_offset)[index];
        return label >= 0 && label < static_cast<std::int32_t>(class_names_.size()) ? label : -1;
    }
    const std::vector<std::string>& class_names() const override { return class_names_; }
    const std::string& source() const override { return source_; }
    const std::string& fingerprint() const override { return fingerprint_; }
    std::int64_t skipped_count() const override { return skipped_count_; }
    const std::vector<SkippedFile>& skipped() const override { return skipped_; }

private:
    [[nodiscard]] std::uint64_t image_bytes() const {
        return header_.height * header_.width * header_.channels;
    }
    template <class T>
    [[nodiscard]] const T* table(std::uint64_t offset) const {
        return reinterpret_cast<const T*>(map_.bytes().data() + offset);
    }

    MappedFile map_;
    CacheHeader header_;
    std::string source_;
    std::string fingerprint_;
    std::vector<std::string> attribute_names_;
    std::vector<std::string> class_names_;
    std::vector<SkippedFile> skipped_;
    std::int64_t skipped_count_ = 0;
};

/// Whether each table lies inside the file, after the one before it, and has the length that the counts ask for.
bool offsets_are_sound(const CacheHeader& h) {
    constexpr std::uint64_t most = std::uint64_t(1) << 32;
    if (h.pictures == 0 || h.pictures > h.slots || h.slots >= most) return false;
    if (h.height == 0 || h.width == 0 || h.height > 16'384 || h.width > 16'384) return false;
    if ((h.channels != 1 && h.channels != 3) || h.attributes > 4096 || h.has_labels > 1) return false;
    const std::uint64_t pixels = h.height * h.width * h.channels; // < 2^30
    const std::uint64_t starts[] = {CacheHeader::page,   h.tables_offset, h.labels_offset,
                                    h.attributes_offset, h.hashes_offset, h.name_ends_offset,
                                    h.names_offset,      h.json_offset,   h.file_bytes};
    const std::uint64_t sizes[] = {h.slots * pixels,
                                   h.pictures * 4,
                                   h.has_labels * h.pictures * 4,
                                   h.pictures * h.attributes,
                                   h.pictures * 8,
                                   h.pictures * 8,
                                   0,
                                   0};
    for (int i = 0; i < 8; ++i) {
        if (starts[i] % 8 != 0 || starts[i] > h.file_bytes) return false;
        if (starts[i + 1] < starts[i] || starts[i + 1] - starts[i] < sizes[i]) return false;
    }
    return true;
}

} // namespace

Result<SharedDataset> open_cache(const Path& path, const std::string& key, const std::string& source) {
    auto map = MappedFile::open(path);
    if (!map) return map.error();
    const auto bytes = map->bytes();
    CacheHeader header;
    if (bytes.size() < CacheHeader::page) return bad_cache(path, "cut short");
    std::memcpy(&header, bytes.data(), sizeof(header));
    if (header.magic != CacheHeader::right_magic || header.version != CacheHeader().version)
        return bad_cache(path, "another format");
    if (header.header_checksum != header.checksum()) return bad_cache(path, "wrong checksum");
    if (header.key_hash != hash_of(key)) return bad_cache(path, "it belongs to another source");
    if (header.file_bytes != bytes.size()) return bad_cache(path, "cut short");
    if (!offsets_are_sound(header)) return bad_cache(path, "tables outside the file");
    if (header.tables_checksum != hash_of(bytes.subspan(header.tables_offset)))
        return bad_cache(path, "wrong checksum");
    auto dataset = std::make_shared<CachedDataset>(map.take(), header, source);
    if (!dataset->read_lists()) return bad_cache(path, "unreadable lists");
    if (!dataset->pictures_are_sound()) return bad_cache(path, "damaged pictures");
    return SharedDataset(std::move(dataset));
}

} // namespace ganvas
