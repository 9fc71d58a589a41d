/// Folders of small files for the data tests, and data sets opened from them. Single-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/image.h"
#include "engine/data/dataset.h"
#include "tests/unit/data/file_makers.h"

namespace ganvas::testing {

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

/// The source's own size and channels.
[[nodiscard]] Preparation as_is();
/// The same of one part.
[[nodiscard]] Preparation of_split(DataSplit split);
/// Opens or fails the test.
[[nodiscard]] SharedDataset must_open(const Path& source, const Preparation& preparation = as_is());
/// The error of a source that must not open.
[[nodiscard]] Error must_fail(const Path& source, const Preparation& preparation = as_is());
[[nodiscard]] Bytes pixels(const Dataset& dataset, std::int64_t index);
[[nodiscard]] std::vector<std::string> names(const Dataset& dataset);

} // namespace ganvas::testing
