/// The cache file of a prepared data set: pictures as the models see them, with names and labels, ready to be mapped.
///
/// Layout: a header of 64-bit words, the pixels of all slots at the next page, then slot numbers, labels, attributes,
/// picture hashes, names and a JSON block. Written under a temporary name by one CacheWriter, synced, renamed.
/// open_cache trusts nothing: sizes, offsets and checksums are verified before the map is used, and any fault is an
/// error, which callers answer by writing the cache anew.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/core/file_calls.h"
#include "engine/core/files.h"
#include "engine/core/result.h"
#include "engine/data/dataset.h"
#include "engine/data/source.h"

namespace ganvas {

/// Height, width and channels of every picture in the cache.
struct PictureShape {
    int height = 0;
    int width = 0;
    int channels = 0;
    [[nodiscard]] std::size_t bytes() const { return static_cast<std::size_t>(height) * width * channels; }
    bool operator==(const PictureShape&) const = default;
};

/// What became of the pictures that were selected from a source.
struct BuildOutcome {
    std::span<const std::int64_t> selection; ///< slot -> picture of the source
    std::vector<std::uint8_t> written;       ///< slot -> whether its pixels are there
    std::vector<std::uint64_t> hashes;       ///< slot -> hash of its pixels
    std::vector<SkippedFile> skipped;        ///< all, in order
};

class CacheWriter {
public:
    /// Space for `slots` pictures beside `path`, under a temporary name.
    [[nodiscard]] static Result<CacheWriter> create(const Path& path, const PictureShape& shape,
                                                    std::int64_t slots);
    CacheWriter(CacheWriter&& other) noexcept;
    CacheWriter& operator=(CacheWriter&&) = delete;
    ~CacheWriter(); ///< removes the temporary file when finish() was not reached

    /// Any thread; each slot once.
    [[nodiscard]] Result<void> write(std::int64_t slot, std::span<const std::uint8_t> pixels) const;
    /// Everything else, then the rename. `key` comes back only to who opens with the same.
    [[nodiscard]] Result<void> finish(const std::string& key, const SourceTable& table,
                                      const BuildOutcome& outcome);

private:
    CacheWriter(Path path, Path temporary, FileDescriptor file, const PictureShape& shape,
                std::int64_t slots);
    [[nodiscard]] Result<void> write_at(std::uint64_t offset, std::span<const std::uint8_t> bytes) const;
    [[nodiscard]] Result<void> commit();

    Path path_;
    Path temporary_; ///< empty once it is in place
    FileDescriptor file_;
    PictureShape shape_;
    std::int64_t slots_ = 0;
};

/// Maps and verifies. `source` is what the user wrote.
[[nodiscard]] Result<SharedDataset> open_cache(const Path& path, const std::string& key,
                                               const std::string& source);

} // namespace ganvas
