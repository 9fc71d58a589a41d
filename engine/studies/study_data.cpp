#include "engine/studies/study_data.h"

#include <cstdlib>

namespace ganvas {
namespace {

constexpr const char* fashion_folder = "/usr/share/datasets/fashion-mnist";
constexpr int most_looked_at = 5000; ///< entries of a folder, for its parts

bool is_there(const Path& path) {
    std::error_code code;
    return std::filesystem::exists(path, code);
}

bool is_drawn(const std::string& source) { return source == "faces" || source.rfind("faces:", 0) == 0; }

/// SRC of a stand-in, empty when it is not there.
std::string stand_in_source(const std::string& name) {
    if (is_drawn(name)) return name;
    if (name == "fashion-mnist") return is_there(fashion_folder) ? fashion_folder : "";
    const Path path = data_folder() / name;
    return is_there(path) ? path.string() : "";
}

std::string lower_name(const Path& path) {
    std::string name = path.filename().string();
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return name;
}

/// Part of a file or folder by its name, as engine/data tells them apart; empty: of neither.
std::string part_by_name(const Path& path, bool folder) {
    const std::string name = lower_name(path);
    const auto has = [&](const char* word) { return name.find(word) != std::string::npos; };
    if (folder) {
        if (name == "train" || name == "training") return "train";
        return name == "test" || name == "testing" ? "test" : "";
    }
    const bool array = has("ubyte") || has("idx") || name.ends_with(".bin");
    if (!array) return "";
    if (has("t10k") || has("test")) return "test";
    return has("train") || has("data_batch") ? "train" : "";
}

std::string stand_in_name(const std::string& name) {
    if (is_drawn(name)) return "drawn faces";
    if (name == "fashion-mnist") return "Fashion-MNIST";
    return Path(name).stem().string();
}

} // namespace

Path data_folder() {
    if (const char* folder = std::getenv("GANVAS_DATA"); folder != nullptr && *folder != '\0') return folder;
    const char* home = std::getenv("HOME");
    return Path(home != nullptr && *home != '\0' ? home : ".") / "ganvas" / "data";
}

ChosenData choose_data(const StudyData& data, const std::string& override_source) {
    ChosenData chosen;
    if (!data.file.empty() && !is_there(data_folder() / data.file))
        chosen.missing = data.name + " is not here: it is expected as " + (data_folder() / data.file).string()
                         + (data.note.empty() ? "" : " (" + data.note + ")");
    if (!override_source.empty()) {
        chosen.source = chosen.name = override_source;
        chosen.stand_in = true;
    } else if (!data.file.empty() && chosen.missing.empty()) {
        chosen.source = (data_folder() / data.file).string();
        chosen.name = data.name;
    } else {
        chosen.stand_in = true;
        for (const std::string& name : data.stand_ins) {
            chosen.source = stand_in_source(name);
            chosen.name = stand_in_name(name);
            if (!chosen.source.empty()) break;
        }
    }
    if (!data.split.empty() && has_parts(chosen.source)) chosen.split = data.split;
    return chosen;
}

bool has_parts(const std::string& source) {
    if (source.empty() || is_drawn(source)) return false;
    std::error_code code;
    if (!std::filesystem::is_directory(source, code)) return lower_name(source).starts_with("cifar-10");
    bool train = false, test = false;
    // Arrays lie in the folder or in the one folder of an unpacked archive.
    std::filesystem::recursive_directory_iterator entry(source, code), end;
    for (int looked = 0; !code && entry != end && looked < most_looked_at; entry.increment(code), ++looked) {
        if (entry.depth() > 1) entry.disable_recursion_pending();
        const std::string part = part_by_name(entry->path(), entry->is_directory(code));
        train = train || part == "train";
        test = test || part == "test";
        if (train && test) return true;
    }
    return false;
}

} // namespace ganvas
