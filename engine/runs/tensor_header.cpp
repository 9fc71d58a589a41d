#include "engine/runs/tensor_header.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "engine/core/nesting.h"

namespace ganvas {
namespace {

using Json = nlohmann::json;

constexpr const char* metadata_key = "__metadata__";
constexpr int deepest_nesting = 4; // {"name": {"shape": [1]}} is three
constexpr std::size_t most_dimensions = 16;

std::optional<TensorType> parse_type(std::string_view text) {
    for (const TensorType type :
         {TensorType::float32, TensorType::float16, TensorType::bfloat16, TensorType::float64,
          TensorType::int64, TensorType::int32, TensorType::uint8, TensorType::boolean})
        if (name(type) == text) return type;
    return std::nullopt;
}

std::optional<std::uint64_t> whole_number(const Json& value) {
    if (!value.is_number_integer()) return std::nullopt;
    if (!value.is_number_unsigned() && value.get<std::int64_t>() < 0) return std::nullopt;
    return value.get<std::uint64_t>();
}

/// Product of the shape times the type's size; nothing when that overflows.
std::optional<std::uint64_t> bytes_of(const std::vector<std::int64_t>& shape, TensorType type) {
    std::uint64_t total = byte_size(type);
    for (const std::int64_t extent : shape)
        if (__builtin_mul_overflow(total, static_cast<std::uint64_t>(extent), &total)) return std::nullopt;
    return total;
}

Result<TensorPlace> parse_place(const std::string& tensor, const Json& entry, std::uint64_t data_size,
                                const std::string& where) {
    const auto fail = [&](const std::string& what) {
        return damaged_tensor_file("tensor \"" + tensor.substr(0, 80) + "\" " + what, where);
    };
    if (!entry.is_object() || !entry.contains("dtype") || !entry.contains("shape")
        || !entry.contains("data_offsets"))
        return fail("lacks its type, shape or offsets");
    TensorPlace place;
    place.name = tensor;
    const Json& dtype = entry["dtype"];
    const auto type = dtype.is_string() ? parse_type(dtype.get_ref<const std::string&>()) : std::nullopt;
    if (!type)
        return fail("has an unknown type "
                    + dtype.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 40));
    place.type = *type;
    const Json& shape = entry["shape"];
    if (!shape.is_array() || shape.size() > most_dimensions) return fail("has no proper shape");
    for (const Json& extent : shape) {
        const auto value = whole_number(extent);
        if (!value || *value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return fail("has no proper shape");
        place.shape.push_back(static_cast<std::int64_t>(*value));
    }
    const Json& offsets = entry["data_offsets"];
    const auto begin = offsets.is_array() && offsets.size() == 2 ? whole_number(offsets[0]) : std::nullopt;
    const auto end = begin ? whole_number(offsets[1]) : std::nullopt;
    if (!end || *begin > *end || *end > data_size) return fail("has offsets outside the file");
    place.begin = *begin;
    place.end = *end;
    const auto expected = bytes_of(place.shape, place.type);
    if (!expected || *expected != place.end - place.begin)
        return fail("has offsets that do not match its shape");
    return place;
}

Result<void> check_places(std::vector<TensorPlace>& places, std::uint64_t data_size,
                          const std::string& where) {
    std::sort(places.begin(), places.end(), [](const TensorPlace& a, const TensorPlace& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t expected = 0;
    for (const TensorPlace& place : places) {
        if (place.begin != expected) return damaged_tensor_file("tensors overlap or leave holes", where);
        expected = place.end;
    }
    if (expected != data_size) return damaged_tensor_file("there are bytes that belong to no tensor", where);
    return {};
}

Result<TensorMetadata> parse_metadata(const Json& entry, const std::string& where) {
    if (!entry.is_object()) return damaged_tensor_file("metadata are not text", where);
    TensorMetadata metadata;
    for (const auto& [key, value] : entry.items()) {
        if (!value.is_string()) return damaged_tensor_file("metadata are not text", where);
        metadata.emplace(key, value.get<std::string>());
    }
    return metadata;
}

} // namespace

Result<TensorHeader> parse_tensor_header(std::string_view json, std::uint64_t data_size,
                                         const std::string& where) {
    if (nested_deeper_than(json, deepest_nesting))
        return damaged_tensor_file("header is nested too deeply", where);
    // The parser keeps the last of two equal keys; a file that names a tensor twice is refused instead.
    std::set<std::string, std::less<>> names;
    bool twice = false;
    const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (event == Json::parse_event_t::key && depth == 1
            && !names.insert(parsed.get<std::string>()).second)
            twice = true;
        return true;
    };
    Json root;
    try {
        root = Json::parse(json.begin(), json.end(), watch);
    } catch (const Json::exception&) {
        return damaged_tensor_file("header is not JSON", where);
    }
    if (!root.is_object()) return damaged_tensor_file("header is not a JSON object", where);
    if (twice) return damaged_tensor_file("a tensor is named twice", where);
    if (root.size() > most_tensors + 1) return damaged_tensor_file("too many tensors", where);

    TensorHeader header;
    if (const auto found = root.find(metadata_key); found != root.end()) {
        auto metadata = parse_metadata(*found, where);
        if (!metadata) return metadata.error();
        header.metadata = metadata.take();
        if (const auto sum = header.metadata.find(checksum_key); sum != header.metadata.end()) {
            header.checksum = sum->second;
            header.metadata.erase(sum);
        }
        const auto format = header.metadata.find(format_key);
        const bool marked = format != header.metadata.end();
        if (marked != !header.checksum.empty() || (marked && format->second != format_number))
            return damaged_tensor_file("checksum does not match", where);
        if (marked) header.metadata.erase(format);
    }
    for (const auto& [tensor, entry] : root.items()) {
        if (tensor == metadata_key) continue;
        auto place = parse_place(tensor, entry, data_size, where);
        if (!place) return place.error();
        header.places.push_back(place.take());
    }
    if (auto checked = check_places(header.places, data_size, where); !checked) return checked.error();
    if (!header.checksum.empty()) {
        auto canonical = tensor_header_json(header.places, header.metadata, {}, where);
        if (!canonical) return canonical.error();
        header.canonical = canonical.take();
    }
    return header;
}

Result<std::string> tensor_header_json(const std::vector<TensorPlace>& places, const TensorMetadata& metadata,
                                       const std::string& checksum, const std::string& where) {
    Json root = Json::object();
    for (const TensorPlace& place : places) {
        if (place.name == metadata_key || root.contains(place.name))
            return Error{ErrorCode::bad_checkpoint, "two tensors have the name " + place.name, where, ""};
        root[place.name] = {
            {"dtype", name(place.type)}, {"shape", place.shape}, {"data_offsets", {place.begin, place.end}}};
    }
    if (!metadata.empty() || !checksum.empty()) {
        Json& texts = root[metadata_key] = Json::object();
        for (const auto& [key, value] : metadata) texts[key] = value;
        if (!checksum.empty()) {
            texts[checksum_key] = checksum;
            texts[format_key] = format_number;
        }
    }
    try {
        return root.dump();
    } catch (const Json::exception&) {
        return Error{ErrorCode::bad_checkpoint, "a name or text is not UTF-8", where, ""};
    }
}

} // namespace ganvas
