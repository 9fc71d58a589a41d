#include "app/gui/explorer_memory.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace ganvas {
namespace {

using Json = nlohmann::json;
using Seeds = std::vector<std::uint64_t>;

constexpr std::size_t most_pinned = 64;

nlohmann::ordered_json pick_to_json(const std::optional<FacePick>& pick) {
    if (!pick) return nullptr;
    nlohmann::ordered_json out = {{"seed", pick->seed}};
    if (!pick->picture_path.empty()) out["picture"] = pick->picture_path;
    return out;
}

std::optional<FacePick> pick_from_json(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return std::nullopt;
    return FacePick{found->at("seed").get<std::uint64_t>(), nullptr, found->value("picture", std::string())};
}

double within(const Json& object, const char* key, double low, double high, double otherwise) {
    const double value = object.value(key, otherwise);
    return value >= low && value <= high ? value : otherwise; // NaN too
}

Seeds seeds_from_json(const Json& list, std::size_t most) {
    Seeds seeds = list.get<Seeds>();
    if (seeds.size() > most) seeds.resize(most);
    return seeds;
}

nlohmann::ordered_json face_to_json(const std::optional<std::uint64_t>& face) {
    return face ? nlohmann::ordered_json(*face) : nlohmann::ordered_json(nullptr);
}

std::optional<std::uint64_t> face_from_json(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return std::nullopt;
    return found->get<std::uint64_t>();
}

} // namespace

nlohmann::ordered_json explorer_to_json(const ExplorerState& explorer) {
    return {
        {"a", pick_to_json(explorer.a)},
        {"b", pick_to_json(explorer.b)},
        {"alpha", explorer.alpha},
        {"path", explorer.path == LatentPath::slerp ? "slerp" : "lerp"},
        {"magnified", explorer.range == AlphaRange::magnified},
        {"truncation", explorer.truncation},
        {"class", explorer.class_label},
        {"class_to", explorer.class_to},
        {"class_weight", explorer.class_weight},
        {"difference", explorer.difference},
        {"slots", explorer.slots},
        {"keeps_length", explorer.keeps_length},
        {"sheet_noise", explorer.sheet_noise},
        {"sheet_seed", explorer.sheet_seed},
        {"attribute_face", face_to_json(explorer.attribute_face)},
        {"pad_face", face_to_json(explorer.pad_face)},
        {"random_seed", explorer.random_seed},
        {"pinned", explorer.pinned},
    };
}

ExplorerState explorer_from_json(const Json& object) {
    ExplorerState out;
    out.a = pick_from_json(object, "a");
    out.b = pick_from_json(object, "b");
    out.path = object.value("path", "slerp") == "lerp" ? LatentPath::lerp : LatentPath::slerp;
    out.range = object.value("magnified", false) ? AlphaRange::magnified : AlphaRange::unit;
    out.alpha = within(object, "alpha", 0, out.alpha_maximum(), out.alpha);
    out.truncation = within(object, "truncation", 0, 2, out.truncation);
    out.class_label = std::max(-1, object.value("class", -1));
    out.class_to = std::max(-1, object.value("class_to", -1));
    out.class_weight = within(object, "class_weight", 0, 1, out.class_weight);
    out.difference = object.value("difference", false);
    if (const auto slots = object.find("slots"); slots != object.end())
        for (std::size_t slot = 0; slot < out.slots.size(); ++slot)
            out.slots[slot] = seeds_from_json(slots->at(slot), picks_in_a_slot);
    out.keeps_length = object.value("keeps_length", out.keeps_length);
    out.sheet_noise = within(object, "sheet_noise", 0, 2, out.sheet_noise);
    out.sheet_seed = object.value("sheet_seed", out.sheet_seed);
    out.attribute_face = face_from_json(object, "attribute_face");
    out.pad_face = face_from_json(object, "pad_face");
    out.random_seed = object.value("random_seed", out.random_seed);
    if (const auto pinned = object.find("pinned"); pinned != object.end())
        out.pinned = seeds_from_json(*pinned, most_pinned);
    return out;
}

} // namespace ganvas
