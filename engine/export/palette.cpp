#include "engine/export/palette.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>

namespace ganvas {
namespace {

struct WeightedColour {
    Colour colour;
    std::uint32_t count;
};

Colour colour_at(const Image& image, std::size_t pixel) {
    if (image.channels == 1) return {image.pixels[pixel], image.pixels[pixel], image.pixels[pixel]};
    const std::uint8_t* p = image.pixels.data() + pixel * 3;
    return {p[0], p[1], p[2]};
}

std::uint32_t packed(const Colour& c) { return std::uint32_t(c[0]) << 16 | std::uint32_t(c[1]) << 8 | c[2]; }

/// Distinct colours in order, with how often each occurs.
std::vector<WeightedColour> histogram(const Image& image) {
    std::vector<std::uint32_t> all(static_cast<std::size_t>(image.width) * image.height);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = packed(colour_at(image, i));
    std::sort(all.begin(), all.end());
    std::vector<WeightedColour> out;
    for (std::size_t i = 0; i < all.size();) {
        std::size_t end = i;
        while (end < all.size() && all[end] == all[i]) ++end;
        const std::uint32_t c = all[i];
        out.push_back(
            {{std::uint8_t(c >> 16), std::uint8_t(c >> 8), std::uint8_t(c)}, std::uint32_t(end - i)});
        i = end;
    }
    return out;
}

/// A range of the histogram, the channel in which it spreads most, and how much there is to gain by cutting
/// it.
struct Box {
    std::size_t begin, end;
    int channel;
    double spread; ///< sum of squared distances to the mean along `channel`
};

Box make_box(const std::vector<WeightedColour>& colours, std::size_t begin, std::size_t end) {
    Box box{begin, end, 0, -1};
    for (int channel = 0; channel < 3; ++channel) {
        double weight = 0, sum = 0, squares = 0;
        for (std::size_t i = begin; i < end; ++i) {
            const double value = colours[i].colour[channel], count = colours[i].count;
            weight += count;
            sum += count * value;
            squares += count * value * value;
        }
        const double spread = squares - sum * sum / weight;
        if (spread > box.spread) {
            box.spread = spread;
            box.channel = channel;
        }
    }
    return box;
}

Colour mean_of(const std::vector<WeightedColour>& colours, std::size_t begin, std::size_t end) {
    double weight = 0;
    std::array<double, 3> sum{};
    for (std::size_t i = begin; i < end; ++i) {
        weight += colours[i].count;
        for (int k = 0; k < 3; ++k) sum[k] += double(colours[i].count) * colours[i].colour[k];
    }
    Colour mean;
    for (int k = 0; k < 3; ++k) mean[k] = static_cast<std::uint8_t>(sum[k] / weight + 0.5);
    return mean;
}

std::vector<Colour> median_cut(std::vector<WeightedColour>& colours, std::size_t size) {
    std::vector<Box> boxes{make_box(colours, 0, colours.size())};
    while (boxes.size() < size) {
        const auto widest = std::max_element(boxes.begin(), boxes.end(),
                                             [](const Box& a, const Box& b) { return a.spread < b.spread; });
        if (widest->end - widest->begin < 2) break;
        const Box box = *widest;
        const auto first = colours.begin() + static_cast<std::ptrdiff_t>(box.begin);
        const auto last = colours.begin() + static_cast<std::ptrdiff_t>(box.end);
        std::sort(first, last, [&](const WeightedColour& a, const WeightedColour& b) {
            return a.colour[box.channel] != b.colour[box.channel]
                       ? a.colour[box.channel] < b.colour[box.channel]
                       : packed(a.colour) < packed(b.colour);
        });
        std::uint64_t half = 0, total = 0;
        for (auto c = first; c != last; ++c) total += c->count;
        std::size_t cut = box.begin;
        while (cut < box.end - 1 && half * 2 < total) half += colours[cut++].count;
        cut = std::clamp(cut, box.begin + 1, box.end - 1);
        *widest = make_box(colours, box.begin, cut);
        boxes.push_back(make_box(colours, cut, box.end));
    }
    std::vector<Colour> palette;
    for (const Box& box : boxes) palette.push_back(mean_of(colours, box.begin, box.end));
    return palette;
}

std::size_t nearest(const std::vector<Colour>& palette, int red, int green, int blue) {
    std::size_t best = 0;
    int best_distance = 1 << 30;
    for (std::size_t i = 0; i < palette.size(); ++i) {
        const int r = palette[i][0] - red, g = palette[i][1] - green, b = palette[i][2] - blue;
        const int distance = 3 * r * r + 6 * g * g + b * b; // about how much each counts for the eye
        if (distance < best_distance) {
            best_distance = distance;
            best = i;
        }
    }
    return best;
}

/// Nearest entries, remembered a cell of 4 x 4 x 4 colours.
class NearestEntry {
public:
    explicit NearestEntry(const std::vector<Colour>& palette) : palette_(palette), cells_(1u << 18, 0) {}
    std::uint8_t operator()(int red, int green, int blue) {
        std::uint16_t& cell =
            cells_[std::size_t(red >> 2) << 12 | std::size_t(green >> 2) << 6 | std::size_t(blue >> 2)];
        if (cell == 0)
            cell = static_cast<std::uint16_t>(
                nearest(palette_, (red & ~3) + 2, (green & ~3) + 2, (blue & ~3) + 2) + 1);
        return static_cast<std::uint8_t>(cell - 1);
    }

private:
    const std::vector<Colour>& palette_;
    std::vector<std::uint16_t> cells_; ///< entry + 1; 0: not looked up yet
};

/// Moves each entry to the mean of the colours that are nearest to it (one round of Lloyd's algorithm).
void refine(std::vector<Colour>& palette, const std::vector<WeightedColour>& colours) {
    std::vector<std::array<double, 4>> sums(palette.size());
    NearestEntry entry(palette);
    for (const WeightedColour& c : colours) {
        auto& sum = sums[entry(c.colour[0], c.colour[1], c.colour[2])];
        for (int k = 0; k < 3; ++k) sum[k] += double(c.count) * c.colour[k];
        sum[3] += c.count;
    }
    std::vector<Colour> moved = palette;
    for (std::size_t i = 0; i < palette.size(); ++i)
        for (int k = 0; k < 3 && sums[i][3] > 0; ++k)
            moved[i][k] = static_cast<std::uint8_t>(sums[i][k] / sums[i][3] + 0.5);
    palette = std::move(moved);
}

void map_exactly(const Image& image, const std::vector<WeightedColour>& colours, IndexedImage& out) {
    std::map<std::uint32_t, std::uint8_t> places;
    for (const WeightedColour& c : colours) {
        places.emplace(packed(c.colour), static_cast<std::uint8_t>(out.palette.size()));
        out.palette.push_back(c.colour);
    }
    for (std::size_t i = 0; i < out.indices.size(); ++i) out.indices[i] = places[packed(colour_at(image, i))];
}

void diffuse(const Image& image, IndexedImage& out) {
    NearestEntry entry(out.palette);
    const int width = image.width;
    // Errors in sixteenths, one place wider on each side than the row.
    std::vector<std::array<int, 3>> now(width + 2), next(width + 2);
    for (int y = 0; y < image.height; ++y) {
        const int step = y % 2 == 0 ? 1 : -1;
        std::fill(next.begin(), next.end(), std::array<int, 3>{});
        for (int n = 0, x = step > 0 ? 0 : width - 1; n < width; ++n, x += step) {
            const std::size_t pixel = static_cast<std::size_t>(y) * width + x;
            const Colour colour = colour_at(image, pixel);
            std::array<int, 3> wanted;
            for (int k = 0; k < 3; ++k) wanted[k] = std::clamp(colour[k] + (now[x + 1][k] + 8) / 16, 0, 255);
            const std::uint8_t index = entry(wanted[0], wanted[1], wanted[2]);
            out.indices[pixel] = index;
            for (int k = 0; k < 3; ++k) {
                const int error = wanted[k] - out.palette[index][k];
                now[x + 1 + step][k] += 7 * error;
                next[x + 1 - step][k] += 3 * error;
                next[x + 1][k] += 5 * error;
                next[x + 1 + step][k] += error;
            }
        }
        now.swap(next);
    }
}

} // namespace

IndexedImage quantise(const Image& image) {
    IndexedImage out;
    out.width = image.width;
    out.height = image.height;
    out.indices.resize(static_cast<std::size_t>(image.width) * image.height);
    std::vector<WeightedColour> colours = histogram(image);
    if (colours.size() <= 256) {
        map_exactly(image, colours, out);
        return out;
    }
    out.palette = median_cut(colours, 256);
    for (int round = 0; round < 3; ++round) refine(out.palette, colours);
    diffuse(image, out);
    return out;
}

} // namespace ganvas
