#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <locale.h>
#include <map>

#include "engine/data/file_tree.h"

namespace ganvas {
namespace {

constexpr std::size_t most_entries = 10'000'000;
constexpr std::size_t largest_label_file = std::size_t(64) << 20;

struct CloseArchive {
    void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, CloseArchive>;

/// While it lives this thread has names in UTF-8, whatever the user's locale is: libarchive gives none that the locale
/// cannot say.
class NamesInUtf8 {
public:
    NamesInUtf8() {
        static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
        before_ = ::uselocale(utf8); // of a system without it: null, which changes nothing
    }
    ~NamesInUtf8() { ::uselocale(before_); }
    NamesInUtf8(const NamesInUtf8&) = delete;
    NamesInUtf8& operator=(const NamesInUtf8&) = delete;

private:
    locale_t before_;
};

std::string reason(archive* reader) {
    const char* text = archive_error_string(reader);
    return text ? text : "unreadable";
}

Result<Reader> open_reader(const Path& path) {
    Reader reader(archive_read_new());
    archive_read_support_format_zip(reader.get());
    archive_read_support_format_tar(reader.get());
    archive_read_support_format_gnutar(reader.get());
    archive_read_support_filter_gzip(reader.get());
    archive_read_support_filter_bzip2(reader.get());
    archive_read_support_filter_xz(reader.get());
    archive_read_support_filter_zstd(reader.get());
    if (archive_read_open_filename(reader.get(), path.c_str(), 1 << 18) != ARCHIVE_OK)
        return Error{ErrorCode::bad_data, "not a readable zip or tar archive (" + reason(reader.get()) + ")",
                     path.string(), "check that the download is complete"};
    return reader;
}

/// Names are labels here, never paths; one that leads outside the archive is a sign of harm and is left out.
bool leads_outside(const std::string& name) {
    if (name.empty() || name.front() == '/' || name.front() == '\\' || name.find('\0') != std::string::npos)
        return true;
    if (name.size() > 1 && name[1] == ':') return true; // a drive letter
    std::string part;
    for (std::size_t i = 0; i <= name.size(); ++i) {
        if (i < name.size() && name[i] != '/' && name[i] != '\\') {
            part += name[i];
            continue;
        }
        if (part == "..") return true;
        part.clear();
    }
    return false;
}

bool is_hidden(const std::string& name) {
    for (std::size_t start = 0; start < name.size();) {
        const std::size_t end = std::min(name.find('/', start), name.size());
        const std::string part = name.substr(start, end - start);
        if ((part.size() > 1 && part.front() == '.') || part == "__MACOSX") return true;
        start = end + 1;
    }
    return false;
}

std::string without_dot(std::string name) {
    while (name.starts_with("./")) name.erase(0, 2);
    return name;
}

/// Kept from the first pass, so that a compressed archive need not be gone through once more for them.
bool is_label_file(const std::string& name) {
    const std::string_view base = base_name(name);
    return base.starts_with("list_attr_celeba.") || base.starts_with("list_eval_partition.")
           || base == "batches.meta.txt" || base == "fine_label_names.txt";
}

/// Reads the current entry whole. Fails where it is longer than `limit` or than the archive says, or damaged.
Result<std::vector<std::uint8_t>> read_entry(archive* reader, const TreeFile& file, std::size_t limit) {
    std::vector<std::uint8_t> bytes;
    if (file.size > limit) return Error{ErrorCode::bad_data, "larger than this program reads", "", ""};
    const bool size_known = file.size > 0; // a zip that was written as a stream may not say it
    std::array<std::uint8_t, 1 << 16> block;
    while (true) {
        const la_ssize_t got = archive_read_data(reader, block.data(), block.size());
        if (got == 0) break;
        if (got < 0)
            return Error{ErrorCode::bad_data, "damaged in the archive (" + reason(reader) + ")", "", ""};
        const std::size_t size = bytes.size() + static_cast<std::size_t>(got);
        if (size_known && size > file.size)
            return Error{ErrorCode::bad_data, "larger than the archive says", "", ""};
        if (size > limit) return Error{ErrorCode::bad_data, "larger than this program reads", "", ""};
        bytes.insert(bytes.end(), block.data(), block.data() + got);
    }
    return bytes;
}

class ArchiveTree : public FileTree {
public:
    explicit ArchiveTree(Path path) : path_(std::move(path)) {}

    Result<void> list(const Progress& progress) {
        const NamesInUtf8 names;
        auto reader = open_reader(path_);
        if (!reader) return reader.error();
        while (true) {
            if (progress.stop_requested())
                return Error{ErrorCode::interrupted, "stopped while listing the archive", path_.string(), ""};
            archive_entry* entry = nullptr;
            const int status = archive_read_next_header(reader->get(), &entry);
            if (status == ARCHIVE_EOF) break;
            if (status == ARCHIVE_RETRY) continue;
            if (status < ARCHIVE_WARN) {
                const std::string what =
                    "the archive is damaged from here on (" + reason(reader->get()) + ")";
                if (positions_.empty() && rejected_.empty())
                    return Error{ErrorCode::bad_data,
                                 "not a readable zip or tar archive (" + reason(reader->get()) + ")",
                                 path_.string(), "check that the download is complete"};
                rejected_.push_back(
                    {files_.empty() ? path_.filename().string() : "after " + files_.back().name, what});
                break;
            }
            if (auto done = add(reader->get(), entry); !done) return done;
            if (++headers_ % 512 == 0) progress.report(0, "listing " + path_.filename().string());
        }
        return {};
    }

    Result<std::vector<FileBytes>> read(std::span<const std::size_t> indices, std::size_t limit) override {
        std::vector<FileBytes> out(indices.size());
        std::map<std::size_t, std::size_t> wanted; // file index -> place in `out`
        std::size_t left = limit;
        for (std::size_t i = 0; i < indices.size(); ++i) {
            const auto kept = label_files_.find(indices[i]);
            if (kept != label_files_.end())
                out[i] = kept->second;
            else
                wanted[indices[i]] = i;
        }
        Error failure{ErrorCode::bad_data, "cut short", path_.string(),
                      "check that the download is complete"};
        auto done = go_through(
            [&](std::size_t index, archive* reader) {
                const auto place = wanted.find(index);
                if (place == wanted.end()) return true;
                auto bytes = read_entry(reader, files_[index], left);
                if (!bytes) {
                    failure.what = files_[index].name + " is " + bytes.error().what;
                    return false;
                }
                left -= bytes->size();
                out[place->second] = own_bytes(bytes.take());
                wanted.erase(place);
                return !wanted.empty();
            },
            wanted.empty());
        if (!done) return done.error();
        if (!wanted.empty()) return failure;
        return out;
    }

    Result<void> stream(std::span<const std::size_t> indices, std::size_t file_limit,
                        const Receive& receive) override {
        std::vector<bool> wanted(files_.size(), false);
        for (const std::size_t index : indices) wanted[index] = true;
        std::size_t left = indices.size();
        return go_through(
            [&](std::size_t index, archive* reader) {
                if (!wanted[index]) return true;
                --left;
                auto bytes = read_entry(reader, files_[index], file_limit);
                if (!bytes)
                    return receive(index, 0, [error = bytes.error()]() -> Result<FileBytes> { return error; })
                           && left;
                const std::size_t cost = bytes->size();
                FileBytes file = own_bytes(bytes.take());
                return receive(index, cost, [file = std::move(file)]() -> Result<FileBytes> { return file; })
                       && left > 0;
            },
            left == 0);
    }

private:
    Result<void> add(archive* reader, archive_entry* entry) {
        const std::size_t position = positions_.size();
        positions_.push_back(not_listed);
        if (positions_.size() > most_entries)
            return Error{ErrorCode::bad_data, "more than ten million entries", path_.string(), ""};
        if (archive_entry_filetype(entry) != AE_IFREG) return {};
        const char* text = archive_entry_pathname(entry);
        if (!text) text = archive_entry_pathname_utf8(entry);
        if (!text) {
            rejected_.push_back({"entry " + std::to_string(position + 1), "its name cannot be read"});
            return {};
        }
        const std::string raw = text;
        const std::string name = without_dot(raw);
        if (leads_outside(name)) {
            rejected_.push_back({raw, "its name leads outside the archive"});
            return {};
        }
        if (is_hidden(name)) return {};
        if (archive_entry_is_encrypted(entry)) {
            rejected_.push_back({name, "encrypted"});
            return {};
        }
        // Holes: a few bytes that unpack to as many zeros as they like. Pictures have none.
        if (archive_entry_sparse_count(entry) > 0) {
            rejected_.push_back({name, "stored with holes"});
            return {};
        }
        const auto size = static_cast<std::uint64_t>(std::max<la_int64_t>(0, archive_entry_size(entry)));
        positions_[position] = files_.size();
        files_.push_back({name, size});
        if (is_label_file(name) && size <= largest_label_file && label_files_.size() < 8)
            if (auto bytes = read_entry(reader, files_.back(), largest_label_file))
                label_files_[files_.size() - 1] = own_bytes(bytes.take());
        return {};
    }

    /// Calls visit(file index, reader) at each listed entry until it returns false.
    template <class Visit>
    Result<void> go_through(const Visit& visit, bool nothing_to_do) {
        if (nothing_to_do) return {};
        const NamesInUtf8 names;
        auto reader = open_reader(path_);
        if (!reader) return reader.error();
        archive_entry* entry = nullptr;
        for (std::size_t position = 0; position < positions_.size();) {
            const int status = archive_read_next_header(reader->get(), &entry);
            if (status == ARCHIVE_RETRY) continue;
            if (status == ARCHIVE_EOF || status < ARCHIVE_WARN)
                break; // what is missing is named by the caller
            const std::size_t index = positions_[position++];
            if (index != not_listed && !visit(index, reader->get())) break;
        }
        return {};
    }

    static constexpr std::size_t not_listed = static_cast<std::size_t>(-1);
    Path path_;
    std::size_t headers_ = 0;
    std::vector<std::size_t> positions_; ///< entry number in the archive -> file index or not_listed
    std::map<std::size_t, FileBytes> label_files_; ///< file index -> contents
};

} // namespace

bool is_archive_name(const std::string& name) {
    const std::string last = ending(name);
    if (last == ".zip" || last == ".tar" || last == ".tgz" || last == ".tbz2" || last == ".txz") return true;
    const std::string inner = ending(name.substr(0, name.size() - last.size()));
    return inner == ".tar" && (last == ".gz" || last == ".bz2" || last == ".xz" || last == ".zst");
}

Result<std::unique_ptr<FileTree>> open_archive_tree(const Path& path, const Progress& progress) {
    auto tree = std::make_unique<ArchiveTree>(path);
    if (auto done = tree->list(progress); !done) return done.error();
    return std::unique_ptr<FileTree>(std::move(tree));
}

} // namespace ganvas
