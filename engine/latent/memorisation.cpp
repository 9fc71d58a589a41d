#include "engine/latent/memorisation.h"

#include <algorithm>

#include "engine/core/quantile.h"

namespace ganvas {
namespace {

Image mirror_of(const Image& image) {
    Image out = image;
    const auto channels = static_cast<std::size_t>(image.channels);
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x)
            std::copy_n(image.row(y) + static_cast<std::size_t>(image.width - 1 - x) * channels, channels,
                        out.row(y) + static_cast<std::size_t>(x) * channels);
    return out;
}

/// Distance to the nearest training image other than number `except`.
Result<double> nearest(const NeighbourIndex& index, const Image& image, std::int64_t except, bool mirrored) {
    double least = 2; // beyond what two pictures can differ
    const auto look = [&](const Image& one) -> Result<void> {
        auto found = index.find(one, 2);
        if (!found) return found.error();
        for (const Neighbour& neighbour : *found)
            if (neighbour.index != except) least = std::min(least, neighbour.distance);
        return {};
    };
    if (auto looked = look(image); !looked) return looked.error();
    if (mirrored)
        if (auto looked = look(mirror_of(image)); !looked) return looked.error();
    return least;
}

Image picture_of(const Dataset& data, std::int64_t index) {
    Image image(data.width(), data.height(), data.channels());
    const auto pixels = data.image(index);
    std::copy(pixels.begin(), pixels.end(), image.pixels.begin());
    return image;
}

const Error stopped{ErrorCode::interrupted, "the search was stopped", "", ""};

} // namespace

Result<MemorisationFigure> measure_memorisation(const ImageSource& generated, const NeighbourIndex& index,
                                                const MemorisationOptions& options, std::int64_t step,
                                                const Progress& progress) {
    const Dataset& data = *index.dataset();
    if (data.size() < 2 || options.samples < 1)
        return Error{ErrorCode::bad_data, "there are too few training images to compare with", data.source(),
                     ""};
    MemorisationFigure figure;
    figure.step = step;
    figure.samples = options.samples;
    figure.held_out = std::min(options.held_out, data.size());
    figure.images = data.size();
    const double whole = static_cast<double>(figure.held_out + figure.samples);
    std::vector<double> of_data, of_samples;
    const auto report = [&] {
        progress.report(static_cast<double>(of_data.size() + of_samples.size()) / whole,
                        "nearest training images");
    };
    for (std::int64_t k = 0; k < figure.held_out; ++k) {
        if (progress.stop_requested()) return stopped;
        const std::int64_t at = data.size() * k / figure.held_out;
        auto distance = nearest(index, picture_of(data, at), at, options.mirrored);
        if (!distance) return distance.error();
        of_data.push_back(*distance);
        report();
    }
    constexpr int batch = 32;
    for (std::int64_t first = 0; first < figure.samples; first += batch) {
        auto images =
            generated.images(first, static_cast<int>(std::min<std::int64_t>(batch, figure.samples - first)));
        if (!images) return images.error();
        for (int k = 0; k < images->count; ++k) {
            if (progress.stop_requested()) return stopped;
            auto distance = nearest(index, images->copy(k), -1, options.mirrored);
            if (!distance) return distance.error();
            of_samples.push_back(*distance);
            report();
        }
    }
    figure.data_distance = quantile(of_data, 0.5);
    figure.sample_distance = quantile(of_samples, 0.5);
    figure.nearer = std::count_if(of_samples.begin(), of_samples.end(),
                                  [&](double one) { return one < figure.data_distance; });
    return figure;
}

} // namespace ganvas
