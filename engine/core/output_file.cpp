#include "engine/core/output_file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <utility>
#include <vector>

namespace ganvas {
namespace {

constexpr std::string_view temporary_mark = ".tmp-";

Path temporary_name(Path path) {
    static std::atomic<unsigned> counter{0}; // makes names unique within the process; holds no state
    path += std::string(temporary_mark) + std::to_string(::getpid()) + "-" + std::to_string(counter++);
    return path;
}

} // namespace

OutputFile::OutputFile(Path path) : path_(std::move(path)) {
    struct stat info {};
    const bool exists = ::stat(path_.c_str(), &info) == 0;
    int code = 0;
    if (exists && S_ISDIR(info.st_mode)) {
        code = EISDIR;
    } else if (exists && !S_ISREG(info.st_mode)) {
        code = open_file(file_, path_, O_WRONLY);
    } else {
        temporary_ = temporary_name(path_);
        code = open_file(file_, temporary_, O_WRONLY | O_CREAT | O_TRUNC);
    }
    if (code != 0) fail(code);
}

OutputFile::~OutputFile() {
    file_ = FileDescriptor();
    if (!temporary_.empty()) (void)remove_file(temporary_);
}

Error OutputFile::fail(int system_code) {
    if (!error_) error_ = file_error("cannot be written", path_, system_code);
    return *error_;
}

Result<void> OutputFile::write(std::span<const std::uint8_t> bytes) {
    if (error_) return *error_;
    if (const int code = write_all(file_, bytes); code != 0) return fail(code);
    return {};
}

Result<void> OutputFile::commit() {
    if (error_) return *error_;
    const int synced = temporary_.empty() ? 0 : sync_file(file_);
    const int closed = close_written(file_);
    if (synced != 0 || closed != 0) return fail(synced != 0 ? synced : closed);
    if (temporary_.empty()) return {};
    if (const int code = rename_file(temporary_, path_); code != 0) return fail(code);
    temporary_.clear();
    sync_folder(path_.has_parent_path() ? path_.parent_path() : Path("."));
    return {};
}

void remove_leftovers(const Path& folder, std::string_view start) {
    std::vector<Path> leftovers;
    std::error_code code;
    for (std::filesystem::directory_iterator entry(folder, code), end; !code && entry != end;
         entry.increment(code)) {
        const std::string name = entry->path().filename().string();
        const auto mark = name.find(temporary_mark);
        if (name.starts_with(start) && mark != std::string::npos
            && name.find_first_not_of("0123456789-", mark + temporary_mark.size()) == std::string::npos)
            leftovers.push_back(entry->path());
    }
    for (const Path& path : leftovers) (void)remove_file(path);
}

} // namespace ganvas
