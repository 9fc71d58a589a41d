// The head: its form, its skin and the light on it.

#include "engine/data/faces/scene.h"

namespace ganvas::faces {
namespace {

/// Face coordinates of a point (X, Y) of the unit disc, on the ball behind it, turned with the head.
HeadPoint turn(const Scene& scene, Lane x, Lane y, Lane scale_y) {
    const Pose& pose = scene.pose;
    HeadPoint point;
    const Lane r2 = x * x + y * y;
    const Lane z = root(positive(1.0f - r2));
    point.edge = (1.0f - r2) * 0.52f / upper(root(r2), splat(0.35f));
    const Lane side_z = pose.yaw_sin * x + pose.yaw_cos * z;
    point.qx = pose.yaw_cos * x - pose.yaw_sin * z;
    point.qy = pose.pitch_cos * y - pose.pitch_sin * side_z;
    point.qz = pose.pitch_sin * y + pose.pitch_cos * side_z;
    point.x = point.qx;
    point.y = point.qy * scale_y;
    return point;
}

/// The relief's normal: the ball's, flattened in front as faces are, tilted where hills and hollows slope.
Normal relief_normal(const Scene& scene, const HeadPoint& point) {
    Lane slope_x = splat(0.0f);
    Lane slope_y = splat(0.0f);
    for (std::size_t i = 0; i < scene.head.relief_count; ++i) {
        const Relief& form = scene.head.relief[i];
        const Lane dx = (point.x - form.x) * form.inverse_x;
        const Lane dy = (point.y - form.y) * form.inverse_y;
        const Lane slope = -6.0f * form.height * square(positive(1.0f - dx * dx - dy * dy));
        slope_x += slope * dx * form.inverse_x;
        slope_y += slope * dy * form.inverse_y;
    }
    const Lane front = positive(point.qz);
    return {point.qx * (0.66f + 0.50f * square(point.qx)) - slope_x * front,
            point.qy * 0.66f - slope_y * front, point.qz};
}

/// Fine lines of age: across the forehead, and beside the eyes.
void wrinkle(const Scene& scene, SkinPatch& patch) {
    if (scene.skin.wrinkles <= 0.0f) return;
    const HeadPoint& at = patch.point;
    const Lane forehead = hill(square(at.x * 1.7f) + square((at.y - 0.62f) * 3.4f));
    const Lane lines = wave(at.y * 7.5f + square(at.x) * 1.1f + 0.2f) * forehead;
    patch.normal.y += 0.60f * scene.skin.wrinkles * lines;
    patch.open *= 1.0f - 0.16f * scene.skin.wrinkles * positive(lines);
    const Lane feet = hill(square((magnitude(at.x) - 0.70f) * 7.0f) + square((at.y - 0.0f) * 5.5f));
    patch.open *= 1.0f - 0.22f * scene.skin.wrinkles * feet * (0.5f + 0.5f * wave(at.y * 11.0f));
}

/// Where blood, sun and razor change the colour of skin.
void color_skin(const Scene& scene, SkinPatch& patch) {
    const Skin& skin = scene.skin;
    const HeadPoint& at = patch.point;
    const Lane ax = magnitude(at.x);
    const Lane cheek = hill(square((ax - 0.58f) * 2.2f) + square((at.y + 0.42f) * 2.5f));
    const Lane nose =
        hill(square((at.x - scene.head.nose_x) * 4.4f) + square((at.y - scene.head.nose_y) * 5.0f));
    const Lane chin = hill(square(at.x * 3.2f) + square((at.y + 1.30f) * 4.0f));
    const Lane mottle = noise(at.x * 5.0f + 9.0f, at.y * 5.0f + 9.0f, skin.key);
    const Lane flush = clamp01(cheek * (0.22f + 0.55f * skin.blush) + 0.30f * nose + 0.18f * chin
                               + (mottle - 0.5f) * (0.16f + 0.40f * skin.wrinkles));
    patch.albedo = mix(splat(skin.base), splat(skin.flush), flush);
    if (skin.blush > 0.5f) {
        const Color rose = mix(skin.flush * Color{1.1f, 0.80f, 0.84f}, paint(226, 92, 96), 0.22f);
        // Blood shows over the whole cheek and a little on the nose, with no edge that could look like paint.
        const Lane wide = hill(square((ax - 0.62f) * 1.55f) + square((at.y + 0.40f) * 1.9f));
        patch.albedo =
            mix(patch.albedo, splat(rose), skin.blush * (0.34f * wide + 0.08f * cheek + 0.10f * nose));
    }
    if (skin.stubble > 0.0f) {
        const Lane beard = smooth(-0.54f, -0.88f,
                                  at.y + 0.35f * square(positive(ax - 0.35f)) - 0.42f * positive(ax - 0.45f));
        const Color blue = skin.base * Color{0.66f, 0.68f, 0.74f};
        patch.albedo = mix(patch.albedo, splat(blue), skin.stubble * beard);
    }
    if (skin.freckles > 0.0f) {
        const Lane band = hill(square(at.x * 1.15f) + square((at.y + 0.26f) * 2.6f));
        const Lane dots = smooth(
            0.66f, 0.82f,
            noise(at.x * 17.0f + at.y * 9.0f + 64.0f, at.y * 17.0f - at.x * 9.0f + 64.0f, skin.key + 1u));
        patch.albedo = mix(patch.albedo, splat(skin.base * Color{0.62f, 0.42f, 0.30f}),
                           0.7f * skin.freckles * band * dots);
    }
}

/// What stands in the way of the light: sockets, the nose, hair and hat.
Lane openness(const Scene& scene, const HeadPoint& at, Lane u, Lane v) {
    const Light& light = scene.light;
    Lane open = splat(1.0f);
    for (const float eye : scene.eyes.x) {
        const float inner = eye < 0.0f ? 0.07f : -0.07f;
        open -=
            0.27f * hill(square((at.x - eye - inner) * 3.6f) + square((at.y - scene.eyes.y - 0.09f) * 5.0f));
    }
    const float cast_x = scene.head.nose_x - light.key.x * 0.22f;
    const float cast_y = scene.head.nose_y - 0.10f - 0.12f * positive(splat(light.key.y))[0];
    open -=
        0.36f
        * hill(square((at.x - cast_x) / (scene.head.nose_width + 0.09f)) + square((at.y - cast_y) * 7.0f));
    // The creases behind the wings of the nose.
    const Lane wing_x = (magnitude(at.x - scene.head.nose_x * 0.6f) - scene.head.nose_width) * 1.0f;
    const Lane wing = root(square(wing_x) + square((at.y - scene.head.nose_y + 0.05f) * 0.9f));
    open -= 0.30f * hill(square((wing - 0.095f) * 15.0f)) * smooth(-0.02f, 0.06f, wing_x);
    open -= 0.26f * hill(square(at.x * 3.4f) + square((at.y + 1.13f) * 9.0f)); // below the lip
    if (scene.hair.is_long || scene.hair.bangs || scene.hair.width > 1.0f) {
        const Lane hair = inside_hair(scene, at, u, v);
        open *= 1.0f - 0.34f * smooth(-0.15f, 0.02f, hair);
    }
    if (scene.hat.kind != HatKind::None) {
        const float reach = scene.hat.kind == HatKind::Brim || scene.hat.kind == HatKind::Cap ? 0.62f : 0.22f;
        open *= 1.0f - 0.42f * smooth(scene.hat.line - reach, scene.hat.line - 0.05f, at.y);
    }
    return upper(open, splat(0.15f));
}

void nostrils(const Scene& scene, const HeadPoint& at, LaneColor& color, float pixel) {
    const Head& head = scene.head;
    const Lane dx = magnitude(at.x - head.nose_x * 0.8f) - head.nose_width * 0.56f;
    const Lane dy = at.y - (head.nose_y - 0.105f);
    const Lane r = root(square(dx * 1.0f) + square(dy * 2.1f));
    const Lane hole = coverage(0.046f - r, pixel + 0.05f);
    color = mix(color, splat(scene.skin.shade * Color{0.30f, 0.22f, 0.22f}),
                0.85f * hole * smooth(0.1f, 0.3f, at.qz));
}

void paint_ears(const Scene& scene, Block& block) {
    const Pose& pose = scene.pose;
    for (const float side : {-1.0f, 1.0f}) {
        const float depth = -0.10f;
        const float x = side * 0.99f * pose.yaw_cos * scene.head.width + depth * pose.yaw_sin;
        const float y = -0.08f + 0.05f * pose.pitch_sin;
        const float width = 0.13f + 0.10f * side * -pose.yaw_sin;
        if (width < 0.05f) continue;
        const Lane dx = (block.u - x) * side;
        const Lane dy = block.v - y;
        const Lane ex = (dx - 0.10f * dy) * (1.0f / width);
        const Lane ey = dy * (1.0f / (0.29f + 0.05f * positive(dy)));
        const Lane r2 = ex * ex + ey * ey;
        if (!any(r2 < splat(1.6f))) continue;
        const Lane part = coverage((1.0f - r2) * 0.08f, block.pixel);
        const Lane bowl = hill(square((ex + 0.1f) * 1.5f) + square((ey - 0.05f) * 1.35f));
        Normal normal{ex * 0.6f * side, ey * 0.4f, splat(0.75f)};
        const LaneColor albedo =
            mix(splat(mix(scene.skin.base, scene.skin.flush, 0.55f)), splat(scene.skin.shade), 0.70f * bowl);
        block.cover(part,
                    lit(scene.light, normalized(normal), albedo, splat(0.05f), 0.86f - 0.3f * bowl, 1.0f));
    }
}

} // namespace

HeadPoint look_at_head(const Scene& scene, Lane u, Lane v) {
    const Head& head = scene.head;
    const Lane low = clamp01((v + 0.15f) * -0.85f);
    const Lane shifted = u - head.chin_shift * low * low;
    const Lane side = shifted * head.far_side; // > 0 on the side that the face turns to
    const auto ring = [&](float y, float radius) { return hill(square((v - y) * (1.0f / radius))); };
    const Lane profile =
        select(side > splat(0.0f), splat(head.far_side < 0.0f ? -head.far_side : head.far_side), splat(0.0f));
    const Lane width = head.width
                       * (1.0f + head.jaw * ring(-0.86f, 0.66f) + head.chin * ring(-1.32f, 0.40f)
                          + head.cheek * ring(-0.28f, 0.45f) - head.temple * ring(0.42f, 0.42f)
                          + profile * (0.05f * ring(-0.34f, 0.36f) - 0.08f * ring(0.05f, 0.26f)));
    const Lane height = select(v > splat(0.0f), splat(head.top), splat(head.bottom));
    return turn(scene, shifted / width, v / height, height);
}

HeadPoint look_at_shell(const Scene& scene, Lane u, Lane v, float width, float top) {
    const Lane height = select(v > splat(0.0f), splat(top), splat(scene.head.bottom));
    HeadPoint point = turn(scene, u * (1.0f / width), v / height, height);
    point.y = point.qy * select(point.qy > splat(0.0f), splat(scene.head.top), splat(scene.head.bottom));
    return point;
}

Normal normalized(Normal n) {
    const Lane k = 1.0f / root(n.x * n.x + n.y * n.y + n.z * n.z + 1e-6f);
    return {n.x * k, n.y * k, n.z * k};
}

LaneColor lit(const Light& light, const Normal& n, const LaneColor& albedo, Lane gloss, Lane open,
              float scatter) {
    const Lane key = n.x * light.key.x + n.y * light.key.y + n.z * light.key.z;
    const Lane fill = positive(n.x * light.fill.x + n.y * light.fill.y + n.z * light.fill.z);
    const Lane eye = n.x * light.eye.x + n.y * light.eye.y + n.z * light.eye.z;
    const Lane up = 0.5f + 0.5f * n.y;
    // Light creeps round the edge of shadow inside skin, red furthest.
    const auto wrapped = [&](float reach) {
        const Lane t = clamp01((key + reach) * (1.0f / (1.0f + reach)));
        return t * (0.55f + 0.45f * t);
    };

    const Lane rim = positive(0.62f - eye) * 1.6f;
    const Lane side = clamp01(n.x * light.rim_side * 1.5f);
    const Lane edge = rim * rim * side * open;
    const Lane shine = positive(n.x * light.half.x + n.y * light.half.y + n.z * light.half.z);
    Lane spec = shine * shine;
    spec = spec * spec;
    spec = spec * spec;
    spec = (0.35f * spec + 0.65f * spec * spec * spec) * gloss * open;
    const auto channel = [&](float key_c, float fill_c, float sky, float ground, float rim_c, Lane a,
                             float reach, Lane shadow) {
        const Lane around = (ground + (sky - ground) * up) * open;
        return a * (wrapped(reach) * shadow * key_c + fill * open * fill_c + around + edge * rim_c)
               + spec * key_c;
    };
    return {channel(light.key_color.r, light.fill_color.r, light.sky.r, light.ground.r, light.rim.r, albedo.r,
                    0.10f + 0.30f * scatter, mix(open * open, open, splat(0.55f * scatter))),
            channel(light.key_color.g, light.fill_color.g, light.sky.g, light.ground.g, light.rim.g, albedo.g,
                    0.10f + 0.12f * scatter, open * open),
            channel(light.key_color.b, light.fill_color.b, light.sky.b, light.ground.b, light.rim.b, albedo.b,
                    0.10f + 0.08f * scatter, open * open)};
}

void paint_head(const Scene& scene, Block& block) {
    paint_ears(scene, block);
    SkinPatch patch;
    patch.point = look_at_head(scene, block.u, block.v);
    const Lane part = coverage(patch.point.edge, block.pixel);
    if (!any(part > splat(0.0f))) return;
    patch.pixel = block.pixel;
    patch.normal = relief_normal(scene, patch.point);
    patch.open = openness(scene, patch.point, block.u, block.v);
    const HeadPoint& at = patch.point;
    patch.gloss = scene.skin.oil
                  * (0.35f + hill(square(at.x * 2.2f) + square((at.y - 0.6f) * 1.8f))
                     + 1.3f
                           * hill(square((at.x - scene.head.nose_x) * 6.0f)
                                  + square((at.y - scene.head.nose_y - 0.05f) * 4.0f))
                     + 0.9f * hill(square((magnitude(at.x) - 0.5f) * 3.4f) + square((at.y + 0.22f) * 4.5f)));
    color_skin(scene, patch);
    wrinkle(scene, patch);
    shape_brows(scene, patch);
    shape_mouth(scene, patch);
    LaneColor color = lit(scene.light, normalized(patch.normal), patch.albedo, patch.gloss, patch.open, 1.0f);
    nostrils(scene, at, color, block.pixel);
    paint_mouth_inside(scene, patch, color);
    paint_eyes(scene, patch, color);
    block.cover(part, color);
}

} // namespace ganvas::faces
