// Runs the painters over the picture and writes bytes.

#include "engine/data/faces/scene.h"

#include <cassert>

namespace ganvas {
namespace {

using namespace faces;

/// Four pixels of row y from column x on, at their middles.
Block block_at(const Pose& pose, int size, int x, int y) {
    const float step = 2.0f / static_cast<float>(size);
    Block block;
    const float left = (static_cast<float>(x) + 0.5f) * step - 1.0f;
    block.px = Lane{left, left + step, left + 2.0f * step, left + 3.0f * step};
    block.py = faces::splat(1.0f - (static_cast<float>(y) + 0.5f) * step);
    const float zoom = 1.0f / pose.scale;
    const Lane dx = (block.px - pose.center_x) * zoom;
    const Lane dy = (block.py - pose.center_y) * zoom;
    block.u = pose.roll_cos * dx - pose.roll_sin * dy;
    block.v = pose.roll_sin * dx + pose.roll_cos * dy;
    // The body takes up a third of the head's roll, about the base of the neck.
    const float follow = pose.roll_sin * 0.35f;
    block.bu = dx - follow * dy - (pose.roll_sin - follow) * 0.6f;
    block.bv = dy + follow * dx;
    block.pixel = step * zoom;
    return block;
}

/// Whether all four pixels lie well inside the head's outline, so that nothing behind it shows.
bool within_face(const Block& block) {
    const Lane r2 = square(block.u * (1.0f / 0.68f)) + square(block.v * (1.0f / 1.15f));
    return !any(r2 > faces::splat(1.0f));
}

/// To display values: a shoulder for the highlights, the square root that Color undoes, a little contrast.
Lane developed(Lane light) {
    const Lane tone = root(clamp01(1.20f * light / (1.0f + 0.22f * light)));
    return mix(tone, tone * tone * (3.0f - 2.0f * tone), faces::splat(0.38f)) * 255.0f + 0.5f;
}

} // namespace

void render_face(const FaceParameters& parameters, int size, std::span<std::uint8_t> pixels) {
    assert(size >= smallest_face && size <= largest_face);
    assert(pixels.size() >= static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * 3);
    const Scene scene = compose(parameters);
    std::uint8_t* out = pixels.data();
    for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; x += 4) {
            Block block = block_at(scene.pose, size, x, y);
            if (!within_face(block)) {
                paint_background(scene, block);
                paint_hat_behind(scene, block);
                paint_hair_behind(scene, block);
                paint_body(scene, block);
            }
            paint_head(scene, block);
            paint_hair_before(scene, block);
            paint_glasses(scene, block);
            paint_hat_before(scene, block);
            const Lane r = developed(block.color.r);
            const Lane g = developed(block.color.g);
            const Lane b = developed(block.color.b);
            for (int k = 0; k < 4 && x + k < size; ++k, out += 3) {
                out[0] = static_cast<std::uint8_t>(r[k]);
                out[1] = static_cast<std::uint8_t>(g[k]);
                out[2] = static_cast<std::uint8_t>(b[k]);
            }
        }
    }
}

} // namespace ganvas
