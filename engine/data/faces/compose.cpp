// Works the parameters of a face out into the coefficients that the painters use.

#include "engine/data/faces/compose.h"

namespace ganvas::faces {
namespace {

using enum FaceAttribute;

Pose compose_pose(const FaceParameters& p) {
    return {cosine(p.yaw), sine(p.yaw), cosine(p.pitch), sine(p.pitch), cosine(p.roll),
            sine(p.roll),  p.center_x,  p.center_y,      p.scale};
}

Light compose_light(const FaceParameters& p, const Pose& pose, const Background& background) {
    Light light{};
    const float flat = cosine(p.light_elevation);
    light.key_view = {sine(p.light_azimuth) * flat, sine(p.light_elevation), cosine(p.light_azimuth) * flat};
    light.half_view = unit(light.key_view.x, light.key_view.y, light.key_view.z + 1.0f);
    light.key = pose.to_face(light.key_view);
    light.eye = pose.to_face({0.0f, 0.0f, 1.0f});
    light.half = unit(light.key.x + light.eye.x, light.key.y + light.eye.y, light.key.z + light.eye.z);
    light.fill = pose.to_face(unit(light.key_view.x > 0.0f ? -0.85f : 0.85f, 0.1f, 0.5f));

    const Color warm{1.12f, 0.98f, 0.80f};
    const Color cool{0.96f, 1.0f, 1.10f};
    const Color white = mix(cool, warm, p.light_warmth);
    const Color around = mix(background.first, background.second, 0.5f) * 0.5f + Color{0.22f, 0.22f, 0.23f};
    light.key_color = white * mix(0.72f, 1.02f, p.light_strength);
    light.fill_color = mix(Color{0.5f, 0.55f, 0.65f}, around, 0.5f) * mix(0.10f, 0.5f, p.fill_strength);
    light.sky = mix(Color{0.31f, 0.31f, 0.33f}, around, 0.35f) * mix(1.0f, 0.62f, p.light_strength);
    light.ground = mix(Color{0.20f, 0.16f, 0.13f}, around, 0.2f) * 0.75f;
    light.rim = mix(Color{0.9f, 0.95f, 1.1f}, around * 2.0f, 0.5f) * (0.9f * p.rim_strength * p.rim_strength);
    light.rim_side = light.key_view.x > 0.0f ? -1.0f : 1.0f;
    return light;
}

struct ReliefList {
    Head& head;
    float yaw_tangent, pitch_tangent;
    // A raised thing shows where its height over the ball, seen at an angle, puts it.
    float shown_x(float x, float height) const { return x + yaw_tangent * height; }
    float shown_y(float y, float height) const { return y + pitch_tangent * height; }
    void add(float x, float y, float radius_x, float radius_y, float height) {
        head.relief[head.relief_count++] = {shown_x(x, std::max(height, 0.0f)),
                                            shown_y(y, std::max(height, 0.0f)), 1.0f / radius_x,
                                            1.0f / radius_y, height};
    }
    void add_pair(float x, float y, float radius_x, float radius_y, float height) {
        add(-x, y, radius_x, radius_y, height);
        add(x, y, radius_x, radius_y, height);
    }
};

Head compose_head(const FaceParameters& p, const Pose& pose, float smile, float age) {
    const bool male = p.has(Male);
    Head head{};
    head.width = mix(0.90f, 1.01f, p.face_width);
    head.top = 1.42f;
    head.bottom = (male ? 1.58f : 1.50f) + mix(-0.05f, 0.05f, p.chin_width) - 0.22f * pose.pitch_sin;
    head.jaw = (male ? 0.015f : -0.085f) + mix(-0.06f, 0.04f, p.jaw_width) + 0.03f * age;
    head.chin = (male ? 0.015f : -0.11f) + mix(-0.07f, 0.05f, p.chin_width);
    head.cheek = mix(-0.01f, 0.05f, p.cheek_fullness) + 0.02f * smile;
    head.temple = mix(0.02f, 0.05f, p.cheek_fullness);
    head.chin_shift = 0.34f * pose.yaw_sin;
    head.far_side = pose.yaw_sin;

    ReliefList relief{head, pose.yaw_sin / pose.yaw_cos, pose.pitch_sin / pose.pitch_cos};
    const float nose_half = mix(0.12f, 0.175f, p.nose_width) * (male ? 1.08f : 0.95f);
    const float nose_tip = mix(-0.45f, -0.55f, p.nose_length);
    relief.add(0.0f, nose_tip * 0.35f, 0.22f, 0.58f, 0.14f);                     // bridge
    relief.add(0.0f, nose_tip + 0.10f, nose_half + 0.09f, 0.30f, 0.10f);         // ridge towards the tip
    relief.add(0.0f, nose_tip, nose_half + 0.08f, 0.20f, 0.17f);                 // tip
    relief.add_pair(nose_half + 0.035f, nose_tip - 0.045f, 0.12f, 0.13f, 0.06f); // wings
    relief.add_pair(0.40f, 0.28f, 0.36f, 0.14f, (male ? 0.11f : 0.035f));        // brow ridges
    relief.add_pair(0.41f, 0.05f, 0.31f, 0.21f, -0.11f);                         // eye sockets
    relief.add_pair(0.19f, 0.06f, 0.13f, 0.15f, -0.05f);                         // inner corners
    relief.add_pair(0.56f, -0.40f, 0.42f, 0.36f, 0.07f + 0.07f * smile);         // cheeks
    relief.add_pair(0.74f, -0.80f, 0.38f, 0.42f, -0.08f - 0.05f * age + 0.04f * p.cheek_fullness);
    relief.add(0.0f, -0.88f, 0.50f, 0.38f, 0.10f);                         // mouth
    relief.add(0.0f, -0.71f, 0.08f, 0.13f, -0.035f);                       // philtrum
    relief.add(0.0f, -1.12f, 0.30f, 0.12f, -0.055f);                       // below the lip
    relief.add(0.0f, -1.32f, 0.34f, 0.24f, 0.09f + (male ? 0.03f : 0.0f)); // chin
    relief.add_pair(0.88f, 0.42f, 0.36f, 0.46f, -0.08f);                   // temples
    relief.add(0.0f, 0.62f, 0.75f, 0.42f, 0.05f);                          // forehead
    head.nose_x = relief.shown_x(0.0f, 0.22f);
    head.nose_y = relief.shown_y(nose_tip, 0.22f);
    head.nose_width = nose_half;
    return head;
}

Skin compose_skin(const FaceParameters& p, float age) {
    static constexpr std::array<Color, 6> tones = {paint(100, 64, 48),   paint(122, 78, 54),
                                                   paint(156, 104, 74),  paint(190, 138, 104),
                                                   paint(214, 164, 130), paint(231, 187, 157)};
    Skin skin{};
    const Color pale = mix(paint(237, 210, 194), paint(240, 209, 188), p.skin_redness);
    const bool is_pale = p.has(PaleSkin);
    skin.base = is_pale ? pale : ramp(tones, 1.0f - (1.0f - p.skin_tone) * (1.0f - p.skin_tone) * 1.0f);
    skin.base = skin.base * Color{1.0f, mix(1.03f, 0.95f, p.skin_redness), mix(0.97f, 0.96f, p.skin_redness)};
    skin.flush = skin.base * (is_pale ? Color{1.0f, 0.68f, 0.64f} : Color{1.02f, 0.70f, 0.66f});
    skin.shade = skin.base * Color{0.62f, 0.42f, 0.36f};
    skin.blush = p.has(RosyCheeks) ? mix(0.75f, 1.0f, p.skin_redness) : mix(0.0f, 0.12f, p.skin_redness);
    skin.freckles = p.freckles > 0.8f ? (p.freckles - 0.8f) * 5.0f : 0.0f;
    skin.stubble = p.has(Male) ? mix(0.30f, 0.70f, p.beard) : 0.0f;
    skin.wrinkles = age;
    skin.oil = mix(0.10f, 0.22f, p.light_strength);
    skin.key = static_cast<std::uint32_t>(p.detail >> 32);
    return skin;
}

Eyes compose_eyes(const FaceParameters& p, const Pose& pose, const Hair& hair, const Skin& skin, float smile,
                  float age) {
    static constexpr std::array<Color, 6> irises = {paint(62, 38, 24),   paint(84, 52, 30),
                                                    paint(116, 78, 40),  paint(98, 112, 66),
                                                    paint(86, 124, 148), paint(120, 150, 176)};
    const bool male = p.has(Male);
    Eyes eyes{};
    const float apart = mix(0.395f, 0.455f, p.eye_distance);
    const float sunk = 0.02f * pose.yaw_sin / pose.yaw_cos;
    eyes.x = {-apart - sunk, apart - sunk};
    eyes.y = 0.02f;
    eyes.half_width = mix(0.215f, 0.25f, p.eye_size) * (male ? 0.94f : 1.05f);
    const float open = mix(0.80f, 1.08f, p.eye_opening) * (1.0f - 0.14f * age);
    eyes.upper = mix(0.106f, 0.130f, p.eye_size) * open * (male ? 0.86f : 1.06f);
    eyes.lower = mix(0.066f, 0.082f, p.eye_size) * open * (1.0f - 0.40f * smile);
    eyes.tilt = mix(-0.06f, 0.15f, p.eye_tilt) - 0.07f * age;
    eyes.iris = mix(0.104f, 0.118f, p.eye_size);
    eyes.pupil = mix(0.040f, 0.050f, p.light_strength);
    eyes.gaze_x = mix(-0.05f, 0.05f, p.gaze_x) - 0.05f * pose.yaw_sin;
    eyes.gaze_y = mix(-0.02f, 0.025f, p.gaze_y);
    eyes.lash = male ? 0.018f : 0.040f;
    eyes.crease = mix(0.045f, 0.085f, p.eye_size);
    eyes.bag = 0.06f + 0.85f * age;
    // Light eyes are rarer the darker the skin.
    eyes.iris_color = ramp(irises, p.eye_hue * p.eye_hue * mix(0.30f, 1.15f, p.skin_tone));
    eyes.lid_color =
        male ? skin.shade : mix(skin.shade, from_hue(p.lipstick_hue * 0.2f + 0.85f, 0.4f, 0.4f), 0.3f);
    const bool bushy = p.has(BushyEyebrows);
    eyes.brow_y = mix(0.275f, 0.325f, p.brow_height) + (male ? -0.03f : 0.01f) + 0.01f * smile;
    eyes.brow_arch = mix(0.03f, 0.10f, p.brow_arch) * (male ? 0.7f : 1.1f);
    eyes.brow_half = (bushy ? 0.066f : 0.030f) + (male ? 0.008f : -0.004f);
    eyes.brow_strength = bushy ? 0.95f : 0.66f;
    eyes.brow_slope = mix(-0.015f, 0.03f, p.brow_arch);
    eyes.brow_color = mix(hair.root, paint(60, 42, 32), 0.35f) * (bushy ? 0.55f : 0.75f);
    return eyes;
}

Mouth compose_mouth(const FaceParameters& p, const Pose& pose, const Hair& hair, const Skin& skin,
                    float smile, float age) {
    static constexpr std::array<Color, 6> lipsticks = {paint(176, 22, 38),  paint(208, 38, 60),
                                                       paint(214, 60, 104), paint(150, 28, 66),
                                                       paint(204, 52, 44),  paint(120, 20, 44)};
    const bool male = p.has(Male);
    const bool open = p.has(MouthSlightlyOpen);
    const bool lipstick = p.has(WearingLipstick);
    Mouth mouth{};
    mouth.x = 0.10f * pose.yaw_sin / pose.yaw_cos;
    mouth.y = -0.885f - 0.03f * p.nose_length + 0.10f * pose.pitch_sin / pose.pitch_cos + 0.02f * smile;
    mouth.half_width =
        (mix(0.30f, 0.36f, p.mouth_width) * (male ? 1.05f : 0.98f)) * (open && smile == 0.0f ? 0.92f : 1.0f)
        + 0.12f * smile;
    mouth.lift = mix(-0.02f, 0.03f, p.smile) + smile * 0.150f;
    const float full = mix(0.8f, 1.2f, p.lip_fullness) * (male ? 0.78f : 1.16f) * (1.0f - 0.28f * age)
                       * (lipstick ? 1.10f : 0.97f);
    mouth.upper = 0.076f * full * (1.0f - 0.25f * smile);
    mouth.lower = 0.108f * full * (1.0f - 0.15f * smile);
    mouth.gap = open ? mix(0.095f, 0.17f, p.mouth_opening) : 0.0f;
    mouth.teeth = open ? mix(0.20f, 0.42f, p.smile) + 0.42f * smile : 0.0f;
    mouth.gloss = lipstick ? 0.60f : 0.16f;
    mouth.fold = 0.06f + 0.46f * smile + 0.95f * age;
    const Color natural =
        mix(skin.base * Color{0.86f, 0.50f, 0.48f}, male ? paint(150, 94, 84) : paint(178, 98, 96), 0.35f);
    mouth.color = lipstick ? ramp(lipsticks, p.lipstick_hue) : natural;
    mouth.color_strength = lipstick ? 0.97f : (male ? 0.52f : 0.64f);
    mouth.hair_color = mix(hair.root, hair.tip, 0.25f) * 0.62f;
    if (p.has(Mustache)) {
        mouth.mustache = 0.92f;
        mouth.mustache_height = mix(0.085f, 0.13f, p.mustache_shape);
        mouth.mustache_width = mix(0.34f, 0.44f, detail(p, 60));
        mouth.mustache_droop = mix(0.02f, 0.22f, p.mustache_shape);
        if (male && p.beard > 0.45f) mouth.beard = 0.9f;
    }
    return mouth;
}

} // namespace

Color from_hue(float hue, float saturation, float value) {
    const auto channel = [&](float shift) {
        const float h = (hue + shift) - std::floor(hue + shift);
        const float ramp_up = std::clamp(std::abs(h * 6.0f - 3.0f) - 1.0f, 0.0f, 1.0f);
        const float c = value * (1.0f - saturation * (1.0f - ramp_up));
        return c * c;
    };
    return {channel(0.0f), channel(2.0f / 3.0f), channel(1.0f / 3.0f)};
}

Direction Pose::to_face(Direction view) const {
    const float x = yaw_cos * view.x - yaw_sin * view.z;
    const float z = yaw_sin * view.x + yaw_cos * view.z;
    return {x, pitch_cos * view.y - pitch_sin * z, pitch_sin * view.y + pitch_cos * z};
}

Scene compose(const FaceParameters& p) {
    Scene scene{};
    scene.parameters = p;
    const float smile = p.has(Smiling) ? mix(0.68f, 1.05f, p.smile) : 0.0f;
    const float age = p.has(Young) ? 0.0f : mix(0.75f, 1.1f, p.age);
    scene.pose = compose_pose(p);
    scene.background = compose_background(p);
    scene.light = compose_light(p, scene.pose, scene.background);
    scene.head = compose_head(p, scene.pose, smile, age);
    scene.skin = compose_skin(p, age);
    scene.hair = compose_hair(p, age);
    scene.eyes = compose_eyes(p, scene.pose, scene.hair, scene.skin, smile, age);
    scene.mouth = compose_mouth(p, scene.pose, scene.hair, scene.skin, smile, age);
    scene.hat = compose_hat(p, scene.pose);
    scene.glasses = compose_glasses(p, scene.pose, scene.eyes);
    scene.body = compose_body(p, scene.pose);
    if (scene.hat.kind != HatKind::None) {
        // The hat presses the hair down.
        scene.hair.top = std::min(scene.hair.top, scene.head.top + 0.05f);
        scene.hair.width = std::min(scene.hair.width, 1.13f);
        scene.hair.fullness = 0.0f;
        scene.hair.pressed_from = scene.hat.line + 0.05f;
    }
    return scene;
}

} // namespace ganvas::faces
