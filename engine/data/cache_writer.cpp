#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/data/cache.h"
#include "engine/data/cache_format.h"
#include "engine/data/celeba.h"

namespace ganvas {
namespace {

constexpr std::size_t most_skipped = 1000;

Error cache_error(const Path& path, int number) {
    return {ErrorCode::io, std::string("cannot write the cache: ") + std::strerror(number), path.string(),
            number == ENOSPC || number == EDQUOT || number == EFBIG
                ? "make room, or set GANVAS_CACHE to a folder on a larger disk"
                : "set GANVAS_CACHE to a folder that can be written"};
}

/// Removes temporary files whose process was killed.
void remove_leftovers(const Path& folder) {
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
        const std::string name = entry.path().filename().string();
        const auto at = name.rfind(".partial.");
        if (at == std::string::npos) continue;
        const auto process = static_cast<pid_t>(std::atol(name.c_str() + at + 9));
        if (process > 0 && kill(process, 0) != 0 && errno == ESRCH)
            std::filesystem::remove(entry.path(), failure);
    }
}

/// Appends plain values, 8-byte aligned after each block.
class Tables {
public:
    template <class T>
    std::uint64_t add(const std::vector<T>& values) {
        return add_bytes(reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T));
    }
    std::uint64_t add(const std::string& text) {
        return add_bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    }
    [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }

private:
    std::uint64_t add_bytes(const std::uint8_t* data, std::size_t size) {
        bytes_.resize((bytes_.size() + 7) / 8 * 8);
        const std::uint64_t offset = bytes_.size();
        bytes_.insert(bytes_.end(), data, data + size);
        return offset;
    }
    std::vector<std::uint8_t> bytes_;
};

std::string describe(const SourceTable& table, const BuildOutcome& outcome, const std::string& fingerprint) {
    nlohmann::json json;
    json["fingerprint"] = fingerprint;
    json["attribute_names"] = table.attribute_names;
    json["class_names"] = table.class_names;
    json["skipped_count"] = outcome.skipped.size()
                            - static_cast<std::size_t>(
                                std::count_if(outcome.skipped.begin(), outcome.skipped.end(), is_about_list));
    json["skipped"] = nlohmann::json::array();
    for (std::size_t i = 0; i < std::min(outcome.skipped.size(), most_skipped); ++i)
        json["skipped"].push_back({outcome.skipped[i].name, outcome.skipped[i].reason});
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace

Result<CacheWriter> CacheWriter::create(const Path& path, const PictureShape& shape, std::int64_t slots) {
    if (auto made = make_folder(path.parent_path()); !made) {
        Error error = made.error();
        error.code = ErrorCode::io;
        error.hint = "set GANVAS_CACHE to a folder that can be written";
        return error;
    }
    remove_leftovers(path.parent_path());
    std::error_code failure;
    const auto space = std::filesystem::space(path.parent_path(), failure);
    if (!failure
        && static_cast<double>(shape.bytes()) * static_cast<double>(slots)
               > static_cast<double>(space.available))
        return cache_error(path, ENOSPC);
    // Several may prepare the same data at once, in one process too, so every name is a new one.
    static std::atomic<unsigned> counter{0};
    FileDescriptor file;
    Path temporary;
    int code = EEXIST;
    while (code == EEXIST) {
        temporary = path;
        temporary += "." + std::to_string(counter++) + ".partial." + std::to_string(getpid());
        code = open_file(file, temporary, O_RDWR | O_CREAT | O_EXCL, 0600);
    }
    if (code != 0) return cache_error(path, code);
    return CacheWriter(path, temporary, std::move(file), shape, slots);
}

CacheWriter::CacheWriter(Path path, Path temporary, FileDescriptor file, const PictureShape& shape,
                         std::int64_t slots)
    : path_(std::move(path)), temporary_(std::move(temporary)), file_(std::move(file)), shape_(shape),
      slots_(slots) {}

CacheWriter::CacheWriter(CacheWriter&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, {})),
      file_(std::move(other.file_)), shape_(other.shape_), slots_(other.slots_) {}

CacheWriter::~CacheWriter() {
    if (!temporary_.empty()) (void)remove_file(temporary_);
}

Result<void> CacheWriter::write_at(std::uint64_t offset, std::span<const std::uint8_t> bytes) const {
    if (const int code = write_all_at(file_, bytes, static_cast<off_t>(offset)); code != 0)
        return cache_error(path_, code);
    return {};
}

Result<void> CacheWriter::write(std::int64_t slot, std::span<const std::uint8_t> pixels) const {
    return write_at(CacheHeader::page + static_cast<std::uint64_t>(slot) * shape_.bytes(), pixels);
}

/// What is in the temporary becomes the cache.
Result<void> CacheWriter::commit() {
    const int synced = sync_file(file_);
    const int closed = close_written(file_);
    if (synced != 0 || closed != 0) return cache_error(path_, synced != 0 ? synced : closed);
    if (const int code = rename_file(temporary_, path_); code != 0) return cache_error(path_, code);
    temporary_.clear();
    return {};
}

Result<void> CacheWriter::finish(const std::string& key, const SourceTable& table,
                                 const BuildOutcome& outcome) {
    const std::size_t columns = table.attribute_names.size();
    std::vector<std::uint32_t> slots;
    std::vector<std::int32_t> labels;
    std::vector<std::int8_t> attributes;
    std::vector<std::uint64_t> hashes, name_ends;
    std::string names;
    for (std::size_t slot = 0; slot < outcome.written.size(); ++slot) {
        if (!outcome.written[slot]) continue;
        const auto picture = static_cast<std::size_t>(outcome.selection[slot]);
        slots.push_back(static_cast<std::uint32_t>(slot));
        if (!table.labels.empty()) labels.push_back(table.labels[picture]);
        const auto row = table.attributes.begin() + static_cast<std::ptrdiff_t>(picture * columns);
        attributes.insert(attributes.end(), row, row + static_cast<std::ptrdiff_t>(columns));
        hashes.push_back(outcome.hashes[slot]);
        names += table.names[picture];
        name_ends.push_back(names.size());
    }
    CacheHeader header;
    header.key_hash = hash_of(key);
    header.pictures = slots.size();
    header.slots = static_cast<std::uint64_t>(slots_);
    header.height = static_cast<std::uint64_t>(shape_.height);
    header.width = static_cast<std::uint64_t>(shape_.width);
    header.channels = static_cast<std::uint64_t>(shape_.channels);
    header.attributes = columns;
    header.has_labels = labels.empty() ? 0 : 1;
    const std::uint64_t end = CacheHeader::page + header.slots * shape_.bytes();
    header.tables_offset = (end + CacheHeader::page - 1) / CacheHeader::page * CacheHeader::page;

    // What the pictures and labels are, wherever the files lie and whenever they were written.
    ContentHash content;
    for (const std::uint64_t word : {header.pictures, header.height, header.width, header.channels})
        content.add(word);
    for (const std::uint64_t word : hashes) content.add(word);
    content.add(
        std::span(reinterpret_cast<const std::uint8_t*>(labels.data()), labels.size() * sizeof(labels[0])));
    content.add(std::span(reinterpret_cast<const std::uint8_t*>(attributes.data()), attributes.size()));
    for (const auto& name : table.attribute_names) content.add(std::string_view(name));

    Tables tables;
    tables.add(slots);
    header.labels_offset = header.tables_offset + tables.add(labels);
    header.attributes_offset = header.tables_offset + tables.add(attributes);
    header.hashes_offset = header.tables_offset + tables.add(hashes);
    header.name_ends_offset = header.tables_offset + tables.add(name_ends);
    header.names_offset = header.tables_offset + tables.add(names);
    header.json_offset = header.tables_offset + tables.add(describe(table, outcome, content.hex()));
    header.file_bytes = header.tables_offset + tables.bytes().size();
    header.tables_checksum = hash_of(tables.bytes());
    header.header_checksum = header.checksum();

    if (auto done = write_at(header.tables_offset, tables.bytes()); !done) return done;
    const std::span head(reinterpret_cast<const std::uint8_t*>(&header), sizeof(header));
    if (auto done = write_at(0, head); !done) return done;
    return commit();
}

} // namespace ganvas
