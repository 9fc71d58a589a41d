// Hats and eyeglasses.

#include "engine/data/faces/compose.h"

namespace ganvas::faces {

using enum FaceAttribute;

Hat compose_hat(const FaceParameters& p, const Pose& pose) {
    Hat hat{};
    if (!p.has(WearingHat)) return hat;
    const auto kinds = std::array{HatKind::Beanie, HatKind::Cap, HatKind::Brim, HatKind::Beret};
    hat.kind = kinds[std::min(static_cast<std::size_t>(p.hat_kind * 4.0f), std::size_t{3})];
    hat.tilt = mix(-0.10f, 0.10f, p.hat_tilt);
    const float saturation = detail(p, 40);
    hat.color = from_hue(p.hat_hue, mix(0.06f, 0.55f, saturation), mix(0.22f, 0.85f, p.hat_shade));
    hat.band = mix(hat.color * 0.35f, from_hue(p.hat_hue + 0.45f, 0.5f, 0.5f), detail(p, 41) * 0.7f);
    switch (hat.kind) {
    case HatKind::Beanie:
        hat.line = 0.52f, hat.width = 1.15f, hat.top = 1.42f + mix(0.18f, 0.40f, detail(p, 42));
        break;
    case HatKind::Cap:
        hat.line = 0.60f, hat.width = 1.12f, hat.top = 1.42f + mix(0.14f, 0.24f, detail(p, 42));
        break;
    case HatKind::Brim:
        hat.line = 0.64f, hat.width = 1.10f, hat.top = 1.42f + mix(0.20f, 0.32f, detail(p, 42));
        break;
    default: hat.line = 0.64f, hat.width = 1.10f, hat.top = 1.42f + 0.04f; break;
    }
    hat.brim_width = mix(1.55f, 1.95f, detail(p, 43));
    hat.brim_drop = std::clamp(0.27f - 0.55f * pose.pitch_sin, 0.14f, 0.42f);
    hat.brim_center = hat.line + 0.10f;
    return hat;
}

Glasses compose_glasses(const FaceParameters& p, const Pose& pose, const Eyes& eyes) {
    Glasses glasses{};
    if (!p.has(Eyeglasses)) return glasses;
    const auto shapes = std::array{GlassesShape::Round, GlassesShape::Rounded, GlassesShape::CatEye};
    glasses.shape = shapes[std::min(static_cast<std::size_t>(p.glasses_shape * 3.0f), std::size_t{2})];
    const float before = 0.16f * pose.yaw_sin / pose.yaw_cos;
    const float apart = 0.5f * (eyes.x[1] - eyes.x[0]) + 0.015f;
    glasses.x = {-apart + before, apart + before};
    glasses.y = eyes.y - 0.03f + 0.16f * pose.pitch_sin / pose.pitch_cos;
    glasses.half_width = 0.30f;
    glasses.half_height = glasses.shape == GlassesShape::Round ? 0.275f : 0.225f;
    glasses.power = glasses.shape == GlassesShape::Round ? 0.0f : 0.65f;
    glasses.thickness = mix(0.020f, 0.040f, detail(p, 50));
    static constexpr std::array<Color, 5> frames = {paint(20, 20, 24), paint(70, 40, 24), paint(44, 44, 50),
                                                    paint(120, 26, 34), paint(150, 120, 70)};
    glasses.color = ramp(frames, p.glasses_color);
    const bool shaded = p.glasses_tint > 0.86f;
    glasses.tint = shaded ? 0.78f : 0.05f;
    glasses.tint_color =
        shaded ? mix(paint(40, 34, 34), paint(70, 48, 30), p.glasses_color) : Color{0.62f, 0.72f, 0.80f};
    return glasses;
}

namespace {

LaneColor cloth(const Scene& scene, const Normal& normal, const LaneColor& albedo, Lane open) {
    return lit(scene.light, normalized(normal), albedo, splat(0.03f), open, 0.15f);
}

/// An ellipse seen nearly edge on, dipping towards the viewer.
Lane brim_distance(const Scene& scene, Lane u, Lane v) {
    const Hat& hat = scene.hat;
    const Lane x = (u - 0.06f * scene.pose.yaw_sin) * (1.0f / hat.brim_width);
    const Lane sag = hat.brim_center + 0.10f * (1.0f - x * x) - 0.04f - v + hat.tilt * x;
    const Lane y = sag * (1.0f / hat.brim_drop);
    return (1.0f - root(x * x + y * y)) * hat.brim_drop;
}

LaneColor brim_color(const Scene& scene, Lane u, Lane v) {
    const Hat& hat = scene.hat;
    const Lane front = clamp01((hat.brim_center - v) * (1.0f / hat.brim_drop));
    return cloth(scene, {u * 0.25f, 0.85f - 0.5f * front, 0.45f + 0.3f * front}, splat(hat.color),
                 0.70f + 0.3f * front);
}

/// Signed distance inside two outlines at once, with the corner between them rounded.
Lane rounded(Lane a, Lane b, float radius) {
    const Lane da = positive(radius - a);
    const Lane db = positive(radius - b);
    return radius - root(da * da + db * db);
}

void paint_crown(const Scene& scene, Block& block) {
    const Hat& hat = scene.hat;
    const HeadPoint at = look_at_shell(scene, block.u, block.v, hat.width, hat.top);
    const float base = hat.kind == HatKind::Brim ? hat.line - 0.12f : hat.line; // the brim will cover it
    const Lane line = base + hat.tilt * at.qx - 0.16f * smooth(0.6f, -0.2f, at.qz);
    const Lane above = at.y - line;
    const Lane part = coverage(rounded(at.edge * 1.15f, above, 0.11f), block.pixel);
    if (!any(part > splat(0.0f))) return;
    LaneColor albedo = splat(hat.color);
    Normal normal{at.qx, at.qy * 0.85f, at.qz};
    Lane open = 0.72f + 0.28f * smooth(0.0f, 0.25f, above);
    if (hat.kind == HatKind::Beanie) {
        const Lane ribs = wave(at.qx / (0.35f + 0.65f * positive(at.qz)) * 3.2f);
        const Lane cuff = smooth(0.36f, 0.32f, above);
        albedo =
            mix(albedo * (0.92f + 0.10f * ribs), splat(hat.color * 1.12f) * (0.90f + 0.16f * ribs), cuff);
        normal.x += 0.20f * ribs;
        open *= 1.0f - 0.40f * hill(square((above - 0.37f) * 14.0f));
        normal.y -= 0.25f * cuff;
    } else if (hat.kind == HatKind::Cap) {
        const Lane seam =
            stroke(at.qx, splat(0.012f), block.pixel)
            + stroke(magnitude(at.qx) - 0.52f * (0.4f + 0.6f * positive(at.qz)), splat(0.012f), block.pixel);
        open *= 1.0f - 0.25f * clamp01(seam);
        const Lane badge = hill(square(at.qx * 4.5f) + square((above - 0.30f) * 6.5f));
        albedo = mix(albedo, splat(hat.band * 1.4f), smooth(0.15f, 0.35f, badge));
    } else if (hat.kind == HatKind::Brim) {
        const Lane band = smooth(0.36f, 0.33f, above);
        albedo = mix(albedo, splat(hat.band), band);
        open *= 1.0f - 0.3f * hill(square(at.qx * 2.2f) + square((at.y - 1.30f) * 3.5f)); // the pinch
    } else {
        albedo = splat(hat.color * 0.6f); // a beret's headband
    }
    block.cover(part, cloth(scene, normal, albedo, open));
}

/// The soft disc of a beret, pulled over one side.
void paint_beret(const Scene& scene, Block& block) {
    const Hat& hat = scene.hat;
    const float side = hat.tilt > 0.0f ? -1.0f : 1.0f;
    const Lane x = block.u - side * 0.18f + 0.15f * scene.pose.yaw_sin;
    const Lane y = block.v - (hat.line + 0.40f) + (0.16f * side) * x;
    const Lane ex = x * (1.0f / 1.30f);
    const Lane ey = y * select(y > splat(0.0f), splat(1.0f / 0.52f), splat(1.0f / 0.36f));
    const Lane r2 = ex * ex + ey * ey;
    const Lane part = coverage((1.0f - r2) * 0.24f, block.pixel);
    if (!any(part > splat(0.0f))) return;
    const Lane folds = wave(ex * 0.9f + ey * 0.5f + 0.3f) * positive(1.0f - ey);
    const Normal normal{ex * 0.9f + 0.08f * folds, ey * 0.7f + 0.35f, root(positive(1.05f - r2)) + 0.1f};
    const Lane open = 0.62f + 0.38f * smooth(-0.95f, -0.1f, ey);
    const Lane felt = 0.95f + 0.10f * noise(block.u * 24.0f + 90.0f, block.v * 24.0f + 90.0f, scene.skin.key);
    block.cover(part, cloth(scene, normal, splat(hat.color) * felt, open));
}

void paint_visor(const Scene& scene, Block& block) {
    const Hat& hat = scene.hat;
    const HeadPoint at = look_at_shell(scene, block.u, block.v, hat.width, hat.top);
    const Lane x = (at.qx - 0.22f * scene.pose.yaw_sin) * (1.0f / 0.86f);
    const Lane bow = root(positive(1.0f - x * x));
    const Lane top = hat.line + 0.06f + 0.05f * bow;
    const Lane bottom = hat.line + 0.04f - hat.brim_drop * 1.15f * bow;
    const Lane part = coverage(lower(top - at.y, at.y - bottom), block.pixel)
                      * smooth(1.0f, 0.97f, magnitude(x)) * smooth(0.0f, 0.1f, at.qz);
    if (!any(part > splat(0.0f))) return;
    const Lane depth = (top - at.y) / (top - bottom + 0.01f);
    const Lane lip = smooth(0.80f, 0.92f, depth);
    const LaneColor albedo = mix(splat(hat.color * 0.92f), splat(hat.color * 0.40f), lip);
    block.cover(part, cloth(scene, {x * 0.5f, 0.80f - 0.5f * depth, 0.4f + 0.4f * depth}, albedo,
                            0.72f + 0.28f * depth));
}

} // namespace

void paint_hat_behind(const Scene& scene, Block& block) {
    if (scene.hat.kind != HatKind::Brim) return;
    const Lane part = coverage(brim_distance(scene, block.u, block.v), block.pixel);
    if (any(part > splat(0.0f))) block.cover(part, brim_color(scene, block.u, block.v) * splat(0.62f));
}

void paint_hat_before(const Scene& scene, Block& block) {
    const Hat& hat = scene.hat;
    if (hat.kind == HatKind::None) return;
    if (!any(block.v > splat(hat.line - 0.8f))) return;
    paint_crown(scene, block);
    if (hat.kind == HatKind::Beret) paint_beret(scene, block);
    if (hat.kind == HatKind::Cap) paint_visor(scene, block);
    if (hat.kind != HatKind::Brim) return;
    const Lane x = (block.u - 0.06f * scene.pose.yaw_sin) * (1.0f / 1.12f);
    const Lane line = hat.brim_center + 0.06f - 0.12f * root(positive(1.0f - x * x)) + hat.tilt * block.u;
    const Lane front = coverage(line - block.v, block.pixel);
    const Lane part = coverage(brim_distance(scene, block.u, block.v), block.pixel) * front;
    if (any(part > splat(0.0f))) block.cover(part, brim_color(scene, block.u, block.v));
}

void paint_glasses(const Scene& scene, Block& block) {
    const Glasses& glasses = scene.glasses;
    if (glasses.shape == GlassesShape::None) return;
    const HeadPoint at = look_at_head(scene, block.u, block.v);
    if (!any((magnitude(at.y - glasses.y) < splat(0.5f)) & (at.edge > splat(-0.3f)) & (at.qz > splat(-0.2f))))
        return;
    const float pixel = block.pixel;
    const Lane front = smooth(-0.02f, 0.05f, at.edge) * smooth(0.0f, 0.12f, at.qz);
    Lane frame = splat(0.0f);
    Lane lens = splat(0.0f);
    Lane across = splat(0.0f);
    for (std::size_t which = 0; which < 2; ++which) {
        const Lane x = (at.x - glasses.x[which]) * (1.0f / glasses.half_width);
        const float outward = which == 0 ? -1.0f : 1.0f;
        Lane y = (at.y - glasses.y) * (1.0f / glasses.half_height);
        if (glasses.shape == GlassesShape::CatEye) y -= 0.16f * outward * x - 0.05f;
        const Lane x2 = x * x;
        const Lane y2 = y * y;
        // A circle, or (power) on its way to a rectangle with round corners.
        const Lane r2 = x2 + y2;
        const Lane boxy = root(root(x2 * x2 + y2 * y2));
        const Lane r = mix(root(r2), boxy, splat(glasses.power));
        const Lane d = (1.0f - r) * glasses.half_height * 1.05f;
        frame = upper(frame, stroke(d, splat(glasses.thickness), pixel));
        const Lane inside = coverage(d, pixel);
        lens = upper(lens, inside);
        across += inside * (x + 0.8f * y);
    }
    const Lane middle = at.x - 0.5f * (glasses.x[0] + glasses.x[1]);
    const float inner = 0.5f * (glasses.x[1] - glasses.x[0]) - glasses.half_width;
    const Lane bridge = at.y - glasses.y - 0.07f + 0.6f * square(middle);
    frame = upper(frame, stroke(bridge, splat(glasses.thickness * 0.9f), pixel)
                             * coverage(inner + 0.02f - magnitude(middle), pixel));
    const Lane temple = at.y - glasses.y - 0.10f;
    const float outer = 0.5f * (glasses.x[1] - glasses.x[0]) + glasses.half_width;
    frame = upper(frame, stroke(temple, splat(glasses.thickness * 0.8f), pixel)
                             * coverage(magnitude(middle) - outer, pixel));

    const Lane streak = hill(square((across - 0.35f) * 3.2f)) + 0.5f * hill(square((across + 0.15f) * 6.0f));
    block.cover(lens * glasses.tint * front, splat(glasses.tint_color));
    block.cover(lens * front * 0.10f * streak, splat(Color{0.95f, 1.0f, 1.05f}));
    const Lane gleam = 0.8f
                       + 0.9f
                             * hill(square((at.y - glasses.y - 0.18f) * 5.0f)
                                    + square((at.x - 0.4f * scene.light.key_view.x) * 1.6f));
    block.cover(frame * front, splat(glasses.color) * gleam);
}

} // namespace ganvas::faces
