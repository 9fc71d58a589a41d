#include "engine/runs/latent_table.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>

#include "engine/core/file_ending.h"
#include "engine/runs/tensor_file.h"

namespace ganvas {
namespace {

constexpr std::size_t most_rows = 200'000; ///< each takes some dozens of bytes besides its numbers
constexpr std::string_view recipe_mark = "# ganvas ";
constexpr const char* tensor_name = "latents";
constexpr const char* recipe_key = "ganvas";

Error unknown_ending(const Path& path) {
    return {ErrorCode::usage, "unknown kind of file for latents", path.string(),
            "end the name in .csv or .safetensors"};
}

std::string csv_text(const LatentTable& table) {
    std::string text;
    if (!table.recipe.empty()) {
        text = std::string(recipe_mark) + table.recipe + "\n";
        std::replace(text.begin(), text.end() - 1, '\n', ' ');
    }
    for (std::size_t k = 0; !table.latents.empty() && k < table.latents.front().size(); ++k)
        text += (k > 0 ? ",z" : "z") + std::to_string(k);
    text += '\n';
    char number[64];
    for (const std::vector<float>& latent : table.latents) {
        for (std::size_t k = 0; k < latent.size(); ++k) {
            if (k > 0) text += ',';
            text.append(number, std::to_chars(number, number + sizeof number, latent[k]).ptr);
        }
        text += '\n';
    }
    return text;
}

Result<LatentTable> parse_csv(std::string_view text, const Path& path) {
    LatentTable table;
    bool header_seen = false;
    int line_number = 0;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        ++line_number;
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (line.substr(0, recipe_mark.size()) == recipe_mark && !header_seen) {
            table.recipe = line.substr(recipe_mark.size());
            continue;
        }
        if (line.empty() || line[0] == '#') continue;
        if (!header_seen && line[0] == 'z') {
            header_seen = true;
            continue;
        }
        std::vector<float> latent;
        const char *at = line.data(), *end = at + line.size();
        while (true) {
            float value = 0;
            const auto read = std::from_chars(at, end, value);
            const bool good = read.ec == std::errc() && (read.ptr == end || *read.ptr == ',');
            if (!good)
                return Error{ErrorCode::bad_data, "not a number, line " + std::to_string(line_number),
                             path.string(), ""};
            latent.push_back(value);
            if (read.ptr == end) break;
            at = read.ptr + 1;
        }
        if (!table.latents.empty() && table.latents.front().size() != latent.size())
            return Error{ErrorCode::bad_data, "rows differ in length, line " + std::to_string(line_number),
                         path.string(), ""};
        if (table.latents.size() >= most_rows)
            return Error{ErrorCode::bad_data, "more than 200,000 latents", path.string(), ""};
        table.latents.push_back(std::move(latent));
    }
    return table;
}

Result<LatentTable> read_tensor_table(const Path& path) {
    auto file = read_tensor_file(path);
    if (!file) return file.error();
    const TensorBlob* blob = file->find(tensor_name);
    if (blob == nullptr || blob->type != TensorType::float32 || blob->shape.size() != 2)
        return Error{ErrorCode::bad_data, "holds no table of latents", path.string(), ""};
    LatentTable table;
    table.recipe = file->text(recipe_key);
    const auto length = static_cast<std::size_t>(blob->shape[1]);
    if (length == 0) return table;
    if (static_cast<std::size_t>(blob->shape[0]) > most_rows)
        return Error{ErrorCode::bad_data, "more than 200,000 latents", path.string(), ""};
    for (std::size_t at = 0; at < blob->bytes.size(); at += length * sizeof(float)) {
        std::vector<float>& latent = table.latents.emplace_back(length);
        std::memcpy(latent.data(), blob->bytes.data() + at, length * sizeof(float));
    }
    return table;
}

} // namespace

Result<void> write_latents(const Path& path, const LatentTable& table) {
    const std::string ending = file_ending(path);
    if (ending != ".csv" && ending != ".safetensors") return unknown_ending(path);
    const std::size_t length = table.latents.empty() ? 0 : table.latents.front().size();
    for (const std::vector<float>& latent : table.latents)
        if (latent.size() != length)
            return Error{ErrorCode::internal, "latents differ in length", path.string(), ""};
    if (ending == ".csv") return write_file(path, csv_text(table));
    std::vector<float> all;
    for (const std::vector<float>& latent : table.latents)
        all.insert(all.end(), latent.begin(), latent.end());
    TensorFile file;
    file.add_floats(tensor_name,
                    {static_cast<std::int64_t>(table.latents.size()), static_cast<std::int64_t>(length)},
                    all);
    if (!table.recipe.empty()) file.metadata[recipe_key] = table.recipe;
    return write_tensor_file(path, file);
}

Result<LatentTable> read_latents(const Path& path) {
    const std::string ending = file_ending(path);
    if (ending == ".safetensors") return read_tensor_table(path);
    if (ending != ".csv") return unknown_ending(path);
    auto text = read_text(path);
    if (!text) return text.error();
    return parse_csv(*text, path);
}

} // namespace ganvas
