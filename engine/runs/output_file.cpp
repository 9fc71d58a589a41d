#include "engine/runs/output_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <utility>

namespace ganvas {

Error file_error(const char* what, const Path& path, int system_code) {
    const bool missing = system_code == ENOENT || system_code == ENOTDIR;
    std::string hint = "choose another place";
    if (missing)
        hint = "check the path";
    else if (system_code == ENOSPC || system_code == EDQUOT || system_code == EFBIG)
        hint = "free some space or choose another folder";
    else if (system_code == EACCES || system_code == EPERM || system_code == EROFS)
        hint = "choose a place that you may write to";
    return {missing ? ErrorCode::not_found : ErrorCode::io,
            std::string(what) + ", " + std::strerror(system_code), path.string(), hint};
}

OutputFile::OutputFile(Path path) : path_(std::move(path)) {
    static std::atomic<unsigned> counter{
        0}; // makes temporary names unique within the process; holds no state
    struct stat info {};
    const bool exists = ::stat(path_.c_str(), &info) == 0;
    if (exists && S_ISDIR(info.st_mode)) {
        fail(EISDIR);
        return;
    }
    if (exists && !S_ISREG(info.st_mode)) {
        descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    } else {
        temporary_ = path_;
        temporary_ += ".tmp-" + std::to_string(::getpid()) + "-s" + std::to_string(counter++);
        descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    }
    if (descriptor_ < 0) fail(errno);
}

OutputFile::~OutputFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Error OutputFile::fail(int system_code) {
    if (!error_) error_ = file_error("cannot be written", path_, system_code);
    return *error_;
}

Result<void> OutputFile::write(std::span<const std::uint8_t> bytes) {
    if (error_) return *error_;
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return fail(written < 0 ? errno : ENOSPC);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> OutputFile::commit() {
    if (error_) return *error_;
    const int descriptor = std::exchange(descriptor_, -1);
    if (temporary_.empty()) {
        if (::close(descriptor) != 0) return fail(errno);
        return {};
    }
    const int synced = ::fsync(descriptor) == 0 ? 0 : errno;
    if (const int closed = ::close(descriptor) == 0 ? 0 : errno; synced != 0 || closed != 0)
        return fail(synced != 0 ? synced : closed);
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return fail(errno);
    temporary_.clear();
    const Path folder = path_.has_parent_path() ? path_.parent_path() : Path(".");
    if (const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); handle >= 0) {
        ::fsync(handle);
        ::close(handle);
    }
    return {};
}

} // namespace ganvas
