#include "engine/core/files.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <pwd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <utility>

namespace ganvas {
namespace {

Error system_error(std::string what, const Path& path, int code) {
    const bool missing = code == ENOENT || code == ENOTDIR;
    std::string hint = "choose another place";
    if (missing)
        hint = "check the path";
    else if (code == ENOSPC || code == EDQUOT || code == EFBIG)
        hint = "free some space or choose another folder";
    else if (code == EACCES || code == EPERM || code == EROFS)
        hint = "choose a place that you may write to and read";
    std::string reason = std::strerror(code);
    return {missing ? ErrorCode::not_found : ErrorCode::io, std::move(what) + ", " + reason, path.string(),
            hint};
}

class Descriptor {
public:
    Descriptor(const Path& path, int flags, mode_t mode = 0644)
        : value_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int value() const { return value_; }
    int close() {
        const int result = value_ >= 0 ? ::close(value_) : 0;
        value_ = -1;
        return result;
    }

private:
    int value_;
};

bool write_all(int descriptor, const std::uint8_t* data, std::size_t size) {
    while (size > 0) {
        const ssize_t written = ::write(descriptor, data, size);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        data += written;
        size -= static_cast<std::size_t>(written);
    }
    return true;
}

template <class Buffer>
Result<Buffer> read_whole(const Path& path, std::size_t limit) {
    Descriptor file(path, O_RDONLY);
    if (file.value() < 0) return system_error("cannot be opened", path, errno);
    struct stat info {};
    if (::fstat(file.value(), &info) != 0) return system_error("cannot be read", path, errno);
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
        const ssize_t got = ::read(file.value(), content.data() + done, content.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("cannot be read", path, errno);
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
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
    static std::atomic<unsigned> counter{
        0}; // makes temporary names unique within the process; holds no state
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) {
        // A device or pipe (/dev/stdout, /dev/full) cannot be replaced by a rename.
        Descriptor device(path, O_WRONLY);
        if (device.value() < 0 || !write_all(device.value(), bytes.data(), bytes.size()))
            return system_error("cannot be written", path, errno);
        return {};
    }
    Path temporary = path;
    temporary += ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
    const auto fail = [&](int code) {
        ::unlink(temporary.c_str());
        return system_error("cannot be written", path, code);
    };
    {
        Descriptor file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
        if (file.value() < 0) return system_error("cannot be written", path, errno);
        if (!write_all(file.value(), bytes.data(), bytes.size()) || ::fsync(file.value()) != 0)
            return fail(errno);
        if (file.close() != 0) return fail(errno);
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) return fail(errno);
    Descriptor folder(path.has_parent_path() ? path.parent_path() : Path("."), O_RDONLY | O_DIRECTORY);
    if (folder.value() >= 0) ::fsync(folder.value());
    return {};
}

Result<void> write_file(const Path& path, std::string_view text) {
    return write_file(path, std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Result<void> append_text(const Path& path, std::string_view text) {
    Descriptor file(path, O_WRONLY | O_CREAT | O_APPEND);
    if (file.value() < 0) return system_error("cannot be written", path, errno);
    if (!write_all(file.value(), reinterpret_cast<const std::uint8_t*>(text.data()), text.size()))
        return system_error("cannot be written", path, errno);
    return {};
}

Result<void> make_folder(const Path& path) {
    std::error_code code;
    std::filesystem::create_directories(path, code);
    if (code) return system_error("folder cannot be made", path, code.value());
    return {};
}

Result<MappedFile> MappedFile::open(const Path& path) {
    Descriptor file(path, O_RDONLY);
    if (file.value() < 0) return system_error("cannot be opened", path, errno);
    struct stat info {};
    if (::fstat(file.value(), &info) != 0) return system_error("cannot be read", path, errno);
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size == 0) return MappedFile(nullptr, 0);
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.value(), 0);
    if (data == MAP_FAILED) return system_error("cannot be mapped", path, errno);
    return MappedFile(static_cast<const std::uint8_t*>(data), size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

MappedFile::~MappedFile() {
    if (data_ != nullptr) ::munmap(const_cast<std::uint8_t*>(data_), size_);
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
