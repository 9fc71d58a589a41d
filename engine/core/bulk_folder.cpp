#include "engine/core/bulk_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "engine/core/file_calls.h"

namespace ganvas {
namespace {

Error cannot_write(const Path& path, int code) {
    Error error = file_error("cannot be written", path, code);
    error.code = ErrorCode::io; // what is missing was to be made, not found
    return error;
}

bool is_new_or_empty(const Path& folder) {
    std::error_code code;
    return !std::filesystem::exists(folder, code)
           || (std::filesystem::is_directory(folder, code) && std::filesystem::is_empty(folder, code));
}

} // namespace

Result<BulkFolder> BulkFolder::create(const Path& target) {
    std::error_code code;
    Path place = std::filesystem::weakly_canonical(std::filesystem::absolute(target), code);
    if (code) return cannot_write(target, code.value());
    if (!place.has_filename()) place = place.parent_path(); // it was written with a '/' at the end
    if (std::filesystem::exists(place, code) && !std::filesystem::is_directory(place, code))
        return Error{ErrorCode::io, "is a file, not a folder", target.string(), "choose another place"};
    Path temporary = place;
    temporary += ".partial." + std::to_string(::getpid());
    std::filesystem::remove_all(temporary, code);
    if (const int failure = make_folders(temporary); failure != 0) return cannot_write(target, failure);
    return BulkFolder(std::move(place), std::move(temporary));
}

BulkFolder::BulkFolder(BulkFolder&& other) noexcept
    : target_(std::move(other.target_)), temporary_(std::exchange(other.temporary_, {})) {}

BulkFolder::~BulkFolder() {
    std::error_code code;
    if (!temporary_.empty()) std::filesystem::remove_all(temporary_, code);
}

Result<void> BulkFolder::write(const std::string& name, std::span<const std::uint8_t> bytes) const {
    FileDescriptor file;
    int code = open_file(file, temporary_ / name, O_WRONLY | O_CREAT | O_TRUNC);
    if (code == 0) code = write_all(file, bytes);
    if (file)
        if (const int closed = close_written(file); code == 0) code = closed;
    if (code != 0) return cannot_write(target_ / name, code);
    return {};
}

Result<void> BulkFolder::add_folder(const std::string& name) const {
    if (const int code = make_folders(temporary_ / name); code != 0)
        return cannot_write(target_ / name, code);
    return {};
}

Result<void> BulkFolder::commit() {
    if (const int code = sync_disk(temporary_); code != 0) return cannot_write(target_, code);
    if (is_new_or_empty(target_)) {
        if (const int code = rename_file(temporary_, target_); code != 0) return cannot_write(target_, code);
        temporary_.clear();
        sync_folder(target_.parent_path());
        return {};
    }
    std::error_code failure;
    std::vector<Path> files, folders{target_};
    for (std::filesystem::recursive_directory_iterator entry(temporary_, failure), end;
         !failure && entry != end; entry.increment(failure)) {
        const Path name = entry->path().lexically_relative(temporary_);
        if (entry->is_directory(failure))
            folders.push_back(target_ / name);
        else
            files.push_back(name);
    }
    if (failure) return cannot_write(target_, failure.value());
    for (const Path& folder : folders)
        if (const int code = make_folders(folder); code != 0) return cannot_write(folder, code);
    for (const Path& name : files)
        if (const int code = rename_file(temporary_ / name, target_ / name); code != 0)
            return cannot_write(target_ / name, code);
    for (const Path& folder : folders) sync_folder(folder);
    return {};
}

} // namespace ganvas
