#include "engine/export/network_drawing.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/core/file_ending.h"
#include "engine/export/chart_canvas.h"
#include "engine/export/picture.h"

namespace ganvas {
namespace {

constexpr double margin = 16, name_height = 28, tallest = 132, caption_height = 34;
constexpr double line_height = 13,
                 letter = 5.6; ///< of the small text: between lines, and a generous mean width
constexpr const char* ink = "#1d1f24";
constexpr const char* muted = "#6a6f7a";

/// "up 1: convolution 3x3, ReLU" as its parts.
std::vector<std::string> parts_of(const std::string& name) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (begin < name.size()) {
        std::size_t end = std::min(name.find(", ", begin), name.find(": ", begin));
        end = std::min(end, name.size());
        parts.push_back(name.substr(begin, end - begin));
        begin = end == name.size() ? end : end + 2;
    }
    return parts;
}

std::string count_text(std::int64_t parameters) {
    char text[32];
    const double number = static_cast<double>(parameters);
    if (parameters < 10'000)
        std::snprintf(text, sizeof text, "%lld", static_cast<long long>(parameters));
    else if (parameters < 1'000'000)
        std::snprintf(text, sizeof text, "%.0fk", number / 1e3);
    else
        std::snprintf(text, sizeof text, "%.2fM", number / 1e6);
    return text;
}

std::string size_text(const DrawnLayer& layer) {
    if (layer.height <= 1 && layer.width <= 1) return std::to_string(layer.channels);
    return std::to_string(layer.height) + "×" + std::to_string(layer.width) + "×"
           + std::to_string(layer.channels);
}

struct Extent {
    double slot = 0;  ///< width of one layer
    double words = 0; ///< height of the names
    double width = 0, height = 0;
};

/// What the drawing needs: as many lines beside each other as the name of most parts has.
Extent extent_of(const std::vector<DrawnNetwork>& networks) {
    std::size_t most_parts = 1, longest = 1, most_layers = 1;
    for (const DrawnNetwork& network : networks) {
        most_layers = std::max(most_layers, network.layers.size());
        for (const DrawnLayer& layer : network.layers) {
            const auto parts = parts_of(layer.name);
            most_parts = std::max(most_parts, parts.size());
            for (const std::string& part : parts) longest = std::max(longest, part.size());
        }
    }
    Extent extent;
    extent.slot = std::max(84.0, static_cast<double>(most_parts) * line_height + 12);
    extent.words = static_cast<double>(longest) * letter + 12;
    extent.width = 2 * margin + extent.slot * static_cast<double>(most_layers);
    extent.height = margin
                    + static_cast<double>(networks.size())
                          * (name_height + tallest + caption_height + extent.words + margin);
    return extent;
}

void draw_layer(ChartCanvas& canvas, const DrawnLayer& layer, const std::string& colour, double centre,
                double middle, double height, double width) {
    canvas.rectangle(centre - width / 2, middle - height / 2, width, height, colour.c_str(), 2);
    const double below = middle + tallest / 2;
    canvas.text(centre, below + 14, size_text(layer), {ink, 12, ChartCanvas::Anchor::middle});
    canvas.text(centre, below + 28, layer.parameters > 0 ? count_text(layer.parameters) : "–",
                {muted, 11, ChartCanvas::Anchor::middle});
}

/// Reading upwards, one part a line, the first on the left, all ending below the box.
void draw_name(ChartCanvas& canvas, const DrawnLayer& layer, double centre, double top) {
    const auto parts = parts_of(layer.name);
    double x = centre - static_cast<double>(parts.size() - 1) * line_height / 2 + 4;
    for (const std::string& part : parts) {
        const bool first = &part == &parts.front();
        canvas.text(x, top, part, {first ? ink : muted, 11, ChartCanvas::Anchor::end, first, true});
        x += line_height;
    }
}

void draw_network(ChartCanvas& canvas, const DrawnNetwork& network, const Extent& extent, double top) {
    double side = 1, channels = 1;
    std::int64_t parameters = 0;
    for (const DrawnLayer& layer : network.layers) {
        side = std::max<double>(side, std::max(layer.height, layer.width));
        channels = std::max<double>(channels, layer.channels);
        parameters += layer.parameters;
    }
    canvas.text(margin, top + 16, network.title, {ink, 15, ChartCanvas::Anchor::start, true});
    canvas.text(extent.width - margin, top + 16, count_text(parameters) + " parameters",
                {muted, 12, ChartCanvas::Anchor::end});
    const double middle = top + name_height + tallest / 2;
    const auto centre = [&](std::size_t index) {
        return margin + (static_cast<double>(index) + 0.5) * extent.slot;
    };
    canvas.line(centre(0), middle, centre(network.layers.size() - 1), middle, muted, ChartCanvas::Role::rule);
    for (std::size_t index = 0; index < network.layers.size(); ++index) {
        const DrawnLayer& layer = network.layers[index];
        const double high = std::log2(std::max({1, layer.height, layer.width}) + 1) / std::log2(side + 1);
        const double wide = std::log2(std::max(1, layer.channels) + 1) / std::log2(channels + 1);
        draw_layer(canvas, layer, network.colour, centre(index), middle, tallest * (0.1 + 0.9 * high),
                   extent.slot * (0.1 + 0.6 * wide));
        draw_name(canvas, layer, centre(index), top + name_height + tallest + caption_height + 6);
    }
}

void draw(ChartCanvas& canvas, const std::vector<DrawnNetwork>& networks, const Extent& extent) {
    canvas.rectangle(0, 0, extent.width, extent.height, "#ffffff", 0);
    double top = margin;
    for (const DrawnNetwork& network : networks) {
        draw_network(canvas, network, extent, top);
        top += name_height + tallest + caption_height + extent.words + margin;
    }
}

Result<void> check(const std::vector<DrawnNetwork>& networks) {
    for (const DrawnNetwork& network : networks)
        if (network.layers.empty())
            return Error{ErrorCode::usage, "there are no layers to draw", network.title, ""};
    if (networks.empty()) return Error{ErrorCode::usage, "there is no network to draw", "", ""};
    return {};
}

} // namespace

Result<Image> networks_picture(const std::vector<DrawnNetwork>& networks) {
    if (auto checked = check(networks); !checked) return checked.error();
    const Extent extent = extent_of(networks);
    constexpr double scale = 2;
    auto canvas = RasterCanvas::create(extent.width, extent.height, scale);
    if (!canvas) return canvas.error();
    draw(**canvas, networks, extent);
    return (*canvas)->take();
}

Result<void> write_networks(const Path& path, const std::vector<DrawnNetwork>& networks) {
    if (auto checked = check(networks); !checked) return checked;
    const std::string ending = file_ending(path);
    if (ending == ".svg") {
        const Extent extent = extent_of(networks);
        SvgCanvas canvas(extent.width, extent.height, "Networks", "");
        draw(canvas, networks, extent);
        return write_file(path, canvas.finish());
    }
    if (ending != ".png")
        return Error{ErrorCode::usage, "networks cannot be drawn as this kind of file", path.string(),
                     "name it .png or .svg"};
    auto picture = networks_picture(networks);
    if (!picture) return picture.error();
    return write_png(path, *picture);
}

} // namespace ganvas
