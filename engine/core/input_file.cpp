#include "engine/core/input_file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ganvas {

Result<InputFile> InputFile::open(const Path& path) {
    FileDescriptor file;
    // Without O_NONBLOCK a pipe that nobody writes to would keep us here.
    if (const int code = open_file(file, path, O_RDONLY | O_NONBLOCK); code != 0)
        return file_error("cannot be opened", path, code);
    struct stat info {};
    if (::fstat(file.value(), &info) != 0) return file_error("cannot be read", path, errno);
    if (!S_ISREG(info.st_mode)) return Error{ErrorCode::bad_data, "not a file", path.string(), "name a file"};
    return InputFile(path, std::move(file), static_cast<std::uint64_t>(info.st_size));
}

Result<std::size_t> InputFile::read(std::span<std::uint8_t> out) {
    std::size_t done = 0;
    while (done < out.size()) {
        std::size_t got = 0;
        if (const int code = read_some(file_, out.subspan(done), got); code != 0)
            return file_error("cannot be read", path_, code);
        if (got == 0) break;
        done += got;
    }
    return done;
}

void InputFile::skip(std::uint64_t bytes) {
    (void)::lseek(file_.value(), static_cast<off_t>(bytes), SEEK_CUR);
}

} // namespace ganvas
