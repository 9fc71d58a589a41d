/// BulkFolder: many small files that come into a folder together or not at all.
///
/// They are written into a temporary folder beside the target, put on the disk by one sync, and renamed into place by
/// commit(): the whole folder where the target is new or empty, else file by file. Without commit() the temporary goes
/// and the target is as it was. write() may be called from any thread, the rest from one. Errors: `io`, `not_found`.
#pragma once

#include <span>
#include <string>

#include "engine/core/files.h"
#include "engine/core/result.h"

namespace ganvas {

class BulkFolder {
public:
    [[nodiscard]] static Result<BulkFolder> create(const Path& target);
    BulkFolder(BulkFolder&& other) noexcept;
    BulkFolder& operator=(BulkFolder&&) = delete;
    ~BulkFolder();

    /// `name` is relative, in a folder that is there: the top one, or one made by add_folder.
    [[nodiscard]] Result<void> write(const std::string& name, std::span<const std::uint8_t> bytes) const;
    [[nodiscard]] Result<void> add_folder(const std::string& name) const;
    [[nodiscard]] Result<void> commit();

private:
    BulkFolder(Path target, Path temporary) : target_(std::move(target)), temporary_(std::move(temporary)) {}

    Path target_;
    Path temporary_; ///< empty once it is in place
};

} // namespace ganvas
