// What is round the head: background, neck, shoulders and clothes.

#include "engine/data/faces/compose.h"

namespace ganvas::faces {

using enum FaceAttribute;

namespace {

/// Sky, from noon to dusk, above leaves, from spring green to autumn.
void compose_outdoors(const FaceParameters& p, Background& background) {
    static constexpr std::array<Color, 5> skies = {paint(120, 168, 214), paint(164, 198, 226),
                                                   paint(214, 224, 228), paint(238, 206, 176),
                                                   paint(232, 160, 132)};
    static constexpr std::array<Color, 5> leaves = {paint(58, 92, 52), paint(96, 128, 60), paint(70, 100, 78),
                                                    paint(150, 130, 62), paint(152, 92, 52)};
    const float day = mix(0.72f, 1.05f, p.background_shade);
    background.first = ramp(skies, p.background_hue) * day;
    background.leaves = ramp(leaves, p.background_second_hue) * mix(0.55f, 1.0f, p.background_shade);
    background.second = mix(background.first, background.leaves, 0.5f);
    background.light = mix(background.leaves * 2.2f, background.first, 0.45f);
    background.horizon = mix(-0.9f, 0.9f, detail(p, 27));
}

} // namespace

Background compose_background(const FaceParameters& p) {
    Background background{};
    const float saturation = mix(0.05f, 0.52f, detail(p, 20) * detail(p, 20));
    const float light = mix(0.16f, 0.86f, p.background_shade);
    const float hue = 0.03f + 0.64f * p.background_hue; // rooms and gardens are seldom violet
    background.first = from_hue(hue, saturation, light);
    background.second = from_hue(hue + 0.25f * (p.background_second_hue - 0.5f), saturation * 0.9f,
                                 std::clamp(light + mix(-0.32f, 0.20f, detail(p, 21)), 0.06f, 0.95f));
    background.gradient_x = mix(-0.5f, 0.5f, detail(p, 22));
    background.gradient_y = mix(-0.4f, 0.6f, detail(p, 23));
    background.outdoors = p.background_kind > 0.40f && p.background_kind < 0.60f;
    background.key = static_cast<std::uint32_t>(p.detail >> 16);
    if (background.outdoors) compose_outdoors(p, background);
    background.bands = p.background_kind > 0.72f ? mix(0.15f, 0.5f, detail(p, 24)) : 0.0f;
    background.band_phase = detail(p, 25);
    background.band_rate = mix(0.5f, 1.3f, detail(p, 26));
    if (p.background_kind < 0.4f) {
        background.spot_count = background.spots.size();
        for (std::uint32_t i = 0; i < background.spots.size(); ++i) {
            const float spot_hue = hue + 0.4f * (detail(p, 100 + i) - 0.5f);
            background.spots[i] = {
                mix(-1.1f, 1.1f, detail(p, 110 + i)), mix(-0.6f, 1.1f, detail(p, 120 + i)),
                1.0f / mix(0.16f, 0.42f, detail(p, 130 + i)),
                from_hue(spot_hue, saturation * 1.2f, std::min(1.0f, light * 1.25f + 0.15f))};
        }
    }
    return background;
}

Body compose_body(const FaceParameters& p, const Pose& pose) {
    const bool male = p.has(Male);
    Body body{};
    body.neck_x = -0.22f * pose.yaw_sin;
    body.neck_half = (male ? 0.58f : 0.43f) + mix(-0.03f, 0.04f, p.jaw_width);
    body.shoulder = male ? -1.50f : -1.60f;
    body.slope = male ? 0.10f : 0.15f;
    const auto necklines =
        std::array{Neckline::Crew, Neckline::Vee, Neckline::Collar, Neckline::Turtleneck, Neckline::Wide};
    body.neckline = necklines[std::min(static_cast<std::size_t>(p.clothes_kind * 5.0f), std::size_t{4})];
    body.color = from_hue(p.clothes_hue, mix(0.05f, 0.6f, detail(p, 30)), mix(0.12f, 0.9f, p.clothes_shade));
    body.collar = mix(body.color * 1.2f, Color{0.72f, 0.72f, 0.74f}, detail(p, 31));
    for (std::uint32_t i = 0; i < 4; ++i) body.phase[i] = detail(p, 32 + i);
    return body;
}

namespace {

/// Crowns of trees as large soft blots, with spots where the light comes through.
LaneColor outdoors(const Background& back, const Block& block) {
    // Two lattices at an angle, so that no row of cells shows.
    const Lane ax = 1.7f * block.px + 1.1f * block.py + 40.0f;
    const Lane ay = 1.7f * block.py - 1.1f * block.px + 40.0f;
    const Lane large = 0.6f * noise(ax, ay, back.key)
                       + 0.4f
                             * noise(2.6f * block.px - 0.7f * block.py + 40.0f,
                                     2.6f * block.py + 0.7f * block.px + 40.0f, back.key + 2u);
    const Lane small = 0.5f
                       * (noise(2.9f * ax, 2.9f * ay, back.key + 1u)
                          + noise(4.3f * block.px + 40.0f, 4.3f * block.py + 40.0f, back.key + 3u));
    const Lane sky = smooth(-0.35f, 0.35f, block.py - back.horizon + 0.9f * (large - 0.5f));
    const LaneColor air = splat(back.first) * (1.05f - 0.16f * block.py);
    const LaneColor green = mix(splat(back.leaves) * (0.62f + 0.76f * large), splat(back.light),
                                0.6f * smooth(0.45f, 0.85f, small));
    return mix(green, air, sky);
}

} // namespace

void paint_background(const Scene& scene, Block& block) {
    const Background& back = scene.background;
    const Lane t = smooth(-0.9f, 0.9f, back.gradient_x * block.px + back.gradient_y * block.py);
    LaneColor color = back.outdoors ? outdoors(back, block) : mix(splat(back.second), splat(back.first), t);
    if (back.bands > 0.0f) {
        const Lane band = wave(block.px * back.band_rate + 0.12f * block.py + back.band_phase)
                          + 0.6f * wave(block.px * back.band_rate * 2.3f + back.band_phase * 7.0f);
        color = color * (1.0f + back.bands * 0.55f * band);
    }
    for (std::size_t i = 0; i < back.spot_count; ++i) {
        const Spot& spot = back.spots[i];
        const Lane dx = (block.px - spot.x) * spot.inverse_radius;
        const Lane dy = (block.py - spot.y) * spot.inverse_radius;
        color = mix(color, splat(spot.color), 0.42f * smooth(1.0f, 0.55f, dx * dx + dy * dy));
    }
    const Lane r2 = block.px * block.px + block.py * block.py;
    block.color = color * (1.04f - 0.20f * r2);
}

namespace {

void paint_neck(const Scene& scene, Block& block) {
    const Body& body = scene.body;
    const Lane x = block.bu - body.neck_x;
    const Lane y = block.bv;
    const Lane flare = smooth(-1.25f, -2.1f, y);
    const Lane half = body.neck_half + 0.55f * flare * flare + 0.05f * smooth(-1.0f, -0.6f, y);
    const Lane part = coverage(half - magnitude(x), block.pixel) * coverage(-0.3f - y, block.pixel);
    if (!any(part > splat(0.0f))) return;
    const Lane across = x / half;
    Normal normal{across, splat(0.06f), root(positive(1.05f - across * across))};
    // Muscles run to the notch between the collar bones.
    const Lane cord = hill(square((magnitude(x) - 0.16f - 0.30f * (y + 1.75f)) * 7.0f));
    normal.x += 0.35f * cord * select(x > splat(0.0f), splat(1.0f), splat(-1.0f));
    const Lane notch = hill(square(x * 4.5f) + square((y + 1.86f) * 5.0f));
    const Lane jaw = scene.head.bottom - 0.10f + 0.0f * x;
    const Lane under = smooth(-0.62f, 0.10f, y + jaw - 0.35f * square(x));
    const Lane open = 1.0f - 0.72f * under - 0.25f * notch;
    const Color base = scene.skin.base * Color{0.97f, 0.93f, 0.91f};
    const LaneColor albedo = mix(splat(base), splat(scene.skin.flush), 0.35f * under);
    block.cover(part,
                lit(scene.light, normalized(normal), albedo, splat(0.04f), upper(open, splat(0.2f)), 1.0f));
}

/// Signed distance inside the clothes.
Lane clothed(const Body& body, Lane x, Lane y) {
    const Lane ax = magnitude(x);
    const Lane shoulder = body.shoulder - body.slope * ax * ax - 0.06f * ax - y;
    Lane opening = splat(-1.0f);
    switch (body.neckline) {
    case Neckline::Crew: opening = (y + 1.80f) - 0.9f * square(x); break;
    case Neckline::Vee: opening = (y + 2.12f - 1.05f * ax) * 0.7f; break;
    case Neckline::Collar: opening = (y + 2.02f - 1.2f * ax) * 0.65f; break;
    case Neckline::Wide: opening = (y + 2.0f) - 0.22f * square(x); break;
    case Neckline::Turtleneck: {
        const Lane roll = lower(body.neck_half + 0.07f - ax, -1.36f - y - 0.12f * (1.0f - square(x * 1.6f)));
        return upper(shoulder, roll);
    }
    }
    return lower(shoulder, -opening);
}

} // namespace

void paint_body(const Scene& scene, Block& block) {
    if (!any(block.bv < splat(-0.25f))) return;
    paint_neck(scene, block);
    if (!any(block.bv < splat(-1.0f))) return;
    const Body& body = scene.body;
    const Lane x = block.bu - body.neck_x;
    const Lane y = block.bv;
    const Lane inside = clothed(body, x, y);
    const Lane part = coverage(inside, block.pixel);
    if (any(part > splat(0.0f))) {
        const Lane folds = wave(x * 0.9f + y * 0.7f + body.phase[0]) * 0.6f
                           + wave(x * 1.9f - y * 0.5f + body.phase[1]) * 0.4f;
        Normal normal{x * 0.45f + 0.22f * folds, 0.45f + 0.12f * folds, splat(0.8f)};
        LaneColor albedo = splat(body.color) * (0.95f + 0.08f * folds);
        if (body.neckline == Neckline::Turtleneck) {
            albedo = albedo * (0.93f + 0.07f * wave(x * 3.4f));
            normal.x += 0.3f * x;
        }
        const Lane open = 0.62f + 0.38f * smooth(0.0f, 0.16f, inside)
                          - 0.25f * smooth(0.75f, 0.2f, magnitude(x)) * smooth(-1.95f, -1.5f, y);
        block.cover(part, lit(scene.light, normalized(normal), albedo, splat(0.02f), open, 0.2f));
    }
    if (body.neckline == Neckline::Collar) {
        const Lane ax = magnitude(x);
        const Lane inner = (1.2f * ax - (y + 2.02f)) * 0.65f;
        const Lane flap =
            lower(lower(inner, 0.17f - inner + 0.05f * ax), lower(-1.42f - y - 0.1f * ax, y + 2.2f));
        const Lane collar = coverage(flap, block.pixel);
        const Lane side = select(x > splat(0.0f), splat(1.0f), splat(-1.0f));
        block.cover(collar, lit(scene.light, normalized({side * 0.4f, splat(0.4f), splat(0.8f)}),
                                splat(body.collar), splat(0.02f), splat(0.92f), 0.2f));
    }
}

} // namespace ganvas::faces
