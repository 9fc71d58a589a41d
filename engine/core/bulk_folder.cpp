#include "engine/core/bulk_folder.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <utility>
#include <vector>

namespace ganvas {
namespace {

Error cannot_write(const Path& path, int code) {
    std::string hint = "choose another place";
    if (code == ENOSPC || code == EDQUOT || code == EFBIG)
        hint = "free some space or choose another folder";
    else if (code == EACCES || code == EPERM || code == EROFS)
        hint = "choose a place that you may write to";
    return {ErrorCode::io, std::string("cannot be written, ") + std::strerror(code), path.string(), hint};
}

/// Everything written so far on the folder's file system.
int sync_disk(const Path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return errno;
    const int code = ::syncfs(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    return code;
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
    std::filesystem::create_directories(temporary, code);
    if (code) return cannot_write(target, code.value());
    return BulkFolder(std::move(place), std::move(temporary));
}

BulkFolder::BulkFolder(BulkFolder&& other) noexcept
    : target_(std::move(other.target_)), temporary_(std::exchange(other.temporary_, {})) {}

BulkFolder::~BulkFolder() {
    std::error_code code;
    if (!temporary_.empty()) std::filesystem::remove_all(temporary_, code);
}

Result<void> BulkFolder::write(const std::string& name, std::span<const std::uint8_t> bytes) const {
    const Path path = temporary_ / name;
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    int code = file < 0 ? errno : 0;
    while (code == 0 && !bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0)
            code = written < 0 ? errno : ENOSPC;
        else
            bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    if (file >= 0 && ::close(file) != 0 && code == 0) code = errno;
    if (code != 0) return cannot_write(target_ / name, code);
    return {};
}

Result<void> BulkFolder::add_folder(const std::string& name) const {
    std::error_code code;
    std::filesystem::create_directories(temporary_ / name, code);
    if (code) return cannot_write(target_ / name, code.value());
    return {};
}

Result<void> BulkFolder::commit() {
    if (const int code = sync_disk(temporary_); code != 0) return cannot_write(target_, code);
    if (is_new_or_empty(target_)) {
        if (std::rename(temporary_.c_str(), target_.c_str()) != 0) return cannot_write(target_, errno);
        temporary_.clear();
        (void)sync_disk(target_);
        return {};
    }
    std::error_code failure;
    std::vector<Path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(temporary_, failure)) {
        const Path name = entry.path().lexically_relative(temporary_);
        if (entry.is_directory(failure))
            std::filesystem::create_directories(target_ / name, failure);
        else
            files.push_back(name);
    }
    if (failure) return cannot_write(target_, failure.value());
    for (const Path& name : files)
        if (std::rename((temporary_ / name).c_str(), (target_ / name).c_str()) != 0)
            return cannot_write(target_ / name, errno);
    (void)sync_disk(target_);
    return {};
}

} // namespace ganvas
