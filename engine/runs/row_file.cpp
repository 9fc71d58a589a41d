#include "engine/runs/row_file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "engine/core/file_calls.h"

namespace ganvas {
namespace {

std::span<const std::uint8_t> as_bytes(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

} // namespace

Result<void> RowFile::append(const std::string& rows) {
    FileDescriptor file;
    struct stat info {};
    int code = open_file(file, path_, O_WRONLY | O_CREAT | O_APPEND);
    if (code == 0 && ::fstat(file.value(), &info) != 0) code = errno;
    if (code == 0 && sound_size_ && *sound_size_ < info.st_size) {
        code = cut_file(file, *sound_size_);
        info.st_size = *sound_size_;
    }
    if (code != 0) return file_error("cannot be written", path_, code);
    sound_size_ = info.st_size;
    code = write_all(file, as_bytes(info.st_size == 0 ? header_ + rows : rows));
    if (code != 0) {
        if (cut_file(file, info.st_size) == 0) sound_size_.reset();
        return file_error("cannot be written", path_, code);
    }
    if (code = close_written(file); code != 0) return file_error("cannot be written", path_, code);
    sound_size_.reset();
    return {};
}

Result<void> RowFile::sync() const {
    FileDescriptor file;
    int code = open_file(file, path_, O_WRONLY);
    if (code == ENOENT) return {};
    if (code == 0) code = sync_file(file);
    if (code != 0) return file_error("cannot be written", path_, code);
    return {};
}

Result<void> RowFile::trim_torn_row() const {
    FileDescriptor file;
    struct stat info {};
    int code = open_file(file, path_, O_RDWR);
    if (code == ENOENT) return {};
    if (code != 0) return file_error("cannot be opened", path_, code);
    if (::fstat(file.value(), &info) != 0) return file_error("cannot be read", path_, errno);
    off_t end = info.st_size;
    std::uint8_t piece[4096];
    while (end > 0) {
        const off_t start = std::max<off_t>(0, end - static_cast<off_t>(sizeof piece));
        const std::span wanted(piece, static_cast<std::size_t>(end - start));
        for (std::size_t done = 0, got = 0; done < wanted.size(); done += got) {
            code = read_some_at(file, wanted.subspan(done), start + static_cast<off_t>(done), got);
            if (code != 0 || got == 0) return file_error("cannot be read", path_, code != 0 ? code : EIO);
        }
        while (end > start && piece[end - start - 1] != '\n') --end;
        if (end > start) break;
    }
    if (end == info.st_size) return {};
    if (code = cut_file(file, end); code != 0) return file_error("cannot be written", path_, code);
    return {};
}

} // namespace ganvas
