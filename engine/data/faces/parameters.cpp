// Draws the parameters of a face from a counter: field k of face (seed, index) is a hash of the three.

#include "engine/data/faces/faces.h"

namespace ganvas {
namespace {

constexpr std::array<float, face_attribute_count> rates = {
    0.40f, // Bangs
    0.36f, // Black_Hair
    0.36f, // Blond_Hair
    0.35f, // Bushy_Eyebrows
    0.28f, // Eyeglasses
    0.50f, // Male
    0.45f, // Mouth_Slightly_Open
    0.16f, // Mustache
    0.30f, // Pale_Skin
    0.35f, // Rosy_Cheeks
    0.50f, // Smiling
    0.50f, // Wavy_Hair
    0.22f, // Wearing_Hat
    0.40f, // Wearing_Lipstick
    0.65f, // Young
};

std::uint64_t scramble(std::uint64_t x) { // splitmix64's finaliser
    x += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

/// The numbers of one face; each call takes the next field.
class Fields {
public:
    Fields(std::uint64_t seed, std::uint64_t index) : key_(scramble(scramble(seed) ^ (index * 0xD1342543DE82EF95ull))) {}

    std::uint64_t word() { return scramble(key_ + 0x632BE59BD9B4E019ull * ++field_); }
    float uniform() { return static_cast<float>(word() >> 40) * (1.0f / 16777216.0f); }
    float uniform(float low, float high) { return low + (high - low) * uniform(); }
    /// Bell-shaped within [-1, 1], standard deviation 0.29.
    float bell() { return 0.5f * (uniform() + uniform() + uniform() + uniform()) - 1.0f; }

private:
    std::uint64_t key_;
    std::uint64_t field_ = 0;
};

} // namespace

std::vector<std::string> face_attribute_names() { return {face_attribute_table.begin(), face_attribute_table.end()}; }

std::array<float, face_attribute_count> face_attribute_rates() { return rates; }

FaceParameters draw_face_parameters(std::uint64_t seed, std::uint64_t index) {
    Fields fields(seed, index);
    FaceParameters face;
    for (std::size_t i = 0; i < face_attribute_count; ++i) face.flags[i] = fields.uniform() < rates[i];

    face.yaw = 0.62f * fields.bell();
    face.pitch = 0.26f * fields.bell() + 0.02f;
    face.roll = 0.24f * fields.bell();
    face.center_x = 0.12f * fields.bell();
    face.center_y = 0.10f * fields.bell();
    face.scale = 0.590f + 0.08f * fields.bell();

    face.light_azimuth = 1.9f * fields.bell();
    face.light_elevation = 0.55f + 0.6f * fields.bell();

    float* const unit_fields[] = {
        &face.light_strength, &face.light_warmth,  &face.fill_strength,   &face.rim_strength,    &face.skin_tone,
        &face.skin_redness,   &face.freckles,      &face.age,             &face.face_width,      &face.jaw_width,
        &face.chin_width,     &face.cheek_fullness, &face.eye_distance,   &face.eye_size,        &face.eye_tilt,
        &face.eye_opening,    &face.eye_hue,       &face.gaze_x,          &face.gaze_y,          &face.brow_height,
        &face.brow_arch,      &face.nose_width,    &face.nose_length,     &face.mouth_width,     &face.lip_fullness,
        &face.smile,          &face.mouth_opening, &face.hair_length,     &face.hair_volume,     &face.hair_part,
        &face.hair_shade,     &face.hair_hue,      &face.hair_curl,       &face.hairline,        &face.bangs_length,
        &face.bangs_sweep,    &face.lock_left,     &face.lock_right,      &face.beard,           &face.mustache_shape,
        &face.hat_kind,       &face.hat_hue,       &face.hat_shade,       &face.hat_tilt,        &face.glasses_shape,
        &face.glasses_color,  &face.glasses_tint,  &face.lipstick_hue,    &face.clothes_kind,    &face.clothes_hue,
        &face.clothes_shade,  &face.background_kind, &face.background_hue, &face.background_shade,
        &face.background_second_hue};
    for (float* field : unit_fields) *field = fields.uniform();
    face.detail = fields.word();
    return face;
}

std::vector<std::int8_t> face_attributes(const FaceParameters& parameters) {
    std::vector<std::int8_t> signs(face_attribute_count);
    for (std::size_t i = 0; i < face_attribute_count; ++i) {
        signs[i] = static_cast<std::int8_t>(parameters.flags[i] ? 1 : -1);
    }
    return signs;
}

} // namespace ganvas
