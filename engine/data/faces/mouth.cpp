// Lips, teeth, the folds beside them, moustache and beard.

#include "engine/data/faces/scene.h"

namespace ganvas::faces {
namespace {

/// The four edges of the lips at a point's x.
struct Lips {
    Lane across, arch, middle;
    Lane top, open_top, open_bottom, bottom;
};

Lips lips_at(const Mouth& mouth, const HeadPoint& at) {
    Lips lips;
    lips.across = (at.x - mouth.x) * (1.0f / mouth.half_width);
    const Lane t2 = square(lips.across);
    lips.arch = 1.0f - t2;
    const Lane arch = positive(lips.arch);
    lips.middle = mouth.y + mouth.lift * (lower(t2, splat(1.6f)) - 0.35f);
    const Lane bow =
        1.0f - 0.30f * hill(t2 * 22.0f) + 0.10f * hill(square((magnitude(lips.across) - 0.3f) * 4.0f));
    lips.open_top = lips.middle + 0.30f * mouth.gap * arch;
    lips.open_bottom = lips.middle - 0.70f * mouth.gap * root(arch) * (0.45f + 0.55f * arch);
    lips.top = lips.open_top - 0.5f * positive(-lips.arch) + mouth.upper * arch * bow;
    lips.bottom =
        lips.open_bottom + 0.5f * positive(-lips.arch) - mouth.lower * root(arch) * (0.35f + 0.65f * arch);
    return lips;
}

/// The folds from the wings of the nose to the corners of the mouth.
void fold(const Scene& scene, SkinPatch& patch) {
    const Mouth& mouth = scene.mouth;
    const HeadPoint& at = patch.point;
    const Lane down = clamp01((-0.50f - at.y) * (1.0f / 0.48f));
    const float spread = mouth.half_width + 0.12f;
    const Lane line = (scene.head.nose_width + 0.09f) + (spread - scene.head.nose_width - 0.09f) * root(down);
    const Lane d = magnitude(at.x - mouth.x * down) - line;
    const Lane strength = mouth.fold * smooth(0.02f, 0.25f, down) * smooth(1.0f, 0.72f, down);
    const Lane groove = hill(square(d * 11.0f)) * strength;
    patch.open *= 1.0f - 0.36f * groove;
    const Lane side = select(at.x > splat(mouth.x), splat(1.0f), splat(-1.0f));
    patch.normal.x -= side * 0.55f * strength * hill(square((d - 0.05f) * 9.0f));
    // The corners of the mouth press into the cheek.
    const Lane corner = hill(square((magnitude(at.x - mouth.x) - mouth.half_width - 0.015f) * 12.0f)
                             + square((at.y - mouth.y - 0.65f * mouth.lift) * 13.0f));
    patch.open *= 1.0f - 0.38f * corner;
}

void grow_beard(const Scene& scene, SkinPatch& patch) {
    const Mouth& mouth = scene.mouth;
    if (mouth.mustache <= 0.0f) return;
    const HeadPoint& at = patch.point;
    const Lane x = at.x - mouth.x;
    const Lane ax = magnitude(x);
    const Lane hairs = noise(x * 30.0f + 70.0f, at.y * 12.0f - ax * 9.0f + 70.0f, scene.skin.key + 3u);
    const Lane ragged = (hairs - 0.5f) * 0.05f;
    const Lane along = ax * (1.0f / mouth.mustache_width);
    const float base = mouth.y + 0.45f * mouth.lift + 0.30f * mouth.gap + 0.9f * mouth.upper;
    const Lane fall = mouth.mustache_droop * along * along * along;
    const Lane top = base
                     + mouth.mustache_height * (1.0f - 0.55f * along * along)
                           * (1.0f - 0.25f * hill(along * along * 30.0f))
                     - fall;
    const Lane bottom = base - 0.022f - fall - 0.02f * hill(square((along - 0.5f) * 2.5f));
    Lane hair = coverage(lower(top - at.y, at.y - bottom) + ragged, patch.pixel + 0.03f)
                * smooth(1.12f, 0.86f, along) * mouth.mustache;
    if (mouth.beard > 0.0f) {
        const Lane jaw = -0.74f - at.y + 0.62f * positive(ax - 0.36f) + 0.30f * square(positive(ax - 0.4f));
        const Lane bare = hill(square(x * 2.3f) + square((at.y - mouth.y + 0.02f) * 4.2f)); // about the lips
        const Lane below = smooth(0.0f, 0.16f, jaw + ragged - 0.22f * bare);
        hair = upper(hair, below * mouth.beard);
    }
    hair *= smooth(-0.50f, -0.15f, at.qz);
    const LaneColor color = splat(mouth.hair_color) * (0.62f + 0.75f * hairs);
    patch.albedo = mix(patch.albedo, color, hair);
    patch.normal.x += hair * (hairs - 0.5f) * 0.5f;
    patch.gloss = patch.gloss * (1.0f - hair) + 0.05f * hair;
}

} // namespace

void shape_mouth(const Scene& scene, SkinPatch& patch) {
    const Mouth& mouth = scene.mouth;
    const HeadPoint& at = patch.point;
    if (!any((at.y < splat(-0.2f)) & (at.qz > splat(-0.5f)))) return;
    fold(scene, patch);
    const Lips lips = lips_at(mouth, at);
    const Lane edge = lower(lips.top - at.y, at.y - lips.bottom);
    const Lane seen = smooth(0.05f, 0.2f, at.qz);
    const Lane part = coverage(edge, patch.pixel + 0.012f) * seen;
    if (any(part > splat(0.0f))) {
        const Lane is_upper = smooth(-0.012f, 0.012f, at.y - 0.5f * (lips.open_top + lips.open_bottom));
        const Lane low_middle = 0.5f * (lips.open_bottom + lips.bottom);
        const Lane swell =
            (at.y - low_middle) / upper(0.5f * (lips.open_bottom - lips.bottom), splat(0.015f));
        patch.normal.y += part * mix(0.62f * swell, splat(-0.34f), is_upper);
        const LaneColor tone = splat(mouth.color) * mix(splat(1.06f), splat(0.72f), is_upper);
        const Lane cracks =
            0.93f + 0.14f * noise(at.x * 42.0f + 70.0f, at.y * 5.0f + 70.0f, scene.skin.key + 2u);
        patch.albedo = mix(patch.albedo, tone * cracks, part * mouth.color_strength);
        patch.gloss = mix(patch.gloss, splat(mouth.gloss), part);
    }
    grow_beard(scene, patch);
}

void paint_mouth_inside(const Scene& scene, const SkinPatch& patch, LaneColor& color) {
    const Mouth& mouth = scene.mouth;
    const HeadPoint& at = patch.point;
    if (!any((magnitude(at.y - mouth.y) < splat(0.3f))
             & (magnitude(at.x - mouth.x) < splat(mouth.half_width * 1.2f)) & (at.qz > splat(0.0f)))) {
        return;
    }
    const Lips lips = lips_at(mouth, at);
    const float pixel = patch.pixel;
    const Lane arch = positive(lips.arch);
    // The dark line where the lips meet.
    const Lane line = stroke(at.y - lips.middle, 0.012f + 0.012f * arch, pixel)
                      * smooth(1.08f, 0.90f, magnitude(lips.across));
    color = mix(color, splat(mouth.color * Color{0.16f, 0.10f, 0.10f}), 0.80f * line);
    if (mouth.gap <= 0.0f) return;

    const Lane part =
        coverage(lower(lips.open_top - at.y, at.y - lips.open_bottom) - 0.5f * positive(-lips.arch), pixel);
    const Lane depth = (lips.open_top - at.y) * (1.0f / mouth.gap); // 0 at the upper lip, 1 at the lower
    LaneColor inside = mix(splat(Color{0.045f, 0.012f, 0.012f}), splat(Color{0.30f, 0.07f, 0.07f}),
                           smooth(0.55f, 1.05f, depth));
    const float bright = 0.34f + 0.42f * scene.light.key_color.g;
    const Lane round = 1.0f - 0.62f * square(lips.across);
    const Lane gaps = 1.0f - 0.16f * stroke(wave(lips.across * 3.2f), splat(0.10f), 0.25f);
    const LaneColor teeth = splat(Color{0.90f, 0.86f, 0.78f} * bright)
                            * (round * gaps * (0.55f + 0.45f * smooth(0.0f, 0.25f, depth)));
    const Lane biting = coverage((mouth.teeth * (0.35f + 0.65f * arch) - depth) * mouth.gap, pixel)
                        * smooth(1.0f, 0.8f, magnitude(lips.across));
    inside = mix(inside, teeth, biting);
    color = mix(color, inside, part);
}

} // namespace ganvas::faces
