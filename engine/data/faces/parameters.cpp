// Draws the parameters of a face from a counter: field k of face (seed, index) is a hash of the three.

#include "engine/core/random.h"
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

/// The plain numbers, in the order in which they are drawn; add at the end, or every face changes.
constexpr float FaceParameters::*unit_fields[] = {&FaceParameters::light_strength,
                                                  &FaceParameters::light_warmth,
                                                  &FaceParameters::fill_strength,
                                                  &FaceParameters::rim_strength,
                                                  &FaceParameters::skin_tone,
                                                  &FaceParameters::skin_redness,
                                                  &FaceParameters::freckles,
                                                  &FaceParameters::age,
                                                  &FaceParameters::face_width,
                                                  &FaceParameters::jaw_width,
                                                  &FaceParameters::chin_width,
                                                  &FaceParameters::cheek_fullness,
                                                  &FaceParameters::eye_distance,
                                                  &FaceParameters::eye_size,
                                                  &FaceParameters::eye_tilt,
                                                  &FaceParameters::eye_opening,
                                                  &FaceParameters::eye_hue,
                                                  &FaceParameters::gaze_x,
                                                  &FaceParameters::gaze_y,
                                                  &FaceParameters::brow_height,
                                                  &FaceParameters::brow_arch,
                                                  &FaceParameters::nose_width,
                                                  &FaceParameters::nose_length,
                                                  &FaceParameters::mouth_width,
                                                  &FaceParameters::lip_fullness,
                                                  &FaceParameters::smile,
                                                  &FaceParameters::mouth_opening,
                                                  &FaceParameters::hair_length,
                                                  &FaceParameters::hair_volume,
                                                  &FaceParameters::hair_part,
                                                  &FaceParameters::hair_shade,
                                                  &FaceParameters::hair_hue,
                                                  &FaceParameters::hair_curl,
                                                  &FaceParameters::hairline,
                                                  &FaceParameters::bangs_length,
                                                  &FaceParameters::bangs_sweep,
                                                  &FaceParameters::lock_left,
                                                  &FaceParameters::lock_right,
                                                  &FaceParameters::beard,
                                                  &FaceParameters::mustache_shape,
                                                  &FaceParameters::hat_kind,
                                                  &FaceParameters::hat_hue,
                                                  &FaceParameters::hat_shade,
                                                  &FaceParameters::hat_tilt,
                                                  &FaceParameters::glasses_shape,
                                                  &FaceParameters::glasses_color,
                                                  &FaceParameters::glasses_tint,
                                                  &FaceParameters::lipstick_hue,
                                                  &FaceParameters::clothes_kind,
                                                  &FaceParameters::clothes_hue,
                                                  &FaceParameters::clothes_shade,
                                                  &FaceParameters::background_kind,
                                                  &FaceParameters::background_hue,
                                                  &FaceParameters::background_shade,
                                                  &FaceParameters::background_second_hue};

/// The numbers of one face; each call takes the next field.
class Fields {
public:
    Fields(std::uint64_t seed, std::uint64_t index) : key_(random_bits(seed, index)) {}

    std::uint64_t word() { return random_bits(key_, field_++); }
    float uniform() { return static_cast<float>(word() >> 40) * (1.0f / 16777216.0f); }
    /// Bell-shaped within [-1, 1], standard deviation 0.29.
    float bell() { return 0.5f * (uniform() + uniform() + uniform() + uniform()) - 1.0f; }

private:
    std::uint64_t key_;
    std::uint64_t field_ = 0;
};

} // namespace

std::vector<std::string> face_attribute_names() {
    return {face_attribute_table.begin(), face_attribute_table.end()};
}

std::array<float, face_attribute_count> face_attribute_rates() { return rates; }

FaceParameters draw_face_parameters(std::uint64_t seed, std::uint64_t index) {
    Fields fields(seed, index);
    FaceParameters face;
    for (std::size_t i = 0; i < face_attribute_count; ++i) face.flags[i] = fields.uniform() < rates[i];

    face.yaw = 0.62f * fields.bell();
    face.pitch = 0.21f * fields.bell() + 0.02f;
    face.roll = 0.24f * fields.bell();
    face.center_x = 0.12f * fields.bell();
    face.center_y = 0.10f * fields.bell();
    face.scale = 0.590f + 0.08f * fields.bell();

    face.light_azimuth = 1.9f * fields.bell();
    face.light_elevation = 0.55f + 0.6f * fields.bell();

    for (float FaceParameters::*const field : unit_fields) face.*field = fields.uniform();
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
