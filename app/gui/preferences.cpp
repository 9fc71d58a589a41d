#include "app/gui/preferences.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "app/gui/explorer_memory.h"
#include "engine/core/files.h"

namespace ganvas {
namespace {

constexpr std::size_t recent_limit = 10;

Path json_path() { return config_folder() / "window.json"; }
Path layout_path() { return config_folder() / "layout.ini"; }

int bounded(const nlohmann::json& object, const char* key, int low, int high, int otherwise) {
    const int value = object.value(key, otherwise);
    return value < low || value > high ? otherwise : value;
}

Preferences from_json(const nlohmann::json& object) {
    Preferences out;
    out.theme = object.value("theme", "dark") == "light" ? ThemeKind::light : ThemeKind::dark;
    out.scale = std::clamp(object.value("scale", 1.0f), 0.5f, 3.0f);
    out.smooth_pictures = object.value("smooth_pictures", false);
    out.place.x = bounded(object, "x", 0, 20000, -1);
    out.place.y = bounded(object, "y", 0, 20000, -1);
    out.place.width = bounded(object, "width", 320, 20000, 0);
    out.place.height = bounded(object, "height", 240, 20000, 0);
    out.place.maximised = object.value("maximised", false);
    out.recent_data = object.value("recent_data", std::vector<std::string>());
    if (out.recent_data.size() > recent_limit) out.recent_data.resize(recent_limit);
    out.hidden_panels = object.value("hidden_panels", std::vector<std::string>());
    out.inception_weights = object.value("inception_weights", std::string());
    if (const auto explorer = object.find("explorer"); explorer != object.end())
        out.explorer = explorer_from_json(*explorer);
    return out;
}

} // namespace

void Preferences::remember_data(const std::string& source) {
    if (source.empty()) return;
    std::erase(recent_data, source);
    recent_data.insert(recent_data.begin(), source);
    if (recent_data.size() > recent_limit) recent_data.resize(recent_limit);
}

Result<Preferences> load_preferences() {
    Preferences out;
    std::error_code none;
    if (std::filesystem::exists(json_path(), none)) {
        const auto text = read_text(json_path());
        if (!text) return text.error();
        try {
            out = from_json(nlohmann::json::parse(*text));
        } catch (const nlohmann::json::exception&) {
            return Error{ErrorCode::bad_data, "the window's preferences cannot be read", json_path().string(),
                         "the defaults are used, and replace them on closing"};
        }
    }
    if (std::filesystem::exists(layout_path(), none)) {
        const auto text = read_text(layout_path());
        if (!text) return text.error();
        out.layout = *text;
    }
    return out;
}

Result<void> save_preferences(const Preferences& preferences) {
    if (auto made = make_folder(config_folder()); !made) return made;
    nlohmann::ordered_json object;
    object["theme"] = preferences.theme == ThemeKind::light ? "light" : "dark";
    object["scale"] = preferences.scale;
    object["smooth_pictures"] = preferences.smooth_pictures;
    object["x"] = preferences.place.x;
    object["y"] = preferences.place.y;
    object["width"] = preferences.place.width;
    object["height"] = preferences.place.height;
    object["maximised"] = preferences.place.maximised;
    object["recent_data"] = preferences.recent_data;
    object["hidden_panels"] = preferences.hidden_panels;
    object["inception_weights"] = preferences.inception_weights;
    object["explorer"] = explorer_to_json(preferences.explorer);
    constexpr int indent = 2;
    const std::string text = object.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    if (auto written = write_file(json_path(), text); !written) return written;
    return write_file(layout_path(), preferences.layout);
}

} // namespace ganvas
