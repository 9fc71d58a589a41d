/// Small files of every kind that the data tests read, made on the spot. Single-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/image.h"
#include "engine/data/dataset.h"

namespace ganvas::testing {

using Bytes = std::vector<std::uint8_t>;

/// A new folder, removed at the end; the cache of everything opened meanwhile lies in it too.
class DataFolder {
public:
    DataFolder();
    ~DataFolder();
    DataFolder(const DataFolder&) = delete;
    DataFolder& operator=(const DataFolder&) = delete;

    [[nodiscard]] const Path& path() const { return path_; }
    [[nodiscard]] Path cache() const { return cache_ / "data"; }
    /// Makes the folders in `name` too; gives the whole path.
    Path write(const std::string& name, const Bytes& bytes) const;
    Path write(const std::string& name, const std::string& text) const;
    [[nodiscard]] std::vector<Path> cache_files() const;

private:
    Path path_;
    Path cache_;
    std::string old_cache_;
};

enum class PictureFormat { png, jpeg, bmp };
[[nodiscard]] Bytes encode(const Image& image, PictureFormat format = PictureFormat::png);
/// One colour everywhere.
[[nodiscard]] Image flat(int width, int height, std::vector<int> colour);
/// Byte k is (seed + 37 k) mod 251: no two pixels alike nearby.
[[nodiscard]] Image patterned(int width, int height, int channels, int seed = 0);

enum class ArchiveFormat { tar, tar_gz, zip };
using Entries = std::vector<std::pair<std::string, Bytes>>;
[[nodiscard]] Bytes archive_of(const Entries& entries, ArchiveFormat format);

[[nodiscard]] Bytes gzip(const Bytes& bytes);
/// An IDX file of bytes with the given shape.
[[nodiscard]] Bytes idx(const std::vector<int>& shape, const Bytes& values);
[[nodiscard]] Bytes bytes_of(const std::string& text);

/// The source's own size and channels.
[[nodiscard]] Preparation as_is();
/// Opens or fails the test.
[[nodiscard]] SharedDataset must_open(const Path& source, const Preparation& preparation = as_is());
/// The error of a source that must not open.
[[nodiscard]] Error must_fail(const Path& source, const Preparation& preparation = as_is());
[[nodiscard]] Bytes pixels(const Dataset& dataset, std::int64_t index);
[[nodiscard]] std::vector<std::string> names(const Dataset& dataset);

} // namespace ganvas::testing
