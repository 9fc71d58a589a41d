// Sources whose pictures lie in a few big files: IDX and CIFAR's binary batches.
#include <algorithm>
#include <cctype>
#include <map>

#include "engine/data/idx.h"
#include "engine/data/source.h"

namespace ganvas {
namespace {

constexpr std::size_t most_bytes = std::size_t(4) << 30;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

void erase_all(std::string& text, std::string_view part) {
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part))
        text.erase(at, part.size());
}

DataSplit split_of(std::string_view name) {
    const std::string text = lower(base_name(name));
    if (contains(text, "t10k") || contains(text, "test")) return DataSplit::test;
    return contains(text, "train") || contains(text, "data_batch") ? DataSplit::train : DataSplit::all;
}

/// The files that belong to the split; all of them for `all`.
std::vector<std::size_t> of_split(const FileTree& tree, const std::vector<std::size_t>& files,
                                  DataSplit split) {
    if (split == DataSplit::all) return files;
    std::vector<std::size_t> kept;
    for (const std::size_t index : files)
        if (split_of(tree.files()[index].name) == split) kept.push_back(index);
    return kept;
}

void name_digits(SourceTable& table) {
    int highest = -1;
    for (const int label : table.labels) highest = std::max(highest, label);
    for (int k = 0; k <= highest; ++k) table.class_names.push_back(std::to_string(k));
}

/// Loads that only copy: the arrays stay alive with the source.
class IdxSource : public Source {
public:
    struct Part {
        IdxArray pictures;
        std::int64_t first = 0; ///< number of its first picture
    };

    Result<void> add(IdxArray pictures, const IdxArray* labels, const std::string& name) {
        const std::int64_t count = pictures.shape[0];
        if (labels && labels->shape[0] != count)
            return Error{ErrorCode::bad_data,
                         std::to_string(count) + " pictures and " + std::to_string(labels->shape[0])
                             + " labels",
                         name, "give the label file that belongs to these pictures"};
        if (!parts_.empty()
            && !std::equal(pictures.shape.begin() + 1, pictures.shape.end(),
                           parts_.front().pictures.shape.begin() + 1, parts_.front().pictures.shape.end()))
            return Error{ErrorCode::bad_data, "pictures of another size than in the file before", name,
                         "name one of the files instead of the folder"};
        const std::string base(base_name(name));
        for (std::int64_t i = 0; i < count; ++i) {
            table_.names.push_back(base + " " + std::to_string(i));
            table_.labels.push_back(labels ? labels->values[i] : -1);
        }
        parts_.push_back({std::move(pictures), table_.size() - count});
        return {};
    }

    void finish() {
        if (std::all_of(table_.labels.begin(), table_.labels.end(), [](int label) { return label < 0; }))
            table_.labels.clear();
        name_digits(table_);
    }

    Result<void> stream(std::span<const std::int64_t> selection, const Receive& receive) override {
        for (const std::int64_t index : selection)
            if (!receive(index, 0, [this, index] { return picture(index); })) break;
        return {};
    }

private:
    Result<Image> picture(std::int64_t index) const {
        const auto part =
            std::find_if(parts_.rbegin(), parts_.rend(), [&](const Part& p) { return p.first <= index; });
        const auto& shape = part->pictures.shape;
        Image image(static_cast<int>(shape[2]), static_cast<int>(shape[1]),
                    shape.size() == 4 ? static_cast<int>(shape[3]) : 1);
        const auto bytes = part->pictures.values.subspan(
            static_cast<std::size_t>(index - part->first) * image.pixels.size(), image.pixels.size());
        std::copy(bytes.begin(), bytes.end(), image.pixels.begin());
        return image;
    }

    std::vector<Part> parts_;
};

/// Records of one or two label bytes and 3 x 32 x 32 bytes, plane after plane.
class CifarSource : public Source {
public:
    static constexpr std::size_t plane = 32 * 32;
    explicit CifarSource(std::size_t label_bytes) : label_bytes_(label_bytes) {}
    [[nodiscard]] std::size_t record_bytes() const { return label_bytes_ + 3 * plane; }

    Result<void> add(FileBytes file, const std::string& name) {
        if (file.bytes.empty() || file.bytes.size() % record_bytes() != 0)
            return Error{ErrorCode::bad_data,
                         "wrong size: not a whole number of " + std::to_string(record_bytes())
                             + "-byte records",
                         name, "give the binary version of CIFAR as it is published"};
        const std::string base(base_name(name));
        for (std::size_t at = 0; at < file.bytes.size(); at += record_bytes()) {
            const int label = file.bytes[at + label_bytes_ - 1];
            if (label >= (label_bytes_ == 1 ? 10 : 100))
                return Error{ErrorCode::bad_data,
                             "record " + std::to_string(at / record_bytes()) + " has class "
                                 + std::to_string(label),
                             name, "give the binary version of CIFAR as it is published"};
            table_.names.push_back(base + " " + std::to_string(at / record_bytes()));
            table_.labels.push_back(label);
            records_.push_back(file.bytes.data() + at + label_bytes_);
        }
        files_.push_back(std::move(file));
        return {};
    }

    void finish(std::vector<std::string> class_names) {
        const std::size_t classes = label_bytes_ == 1 ? 10 : 100;
        for (std::size_t k = class_names.size(); k < classes; ++k) class_names.push_back(std::to_string(k));
        class_names.resize(classes);
        table_.class_names = std::move(class_names);
    }

    Result<void> stream(std::span<const std::int64_t> selection, const Receive& receive) override {
        for (const std::int64_t index : selection) {
            auto load = [record = records_[index]]() -> Result<Image> {
                Image image(32, 32, 3);
                for (std::size_t i = 0; i < plane; ++i)
                    for (std::size_t c = 0; c < 3; ++c) image.pixels[i * 3 + c] = record[c * plane + i];
                return image;
            };
            if (!receive(index, 0, std::move(load))) break;
        }
        return {};
    }

private:
    std::size_t label_bytes_;
    std::vector<FileBytes> files_;
    std::vector<const std::uint8_t*> records_; ///< into files_
};

std::vector<std::string> lines(std::span<const std::uint8_t> bytes) {
    std::vector<std::string> out;
    std::string line;
    for (const std::uint8_t c : bytes) {
        if (c == '\n') {
            if (!line.empty()) out.push_back(std::move(line));
            line.clear();
        } else if (c != '\r' && line.size() < 200) {
            line += static_cast<char>(c);
        }
    }
    if (!line.empty()) out.push_back(line);
    return out;
}

bool holds_pictures(std::string_view name) {
    const std::string text = lower(base_name(name));
    return contains(text, "idx3") || contains(text, "idx4")
           || (contains(text, "images") && !contains(text, "idx1"));
}

} // namespace

bool is_idx_name(std::string_view name) {
    const std::string text = lower(base_name(name));
    return contains(text, "idx") && contains(text, "ubyte");
}

std::string idx_pair_key(std::string_view name) {
    std::string text = lower(name);
    if (text.ends_with(".gz")) text.resize(text.size() - 3);
    for (const char* part : {"images", "labels", "idx1", "idx3", "idx4", "image", "label"})
        erase_all(text, part);
    return text;
}

bool is_cifar_name(std::string_view name) {
    const std::string text(base_name(name));
    return (text.starts_with("data_batch_") && text.ends_with(".bin")) || text == "test_batch.bin"
           || text == "train.bin" || text == "test.bin";
}

Result<OwnedSource> make_idx_source(FileTree& tree, DataSplit split) {
    std::vector<std::size_t> pictures;
    std::map<std::string, std::size_t> labels_of; // pair key -> file
    std::vector<std::string> seen;
    for (std::size_t i = 0; i < tree.files().size(); ++i) {
        const std::string& name = tree.files()[i].name;
        const bool named_so = is_idx_name(name);
        if (!named_so && tree.files().size() > 1) continue;
        const std::string key = idx_pair_key(name);
        if (named_so && !holds_pictures(name)) {
            labels_of.emplace(key, i);
        } else if (std::find(seen.begin(), seen.end(), key)
                   == seen.end()) { // the same file with .gz is not a second
            seen.push_back(key);
            pictures.push_back(i);
        }
    }
    if (pictures.empty())
        return Error{ErrorCode::bad_data, "IDX labels without pictures", "",
                     "name the *-images-idx3-ubyte file"};
    pictures = of_split(tree, pictures, split);
    if (pictures.empty()) return lacks_split(split);
    // Training pictures come first, as in the published sets.
    std::stable_sort(pictures.begin(), pictures.end(), [&](std::size_t a, std::size_t b) {
        return (split_of(tree.files()[a].name) == DataSplit::test)
               < (split_of(tree.files()[b].name) == DataSplit::test);
    });
    auto source = std::make_unique<IdxSource>();
    for (const std::size_t index : pictures) {
        const std::string& name = tree.files()[index].name;
        std::vector<std::size_t> wanted{index};
        if (const auto found = labels_of.find(idx_pair_key(name)); found != labels_of.end())
            wanted.push_back(found->second);
        auto files = tree.read(wanted, most_bytes);
        if (!files) return files.error();
        auto array = parse_idx((*files)[0], name);
        if (!array) return array.error();
        const auto& shape = array->shape;
        if (shape.size() < 3 || (shape.size() == 4 && shape[3] != 1 && shape[3] != 3))
            return Error{ErrorCode::bad_data, "an IDX file that does not hold pictures", name,
                         "pictures have the dimensions N, height, width (and 1 or 3 channels)"};
        if (shape[1] > 16'384 || shape[2] > 16'384)
            return Error{ErrorCode::bad_data, "IDX pictures of more than 16384 pixels a side", name, ""};
        if (wanted.size() == 1) {
            if (auto done = source->add(array.take(), nullptr, name); !done) return done.error();
            continue;
        }
        auto labels = parse_idx((*files)[1], tree.files()[wanted[1]].name);
        if (!labels) return labels.error();
        if (labels->shape.size() != 1)
            return Error{ErrorCode::bad_data, "an IDX file that does not hold labels",
                         tree.files()[wanted[1]].name, ""};
        if (auto done = source->add(array.take(), &*labels, name); !done) return done.error();
    }
    source->finish();
    return OwnedSource(std::move(source));
}

Result<OwnedSource> make_cifar_source(FileTree& tree, DataSplit split) {
    std::vector<std::size_t> batches;
    std::size_t names_file = tree.files().size();
    bool hundred = true;
    for (std::size_t i = 0; i < tree.files().size(); ++i) {
        const std::string_view base = base_name(tree.files()[i].name);
        if (is_cifar_name(base)) batches.push_back(i);
        if (base.find("batch") != std::string_view::npos && base.ends_with(".bin")) hundred = false;
    }
    for (std::size_t i = 0; i < tree.files().size(); ++i)
        if (base_name(tree.files()[i].name) == (hundred ? "fine_label_names.txt" : "batches.meta.txt"))
            names_file = i;
    batches = of_split(tree, batches, split);
    if (batches.empty()) return lacks_split(split);
    std::stable_sort(batches.begin(), batches.end(), [&](std::size_t a, std::size_t b) {
        const auto& first = tree.files()[a].name;
        const auto& second = tree.files()[b].name;
        const bool first_tests = split_of(first) == DataSplit::test,
                   second_tests = split_of(second) == DataSplit::test;
        return first_tests != second_tests ? second_tests : first < second;
    });
    std::vector<std::size_t> wanted = batches;
    if (names_file < tree.files().size()) wanted.push_back(names_file);
    auto files = tree.read(wanted, most_bytes);
    if (!files) return files.error();
    auto source = std::make_unique<CifarSource>(hundred ? 2 : 1);
    for (std::size_t i = 0; i < batches.size(); ++i)
        if (auto done = source->add((*files)[i], tree.files()[batches[i]].name); !done) return done.error();
    source->finish(wanted.size() > batches.size() ? lines(files->back().bytes) : std::vector<std::string>());
    return OwnedSource(std::move(source));
}

} // namespace ganvas
