#include "engine/runs/run_lock.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <thread>

#include "engine/runs/run_files.h"

namespace ganvas {
namespace {

std::string owner_of(const FileDescriptor& file) {
    std::uint8_t text[32] = {};
    std::size_t got = 0;
    if (read_some_at(file, text, 0, got) != 0) return {};
    return {reinterpret_cast<const char*>(text), got};
}

/// A look by run_in_use() holds it for an instant, so it is asked for more than once.
bool lock_file(const FileDescriptor& file) {
    for (int attempt = 0; attempt < 5; ++attempt) {
        if (attempt > 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        if (::flock(file.value(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return true;
    }
    return false;
}

} // namespace

Result<std::unique_ptr<RunLock>> RunLock::take(const Path& folder) {
    const Path path = lock_path(folder);
    FileDescriptor file;
    if (const int code = open_file(file, path, O_RDWR | O_CREAT); code != 0)
        return file_error("run cannot be opened for writing", path, code);
    if (!lock_file(file)) {
        std::string owner = owner_of(file);
        owner.resize(std::min(owner.find(' '), owner.size()));
        return Error{ErrorCode::io,
                     "another program is working on this run" + (owner.empty() ? "" : ", process " + owner),
                     folder.string(), "stop it first, or choose another folder"};
    }
    std::string name = std::to_string(::getpid()) + " " + std::to_string(std::random_device{}());
    // For the message above and for is_named_in(); the lock holds without it.
    if (cut_file(file, 0) == 0)
        (void)write_all_at(file, {reinterpret_cast<const std::uint8_t*>(name.data()), name.size()}, 0);
    return std::make_unique<RunLock>(std::move(file), std::move(name));
}

bool RunLock::is_in(const Path& folder) const {
    struct stat held {
    }, there{};
    return ::fstat(file_.value(), &held) == 0 && ::stat(lock_path(folder).c_str(), &there) == 0
           && held.st_dev == there.st_dev && held.st_ino == there.st_ino;
}

bool RunLock::is_named_in(const Path& folder) const {
    FileDescriptor file;
    return open_file(file, lock_path(folder), O_RDONLY) == 0 && owner_of(file) == name_;
}

} // namespace ganvas
