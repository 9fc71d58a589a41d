/// The system's file calls, in the one place where Ganvas makes them: everything that writes, and what reads with care,
/// goes through here, so that a test can make the n-th call of a kind fail.
///
/// Any thread. A function returns 0 or the system's error number; calls that a signal interrupted are made again, and
/// a write goes on until all is written. file_error() turns the number into an Error. Nothing here prints or throws.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <sys/types.h>

#include "engine/core/result.h"

namespace ganvas {

/// Owns an open file; closed without a word when destroyed (a writer calls close_written first).
class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int value) : value_(value) {}
    FileDescriptor(FileDescriptor&& other) noexcept : value_(other.release()) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept;
    ~FileDescriptor();
    [[nodiscard]] int value() const { return value_; } ///< negative: none
    explicit operator bool() const { return value_ >= 0; }
    [[nodiscard]] int release();

private:
    int value_ = -1;
};

// ---- opening and closing -------------------------------------------------------------------------------------------
/// `flags` as for open(2); the file is closed in child processes.
[[nodiscard]] int open_file(FileDescriptor& file, const std::filesystem::path& path, int flags,
                            mode_t mode = 0644);
/// Reports what the system only says at the end, as network disks do with a quota.
[[nodiscard]] int close_written(FileDescriptor& file);

// ---- content -------------------------------------------------------------------------------------------------------
/// At most out.size() bytes; `got` is 0 at the end of the file.
[[nodiscard]] int read_some(const FileDescriptor& file, std::span<std::uint8_t> out, std::size_t& got);
[[nodiscard]] int read_some_at(const FileDescriptor& file, std::span<std::uint8_t> out, off_t offset,
                               std::size_t& got);
[[nodiscard]] int write_all(const FileDescriptor& file, std::span<const std::uint8_t> bytes);
[[nodiscard]] int write_all_at(const FileDescriptor& file, std::span<const std::uint8_t> bytes, off_t offset);
[[nodiscard]] int sync_file(const FileDescriptor& file);
[[nodiscard]] int cut_file(const FileDescriptor& file, off_t size);

// ---- names ---------------------------------------------------------------------------------------------------------
[[nodiscard]] int rename_file(const std::filesystem::path& from, const std::filesystem::path& to);
/// A file that is not there counts as removed.
[[nodiscard]] int remove_file(const std::filesystem::path& path);
/// As mkdir -p.
[[nodiscard]] int make_folders(const std::filesystem::path& path);
/// EEXIST where there is something of that name.
[[nodiscard]] int make_new_folder(const std::filesystem::path& path);
/// Makes the renames in a folder last; not all file systems can, so who has renamed passes a failure over.
int sync_folder(const std::filesystem::path& folder);
/// Everything written so far on the folder's file system.
[[nodiscard]] int sync_disk(const std::filesystem::path& folder);

/// `not_found` for a missing path, else `io`, with the system's words and a hint.
[[nodiscard]] Error file_error(std::string what, const std::filesystem::path& path, int system_code);

// ---- for tests -----------------------------------------------------------------------------------------------------
enum class FileCall {
    open_to_read,
    open_to_write,
    read,
    write,
    sync,
    close, ///< of a written file
    cut,
    rename,
    remove,
    make_folder,
    sync_folder
};

/// Is asked before each call, on the thread that makes it. Either `path` or `descriptor` says which file it is.
class FileWatcher {
public:
    virtual ~FileWatcher() = default;
    /// 0: the call is made, with at most `bytes` (of a read or write) where that is lowered; else the error number
    /// that it is to fail with.
    [[nodiscard]] virtual int before(FileCall call, const std::filesystem::path* path, int descriptor,
                                     std::size_t& bytes) = 0;
};

/// Null, as always outside tests: nobody. Returns who watched before.
FileWatcher* watch_file_calls(FileWatcher* watcher);

} // namespace ganvas
