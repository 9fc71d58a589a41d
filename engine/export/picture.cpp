#include "engine/export/picture.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/core/file_ending.h"
#include "engine/core/input_file.h"

namespace ganvas {
namespace {

constexpr const char* recipe_keyword = "ganvas";

Error unknown_kind(const Path& path) {
    return {ErrorCode::usage, "unknown kind of picture", path.string(),
            "end the name in .png, .gif or .webp"};
}

/// Frames that are there already.
Film film_of(std::span<const Image> frames, double frames_per_second) {
    return {frames.size(), [frames](std::size_t index) -> Result<Image> { return frames[index]; },
            frames_per_second};
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
    auto file = InputFile::open(path);
    if (!file) return file.error();
    std::array<std::uint8_t, 12> head{};
    if (auto read = file->read(head); !read) return read.error();
    if (std::memcmp(head.data(), "\x89PNG", 4) == 0) return read_png_recipe(path);
    if (std::memcmp(head.data(), "GIF8", 4) == 0) return read_gif_comment(path);
    if (std::memcmp(head.data(), "RIFF", 4) == 0 && std::memcmp(head.data() + 8, "WEBP", 4) == 0)
        return read_webp_recipe(path);
    return Error{ErrorCode::bad_data, "not a PNG, GIF or WebP", path.string(), ""};
}

} // namespace

Result<void> write_gif(const Path& path, std::span<const Image> frames, double frames_per_second,
                       const std::string& comment) {
    return write_gif(path, film_of(frames, frames_per_second), comment);
}

Result<void> write_webp(const Path& path, std::span<const Image> frames, double frames_per_second,
                        const std::string& recipe, WebpQuality quality) {
    return write_webp(path, film_of(frames, frames_per_second), recipe, quality);
}

Result<void> write_film(const Path& path, const Film& film, const std::string& recipe) {
    const std::string ending = file_ending(path);
    if (ending == ".gif") return write_gif(path, film, recipe);
    if (ending == ".webp") return write_webp(path, film, recipe);
    return unknown_kind(path);
}

Result<void> write_picture(const Path& path, std::span<const Image> frames, double frames_per_second,
                           const std::string& recipe) {
    if (is_film(path)) return write_film(path, film_of(frames, frames_per_second), recipe);
    if (file_ending(path) != ".png") return unknown_kind(path);
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
