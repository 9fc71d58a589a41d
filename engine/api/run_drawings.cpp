// Attention as pictures: what the window shows in its Sweep panel.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "engine/api/attention_light.h"
#include "engine/api/checkpoint_model.h"
#include "engine/api/discriminator_model.h"
#include "engine/api/pictures.h"
#include "engine/api/run_operations.h"
#include "engine/core/elapsed.h"
#include "engine/device/thread_setup.h"
#include "engine/export/layout.h"

namespace ganvas {

namespace {

/// The picture with all darkened but what place (x, y) of the picture looks at, as in the window.
Image veiled(const Image& picture, const AttentionLayer& layer, int x, int y) {
    const auto place = [](int at, int whole, int parts) { return std::min(parts - 1, at * parts / whole); };
    const std::vector<float> light =
        attention_light(layer, place(x, picture.width, layer.width), place(y, picture.height, layer.height));
    Image out = picture;
    if (light.empty()) return out;
    for (int line = 0; line < out.height; ++line)
        for (int column = 0; column < out.width; ++column) {
            const int at =
                place(line, out.height, layer.height) * layer.width + place(column, out.width, layer.width);
            for (int c = 0; c < out.channels; ++c) {
                std::uint8_t& value = out.row(line)[column * out.channels + c];
                value = static_cast<std::uint8_t>(
                    std::lround(static_cast<float>(value) * light[static_cast<std::size_t>(at)]));
            }
        }
    return out;
}

} // namespace

Result<PictureReport> draw_attention(const PictureOptions& options, const AttentionOptions& what) {
    const auto start = std::chrono::steady_clock::now();
    prepare_worker_thread(0);
    auto opened = open_checkpoint(options.checkpoint);
    if (!opened) return opened.error();
    auto renderer = make_renderer(*opened);
    if (!renderer) return renderer.error();
    const LatentPoint face = face_of(options, what.seed);
    auto pictures = (*renderer)->render(std::span(&face, 1));
    if (!pictures) return pictures.error();
    const Image picture = pictures->copy(0);
    const int x = what.x < 0 ? picture.width / 2 : what.x, y = what.y < 0 ? picture.height / 2 : what.y;
    if (x >= picture.width || y >= picture.height)
        return Error{ErrorCode::usage, "no pixel of the picture", std::to_string(x) + "," + std::to_string(y),
                     "it has " + std::to_string(picture.width) + " x " + std::to_string(picture.height)};
    Result<std::vector<AttentionView>> views = std::vector<AttentionView>();
    if (what.network == NetworkKind::generator) {
        views = (*renderer)->attention(face);
    } else {
        auto discriminator = open_discriminator(options.checkpoint);
        if (!discriminator) return discriminator.error();
        views = discriminator_attention(*discriminator, *pictures);
    }
    if (!views) return views.error();
    if (views->empty())
        return Error{
            ErrorCode::unsupported, "this network has no self-attention", options.checkpoint,
            "train with generator.attention or discriminator.attention, as recipe report4-sagan does"};
    ImageBatch row{static_cast<int>(views->size()) + 1, picture.height, picture.width, picture.channels,
                   picture.pixels};
    for (AttentionView& view : *views) {
        const Image seen =
            veiled(picture, {view.layer, view.height, view.width, std::move(view.weights)}, x, y);
        row.pixels.insert(row.pixels.end(), seen.pixels.begin(), seen.pixels.end());
    }
    auto sheet = tile(row, {0, options.gap, options.scale, 255});
    if (!sheet) return sheet.error();
    if (auto written = write_picture(options.out, *sheet); !written) return written.error();
    return PictureReport{options.out, 1, row.count, seconds_since(start)};
}

} // namespace ganvas
