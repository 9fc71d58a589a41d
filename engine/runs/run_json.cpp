#include "engine/runs/run_json.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <optional>

#include "engine/core/nesting.h"

namespace ganvas {
namespace {

// Reading keeps members in a tree: the ordered kind looks through all of them for each that it takes, which
// makes an object of a hundred thousand members a matter of minutes.
using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

constexpr RunState states[] = {RunState::training, RunState::stopped, RunState::finished, RunState::failed};
constexpr std::size_t most_changes = 100'000;

Error bad(const std::string& what, const std::string& where) {
    return {ErrorCode::bad_data, what, where, "the file is damaged or not a run of ganvas"};
}

OrderedJson setting_json(const SettingValue& value) {
    return std::visit([](const auto& v) -> OrderedJson { return v; }, value);
}

std::optional<std::string> setting_text(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean() || value.is_number()) return value.dump();
    return std::nullopt;
}

/// Members by name with a type; `good` turns false at the first that has another type.
struct Members {
    const Json& object;
    bool good = true;

    [[nodiscard]] const Json* find(const char* key) {
        const auto found = object.find(key);
        return found == object.end() ? nullptr : &*found;
    }
    void text(const char* key, std::string& out) {
        const Json* value = find(key);
        if (value == nullptr) return;
        if (value->is_string())
            out = value->get<std::string>();
        else
            good = false;
    }
    void whole(const char* key, std::int64_t& out) {
        const Json* value = find(key);
        if (value == nullptr) return;
        if (value->is_number_integer() && value->get<std::int64_t>() >= 0)
            out = value->get<std::int64_t>();
        else
            good = false;
    }
    void number(const char* key, double& out) {
        const Json* value = find(key);
        if (value == nullptr) return;
        if (value->is_number() && std::isfinite(value->get<double>()))
            out = value->get<double>();
        else
            good = false;
    }
};

Result<void> read_settings(const Json& object, RunInfo& info, const std::string& where) {
    if (!object.is_object()) return bad("settings are not an object", where);
    for (const auto& [key, value] : object.items()) {
        if (find_setting(key) == nullptr) continue;
        const auto text = setting_text(value);
        if (!text) return bad("setting " + key + " has no value", where);
        if (auto set = info.settings.set(key, std::string_view(*text)); !set)
            return bad("setting " + key + ", " + set.error().what, where);
    }
    return {};
}

bool read_changes(const Json& list, std::vector<SettingChange>& changes) {
    if (!list.is_array() || list.size() > most_changes) return false;
    for (const Json& entry : list) {
        if (!entry.is_object()) return false;
        SettingChange change;
        Members members{entry};
        members.whole("step", change.step);
        members.text("key", change.key);
        members.text("value", change.value);
        if (!members.good) return false;
        changes.push_back(std::move(change));
    }
    return true;
}

constexpr const char* incident_kinds[] = {"not_finite", "out_of_memory"};

OrderedJson incidents_json(const std::vector<TrainingIncident>& incidents) {
    OrderedJson list = OrderedJson::array();
    for (const TrainingIncident& one : incidents)
        list.push_back({{"kind", incident_kinds[static_cast<int>(one.kind)]},
                        {"step", one.step},
                        {"back_to", one.back_to},
                        {"attempt", one.attempt},
                        {"paused", one.paused}});
    return list;
}

/// Kinds of newer programs are passed over.
bool read_incidents(const Json& list, std::vector<TrainingIncident>& incidents) {
    if (!list.is_array() || list.size() > most_changes) return false;
    for (const Json& entry : list) {
        if (!entry.is_object()) return false;
        TrainingIncident one;
        std::string kind;
        std::int64_t attempt = 0;
        Members members{entry};
        members.text("kind", kind);
        members.whole("step", one.step);
        members.whole("back_to", one.back_to);
        members.whole("attempt", attempt);
        if (!members.good || attempt > 1000) return false;
        one.attempt = static_cast<int>(attempt);
        if (const Json* paused = members.find("paused"))
            one.paused = paused->is_boolean() && paused->get<bool>();
        for (int index = 0; index < 2; ++index) {
            if (kind != incident_kinds[index]) continue;
            one.kind = static_cast<TrainingIncident::Kind>(index);
            incidents.push_back(one);
        }
    }
    return true;
}

} // namespace

std::string_view name(RunState state) {
    switch (state) {
    case RunState::training: return "training";
    case RunState::stopped: return "stopped";
    case RunState::finished: return "finished";
    case RunState::failed: return "failed";
    }
    return "";
}

std::string run_json(const RunInfo& info) {
    OrderedJson json;
    json["format"] = "ganvas run 1";
    json["state"] = name(info.state);
    if (!info.message.empty()) json["message"] = info.message;
    json["created"] = info.created;
    json["modified"] = info.modified;
    json["recipe"] = info.recipe;
    json["data"] = {
        {"source", info.data_source}, {"name", info.data_name}, {"fingerprint", info.data_fingerprint}};
    if (!info.parent.empty()) json["parent"] = {{"run", info.parent}, {"step", info.parent_step}};
    json["step"] = info.step;
    json["images"] = info.images;
    json["seconds"] = info.seconds;
    json["target_steps"] = info.target_steps;
    json["target_seconds"] = info.target_seconds;
    json["target_epochs"] = info.target_epochs;
    json["target_images"] = info.target_images;
    json["versions"] = OrderedJson::object();
    for (const auto& [what, version] : info.versions) json["versions"][what] = version;
    json["settings"] = OrderedJson::object();
    for (const SettingDescription& description : setting_descriptions())
        json["settings"][description.key] = setting_json(info.settings.value(description.key));
    json["changes"] = OrderedJson::array();
    for (const SettingChange& change : info.changes)
        json["changes"].push_back({{"step", change.step}, {"key", change.key}, {"value", change.value}});
    if (!info.incidents.empty()) json["incidents"] = incidents_json(info.incidents);
    return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

Result<RunInfo> parse_run_json(std::string_view text, const std::string& where) {
    if (nested_deeper_than(text, 8)) return bad("run.json is nested too deeply", where);
    const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
    if (!json.is_object()) return bad("run.json is not a JSON object", where);
    RunInfo info;
    Members members{json};
    std::string format, state = "stopped";
    members.text("format", format);
    if (format.substr(0, 10) != "ganvas run") return bad("not a run.json of ganvas", where);
    members.text("state", state);
    members.text("message", info.message);
    members.text("created", info.created);
    members.text("modified", info.modified);
    members.text("recipe", info.recipe);
    members.whole("step", info.step);
    members.whole("images", info.images);
    members.number("seconds", info.seconds);
    members.whole("target_steps", info.target_steps);
    members.number("target_seconds", info.target_seconds);
    members.number("target_epochs", info.target_epochs);
    members.whole("target_images", info.target_images);
    if (const Json* data = members.find("data"); data != nullptr && data->is_object()) {
        Members of_data{*data};
        of_data.text("source", info.data_source);
        of_data.text("name", info.data_name);
        of_data.text("fingerprint", info.data_fingerprint);
        members.good = members.good && of_data.good;
    }
    if (const Json* parent = members.find("parent"); parent != nullptr && parent->is_object()) {
        Members of_parent{*parent};
        of_parent.text("run", info.parent);
        of_parent.whole("step", info.parent_step);
        members.good = members.good && of_parent.good;
    }
    if (const Json* versions = members.find("versions"); versions != nullptr && versions->is_object())
        for (const auto& [what, version] : versions->items())
            if (version.is_string()) info.versions[what] = version.get<std::string>();
    if (const Json* changes = members.find("changes"))
        members.good = members.good && read_changes(*changes, info.changes);
    if (const Json* incidents = members.find("incidents"))
        members.good = members.good && read_incidents(*incidents, info.incidents);
    if (!members.good) return bad("run.json has an entry of the wrong kind", where);
    bool known = false;
    for (const RunState candidate : states)
        if (name(candidate) == state) {
            info.state = candidate;
            known = true;
        }
    if (!known) return bad("run.json has an unknown state", where);
    if (const Json* settings = members.find("settings"))
        if (auto read = read_settings(*settings, info, where); !read) return read.error();
    return info;
}

std::string sample_json(const RunSample& sample) {
    return OrderedJson{{"step", sample.step},
                       {"images", sample.images},
                       {"seconds", sample.seconds},
                       {"columns", sample.columns},
                       {"count", sample.count}}
        .dump();
}

void parse_sample_json(std::string_view text, RunSample& sample) {
    if (text.size() > 4096 || nested_deeper_than(text, 4)) return;
    const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
    if (!json.is_object()) return;
    RunSample read = sample;
    std::int64_t columns = 0, count = 0;
    Members members{json};
    members.whole("images", read.images);
    members.number("seconds", read.seconds);
    members.whole("columns", columns);
    members.whole("count", count);
    if (!members.good || columns > 65'536 || count > 1'000'000) return;
    read.columns = static_cast<int>(columns);
    read.count = static_cast<int>(count);
    sample = std::move(read);
}

} // namespace ganvas
