#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/data/file_tree.h"
#include "engine/data/hash.h"

namespace ganvas {
namespace {

constexpr std::size_t deepest_folder = 32;

Error interrupted() { return {ErrorCode::interrupted, "stopped while listing files", "", ""}; }

Error system_error(const Path& path, int number) {
    const ErrorCode code = number == ENOENT || number == ENOTDIR ? ErrorCode::not_found : ErrorCode::io;
    return {code, std::strerror(number), path.string(), "check the path and its permissions"};
}

/// What is done on the way through a folder.
struct Visitor {
    std::function<void(const std::string& name, const struct stat& state)> file; ///< each regular file
    std::function<void(const std::string& name, const std::string& reason)>
        refuse; ///< a folder that is passed over
};

using FolderId = std::pair<dev_t, ino_t>;

/// Goes through all that lies below the open folder; consumes the descriptor. `above` are the folders it lies in.
Result<void> walk(int descriptor, const Path& root, const std::string& prefix, std::vector<FolderId>& above,
                  const Visitor& visitor, const Progress& progress) {
    struct stat own {};
    DIR* folder = ::fstat(descriptor, &own) == 0 ? fdopendir(descriptor) : nullptr;
    if (!folder) {
        const int number = errno;
        close(descriptor);
        return system_error(root / prefix, number);
    }
    const std::unique_ptr<DIR, int (*)(DIR*)> guard(folder, closedir);
    above.emplace_back(own.st_dev, own.st_ino);
    while (const dirent* entry = readdir(folder)) {
        if (progress.stop_requested()) return interrupted();
        const std::string name = entry->d_name;
        if (name.front() == '.' || name == "__MACOSX") continue;
        struct stat state {};
        if (fstatat(dirfd(folder), name.c_str(), &state, 0) != 0)
            continue; // a dangling link, or just removed
        if (S_ISREG(state.st_mode)) {
            visitor.file(prefix + name, state);
        } else if (S_ISDIR(state.st_mode) && above.size() <= deepest_folder) {
            if (std::find(above.begin(), above.end(), FolderId(state.st_dev, state.st_ino)) != above.end()) {
                visitor.refuse(prefix + name, "a link to a folder that it lies in");
                continue;
            }
            const int below = openat(dirfd(folder), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
            if (below < 0) {
                visitor.refuse(prefix + name, std::strerror(errno));
                continue;
            }
            if (auto done = walk(below, root, prefix + name + "/", above, visitor, progress); !done)
                return done;
        }
    }
    above.pop_back();
    return {};
}

Result<void> walk(const Path& folder, const Visitor& visitor, const Progress& progress) {
    const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return system_error(folder, errno);
    std::vector<FolderId> above;
    return walk(descriptor, folder, "", above, visitor, progress);
}

class FolderTree : public FileTree {
public:
    explicit FolderTree(Path folder) : folder_(std::move(folder)) {}

    Result<void> list(const Progress& progress) {
        auto done = walk(folder_,
                         {.file =
                              [&](const std::string& name, const struct stat& state) {
                                  files_.push_back({name, static_cast<std::uint64_t>(state.st_size)});
                              },
                          .refuse =
                              [&](const std::string& name, const std::string& reason) {
                                  rejected_.push_back({name + "/", reason});
                              }},
                         progress);
        std::sort(files_.begin(), files_.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        return done;
    }

    void add(const std::string& name) {
        std::error_code failure;
        const auto size = std::filesystem::file_size(folder_ / name, failure);
        files_.push_back({name, failure ? 0 : static_cast<std::uint64_t>(size)});
    }

    Result<std::vector<FileBytes>> read(std::span<const std::size_t> indices, std::size_t limit) override {
        std::vector<FileBytes> out;
        std::size_t sum = 0;
        for (const std::size_t index : indices) {
            auto bytes = read_bytes(folder_ / files_[index].name, limit - sum);
            if (!bytes) return bytes.error();
            sum += bytes->size();
            out.push_back(own_bytes(bytes.take()));
        }
        return out;
    }

    Result<void> stream(std::span<const std::size_t> indices, std::size_t file_limit,
                        const Receive& receive) override {
        for (const std::size_t index : indices) {
            // Read by the thread that decodes: waiting for the disk overlaps with decoding.
            Path path = folder_ / files_[index].name;
            auto contents = [path = std::move(path), file_limit]() -> Result<FileBytes> {
                auto bytes = read_bytes(path, file_limit);
                if (!bytes) return bytes.error();
                return own_bytes(bytes.take());
            };
            if (!receive(index, 0, std::move(contents))) break;
        }
        return {};
    }

private:
    Path folder_;
};

} // namespace

FileBytes own_bytes(std::vector<std::uint8_t> bytes) {
    auto owner = std::make_shared<std::vector<std::uint8_t>>(std::move(bytes));
    const std::span<const std::uint8_t> view(*owner);
    return {std::move(owner), view};
}

Result<std::unique_ptr<FileTree>> open_folder_tree(const Path& folder, const Progress& progress) {
    auto tree = std::make_unique<FolderTree>(folder);
    if (auto done = tree->list(progress); !done) return done.error();
    return std::unique_ptr<FileTree>(std::move(tree));
}

std::unique_ptr<FileTree> make_file_list(const Path& folder, const std::vector<std::string>& names) {
    auto tree = std::make_unique<FolderTree>(folder);
    for (const std::string& name : names) tree->add(name);
    return tree;
}

Result<std::string> source_state(const Path& path, const Progress& progress) {
    struct stat state {};
    if (::stat(path.c_str(), &state) != 0) return system_error(path, errno);
    const auto words = [](ContentHash& hash, const struct stat& file) {
        hash.add(static_cast<std::uint64_t>(file.st_size));
        hash.add(static_cast<std::uint64_t>(file.st_mtim.tv_sec));
        hash.add(static_cast<std::uint64_t>(file.st_mtim.tv_nsec));
    };
    ContentHash all;
    if (!S_ISDIR(state.st_mode)) {
        words(all, state);
        return all.hex();
    }
    // Sums do not depend on the order of the listing, so nothing is kept or sorted.
    std::uint64_t count = 0, first = 0, second = 0;
    auto done = walk(path,
                     {.file =
                          [&](const std::string& name, const struct stat& file) {
                              ContentHash one;
                              one.add(name);
                              words(one, file);
                              ++count;
                              first += one.value();
                              second += one.second_value();
                          },
                      .refuse = [](const std::string&, const std::string&) {}},
                     progress);
    if (!done) return done.error();
    all.add(count);
    all.add(first);
    all.add(second);
    return all.hex();
}

std::string_view base_name(std::string_view name) {
    const auto slash = name.rfind('/');
    return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

std::string ending(std::string_view name) {
    const std::string_view base = base_name(name);
    const auto dot = base.rfind('.');
    std::string text(dot == std::string_view::npos ? std::string_view() : base.substr(dot));
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

} // namespace ganvas
