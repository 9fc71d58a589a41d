/// The files of a source, in a folder or in an archive, as one flat list of names.
///
/// Made and used by one thread, except what `stream` hands out, which any thread may run. Names are relative, with
/// '/', and are only ever compared and shown: nothing is written to or opened by a name that came out of an archive.
/// A folder is listed recursively (links to folders too, 32 levels deep), hidden files left out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/progress.h"
#include "engine/core/result.h"
#include "engine/data/dataset.h"

namespace ganvas {

struct TreeFile {
    std::string name;
    std::uint64_t size = 0; ///< bytes, as the listing says
};

/// A whole file's bytes with whatever keeps them alive (a memory map, a buffer).
struct FileBytes {
    std::shared_ptr<const void> owner;
    std::span<const std::uint8_t> bytes;
};

[[nodiscard]] FileBytes own_bytes(std::vector<std::uint8_t> bytes);

class FileTree {
public:
    virtual ~FileTree() = default;

    [[nodiscard]] const std::vector<TreeFile>& files() const { return files_; }
    /// Entries that are left out, with the reason: names that lead outside, encrypted parts, an early end.
    [[nodiscard]] const std::vector<SkippedFile>& rejected() const { return rejected_; }

    /// The contents of a few files (indices into files()), in the order asked for. `limit` bounds their sum in bytes.
    [[nodiscard]] virtual Result<std::vector<FileBytes>> read(std::span<const std::size_t> indices,
                                                              std::size_t limit) = 0;

    using Contents = std::function<Result<FileBytes>()>;
    /// Called with a file's index, about how many bytes it holds in memory until Contents has run, and its contents;
    /// false ends the stream.
    using Receive = std::function<bool(std::size_t index, std::size_t cost, Contents contents)>;
    /// Offers each wanted file once, in the tree's own order; files larger than `file_limit` as an error.
    [[nodiscard]] virtual Result<void> stream(std::span<const std::size_t> indices, std::size_t file_limit,
                                              const Receive& receive) = 0;

protected:
    std::vector<TreeFile> files_;
    std::vector<SkippedFile> rejected_;
};

/// A folder's files, sorted by name.
[[nodiscard]] Result<std::unique_ptr<FileTree>> open_folder_tree(const Path& folder,
                                                                 const Progress& progress);
/// Some files of one folder.
[[nodiscard]] std::unique_ptr<FileTree> make_file_list(const Path& folder,
                                                       const std::vector<std::string>& names);
/// The files in a zip or tar archive (gzip, bzip2, xz or zstd around it), in the archive's order.
[[nodiscard]] Result<std::unique_ptr<FileTree>> open_archive_tree(const Path& archive,
                                                                  const Progress& progress);

/// Whether the name looks like an archive that open_archive_tree reads.
[[nodiscard]] bool is_archive_name(const std::string& name);

/// A hash of the names, sizes and times of a folder's files (recursive) or of one file: the source's state, quickly.
[[nodiscard]] Result<std::string> source_state(const Path& path, const Progress& progress);

/// Lower-case ending with its dot (".png"), or "".
[[nodiscard]] std::string ending(std::string_view name);
/// The name after the last '/'.
[[nodiscard]] std::string_view base_name(std::string_view name);

} // namespace ganvas
