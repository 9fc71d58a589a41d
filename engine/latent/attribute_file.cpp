#include "engine/latent/attribute_file.h"

#include <cmath>
#include <set>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "engine/runs/tensor_file.h"

namespace ganvas {
namespace {

constexpr const char* directions_name = "attributes.directions";
constexpr const char* moved_name = "attributes.moved";
constexpr const char* cards_key = "attributes";

Error damaged(const std::string& what) {
    return Error{ErrorCode::bad_checkpoint, "the attribute directions in it are damaged", what,
                 "learn them again with `ganvas attributes`"};
}

/// Names and figures; the numbers are checked for range so that nothing silly reaches the window.
bool read_card(const nlohmann::json& card, LearnedAttribute& attribute) {
    const auto number = [&](const char* key, double most) {
        const double value = card.at(key).get<double>();
        return std::isfinite(value) && value >= 0 && value <= most ? value : throw std::out_of_range(key);
    };
    attribute.name = card.at("name").get<std::string>();
    attribute.classifier_accuracy = number("classifier_accuracy", 1);
    attribute.base_rate = number("base_rate", 1);
    attribute.flipped = number("flipped", 1);
    attribute.fresh = static_cast<int>(number("fresh", 1e6));
    attribute.works = card.at("works").get<bool>();
    return !attribute.name.empty() && attribute.name.size() < 200;
}

} // namespace

void add_attributes(const AttributeDirections& directions, TensorFile& file) {
    std::erase_if(file.tensors,
                  [](const auto& blob) { return blob.name == directions_name || blob.name == moved_name; });
    std::vector<float> values, moved;
    nlohmann::ordered_json cards = nlohmann::ordered_json::array();
    for (const auto& attribute : directions.attributes) {
        values.insert(values.end(), attribute.direction.begin(), attribute.direction.end());
        moved.insert(moved.end(), attribute.moved.begin(), attribute.moved.end());
        cards.push_back({{"name", attribute.name},
                         {"classifier_accuracy", attribute.classifier_accuracy},
                         {"base_rate", attribute.base_rate},
                         {"flipped", attribute.flipped},
                         {"fresh", attribute.fresh},
                         {"works", attribute.works}});
    }
    const auto count = static_cast<std::int64_t>(directions.attributes.size());
    file.add_floats(directions_name, {count, directions.latent_size}, values);
    file.add_floats(moved_name, {count, count}, moved);
    const nlohmann::ordered_json json = {
        {"data", directions.data}, {"latent_size", directions.latent_size}, {"cards", cards}};
    file.metadata[cards_key] = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<AttributeDirections> attributes_from(const TensorFile& file) {
    AttributeDirections found;
    const TensorBlob* blob = file.find(directions_name);
    if (!blob) return found;
    const auto json = nlohmann::json::parse(file.text(cards_key), nullptr, false);
    try {
        const auto& size = json.at("latent_size");
        if (!size.is_number_integer()) return damaged("latent size");
        found.latent_size = size.get<int>();
        found.data = json.at("data").get<std::string>();
        std::set<std::string> names;
        for (const auto& card : json.at("cards")) {
            LearnedAttribute attribute;
            if (!read_card(card, attribute) || !names.insert(attribute.name).second) return damaged("card");
            found.attributes.push_back(std::move(attribute));
        }
    } catch (const std::exception& exception) {
        return damaged("cards");
    }
    const auto count = static_cast<std::int64_t>(found.attributes.size());
    const std::int64_t size = found.latent_size;
    auto values = file.floats(directions_name, {count, size});
    if (!values) return damaged("directions");
    auto moved = file.floats(moved_name, {count, count});
    if (!moved) return damaged("effects");
    for (const float value : *values)
        if (!std::isfinite(value)) return damaged("directions");
    for (const float value : *moved)
        if (!std::isfinite(value)) return damaged("effects");
    for (std::int64_t k = 0; k < count; ++k) {
        auto& attribute = found.attributes[static_cast<std::size_t>(k)];
        attribute.direction.assign(values->begin() + k * size, values->begin() + (k + 1) * size);
        attribute.moved.assign(moved->begin() + k * count, moved->begin() + (k + 1) * count);
    }
    return found;
}

Result<void> save_attributes(const AttributeDirections& directions, const Path& path) {
    TensorFile file;
    file.metadata["kind"] = "ganvas.attributes";
    add_attributes(directions, file);
    return write_tensor_file(path, file);
}

Result<AttributeDirections> load_attributes(const Path& path) {
    auto file = read_tensor_file(path);
    if (!file) return file.error();
    auto found = attributes_from(*file);
    if (!found) {
        Error error = found.error();
        error.where = path.string();
        return error;
    }
    if (found->attributes.empty())
        return Error{ErrorCode::bad_checkpoint, "there are no attribute directions in it", path.string(),
                     "make the file with `ganvas attributes CKPT --data SRC --out FILE.safetensors`"};
    return found;
}

} // namespace ganvas
