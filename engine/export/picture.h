/// Pictures to files and back: PNG, GIF and WebP with the recipe that made them inside.
///
/// Free functions, any thread. Files are written whole or not at all (`io`). The recipe is UTF-8 JSON: PNG
/// text (iTXt, keyword "ganvas"), a GIF comment, a WebP XMP packet. The readers of it walk the file's blocks
/// with every length checked; a file that is no picture, is damaged or carries nothing is `bad_data`.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/image.h"
#include "engine/core/result.h"

namespace ganvas {

using PictureText = std::map<std::string, std::string>; ///< keyword (1–79 Latin letters) → UTF-8 text

// ---- PNG ---------------------------------------------------------------
[[nodiscard]] Result<std::vector<std::uint8_t>> encode_png(const Image& image, const PictureText& text = {});
[[nodiscard]] Result<void> write_png(const Path& path, const Image& image, const PictureText& text = {});
[[nodiscard]] Result<PictureText> read_png_text(const Path& path);
/// 8-bit grey, RGB or RGBA; at most 16,384 pixels a side and 2^26 in all.
[[nodiscard]] Result<Image> read_png(const Path& path);

// ---- animations: one file, exactly as many frames as given, looping for ever -----------------
/// Frames that are made one by one, each when it is its turn: a film is never held whole. The first frame that
/// fails ends it with its error.
struct Film {
    std::size_t count = 0;
    std::function<Result<Image>(std::size_t index)> frame; ///< called once for each index, in order
    double frames_per_second = 16;
};
/// The most that a compressed film may take: more is `usage`, before memory or disk is full.
inline constexpr std::size_t largest_film = std::size_t(512) << 20;

/// Frames share one shape; grey, RGB or RGBA. 0.1–50 frames a second, WebP up to 100 (GIF counts in
/// hundredths: the mean rate is kept). Each frame has a palette of its own: exact up to 256 colours, else
/// median cut, refined, with error diffusion.
[[nodiscard]] Result<void> write_gif(const Path& path, const Film& film, const std::string& comment = {},
                                     std::size_t largest = largest_film);
[[nodiscard]] Result<void> write_gif(const Path& path, std::span<const Image> frames,
                                     double frames_per_second, const std::string& comment = {});

enum class WebpQuality { lossless, high }; ///< high: lossy at quality 90
[[nodiscard]] Result<void> write_webp(const Path& path, const Film& film, const std::string& recipe = {},
                                      WebpQuality quality = WebpQuality::lossless,
                                      std::size_t largest = largest_film);
[[nodiscard]] Result<void> write_webp(const Path& path, std::span<const Image> frames,
                                      double frames_per_second, const std::string& recipe = {},
                                      WebpQuality quality = WebpQuality::lossless);

// ---- by the ending, or by the content ---------------------------------------------------------------
/// .gif or .webp; `usage` for another ending.
[[nodiscard]] Result<void> write_film(const Path& path, const Film& film, const std::string& recipe);
/// .png (one frame), .gif, .webp; `usage` for another ending.
[[nodiscard]] Result<void> write_picture(const Path& path, std::span<const Image> frames,
                                         double frames_per_second, const std::string& recipe);
[[nodiscard]] Result<std::string> read_gif_comment(const Path& path);
[[nodiscard]] Result<std::string> read_webp_recipe(const Path& path);
/// The embedded recipe of a PNG, GIF or WebP (told apart by their first bytes). `not_found`: a picture
/// without one.
[[nodiscard]] Result<std::string> read_picture_recipe(const Path& path);

} // namespace ganvas
