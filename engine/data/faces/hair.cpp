// Hair: a shell about the head with strands that follow its form, behind the neck and before the face.

#include "engine/data/faces/compose.h"

namespace ganvas::faces {

using enum FaceAttribute;

Hair compose_hair(const FaceParameters& p, float age) {
    Hair hair{};
    const bool male = p.has(Male);
    const bool wavy = p.has(WavyHair);
    const bool black = p.has(BlackHair);
    const bool blond = p.has(BlondHair);

    const Color black_hair = mix(paint(22, 19, 20), paint(40, 33, 32), p.hair_shade);
    const Color blond_hair = mix(paint(198, 156, 92), paint(228, 196, 138), p.hair_shade);
    static constexpr std::array<Color, 5> between = {paint(72, 46, 32), paint(98, 62, 40), paint(112, 58, 36),
                                                     paint(140, 66, 36), paint(164, 92, 48)};
    Color other = mix(ramp(between, p.hair_hue * p.hair_hue), paint(84, 60, 44), 0.45f);
    if (age > 0.0f && p.hair_hue > 0.3f)
        other = mix(paint(128, 124, 122), paint(176, 174, 172), p.hair_shade);
    hair.root = black ? black_hair : (blond ? blond_hair * 0.78f : other);
    hair.tip = blond ? blond_hair : (black ? black_hair * 1.15f : other * 1.2f);
    hair.two_tone = black && blond;
    hair.gray = age * 0.5f;
    hair.sheen = mix(hair.tip * 2.2f, Color{0.8f, 0.8f, 0.85f}, black && !blond ? 0.22f : 0.10f);

    hair.is_long = male ? p.hair_length > 0.80f : p.hair_length > 0.14f;
    hair.bangs = p.has(Bangs);
    const float volume = p.hair_volume;
    hair.width = hair.is_long ? mix(1.10f, 1.24f, volume) + (wavy ? 0.05f : 0.0f)
                              : mix(1.04f, 1.12f, volume) + (wavy ? 0.05f : 0.0f);
    hair.top = 1.42f + (hair.is_long ? mix(0.10f, 0.22f, volume) : mix(0.10f, 0.30f, volume))
               + (wavy ? 0.04f : 0.0f);
    hair.fullness = 0.38f;
    hair.pressed_from = 9.0f;
    hair.line = mix(0.72f, 0.88f, p.hairline) + (male ? 0.04f * age : 0.0f);
    hair.recession = (male ? 0.05f + 0.16f * age * p.hairline : 0.0f);
    hair.side_end = mix(-0.30f, 0.05f, p.hair_curl);
    hair.part = mix(-0.45f, 0.45f, p.hair_part);
    const float reach = male ? 0.5f : (p.hair_length - 0.14f) / 0.86f;
    hair.end = mix(-0.95f, -2.6f, reach);
    hair.flare = mix(0.0f, 0.22f, volume) + (wavy ? 0.10f : 0.0f);
    const auto lock = [](float t) { return t < 0.25f ? 1.2f : mix(0.93f, 0.70f, (t - 0.25f) / 0.75f); };
    hair.lock = {lock(p.lock_left), lock(p.lock_right)};
    hair.bangs_end = mix(0.34f, 0.50f, p.bangs_length);
    hair.bangs_sweep = mix(-0.28f, 0.28f, p.bangs_sweep);
    hair.curl = wavy ? mix(0.075f, 0.110f, p.hair_curl) : 0.006f;
    hair.curl_rate = mix(1.1f, 1.6f, p.hair_curl) * (hair.is_long ? 1.0f : 1.7f);
    hair.crimp = hair.is_long ? 0.25f : 0.9f;
    for (std::uint32_t i = 0; i < 8; ++i) hair.phase[i] = detail(p, 10 + i);
    return hair;
}

namespace {

/// Strands as a pattern in [-1, 1]: sines across the flow, the fine ones only where pixels can hold them.
Lane strands(const Hair& hair, Lane across, Lane along, float pixel) {
    const Lane crimp = hair.curl * (hair.crimp + (1.0f - hair.crimp) * smooth(0.9f, 0.1f, along));
    const Lane turn = along * hair.curl_rate + hair.phase[0] + 0.30f * wave(across * 1.7f + hair.phase[3]);
    const Lane bent =
        across
        + crimp * (wave(turn) + 0.4f * wave(along * hair.curl_rate * 2.3f + hair.phase[1] - across * 1.1f));
    const auto fits = [&](float rate) { return std::clamp(2.2f - 3.2f * rate * pixel, 0.0f, 1.0f); };
    Lane sum = 0.42f * wave(bent * 1.7f + along * 0.10f + hair.phase[2])
               + 0.36f * wave(bent * 3.9f - along * 0.16f + hair.phase[3]);
    sum += 0.34f * fits(8.3f) * wave(bent * 8.3f + along * 0.23f + hair.phase[4]);
    if (pixel < 0.045f) {
        sum += 0.26f * fits(17.0f) * wave(bent * 17.0f - along * 0.4f + hair.phase[5]);
        sum += 0.22f * fits(31.0f) * wave(bent * 31.0f + along * 0.7f + hair.phase[6]);
    }
    // Each wave turns a side to the light and one away.
    return sum * (1.0f - 2.5f * crimp) + 6.0f * crimp * wave(turn + 0.2f + across * 0.5f);
}

/// Light on strands whose shell has the view-space normal (x, y, z).
LaneColor lit_hair(const Scene& scene, const Normal& n, Lane strand, Lane along, Lane open) {
    const Hair& hair = scene.hair;
    const Light& light = scene.light;
    // From root to tip, and bleached or grey strands among the others.
    const float from = scene.hat.kind == HatKind::None ? 0.75f : 0.50f;
    const Lane length = smooth(from, hair.is_long ? -0.9f : from - 0.40f, along);
    Lane tip = hair.two_tone ? smooth(0.15f, 0.85f, length + 0.22f * strand) : 0.55f * length + 0.15f;
    LaneColor albedo = mix(splat(hair.root), splat(hair.tip), tip);
    if (hair.gray > 0.0f)
        albedo = mix(albedo, albedo * splat(0.55f) + splat(Color{0.125f, 0.12f, 0.115f}),
                     hair.gray * smooth(-0.4f, 1.0f, strand));
    albedo = albedo * (0.76f + 0.38f * strand + 0.16f * strand * strand);

    const Lane key = n.x * light.key_view.x + n.y * light.key_view.y + n.z * light.key_view.z;
    const Lane wrapped = clamp01(0.30f + 0.70f * key);
    const Lane up = 0.5f + 0.5f * n.y;
    const Lane h = n.x * light.half_view.x + n.y * light.half_view.y + n.z * light.half_view.z;
    // The ring of light that smooth hair shows, broken by its strands.
    const Lane ring =
        hill(square((h - 0.84f + 0.05f * strand) * 5.2f)) * (0.45f + 0.75f * positive(strand + 0.3f));
    const Lane rim = square(positive(0.55f - n.z)) * 2.2f * clamp01(n.x * light.rim_side * 1.6f);
    const auto channel = [&](Lane a, float key_c, float sky, float ground, float sheen, float rim_c) {
        const Lane around = ground + (sky - ground) * up;
        return open
               * (a * (wrapped * (0.25f + 0.75f * wrapped) * key_c + around)
                  + (0.16f * sheen * key_c) * ring * wrapped + rim * rim_c * (a + 0.04f));
    };
    return {channel(albedo.r, light.key_color.r, light.sky.r, light.ground.r, hair.sheen.r, light.rim.r),
            channel(albedo.g, light.key_color.g, light.sky.g, light.ground.g, hair.sheen.g, light.rim.g),
            channel(albedo.b, light.key_color.b, light.sky.b, light.ground.b, hair.sheen.b, light.rim.b)};
}

/// Half width of the whole mass of hair at height v.
Lane outer_width(const Hair& hair, Lane v) {
    const float reach = hair.is_long ? -hair.end : 1.0f;
    const Lane down = clamp01(v * (-1.0f / reach));
    const Lane curl =
        hair.curl
        * (0.75f * wave(v * hair.curl_rate + hair.phase[0]) + 0.45f * wave(v * 2.7f + hair.phase[1]))
        * smooth(0.4f, -0.4f, v);
    if (!hair.is_long) return hair.width + curl * 0.5f - 0.13f * smooth(0.15f, -0.5f, v);
    return hair.width + hair.flare * down * (1.6f - down) - 0.25f * smooth(0.70f, 1.05f, down) + curl;
}

/// The shell's normal in the head frame, and the coordinate across its strands.
struct Flow {
    Normal normal;
    Lane across, inside; ///< inside: signed distance within the silhouette
};

Flow flow_at(const Scene& scene, Lane u, Lane v) {
    const Hair& hair = scene.hair;
    const Lane width = outer_width(hair, v);
    const Lane x = u / width;
    const Lane y = positive(v) * (1.0f / hair.top);
    // Fuller than a ball towards the corners of the crown, as hair that is combed sits.
    const Lane x2 = x * x;
    const Lane y2 = y * y;
    const Lane r = mix(root(x2 + y2), root(root(x2 * x2 + y2 * y2)), splat(hair.fullness));
    Flow flow;
    // Curls swell the outline.
    flow.inside = (1.0f - r) * 1.12f
                  + hair.curl * smooth(hair.pressed_from, hair.pressed_from - 0.4f, v)
                        * (0.50f * wave(x * 1.7f + y * 1.1f + hair.phase[7])
                           + 0.22f * wave(x * 2.9f - y * 2.3f + hair.phase[6]));
    const Lane z = root(positive(1.0f - r * r)) + 0.06f;
    flow.normal = normalized({x, y * 0.9f + 0.05f, z});
    // Strands fall away from the parting on both sides and then run down: arcs about the face.
    const Lane lean = (u - hair.part * 0.8f * smooth(-0.2f, 1.3f, v));
    flow.across = root(lean * lean + 0.45f * square(positive(v)) + 0.01f);
    return flow;
}

} // namespace

Lane inside_hair(const Scene& scene, const HeadPoint& point, Lane u, Lane v) {
    const Hair& hair = scene.hair;
    const Lane aside = magnitude(point.qx);
    const Lane from_part = magnitude(point.qx - hair.part * 0.6f);
    // The line above the forehead: highest at the parting, falling to the ears.
    Lane line = hair.line + hair.recession * hill(square((aside - 0.42f) * 3.2f)) - 0.04f * aside;
    if (!hair.bangs)
        line += hair.is_long ? 0.06f - 0.42f * square(from_part) : 0.02f - 0.10f * square(from_part);
    const Lane drop = smooth(0.52f, 0.96f, aside);
    // On the side turned away the hair before the ear is out of sight, and must not hang free of the face.
    const float turned = scene.pose.yaw_sin < 0.0f ? -scene.pose.yaw_sin : scene.pose.yaw_sin;
    const Lane away =
        select(u * scene.pose.yaw_sin > splat(0.0f), smooth(0.12f, 0.30f, splat(turned)), splat(0.0f));
    line = mix(line, mix(splat(hair.side_end), splat(0.50f), away), drop);
    if (hair.bangs) {
        const Lane fringe = hair.bangs_end + hair.bangs_sweep * point.qx + 0.10f * square(point.qx)
                            + 0.05f * wave(point.qx * 2.6f + hair.phase[5])
                            + 0.035f * wave(point.qx * 6.1f + hair.phase[6])
                            + hair.curl * 0.5f * wave(point.qx * 3.7f + hair.phase[7]);
        line = lower(line, fringe);
    }
    const Lane behind = smooth(0.28f, 0.05f, point.qz) * (1.0f - away);
    line = mix(line, splat(-0.42f), behind);
    Lane inside = (point.y - line) * (0.9f - 0.35f * drop);
    if (hair.is_long) {
        const Lane shifted = u - 0.30f * scene.pose.yaw_sin;
        const Lane left = select(shifted < splat(0.0f), splat(1.0f), splat(0.0f));
        const Lane edge = mix(splat(hair.lock[1]), splat(hair.lock[0]), left)
                          + 0.10f * hill(square((v + 0.25f) * 1.6f)) - 0.22f * smooth(-0.8f, -1.6f, v)
                          + 0.6f * hair.curl * wave(v * hair.curl_rate + hair.phase[2]);
        const Lane lock = lower(magnitude(shifted) - edge, 0.9f - v);
        inside = upper(inside, lower(lock, v - hair.end));
    }
    return inside;
}

void paint_hair_behind(const Scene& scene, Block& block) {
    const Hair& hair = scene.hair;
    const Lane u = block.u + 0.30f * scene.pose.yaw_sin;
    const Lane v = block.v;
    if (!any((magnitude(u) < splat(hair.width + hair.flare + 0.2f)) & (v < splat(hair.top + 0.1f)))) return;
    const Flow flow = flow_at(scene, u, v);
    const float end = hair.is_long ? hair.end : -0.62f;
    const float narrow = hair.is_long ? 0.0f : 0.10f;
    const Lane ragged = 0.06f * wave(u * 2.3f + hair.phase[3]) + 0.04f * wave(u * 5.1f + hair.phase[4]);
    const Lane inside =
        lower(flow.inside - narrow * smooth(0.3f, -0.3f, v), v - end - 0.30f * square(u) + ragged);
    const Lane part = coverage(inside, block.pixel + 0.03f);
    if (!any(part > splat(0.0f))) return;
    const Lane strand = strands(hair, flow.across, v, block.pixel);
    // Deep between neck and shoulders little light arrives.
    const Lane deep = smooth(0.45f, 1.05f, magnitude(u)) * 0.70f + 0.28f;
    const Lane open = select(v < splat(0.1f), deep, splat(0.9f));
    block.cover(part, lit_hair(scene, flow.normal, strand, v, open));
}

void paint_hair_before(const Scene& scene, Block& block) {
    const Hair& hair = scene.hair;
    const Lane u = block.u;
    const Lane v = block.v;
    if (!any((magnitude(u) < splat(hair.width + hair.flare + 0.2f)) & (v < splat(hair.top + 0.1f)))) return;
    const HeadPoint point = look_at_shell(scene, u, v, hair.width, hair.top);
    const Lane inside = inside_hair(scene, point, u, v);
    if (!any(inside > splat(-0.12f))) return;
    const Flow flow = flow_at(scene, u - 0.05f * scene.pose.yaw_sin, v);
    if (!any(flow.inside > splat(-0.1f))) return;
    const Lane swept =
        hair.bangs ? smooth(0.95f, 0.70f, point.y) * smooth(0.85f, 0.55f, magnitude(point.qx)) : splat(0.0f);
    const Lane short_flow = hair.is_long ? splat(0.0f) : smooth(0.2f, 0.7f, point.y) * 0.8f;
    const Lane down =
        point.qx * (1.0f - 0.25f * (point.y - 0.4f)) + 0.25f * hair.bangs_sweep * (point.y - 0.3f);
    const Lane combed = clamp01(swept + short_flow);
    Lane strand = strands(hair, flow.across, v, block.pixel);
    if (any(combed > splat(0.0f))) strand = mix(strand, strands(hair, down, v, block.pixel), combed);
    const Lane ragged = 0.05f * strand;
    Lane part = coverage(inside + ragged, block.pixel * 1.2f + 0.05f);
    part *= coverage(flow.inside + 0.02f * strand, block.pixel + 0.02f);
    if (!hair.is_long) part *= smooth(-0.50f, -0.32f, v);
    if (!any(part > splat(0.0f))) return;
    const Lane near_edge = smooth(0.0f, 0.22f, inside);
    Lane open = 0.66f + 0.34f * near_edge;
    if (scene.hat.kind != HatKind::None)
        open *= 0.55f + 0.45f * smooth(scene.hat.line, scene.hat.line - 0.4f, point.y);
    block.cover(part, lit_hair(scene, flow.normal, strand, point.y, open));
}

} // namespace ganvas::faces
