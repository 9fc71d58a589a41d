// ExportRecipe and latent points as JSON: written as plain ASCII (GIF comments ask for it), read with every
// limit checked.
#include "engine/export/recipe_text.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <utility>

#include "engine/core/nesting.h"
#include "engine/core/single_face.h"

namespace ganvas {
namespace {

using Json = nlohmann::json;

constexpr std::size_t longest_recipe = 16u << 20;
constexpr std::size_t most_points = 65'536, most_slots = 64, most_seeds = 4'096, most_pairs = 4'096;
constexpr std::size_t longest_recipe_text = 4'096;
constexpr const char* format_name = "ganvas recipe 1";

Error bad(std::string what) {
    return {ErrorCode::bad_data, std::move(what), "recipe", "was it made by ganvas?"};
}

// ---- writing ---------------------------------------------------------------

/// One face is its seed; anything else lists weights and seeds.
Json sum_json(const LatentSum& sum) {
    if (const auto seed = single_face(sum)) return *seed;
    Json slots = Json::array();
    for (const LatentSum::Slot& slot : sum.slots)
        slots.push_back({{"weight", slot.weight}, {"seeds", slot.seeds}});
    return slots;
}

template <class Pairs>
Json pairs_json(const Pairs& pairs) {
    Json list = Json::array();
    for (const auto& [what, value] : pairs) list.push_back(Json::array({what, value}));
    return list;
}

/// What has its default is left out.
Json point_json(const LatentPoint& point) {
    const LatentPoint usual;
    Json json = Json::object();
    json["from"] = sum_json(point.from);
    if (point.to) json["to"] = sum_json(*point.to);
    if (point.alpha != usual.alpha) json["alpha"] = point.alpha;
    if (point.path == LatentPath::slerp) json["path"] = "slerp";
    if (point.length == LatentLength::prior) json["length"] = "prior";
    if (!point.attributes.empty()) json["attributes"] = pairs_json(point.attributes);
    if (!point.axes.empty()) json["axes"] = pairs_json(point.axes);
    for (const LatentMove& move : point.moves)
        json["moves"].push_back({{"from", move.from}, {"to", move.to}, {"amount", move.amount}});
    if (!point.coordinates.empty()) json["coordinates"] = pairs_json(point.coordinates);
    if (point.noise != usual.noise) json["noise"] = point.noise;
    if (point.noise_seed != usual.noise_seed) json["noise_seed"] = point.noise_seed;
    if (point.truncation != usual.truncation) json["truncation"] = point.truncation;
    if (point.class_label != usual.class_label) json["class"] = point.class_label;
    if (!point.class_mix.empty()) json["class_mix"] = pairs_json(point.class_mix);
    return json;
}

Json points_array(const std::vector<LatentPoint>& points) {
    Json list = Json::array();
    for (const LatentPoint& point : points) list.push_back(point_json(point));
    return list;
}

std::string dump(const Json& json) { return json.dump(-1, ' ', true, Json::error_handler_t::replace); }

// ---- reading ---------------------------------------------------------------

/// Reads members of one object; the first that does not fit is remembered and all later reads change nothing.
class Reader {
public:
    explicit Reader(const Json& object) : object_(object) {
        if (!object.is_object()) problem_ = "an entry is not an object";
    }
    [[nodiscard]] bool good() const { return problem_.empty(); }
    [[nodiscard]] Error error() const { return bad(problem_); }
    void fail(const std::string& what) {
        if (good()) problem_ = what;
    }
    [[nodiscard]] const Json* member(const char* key) const {
        if (!good()) return nullptr;
        const auto found = object_.find(key);
        return found == object_.end() ? nullptr : &*found;
    }
    void number(const char* key, double& out) {
        if (const Json* value = member(key)) out = finite(*value, key);
    }
    template <class Integer>
    void integer(const char* key, Integer& out) {
        if (const Json* value = member(key)) out = whole<Integer>(*value, key);
    }
    void text(const char* key, std::string& out) {
        const Json* value = member(key);
        if (value == nullptr) return;
        if (!value->is_string() || value->get_ref<const std::string&>().size() > longest_recipe_text)
            return fail(std::string(key) + " is not a text");
        out = value->get<std::string>();
    }
    double finite(const Json& value, const char* key) {
        if (value.is_number() && std::isfinite(value.get<double>())) return value.get<double>();
        fail(std::string(key) + " is not a number");
        return 0;
    }
    template <class Integer>
    Integer whole(const Json& value, const char* key) {
        using Limits = std::numeric_limits<Integer>;
        if (value.is_number_unsigned()) {
            if (value.get<std::uint64_t>() <= static_cast<std::uint64_t>(Limits::max()))
                return value.get<Integer>();
        } else if (value.is_number_integer() && Limits::is_signed) {
            const auto number = value.get<std::int64_t>();
            if (number >= static_cast<std::int64_t>(Limits::min())) return static_cast<Integer>(number);
        }
        fail(std::string(key) + " is not a whole number in range");
        return 0;
    }
    /// A list with at most `most` entries, or null after noting the problem.
    const Json* list(const Json* value, const char* key, std::size_t most) {
        if (value == nullptr) return nullptr;
        if (value->is_array() && value->size() <= most) return value;
        fail(std::string(key) + " is not a list, or too long");
        return nullptr;
    }
    LatentSum sum(const Json& value, const char* key) {
        LatentSum out;
        if (value.is_number()) return LatentSum::face(whole<std::uint64_t>(value, key));
        const Json* slots = list(&value, key, most_slots);
        if (slots == nullptr) return out;
        for (const Json& entry : *slots) {
            Reader reader(entry);
            LatentSum::Slot slot;
            reader.number("weight", slot.weight);
            if (const Json* seeds = reader.list(reader.member("seeds"), "seeds", most_seeds))
                for (const Json& seed : *seeds)
                    slot.seeds.push_back(reader.whole<std::uint64_t>(seed, "seeds"));
            if (slot.seeds.empty()) reader.fail("a slot has no seeds");
            if (!reader.good()) {
                fail(reader.problem_);
                return out;
            }
            out.slots.push_back(std::move(slot));
        }
        return out;
    }
    void moves(const char* key, std::vector<LatentMove>& out) {
        const Json* entries = list(member(key), key, most_pairs);
        if (entries == nullptr) return;
        for (const Json& entry : *entries) {
            Reader reader(entry);
            LatentMove move;
            reader.integer("from", move.from);
            reader.integer("to", move.to);
            reader.number("amount", move.amount);
            if (!reader.good()) return fail(reader.problem_);
            out.push_back(move);
        }
    }
    template <class First>
    void pairs(const char* key, std::vector<std::pair<First, double>>& out) {
        const Json* entries = list(member(key), key, most_pairs);
        if (entries == nullptr) return;
        for (const Json& entry : *entries) {
            if (!entry.is_array() || entry.size() != 2) return fail(std::string(key) + " are not pairs");
            First first{};
            if constexpr (std::is_same_v<First, std::string>) {
                if (!entry[0].is_string()
                    || entry[0].get_ref<const std::string&>().size() > longest_recipe_text)
                    return fail(std::string(key) + " have no name");
                first = entry[0].get<std::string>();
            } else {
                first = whole<First>(entry[0], key);
                if (first < 0) return fail(std::string(key) + " count from 0");
            }
            out.emplace_back(std::move(first), finite(entry[1], key));
        }
    }

private:
    const Json& object_;
    std::string problem_;
};

Result<LatentPoint> read_point(const Json& json) {
    Reader reader(json);
    LatentPoint point;
    if (const Json* from = reader.member("from"))
        point.from = reader.sum(*from, "from");
    else
        reader.fail("a point has no seed");
    if (reader.good() && point.from.slots.empty()) reader.fail("a point has no seed");
    if (const Json* to = reader.member("to")) {
        point.to = reader.sum(*to, "to");
        if (point.to->slots.empty()) reader.fail("a point has no seed to go to");
    }
    reader.number("alpha", point.alpha);
    std::string path = "lerp";
    reader.text("path", path);
    if (path != "lerp" && path != "slerp") reader.fail("path is neither lerp nor slerp");
    point.path = path == "slerp" ? LatentPath::slerp : LatentPath::lerp;
    std::string length = "sum";
    reader.text("length", length);
    if (length != "sum" && length != "prior") reader.fail("length is neither sum nor prior");
    point.length = length == "prior" ? LatentLength::prior : LatentLength::sum;
    reader.pairs("attributes", point.attributes);
    reader.pairs("axes", point.axes);
    reader.moves("moves", point.moves);
    reader.pairs("coordinates", point.coordinates);
    reader.number("noise", point.noise);
    reader.integer("noise_seed", point.noise_seed);
    reader.number("truncation", point.truncation);
    if (point.truncation < 0 || point.truncation > 1) reader.fail("truncation is not between 0 and 1");
    reader.integer("class", point.class_label);
    reader.pairs("class_mix", point.class_mix);
    if (!reader.good()) return reader.error();
    return point;
}

Result<std::vector<LatentPoint>> read_points(const Json& json) {
    if (!json.is_array() || json.size() > most_points) return bad("points are not a list, or too many");
    std::vector<LatentPoint> points;
    for (const Json& entry : json) {
        auto point = read_point(entry);
        if (!point) return point.error();
        points.push_back(point.take());
    }
    return points;
}

Result<Json> parse(std::string_view text) {
    if (text.size() > longest_recipe) return bad("recipe is too long");
    if (nested_deeper_than(text, 12)) return bad("recipe is nested too deeply");
    Json json = Json::parse(text.begin(), text.end(), nullptr, false);
    if (json.is_discarded()) return bad("recipe is not JSON");
    return json;
}

} // namespace

std::string points_to_json(const std::vector<LatentPoint>& points) { return dump(points_array(points)); }

Result<std::vector<LatentPoint>> points_from_json(std::string_view text) {
    auto json = parse(text);
    if (!json) return json.error();
    return read_points(*json);
}

std::string to_json(const ExportRecipe& recipe) {
    const ExportRecipe usual;
    Json json = {{"format", format_name},
                 {"kind", recipe.kind},
                 {"checkpoint", recipe.checkpoint},
                 {"step", recipe.step},
                 {"points", points_array(recipe.points)}};
    if (recipe.columns != usual.columns) json["columns"] = recipe.columns;
    if (recipe.gap != usual.gap) json["gap"] = recipe.gap;
    if (recipe.scale != usual.scale) json["scale"] = recipe.scale;
    if (recipe.frames_per_second != usual.frames_per_second)
        json["frames_per_second"] = recipe.frames_per_second;
    if (recipe.space != usual.space) json["space"] = recipe.space;
    if (!recipe.from_image.empty()) json["from_image"] = recipe.from_image;
    if (!recipe.to_image.empty()) json["to_image"] = recipe.to_image;
    if (!recipe.program.empty()) json["program"] = recipe.program;
    return dump(json);
}

Result<ExportRecipe> recipe_from_json(std::string_view text) {
    auto json = parse(text);
    if (!json) return json.error();
    Reader reader(*json);
    std::string format;
    reader.text("format", format);
    if (reader.good() && format != format_name) reader.fail("not a recipe of this program");
    ExportRecipe recipe;
    reader.text("kind", recipe.kind);
    reader.text("checkpoint", recipe.checkpoint);
    reader.integer("step", recipe.step);
    reader.integer("columns", recipe.columns);
    reader.integer("gap", recipe.gap);
    reader.integer("scale", recipe.scale);
    reader.number("frames_per_second", recipe.frames_per_second);
    reader.text("space", recipe.space);
    reader.text("from_image", recipe.from_image);
    reader.text("to_image", recipe.to_image);
    reader.text("program", recipe.program);
    if (recipe.columns < 0 || recipe.gap < 0 || recipe.gap > 4096 || recipe.scale < 1 || recipe.scale > 64)
        reader.fail("layout out of range");
    if (recipe.space != "z" && recipe.space != "x" && recipe.space != "both" && recipe.space != "difference")
        reader.fail("space is not z, x, both or difference");
    if (!reader.good()) return reader.error();
    if (const Json* points = reader.member("points")) {
        auto read = read_points(*points);
        if (!read) return read.error();
        recipe.points = read.take();
    }
    return recipe;
}

} // namespace ganvas
