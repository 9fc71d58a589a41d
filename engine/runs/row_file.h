/// RowFile: a text file that whole rows are appended to, all that are given or none of them.
///
/// One thread at a time, but for sync(), which only reads the path; owns nothing between calls but the knowledge of what is
/// to be repaired. What a failed append left in the file is cut off again, at the latest before the next one, so the same
/// rows can be given once more. Errors are `io` or `not_found`.
#pragma once

#include <optional>
#include <string>
#include <sys/types.h>

#include "engine/core/files.h"
#include "engine/core/result.h"

namespace ganvas {

class RowFile {
public:
    /// A file that is new or empty gets the header first.
    RowFile(Path path, std::string header) : path_(std::move(path)), header_(std::move(header)) {}
    [[nodiscard]] const Path& path() const { return path_; }
    [[nodiscard]] Result<void> append(const std::string& rows);
    /// Puts on the disk what was appended; a file that is not there is none to sync.
    [[nodiscard]] Result<void> sync() const;
    /// A crash may leave a last row without its end: it goes, so that the next row does not stick to it.
    [[nodiscard]] Result<void> trim_torn_row() const;

private:
    Path path_;
    std::string header_;
    std::optional<off_t> sound_size_; ///< set while the file holds more than was promised
};

} // namespace ganvas
