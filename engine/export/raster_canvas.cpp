// The chart as pixels. A stroke's coverage is collected over all its segments and laid on once, so that a faint line is
// as faint where it crosses itself.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#define STB_TRUETYPE_IMPLEMENTATION
#define STBTT_STATIC
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function" // the single-file library brings more than is used
#endif
#include <stb_truetype.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#include "engine/export/chart_canvas.h"

namespace ganvas {
namespace {

struct Rgb {
    double channel[3];
};

/// "#rrggbb"
Rgb rgb_of(const char* colour) {
    const auto value = static_cast<unsigned>(std::strtoul(colour + (*colour == '#'), nullptr, 16));
    return {{static_cast<double>(value >> 16 & 255), static_cast<double>(value >> 8 & 255),
             static_cast<double>(value & 255)}};
}

/// The next character of UTF-8 text; a byte that fits nowhere stands for itself.
int next_character(std::string_view& text) {
    const auto byte = [&](std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
    };
    const unsigned first = byte(0);
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    unsigned value = length == 1 ? first : first & (0x7fu >> length);
    for (std::size_t at = 1; at < length; ++at) value = value << 6 | (byte(at) & 0x3fu);
    text.remove_prefix(std::min(length, text.size()));
    return static_cast<int>(value);
}

} // namespace

struct RasterCanvas::Font {
    std::vector<std::uint8_t> file;
    stbtt_fontinfo info{};

    static Result<std::unique_ptr<Font>> load(const char* name) {
        const Path path = assets_folder() / "fonts" / name;
        auto bytes = read_bytes(path);
        if (!bytes)
            return Error{ErrorCode::not_found, "a font is missing", path.string(),
                         "reinstall Ganvas, or export the curves as SVG"};
        auto font = std::make_unique<Font>();
        font->file = bytes.take();
        const int offset = stbtt_GetFontOffsetForIndex(font->file.data(), 0);
        if (offset < 0 || stbtt_InitFont(&font->info, font->file.data(), offset) == 0)
            return Error{ErrorCode::bad_data, "a font cannot be read", path.string(), "reinstall Ganvas"};
        return font;
    }

    [[nodiscard]] double width(std::string_view words, float factor) const {
        double sum = 0;
        while (!words.empty()) {
            int advance = 0;
            stbtt_GetCodepointHMetrics(&info, next_character(words), &advance, nullptr);
            sum += advance * static_cast<double>(factor);
        }
        return sum;
    }
};

Result<std::unique_ptr<RasterCanvas>> RasterCanvas::create(double width, double height, double scale) {
    auto regular = Font::load("Roboto-Regular.ttf");
    if (!regular) return regular.error();
    auto bold = Font::load("Roboto-Bold.ttf");
    if (!bold) return bold.error();
    Image image(static_cast<int>(std::ceil(width * scale)), static_cast<int>(std::ceil(height * scale)), 3,
                255);
    return std::unique_ptr<RasterCanvas>(
        new RasterCanvas(std::move(image), scale, regular.take(), bold.take()));
}

RasterCanvas::RasterCanvas(Image image, double scale, std::unique_ptr<Font> regular,
                           std::unique_ptr<Font> bold)
    : image_(std::move(image)), scale_(scale), clip_{0, 0, image_.width, image_.height},
      regular_(std::move(regular)), bold_(std::move(bold)),
      coverage_(static_cast<std::size_t>(image_.width) * static_cast<std::size_t>(image_.height), 0.0f),
      touched_{image_.width, image_.height, 0, 0} {}

RasterCanvas::~RasterCanvas() = default;

RasterCanvas::Box RasterCanvas::clipped(double left, double top, double right, double bottom) const {
    return {std::max(clip_.left, static_cast<int>(std::floor(left))),
            std::max(clip_.top, static_cast<int>(std::floor(top))),
            std::min(clip_.right, static_cast<int>(std::ceil(right))),
            std::min(clip_.bottom, static_cast<int>(std::ceil(bottom)))};
}

void RasterCanvas::mix(int x, int y, const char* colour, double coverage) {
    if (coverage <= 0 || x < clip_.left || x >= clip_.right || y < clip_.top || y >= clip_.bottom) return;
    const Rgb ink = rgb_of(colour);
    std::uint8_t* pixel = image_.row(y) + x * 3;
    for (int c = 0; c < 3; ++c)
        pixel[c] = static_cast<std::uint8_t>(
            std::lround(pixel[c] + (ink.channel[c] - pixel[c]) * std::min(1.0, coverage)));
}

void RasterCanvas::rectangle(double x, double y, double width, double height, const char* colour,
                             double radius) {
    const double left = x * scale_, top = y * scale_, right = (x + width) * scale_,
                 bottom = (y + height) * scale_, round = radius * scale_;
    const Box box = clipped(left, top, right, bottom);
    for (int row = box.top; row < box.bottom; ++row)
        for (int column = box.left; column < box.right; ++column) {
            // Distance inwards from the rounded edge, half a pixel to each side of it.
            const double dx = std::max({left + round - (column + 0.5), column + 0.5 - (right - round), 0.0}),
                         dy = std::max({top + round - (row + 0.5), row + 0.5 - (bottom - round), 0.0});
            mix(column, row, colour, round > 0 ? round + 0.5 - std::hypot(dx, dy) : 1.0);
        }
}

void RasterCanvas::cover_segment(std::pair<double, double> from, std::pair<double, double> to,
                                 double half_width) {
    const double reach = half_width + 1;
    const Box box = clipped(std::min(from.first, to.first) - reach, std::min(from.second, to.second) - reach,
                            std::max(from.first, to.first) + reach, std::max(from.second, to.second) + reach);
    const double dx = to.first - from.first, dy = to.second - from.second, squared = dx * dx + dy * dy;
    for (int y = box.top; y < box.bottom; ++y)
        for (int x = box.left; x < box.right; ++x) {
            const double px = x + 0.5 - from.first, py = y + 0.5 - from.second;
            const double along = squared > 0 ? std::clamp((px * dx + py * dy) / squared, 0.0, 1.0) : 0.0;
            const double away = std::hypot(px - along * dx, py - along * dy);
            const auto cover = static_cast<float>(std::clamp(half_width + 0.5 - away, 0.0, 1.0));
            float& kept = coverage_[static_cast<std::size_t>(y) * static_cast<std::size_t>(image_.width)
                                    + static_cast<std::size_t>(x)];
            kept = std::max(kept, cover);
        }
    if (box.left >= box.right || box.top >= box.bottom) return;
    touched_ = {std::min(touched_.left, box.left), std::min(touched_.top, box.top),
                std::max(touched_.right, box.right), std::max(touched_.bottom, box.bottom)};
}

void RasterCanvas::settle(const std::string& colour, double opacity) {
    for (int y = touched_.top; y < touched_.bottom; ++y)
        for (int x = touched_.left; x < touched_.right; ++x) {
            float& cover = coverage_[static_cast<std::size_t>(y) * static_cast<std::size_t>(image_.width)
                                     + static_cast<std::size_t>(x)];
            mix(x, y, colour.c_str(), static_cast<double>(cover) * opacity);
            cover = 0;
        }
    touched_ = {image_.width, image_.height, 0, 0};
}

void RasterCanvas::line(double x1, double y1, double x2, double y2, const std::string& colour, Role role) {
    double half = 0.5 * scale_ * (role == Role::legend ? 3 : 1);
    // Rules stand on whole pixels: a grey grid is crisp.
    const auto on_pixel = [&](double at) {
        return role == Role::rule ? std::floor(at * scale_) + (std::lround(2 * half) % 2 ? 0.5 : 0.0)
                                  : at * scale_;
    };
    cover_segment({on_pixel(x1), on_pixel(y1)}, {on_pixel(x2), on_pixel(y2)}, half);
    settle(colour, 1);
}

void RasterCanvas::lines(const Pieces& pieces, const Stroke& stroke) {
    const double half = 0.5 * stroke.width * scale_;
    const auto scaled = [this](const std::pair<double, double>& point) {
        return std::pair(point.first * scale_, point.second * scale_);
    };
    for (const auto& piece : pieces) {
        if (piece.size() == 1) cover_segment(scaled(piece[0]), scaled(piece[0]), half);
        for (std::size_t at = 1; at < piece.size(); ++at)
            cover_segment(scaled(piece[at - 1]), scaled(piece[at]), half);
    }
    settle(stroke.colour, stroke.opacity);
}

void RasterCanvas::circle(double x, double y, double radius, const std::string& colour) {
    const std::pair centre(x * scale_, y * scale_);
    cover_segment(centre, centre, radius * scale_);
    settle(colour, 1);
}

void RasterCanvas::text(double x, double y, std::string_view words, const TextStyle& style) {
    const Font& font = style.bold ? *bold_ : *regular_;
    const float factor = stbtt_ScaleForMappingEmToPixels(&font.info, static_cast<float>(style.size * scale_));
    const double width = font.width(words, factor);
    double pen = style.anchor == Anchor::end ? -width : style.anchor == Anchor::middle ? -width / 2 : 0;
    const double base_x = x * scale_, base_y = y * scale_;
    while (!words.empty()) {
        const int character = next_character(words);
        const double whole = std::floor(pen);
        int left = 0, top = 0, right = 0, bottom = 0, advance = 0;
        const auto shift = static_cast<float>(pen - whole);
        stbtt_GetCodepointBitmapBoxSubpixel(&font.info, character, factor, factor, shift, 0, &left, &top,
                                            &right, &bottom);
        const int across = right - left, down = bottom - top;
        std::vector<unsigned char> glyph(static_cast<std::size_t>(std::max(0, across) * std::max(0, down)));
        if (!glyph.empty())
            stbtt_MakeCodepointBitmapSubpixel(&font.info, glyph.data(), across, down, across, factor, factor,
                                              shift, 0, character);
        for (int row = 0; row < down; ++row)
            for (int column = 0; column < across; ++column) {
                // Along the line and down from its base; upright text runs upwards.
                const double along = whole + left + column, below = top + row;
                const double to_x = style.upright ? base_x + below : base_x + along;
                const double to_y = style.upright ? base_y - along - 1 : base_y + below;
                mix(static_cast<int>(std::floor(to_x)), static_cast<int>(std::floor(to_y)), style.colour,
                    glyph[static_cast<std::size_t>(row * across + column)] / 255.0);
            }
        stbtt_GetCodepointHMetrics(&font.info, character, &advance, nullptr);
        pen += advance * static_cast<double>(factor);
    }
}

void RasterCanvas::begin_clip(double x, double y, double width, double height) {
    clip_ = {0, 0, image_.width, image_.height};
    clip_ = clipped(x * scale_, y * scale_, (x + width) * scale_, (y + height) * scale_);
}

void RasterCanvas::end_clip() { clip_ = {0, 0, image_.width, image_.height}; }

} // namespace ganvas
