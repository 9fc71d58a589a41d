#include "engine/core/files.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "engine/core/file_calls.h"
#include "engine/core/output_file.h"

namespace ganvas {
namespace {

template <class Buffer>
Result<Buffer> read_whole(const Path& path, std::size_t limit) {
    FileDescriptor file;
    if (const int code = open_file(file, path, O_RDONLY); code != 0)
        return file_error("cannot be opened", path, code);
    struct stat info {};
    if (::fstat(file.value(), &info) != 0) return file_error("cannot be read", path, errno);
    if (S_ISDIR(info.st_mode))
        return Error{ErrorCode::io, "is a folder, not a file", path.string(), "name a file"};
    if (static_cast<std::size_t>(info.st_size) > limit)
        return Error{ErrorCode::bad_data, "file is too large to read", path.string(),
                     "is it the right file?"};
    Buffer content;
    content.resize(static_cast<std::size_t>(info.st_size));
    std::size_t done = 0;
    while (true) {
        if (done == content.size()) {
            // Files of unknown size (pipes, /proc) grow until they end or pass the limit.
            if (S_ISREG(info.st_mode) && done > 0) break;
            if (done >= limit)
                return Error{ErrorCode::bad_data, "file is too large to read", path.string(), ""};
            content.resize(done + 65536);
        }
        std::size_t got = 0;
        const std::span rest(reinterpret_cast<std::uint8_t*>(content.data()) + done, content.size() - done);
        if (const int code = read_some(file, rest, got); code != 0)
            return file_error("cannot be read", path, code);
        if (got == 0) break;
        done += got;
    }
    content.resize(done);
    return content;
}

Path environment_path(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? Path(value) : Path();
}

Path home_folder() {
    if (Path home = environment_path("HOME"); !home.empty()) return home;
    const passwd* entry = ::getpwuid(::getuid());
    return entry != nullptr ? Path(entry->pw_dir) : Path("/tmp");
}

} // namespace

Result<std::string> read_text(const Path& path, std::size_t limit) {
    return read_whole<std::string>(path, limit);
}

Result<std::vector<std::uint8_t>> read_bytes(const Path& path, std::size_t limit) {
    return read_whole<std::vector<std::uint8_t>>(path, limit);
}

Result<void> write_file(const Path& path, std::span<const std::uint8_t> bytes) {
    OutputFile file(path);
    if (auto written = file.write(bytes); !written) return written;
    return file.commit();
}

Result<void> write_file(const Path& path, std::string_view text) {
    return write_file(path, std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Result<void> make_folder(const Path& path) {
    if (const int code = make_folders(path); code != 0)
        return file_error("folder cannot be made", path, code);
    return {};
}

Path runs_folder() {
    if (Path path = environment_path("GANVAS_RUNS"); !path.empty()) return path;
    return home_folder() / "ganvas" / "runs";
}

Path cache_folder() {
    if (Path path = environment_path("GANVAS_CACHE"); !path.empty()) return path;
    if (Path path = environment_path("XDG_CACHE_HOME"); !path.empty()) return path / "ganvas";
    return home_folder() / ".cache" / "ganvas";
}

Path config_folder() {
    if (Path path = environment_path("GANVAS_CONFIG"); !path.empty()) return path;
    if (Path path = environment_path("XDG_CONFIG_HOME"); !path.empty()) return path / "ganvas";
    return home_folder() / ".config" / "ganvas";
}

Path assets_folder() {
    if (Path path = environment_path("GANVAS_ASSETS"); !path.empty()) return path;
    std::error_code code;
    const Path program = std::filesystem::read_symlink("/proc/self/exe", code).parent_path();
    // Installed: PREFIX/bin/ganvas with PREFIX/share/ganvas. Build tree: build/<preset>/share/ganvas, with the program
    // (or a test) one to three folders deeper.
    for (Path folder = program; !folder.empty() && folder != folder.root_path();
         folder = folder.parent_path()) {
        const Path candidate = folder / "share" / "ganvas";
        if (std::filesystem::is_directory(candidate, code)) return candidate;
    }
    return program / "share" / "ganvas";
}

} // namespace ganvas
