#include "engine/studies/study_record.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/core/nesting.h"

namespace ganvas {
namespace {

// Written in order, read into a tree: the ordered kind looks through all members for each that it takes.
using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;
constexpr std::size_t longest_record = 16u << 20;

/// JSON has no infinity; a value that is not finite is none.
OrderedJson number(double value) { return std::isfinite(value) ? OrderedJson(value) : OrderedJson(); }

double number_of(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number() ? found->get<double>() : 0;
}
std::int64_t whole_of(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}
std::string text_of(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}
bool truth_of(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_boolean() && found->get<bool>();
}
/// The member as a list or an object to walk through; nothing of the wrong kind.
const Json& part_of(const Json& json, const char* key) {
    static const Json nothing = Json::array();
    const auto found = json.find(key);
    return found != json.end() && found->is_structured() ? *found : nothing;
}

OrderedJson to_json(const Reading& reading) {
    if (!reading.measured)
        return {{"measured", false},
                {"reason", reading.reason},
                {"settled", reading.settled},
                {"finding", reading.finding}};
    OrderedJson json{
        {"measured", true},       {"value", number(reading.value)}, {"deviation", number(reading.deviation)},
        {"count", reading.count}, {"extractor", reading.extractor}, {"data", reading.data}};
    json["resize"] = reading.resize, json["split"] = reading.split;
    json["parameters"] = reading.parameters, json["spread"] = reading.spread, json["title"] = reading.title;
    if (reading.step > 0) json["step"] = reading.step;
    if (!reading.against.empty()) json["against"] = reading.against;
    for (const auto& [name, value] : reading.details) json["details"][name] = number(value);
    return json;
}

Reading reading_from(const Json& json) {
    Reading reading;
    reading.measured = truth_of(json, "measured") && json.contains("value") && json["value"].is_number();
    reading.value = number_of(json, "value");
    reading.deviation = number_of(json, "deviation");
    reading.count = whole_of(json, "count");
    reading.extractor = text_of(json, "extractor");
    reading.data = text_of(json, "data");
    reading.resize = text_of(json, "resize");
    reading.split = text_of(json, "split");
    reading.parameters = text_of(json, "parameters");
    reading.spread = text_of(json, "spread");
    reading.title = text_of(json, "title");
    reading.step = whole_of(json, "step");
    reading.against = text_of(json, "against");
    reading.reason = text_of(json, "reason");
    reading.settled = truth_of(json, "settled");
    reading.finding = text_of(json, "finding");
    for (const auto& [name, value] : part_of(json, "details").items())
        if (value.is_number()) reading.details[name] = value.get<double>();
    if (!reading.measured && reading.reason.empty()) reading.reason = "not a finite number";
    return reading;
}

OrderedJson to_json(const PointRecord& point) {
    OrderedJson json{{"part", point.part},       {"step", point.step},   {"images", point.images},
                     {"seconds", point.seconds}, {"epoch", point.epoch}, {"checkpoint", point.checkpoint}};
    json["readings"] = OrderedJson::object();
    for (const auto& [key, reading] : point.readings) json["readings"][key] = to_json(reading);
    return json;
}

PointRecord point_from(const Json& json) {
    PointRecord point{number_of(json, "part"),
                      whole_of(json, "step"),
                      whole_of(json, "images"),
                      number_of(json, "seconds"),
                      number_of(json, "epoch"),
                      text_of(json, "checkpoint"),
                      {}};
    for (const auto& [key, reading] : part_of(json, "readings").items())
        if (reading.is_object()) point.readings[key] = reading_from(reading);
    return point;
}

OrderedJson to_json(const FigureRecord& figure) {
    OrderedJson json{{"reason", figure.reason}, {"pictures", OrderedJson::array()}};
    for (const FigurePicture& picture : figure.pictures)
        json["pictures"].push_back({{"file", picture.file}, {"caption", picture.caption}});
    return json;
}

FigureRecord figure_from(const Json& json) {
    FigureRecord figure;
    figure.reason = text_of(json, "reason");
    for (const Json& picture : part_of(json, "pictures"))
        if (picture.is_object())
            figure.pictures.push_back({text_of(picture, "file"), text_of(picture, "caption")});
    return figure;
}

bool has_failed(const Reading& reading) {
    return !reading.measured && !reading.settled && reading.finding.empty();
}

} // namespace

bool forget_failures(UnitRecord& record) {
    bool any = false;
    for (PointRecord& point : record.points)
        any =
            std::erase_if(point.readings, [](const auto& one) { return has_failed(one.second); }) > 0 || any;
    any =
        std::erase_if(record.figures, [](const auto& one) { return one.second.pictures.empty(); }) > 0 || any;
    if (any) record.done = false;
    return any;
}

Path records_folder(const Path& out) { return out / "records"; }
Path figures_folder(const Path& out) { return out / "figures"; }

std::string record_json(const UnitRecord& record) {
    OrderedJson json{{"done", record.done},
                     {"error", record.error},
                     {"data_source", record.data_source},
                     {"data_name", record.data_name},
                     {"data_split", record.data_split},
                     {"stand_in", record.stand_in},
                     {"run_folder", record.run_folder},
                     {"points", OrderedJson::array()},
                     {"figures", OrderedJson::object()}};
    for (const PointRecord& point : record.points) json["points"].push_back(to_json(point));
    for (const auto& [figure, drawn] : record.figures)
        json["figures"][std::to_string(figure)] = to_json(drawn);
    return json.dump(1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

std::optional<UnitRecord> parse_record(std::string_view text) {
    if (nested_deeper_than(text, 16)) return std::nullopt;
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    UnitRecord record;
    record.done = truth_of(json, "done");
    record.error = text_of(json, "error");
    record.data_source = text_of(json, "data_source");
    record.data_name = text_of(json, "data_name");
    record.data_split = text_of(json, "data_split");
    record.stand_in = truth_of(json, "stand_in");
    record.run_folder = text_of(json, "run_folder");
    for (const Json& point : part_of(json, "points"))
        if (point.is_object()) record.points.push_back(point_from(point));
    for (const auto& [number_text, figure] : part_of(json, "figures").items())
        if (figure.is_object()) record.figures[std::atoi(number_text.c_str())] = figure_from(figure);
    return record;
}

Result<void> write_record(const Path& out, const std::string& unit, const UnitRecord& record) {
    if (auto made = make_folder(records_folder(out)); !made) return made;
    return write_file(records_folder(out) / (unit + ".json"), record_json(record));
}

UnitRecord read_record(const Path& out, const std::string& unit) {
    const auto text = read_text(records_folder(out) / (unit + ".json"), longest_record);
    if (!text) return {};
    return parse_record(*text).value_or(UnitRecord{});
}

Result<void> check_folder(const Path& out, const std::string& identity) {
    const Path file = out / "study.json";
    std::error_code code;
    if (!std::filesystem::exists(file, code)) return {};
    const auto text = read_text(file, longest_record);
    if (!text) return text.error();
    const Json json = nested_deeper_than(*text, 16) ? Json() : Json::parse(*text, nullptr, false);
    const std::string before = json.is_object() ? text_of(json, "identity") : std::string();
    if (before == identity) return {};
    return Error{ErrorCode::usage, "the folder holds another study: " + (before.empty() ? "unknown" : before),
                 out.string(), "choose another --out, or repeat the same options to go on with it"};
}

Result<void> claim_folder(const Path& out, const std::string& identity) {
    if (auto free = check_folder(out, identity); !free) return free;
    const Path file = out / "study.json";
    std::error_code code;
    if (std::filesystem::exists(file, code)) return {};
    if (auto made = make_folder(out); !made) return made;
    const std::string text =
        OrderedJson{{"identity", identity}}.dump(1, ' ', false, OrderedJson::error_handler_t::replace);
    return write_file(file, text + "\n");
}

} // namespace ganvas
