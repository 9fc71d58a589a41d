// Eyes and brows.

#include "engine/data/faces/scene.h"

namespace ganvas::faces {
namespace {

/// Where a point lies in one eye's own frame.
struct EyePlace {
    Lane x, y;   ///< head units, x from nose to temple
    Lane across; ///< x in half widths of the eye
    Lane arch;   ///< 1 above the middle of the eye, 0 at its corners, negative beyond
};

EyePlace place(const Eyes& eyes, std::size_t which, const HeadPoint& at) {
    EyePlace eye;
    eye.x = (at.x - eyes.x[which]) * (which == 0 ? -1.0f : 1.0f);
    eye.across = eye.x * (1.0f / eyes.half_width);
    eye.y = at.y - eyes.y - eyes.tilt * eye.x;
    eye.arch = 1.0f - eye.across * eye.across;
    return eye;
}

/// White, iris, pupil and the light's reflection, under the shadow of the lid.
LaneColor eyeball(const Scene& scene, const HeadPoint& at, const EyePlace& eye, std::size_t which, Lane top,
                  float pixel) {
    const Eyes& eyes = scene.eyes;
    const Light& light = scene.light;
    const Lane dx = at.x - eyes.x[which] - eyes.gaze_x;
    const Lane dy = at.y - eyes.y - eyes.gaze_y - 0.026f;
    const Lane r = root(dx * dx + dy * dy);

    const float bright = 0.55f + 0.45f * (light.key_color.g);
    const Color white = mix(Color{0.74f, 0.70f, 0.68f}, light.key_color, 0.15f)
                        * (0.62f + 0.22f * scene.skin.base.g) * bright;
    const Lane ball = 1.0f - 0.42f * square(eye.across);
    LaneColor color = mix(splat(white), splat(Color{0.62f, 0.36f, 0.32f} * bright),
                          0.5f * smooth(0.55f, 1.0f, magnitude(eye.across)));
    color = color * ball;

    const Lane round = r * (1.0f / eyes.iris);
    const Lane glow = 0.55f + 0.9f * clamp01(0.35f - dy * 6.0f - dx * light.key.x * 3.0f);
    const LaneColor ring =
        splat(eyes.iris_color * bright) * (glow * (1.0f - 0.78f * smooth(0.55f, 1.1f, round)));
    color = mix(color, ring, coverage(eyes.iris - r, pixel * 1.2f));
    color = mix(color, splat(Color{0.006f, 0.005f, 0.005f}), coverage(eyes.pupil - r, pixel));

    // The upper lid and its lashes darken the top of the ball.
    const Lane below_lid = top - eye.y;
    color = color * (0.42f + 0.58f * smooth(-0.01f, 0.085f, below_lid));

    const Lane gx = dx - 0.036f * (light.key_view.x > 0.0f ? 1.0f : -1.0f);
    const Lane gy = dy - 0.034f;
    const Lane glint = coverage(0.024f - root(gx * gx + gy * gy), pixel * 1.1f);
    const Lane second = 0.35f
                        * coverage(0.016f
                                       - root(square(gx + 0.06f * (light.key_view.x > 0.0f ? 1.0f : -1.0f))
                                              + square(dy + 0.045f)),
                                   pixel);
    return mix(color, splat(Color{1.1f, 1.1f, 1.1f}), clamp01(glint + second));
}

} // namespace

void shape_brows(const Scene& scene, SkinPatch& patch) {
    const Eyes& eyes = scene.eyes;
    const HeadPoint& at = patch.point;
    for (std::size_t which = 0; which < 2; ++which) {
        const Lane x = (at.x - eyes.x[which]) * (which == 0 ? -1.0f : 1.0f);
        const Lane t = (x - 0.02f) * (1.0f / 0.27f); // -1 near the nose, 1 at the temple
        const Lane middle = eyes.brow_y + eyes.brow_arch * (0.6f - square(t - 0.30f)) + eyes.brow_slope * t;
        const Lane d = at.y - middle;
        if (!any((magnitude(t) < splat(1.35f)) & (magnitude(d) < splat(0.2f)))) continue;
        const Lane thick =
            eyes.brow_half * (1.0f - 0.52f * smooth(0.0f, 1.15f, t)) * smooth(-1.15f, -0.80f, t);
        const Lane hairs = noise(x * 34.0f + d * 26.0f + 70.0f, d * 12.0f + 70.0f, scene.skin.key + 5u);
        const Lane soft = stroke(d, thick, patch.pixel + 0.022f) * (1.0f - smooth(0.95f, 1.18f, t));
        patch.albedo =
            mix(patch.albedo, splat(eyes.brow_color), soft * eyes.brow_strength * (0.72f + 0.4f * hairs));
        patch.gloss *= 1.0f - soft;
    }
}

void paint_eyes(const Scene& scene, const SkinPatch& patch, LaneColor& color) {
    const Eyes& eyes = scene.eyes;
    const HeadPoint& at = patch.point;
    const float pixel = patch.pixel;
    for (std::size_t which = 0; which < 2; ++which) {
        const EyePlace eye = place(eyes, which, at);
        if (!any((magnitude(eye.across) < splat(1.5f)) & (magnitude(eye.y) < splat(0.30f))
                 & (at.qz > splat(0.0f))))
            continue;
        const Lane seen = smooth(0.02f, 0.2f, at.qz);
        const Lane bend = positive(eye.arch);
        const Lane top = eyes.upper * eye.arch * (1.0f - 0.12f * eye.across);
        const Lane bottom = -eyes.lower * eye.arch * (1.0f + 0.25f * eye.across);
        const Lane within = smooth(1.25f, 0.95f, magnitude(eye.across)) * seen;

        // Lid, its crease, the bag below.
        const Lane crease =
            eye.y - (eyes.upper * (0.45f + 0.55f * bend) + eyes.crease * (0.35f + 0.65f * bend));
        color = mix(color, splat(eyes.lid_color * 0.8f),
                    0.50f * within * stroke(crease, splat(0.014f), pixel + 0.02f));
        const Lane shadow = hill(square(eye.across * 0.8f) + square((eye.y - 0.05f) * 5.5f));
        color = color * (1.0f - 0.20f * shadow * seen);
        const Lane bag = hill(square(eye.across * 0.85f) + square((eye.y + eyes.lower + 0.085f) * 15.0f));
        color = mix(color, splat(scene.skin.shade * 0.8f), 0.55f * eyes.bag * bag * seen);

        const Lane inside = lower(top - eye.y, eye.y - bottom);
        const Lane part = coverage(inside, pixel) * seen;
        color = mix(color, eyeball(scene, at, eye, which, top, pixel), part);

        // Lashes: a dark line along the upper lid that thickens and rises outwards, a faint one below.
        const Lane thick = eyes.lash * (0.55f + 0.45f * smooth(-0.8f, 0.8f, eye.across));
        const Lane lash_line = eye.y - upper(top, splat(-0.03f)) - thick * 0.6f
                               - 0.05f * eyes.lash * 20.0f * square(positive(eye.across - 0.75f));
        const Lane lash =
            stroke(lash_line, thick, pixel) * smooth(1.22f, 0.98f, magnitude(eye.across)) * seen;
        color = mix(color, splat(Color{0.018f, 0.012f, 0.010f}), 0.92f * lash);
        const Lane low = stroke(eye.y - bottom + 0.006f, splat(0.009f), pixel)
                         * smooth(1.05f, 0.8f, magnitude(eye.across)) * seen;
        color = mix(color, splat(scene.skin.shade * 0.35f), 0.55f * low);
    }
}

} // namespace ganvas::faces
