#include "engine/studies/study_data.h"

#include <cstdlib>

namespace ganvas {
namespace {

constexpr const char* fashion_folder = "/usr/share/datasets/fashion-mnist";

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
        return chosen;
    }
    if (!data.file.empty() && chosen.missing.empty()) {
        chosen.source = (data_folder() / data.file).string();
        chosen.name = data.name;
        return chosen;
    }
    chosen.stand_in = true;
    for (const std::string& name : data.stand_ins) {
        chosen.source = stand_in_source(name);
        chosen.name = stand_in_name(name);
        if (!chosen.source.empty()) break;
    }
    return chosen;
}

} // namespace ganvas
