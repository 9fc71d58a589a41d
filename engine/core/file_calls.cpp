#include "engine/core/file_calls.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace ganvas {
namespace {

using Path = std::filesystem::path;

std::atomic<FileWatcher*> watcher_of_calls{nullptr}; // set by tests alone

int ask(FileCall call, const Path* path, int descriptor, std::size_t& bytes) {
    FileWatcher* watcher = watcher_of_calls.load(std::memory_order_acquire);
    return watcher == nullptr ? 0 : watcher->before(call, path, descriptor, bytes);
}

int ask(FileCall call, const Path& path) {
    std::size_t none = 0;
    return ask(call, &path, -1, none);
}

int ask(FileCall call, const FileDescriptor& file) {
    std::size_t none = 0;
    return ask(call, nullptr, file.value(), none);
}

/// `call` until no signal interrupts it: 0, or its error number.
template <class Call>
int patiently(Call call) {
    while (call() != 0)
        if (errno != EINTR) return errno;
    return 0;
}

/// `transfer(data, count)` once, as read(2) and write(2) do.
template <class Byte, class Transfer>
int transfer_some(FileCall call, const FileDescriptor& file, std::span<Byte> bytes, std::size_t& done,
                  Transfer transfer) {
    while (true) {
        std::size_t count = bytes.size();
        int code = ask(call, nullptr, file.value(), count);
        const ssize_t moved = code == 0 ? transfer(bytes.data(), count) : 0;
        if (moved < 0) code = errno;
        if (code == EINTR) continue;
        done = static_cast<std::size_t>(std::max<ssize_t>(moved, 0));
        return code;
    }
}

template <class Write>
int write_pieces(const FileDescriptor& file, std::span<const std::uint8_t> bytes, Write write) {
    std::size_t all = 0;
    while (all < bytes.size()) {
        std::size_t done = 0;
        const auto once = [&](const std::uint8_t* data, std::size_t count) {
            return write(data, count, all);
        };
        if (const int code = transfer_some(FileCall::write, file, bytes.subspan(all), done, once); code != 0)
            return code;
        if (done == 0) return ENOSPC; // a disk that takes nothing and gives no reason
        all += done;
    }
    return 0;
}

} // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
}

FileDescriptor::~FileDescriptor() {
    if (value_ >= 0) ::close(value_);
}

int FileDescriptor::release() { return std::exchange(value_, -1); }

int open_file(FileDescriptor& file, const Path& path, int flags, mode_t mode) {
    const bool reads = (flags & O_ACCMODE) == O_RDONLY;
    if (const int code = ask(reads ? FileCall::open_to_read : FileCall::open_to_write, path); code != 0)
        return code;
    return patiently([&] {
        file = FileDescriptor(::open(path.c_str(), flags | O_CLOEXEC, mode));
        return file ? 0 : -1;
    });
}

int close_written(FileDescriptor& file) {
    // The number is free afterwards whatever close() says, so it is never called twice.
    const int asked = ask(FileCall::close, file);
    const int code = ::close(file.release()) == 0 || errno == EINTR ? 0 : errno;
    return asked != 0 ? asked : code;
}

int read_some(const FileDescriptor& file, std::span<std::uint8_t> out, std::size_t& got) {
    return transfer_some(FileCall::read, file, out, got, [&](std::uint8_t* data, std::size_t count) {
        return ::read(file.value(), data, count);
    });
}

int read_some_at(const FileDescriptor& file, std::span<std::uint8_t> out, off_t offset, std::size_t& got) {
    return transfer_some(FileCall::read, file, out, got, [&](std::uint8_t* data, std::size_t count) {
        return ::pread(file.value(), data, count, offset);
    });
}

int write_all(const FileDescriptor& file, std::span<const std::uint8_t> bytes) {
    return write_pieces(file, bytes, [&](const std::uint8_t* data, std::size_t count, std::size_t) {
        return ::write(file.value(), data, count);
    });
}

int write_all_at(const FileDescriptor& file, std::span<const std::uint8_t> bytes, off_t offset) {
    return write_pieces(file, bytes, [&](const std::uint8_t* data, std::size_t count, std::size_t done) {
        return ::pwrite(file.value(), data, count, offset + static_cast<off_t>(done));
    });
}

int sync_file(const FileDescriptor& file) {
    if (const int code = ask(FileCall::sync, file); code != 0) return code;
    return patiently([&] { return ::fsync(file.value()); });
}

int cut_file(const FileDescriptor& file, off_t size) {
    if (const int code = ask(FileCall::cut, file); code != 0) return code;
    return patiently([&] { return ::ftruncate(file.value(), size); });
}

int rename_file(const Path& from, const Path& to) {
    if (const int code = ask(FileCall::rename, to); code != 0) return code;
    return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

int remove_file(const Path& path) {
    if (const int code = ask(FileCall::remove, path); code != 0) return code;
    return ::unlink(path.c_str()) == 0 || errno == ENOENT ? 0 : errno;
}

int make_folders(const Path& path) {
    if (const int code = ask(FileCall::make_folder, path); code != 0) return code;
    std::error_code code;
    std::filesystem::create_directories(path, code);
    return code.value();
}

int make_new_folder(const Path& path) {
    if (const int code = ask(FileCall::make_folder, path); code != 0) return code;
    return ::mkdir(path.c_str(), 0755) == 0 ? 0 : errno;
}

int sync_folder(const Path& folder) {
    if (const int code = ask(FileCall::sync_folder, folder); code != 0) return code;
    const FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return !file ? errno : patiently([&] { return ::fsync(file.value()); });
}

int sync_disk(const Path& folder) {
    if (const int code = ask(FileCall::sync, folder); code != 0) return code;
    const FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return !file ? errno : patiently([&] { return ::syncfs(file.value()); });
}

Error file_error(std::string what, const Path& path, int system_code) {
    const bool missing = system_code == ENOENT || system_code == ENOTDIR;
    std::string hint = "choose another place";
    if (missing)
        hint = "check the path";
    else if (system_code == ENOSPC || system_code == EDQUOT || system_code == EFBIG)
        hint = "free some space or choose another folder";
    else if (system_code == EACCES || system_code == EPERM || system_code == EROFS)
        hint = "choose a place that you may write to and read";
    else if (system_code == EMFILE || system_code == ENFILE)
        hint = "close other programs, or raise the limit of open files";
    else if (system_code == EIO)
        hint = "check the disk, or choose another one";
    return {missing ? ErrorCode::not_found : ErrorCode::io,
            std::move(what) + ", " + std::strerror(system_code), path.string(), hint};
}

FileWatcher* watch_file_calls(FileWatcher* watcher) {
    return watcher_of_calls.exchange(watcher, std::memory_order_acq_rel);
}

} // namespace ganvas
