#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "engine/data/celeba.h"
#include "engine/data/image_codec.h"
#include "engine/data/source.h"

namespace ganvas {
namespace {

constexpr std::size_t largest_list = std::size_t(1) << 30;
constexpr std::size_t most_classes = 4096;
constexpr std::int64_t large_area = 16'000'000; ///< pixels; larger pictures are decoded one at a time

/// Decodes on whatever thread runs the load.
class PictureSource : public Source {
public:
    PictureSource(std::shared_ptr<FileTree> tree, SourceTable table, std::vector<std::size_t> files)
        : tree_(std::move(tree)), files_(std::move(files)) {
        table_ = std::move(table);
    }

    Result<void> stream(std::span<const std::int64_t> selection, const Receive& receive) override {
        std::vector<std::size_t> wanted;
        std::map<std::size_t, std::int64_t> picture_of; // file -> picture
        wanted.reserve(selection.size());
        const bool in_order = std::is_sorted(files_.begin(), files_.end());
        for (const std::int64_t index : selection) {
            wanted.push_back(files_[index]);
            if (!in_order) picture_of[files_[index]] = index;
        }
        return tree_->stream(wanted, largest_picture_file,
                             [&](std::size_t file, std::size_t cost, FileTree::Contents contents) {
                                 const std::int64_t index =
                                     in_order ? std::lower_bound(files_.begin(), files_.end(), file)
                                                    - files_.begin()
                                              : picture_of[file];
                                 return receive(index, cost, [this, contents = std::move(contents)] {
                                     return decode(contents);
                                 });
                             });
    }

private:
    Result<Image> decode(const FileTree::Contents& contents) {
        const auto file = contents();
        if (!file) return file.error();
        const auto header = probe_image(file->bytes);
        if (!header) return header.error();
        std::unique_lock lock(one_large_, std::defer_lock);
        if (header->area() > large_area) lock.lock();
        return decode_image(file->bytes);
    }

    std::shared_ptr<FileTree> tree_;
    std::vector<std::size_t> files_; ///< picture -> file in the tree
    std::mutex one_large_;           ///< held while a large picture is decoded: it bounds the memory
};

std::vector<std::string_view> folders_of(std::string_view name) {
    std::vector<std::string_view> parts;
    for (auto slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/')) {
        parts.push_back(name.substr(0, slash));
        name.remove_prefix(slash + 1);
    }
    return parts;
}

std::optional<DataSplit> split_folder(std::string_view name) {
    std::string text(name);
    for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    if (text == "train" || text == "training") return DataSplit::train;
    if (text == "test" || text == "testing") return DataSplit::test;
    if (text == "val" || text == "valid" || text == "validation")
        return DataSplit::all; // in no part of its own
    return std::nullopt;
}

/// Where each picture belongs by its folders: training or test part, and class.
struct Placing {
    std::vector<DataSplit> splits;    ///< empty without parts
    std::vector<std::int32_t> labels; ///< empty without classes; -1: it lies in no class's folder
    std::vector<std::string> class_names;
};

using Folders = std::vector<std::vector<std::string_view>>;

/// Whether so few pictures lie beside the folders at `depth` that they are strays (a preview, a scan of the cover).
bool nearly_all_deeper(const Folders& folders, std::size_t depth) {
    constexpr std::ptrdiff_t most_strays = 20; // one in so many
    const auto strays = std::count_if(folders.begin(), folders.end(),
                                      [&](const auto& parts) { return parts.size() <= depth; });
    return strays * most_strays <= static_cast<std::ptrdiff_t>(folders.size());
}

/// Classes are the folders at `depth` when nearly every picture lies in one and there are at least two.
void place_classes(const Folders& folders, std::size_t depth, Placing& placing) {
    if (!nearly_all_deeper(folders, depth)) return;
    std::set<std::string_view> names;
    for (const auto& parts : folders)
        if (parts.size() > depth) names.insert(parts[depth]);
    if (names.size() < 2 || names.size() > most_classes) return;
    for (const auto name : names) placing.class_names.emplace_back(name);
    for (const auto& parts : folders)
        placing.labels.push_back(parts.size() > depth ? static_cast<std::int32_t>(
                                     std::distance(names.begin(), names.find(parts[depth])))
                                                      : -1);
}

Placing place_by_folders(const std::vector<std::string>& names) {
    Folders folders;
    folders.reserve(names.size());
    for (const auto& name : names) folders.push_back(folders_of(name));
    std::size_t common = folders.empty() ? 0 : folders.front().size();
    for (const auto& parts : folders) {
        std::size_t same = 0;
        while (same < common && same < parts.size() && parts[same] == folders.front()[same]) ++same;
        common = same;
    }
    Placing placing;
    const bool parts_first = nearly_all_deeper(folders, common)
                             && std::all_of(folders.begin(), folders.end(), [&](const auto& parts) {
                                    return parts.size() <= common || split_folder(parts[common]);
                                });
    if (!parts_first) {
        place_classes(folders, common, placing);
        return placing;
    }
    for (const auto& parts : folders)
        placing.splits.push_back(parts.size() > common ? *split_folder(parts[common]) : DataSplit::all);
    place_classes(folders, common + 1, placing);
    return placing;
}

struct TextFile {
    std::string name;
    std::string text;
};

/// The first of `names` in the tree, else in one of the folders outside it.
std::optional<TextFile> find_list(FileTree& tree, std::span<const Path> outside,
                                  std::span<const char* const> names, bool& is_outside) {
    is_outside = false;
    for (const char* wanted : names)
        for (std::size_t i = 0; i < tree.files().size(); ++i) {
            if (base_name(tree.files()[i].name) != wanted) continue;
            const auto files = tree.read(std::array{i}, largest_list);
            if (!files) continue;
            const auto bytes = files->front().bytes;
            return TextFile{tree.files()[i].name, std::string(bytes.begin(), bytes.end())};
        }
    is_outside = true;
    for (const Path& folder : outside)
        for (const char* wanted : names)
            if (auto text = read_text(folder / wanted, largest_list)) return TextFile{wanted, text.take()};
    return std::nullopt;
}

constexpr std::array attribute_files = {"list_attr_celeba.txt", "list_attr_celeba.csv"};
constexpr std::array partition_files = {"list_eval_partition.txt", "list_eval_partition.csv"};

/// Leaves only the pictures for which `keep` holds, in every column that is filled.
template <class Keep>
void keep_pictures(SourceTable& table, std::vector<std::size_t>& files, const Keep& keep) {
    std::size_t kept = 0;
    const std::size_t columns = table.attribute_names.size();
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (!keep(i)) continue;
        if (kept != i) {
            files[kept] = files[i];
            table.names[kept] = std::move(table.names[i]);
            if (!table.labels.empty()) table.labels[kept] = table.labels[i];
            for (std::size_t c = 0; c < columns; ++c)
                table.attributes[kept * columns + c] = table.attributes[i * columns + c];
        }
        ++kept;
    }
    files.resize(kept);
    table.names.resize(kept);
    if (!table.labels.empty()) table.labels.resize(kept);
    table.attributes.resize(kept * columns);
}

/// Takes CelebA's attributes into the table; true when there are any.
Result<bool> attach_attributes(FileTree& tree, std::span<const Path> outside, SourceTable& table,
                               std::vector<std::size_t>& files) {
    bool is_outside = false;
    const auto text = find_list(tree, outside, attribute_files, is_outside);
    if (!text) return false;
    auto list = parse_attribute_list(text->text, text->name);
    if (!list && is_outside) return false; // a stray file that nobody named
    if (!list) return list.error();
    constexpr auto none = static_cast<std::size_t>(-1);
    std::vector<std::size_t> row_of(files.size(), none);
    std::size_t matched = 0;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (const auto row = list->rows.find(stem(table.names[i])); row != list->rows.end()) {
            row_of[i] = row->second;
            ++matched;
        }
    if (is_outside && matched * 10 < files.size() * 9) return false;
    for (auto& notice : list->notices) table.notices.push_back(std::move(notice));
    if (matched == 0) {
        table.notices.push_back({text->name, "names none of the pictures"});
        return false;
    }
    const std::size_t columns = list->names.size();
    table.attributes.assign(files.size() * columns, 0);
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (row_of[i] == none)
            table.notices.push_back({table.names[i], "no usable row in " + text->name});
        else
            std::copy_n(list->values.begin() + static_cast<std::ptrdiff_t>(row_of[i] * columns), columns,
                        table.attributes.begin() + static_cast<std::ptrdiff_t>(i * columns));
    }
    table.attribute_names = std::move(list->names);
    keep_pictures(table, files, [&](std::size_t i) { return row_of[i] != none; });
    return true;
}

/// Where the others have classes, a picture outside their folders has none to be trained with.
void leave_out_strays(SourceTable& table, std::vector<std::size_t>& files, std::vector<DataSplit>& splits) {
    const std::vector<std::int32_t> labels = table.labels;
    if (std::find(labels.begin(), labels.end(), -1) == labels.end()) return;
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (labels[i] < 0)
            table.notices.push_back(
                {table.names[i], "it lies beside the folders of the classes, in none of them"});
    std::size_t place = 0;
    std::erase_if(splits, [&](DataSplit) { return labels[place++] < 0; });
    keep_pictures(table, files, [&](std::size_t i) { return labels[i] >= 0; });
}

Error nothing_usable(const FileTree& tree) {
    std::string what = "no pictures in it";
    if (!tree.rejected().empty())
        what += " (" + std::to_string(tree.rejected().size()) + " entries were refused, the first, "
                + tree.rejected().front().name + ": " + tree.rejected().front().reason + ")";
    return {ErrorCode::bad_data, what, "",
            "give PNG, JPEG or BMP pictures, MNIST's IDX files or CIFAR's binary batches, in a folder or an "
            "archive"};
}

} // namespace

bool is_picture_name(std::string_view name) {
    const std::string kind = ending(name);
    return kind == ".png" || kind == ".jpg" || kind == ".jpeg" || kind == ".jpe" || kind == ".jfif"
           || kind == ".bmp";
}

Result<OwnedSource> make_picture_source(std::shared_ptr<FileTree> tree, std::span<const Path> outside,
                                        DataSplit split) {
    static constexpr std::array other_kinds = {".webp", ".gif",  ".tif", ".tiff",
                                               ".heic", ".avif", ".ppm", ".tga"};
    SourceTable table;
    table.notices = tree->rejected();
    std::vector<std::size_t> files;
    for (std::size_t i = 0; i < tree->files().size(); ++i) {
        const std::string& name = tree->files()[i].name;
        if (is_picture_name(name))
            files.push_back(i);
        else if (std::find(other_kinds.begin(), other_kinds.end(), ending(name)) != other_kinds.end())
            table.notices.push_back({name, "only PNG, JPEG and BMP pictures are read"});
    }
    // By name, so that the numbering of pictures does not depend on how an archive was packed.
    std::sort(files.begin(), files.end(),
              [&](std::size_t a, std::size_t b) { return tree->files()[a].name < tree->files()[b].name; });
    for (const std::size_t file : files) table.names.push_back(tree->files()[file].name);
    if (files.empty()) return nothing_usable(*tree);

    auto attributes = attach_attributes(*tree, outside, table, files);
    if (!attributes) return attributes.error();
    std::vector<DataSplit> splits;
    if (*attributes) {
        bool is_outside = false;
        if (const auto text = find_list(*tree, outside, partition_files, is_outside)) {
            const auto parts = parse_partition_list(text->text);
            for (const auto& name : table.names) {
                const auto part = parts.find(stem(name));
                splits.push_back(part == parts.end() || part->second == 1 ? DataSplit::all
                                 : part->second == 0                      ? DataSplit::train
                                                                          : DataSplit::test);
            }
        }
    } else {
        Placing placing = place_by_folders(table.names);
        splits = std::move(placing.splits);
        table.labels = std::move(placing.labels);
        table.class_names = std::move(placing.class_names);
        leave_out_strays(table, files, splits);
    }
    if (split != DataSplit::all) {
        if (std::find(splits.begin(), splits.end(), split) == splits.end()) return lacks_split(split);
        keep_pictures(table, files, [&](std::size_t i) { return splits[i] == split; });
    }
    return OwnedSource(std::make_unique<PictureSource>(std::move(tree), std::move(table), std::move(files)));
}

Result<OwnedSource> make_source(std::shared_ptr<FileTree> tree, std::span<const Path> outside,
                                DataSplit split) {
    const auto holds = [&](bool (*fits)(std::string_view)) {
        return std::any_of(tree->files().begin(), tree->files().end(),
                           [&](const TreeFile& file) { return fits(file.name); });
    };
    if (holds(is_idx_name)) return make_idx_source(*tree, split);
    const bool pictures = holds(is_picture_name);
    if (!pictures && holds(is_cifar_name)) return make_cifar_source(*tree, split);
    return make_picture_source(std::move(tree), outside, split);
}

Error lacks_split(DataSplit split) {
    return {ErrorCode::bad_data,
            std::string("it has no ") + (split == DataSplit::train ? "training" : "test") + " part", "",
            "leave out --split, or give a source that comes in parts"};
}

} // namespace ganvas
