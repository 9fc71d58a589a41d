#include "engine/export/picture.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>

namespace ganvas {
namespace {

constexpr const char* recipe_keyword = "ganvas";

std::string lower_case_ending(const Path& path) {
    std::string ending = path.extension().string();
    for (char& c : ending)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return ending;
}

Result<std::string> read_png_recipe(const Path& path) {
    auto text = read_png_text(path);
    if (!text) return text.error();
    const auto found = text->find(recipe_keyword);
    return found == text->end() ? std::string() : found->second;
}

Result<std::string> read_any(const Path& path) {
    std::error_code code;
    if (!std::filesystem::is_regular_file(path, code))
        return Error{ErrorCode::not_found, "no such file", path.string(), "check the path"};
    std::array<char, 12> head{};
    std::ifstream file(path, std::ios::binary);
    file.read(head.data(), head.size());
    if (std::memcmp(head.data(), "\x89PNG", 4) == 0) return read_png_recipe(path);
    if (std::memcmp(head.data(), "GIF8", 4) == 0) return read_gif_comment(path);
    if (std::memcmp(head.data(), "RIFF", 4) == 0 && std::memcmp(head.data() + 8, "WEBP", 4) == 0)
        return read_webp_recipe(path);
    return Error{ErrorCode::bad_data, "not a PNG, GIF or WebP", path.string(), ""};
}

} // namespace

Result<void> write_picture(const Path& path, std::span<const Image> frames, double frames_per_second,
                           const std::string& recipe) {
    const std::string ending = lower_case_ending(path);
    if (ending == ".gif") return write_gif(path, frames, frames_per_second, recipe);
    if (ending == ".webp") return write_webp(path, frames, frames_per_second, recipe);
    if (ending != ".png")
        return Error{ErrorCode::usage, "unknown kind of picture", path.string(),
                     "end the name in .png, .gif or .webp"};
    if (frames.size() != 1) return Error{ErrorCode::usage, "a PNG holds one picture", path.string(), ""};
    return write_png(path, frames[0], recipe.empty() ? PictureText{} : PictureText{{recipe_keyword, recipe}});
}

Result<std::string> read_picture_recipe(const Path& path) {
    auto recipe = read_any(path);
    if (!recipe) return recipe;
    if (recipe->empty())
        return Error{ErrorCode::not_found, "picture carries no recipe", path.string(),
                     "only pictures that ganvas exported do"};
    return recipe;
}

} // namespace ganvas
