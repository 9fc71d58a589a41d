/// Embedded faces: small painted portraits, drawn by the program itself, with CelebA-named labels.
///
/// Any thread may call anything here: every function is pure and owns nothing. A face is a function of
/// (seed, index) alone, so face 7 of seed 3 is the same picture in every run and on every machine; nothing
/// but IEEE single arithmetic is used on the way to a pixel (no libm), and no draw depends on another face.
/// Nothing here fails; a size outside the range is a caller's error, which a build with assertions stops at.
///
/// The attributes are drawn independently of each other, also where people are not like that: a moustache
/// does not wait for Male, and Blond_Hair and Black_Hair may both hold (dark roots with bleached lengths and
/// strands) or neither (brown, red, grey). So a direction learned for one attribute has no reason to move
/// another. Everything else (pose, light, skin, background, proportions) varies continuously beside them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ganvas {

/// In the order of the names, which is CelebA's (alphabetical).
enum class FaceAttribute : std::uint8_t {
    Bangs,
    BlackHair,
    BlondHair,
    BushyEyebrows,
    Eyeglasses,
    Male,
    MouthSlightlyOpen,
    Mustache,
    PaleSkin,
    RosyCheeks,
    Smiling,
    WavyHair,
    WearingHat,
    WearingLipstick,
    Young,
};

inline constexpr std::array<const char*, 15> face_attribute_table = {
    "Bangs",   "Black_Hair",          "Blond_Hair",  "Bushy_Eyebrows",   "Eyeglasses",
    "Male",    "Mouth_Slightly_Open", "Mustache",    "Pale_Skin",        "Rosy_Cheeks",
    "Smiling", "Wavy_Hair",           "Wearing_Hat", "Wearing_Lipstick", "Young"};
inline constexpr std::size_t face_attribute_count = face_attribute_table.size();

inline constexpr int smallest_face = 16; ///< pixels
inline constexpr int largest_face = 256; ///< pixels

/// Everything that makes one face. The flags are the attributes; each number in [0, 1] is where the face lies
/// within the range that its flags allow, so that one flag can be turned over with the rest of the face kept.
struct FaceParameters {
    std::array<bool, face_attribute_count> flags{};

    float yaw = 0.0f;      ///< radians, positive looks to the right of the picture
    float pitch = 0.0f;    ///< radians, positive looks up
    float roll = 0.0f;     ///< radians, positive tilts clockwise
    float center_x = 0.0f; ///< of the head, in half pictures from the middle
    float center_y = 0.0f;
    float scale = 0.52f; ///< half pictures for one head unit (half a face's width)

    float light_azimuth = 0.0f;   ///< radians, positive comes from the right
    float light_elevation = 0.6f; ///< radians above the eyes
    float light_strength = 0.5f;
    float light_warmth = 0.5f;
    float fill_strength = 0.5f;
    float rim_strength = 0.5f;

    float skin_tone = 0.5f;
    float skin_redness = 0.5f;
    float freckles = 0.0f;
    float age = 0.5f; ///< within Young, or within not Young

    float face_width = 0.5f;
    float jaw_width = 0.5f;
    float chin_width = 0.5f;
    float cheek_fullness = 0.5f;
    float eye_distance = 0.5f;
    float eye_size = 0.5f;
    float eye_tilt = 0.5f;
    float eye_opening = 0.5f;
    float eye_hue = 0.5f;
    float gaze_x = 0.5f;
    float gaze_y = 0.5f;
    float brow_height = 0.5f;
    float brow_arch = 0.5f;
    float nose_width = 0.5f;
    float nose_length = 0.5f;
    float mouth_width = 0.5f;
    float lip_fullness = 0.5f;
    float smile = 0.5f;
    float mouth_opening = 0.5f;

    float hair_length = 0.5f;
    float hair_volume = 0.5f;
    float hair_part = 0.5f;
    float hair_shade = 0.5f;
    float hair_hue = 0.5f;
    float hair_curl = 0.5f;
    float hairline = 0.5f;
    float bangs_length = 0.5f;
    float bangs_sweep = 0.5f;
    float lock_left = 0.5f;
    float lock_right = 0.5f;
    float beard = 0.5f;
    float mustache_shape = 0.5f;

    float hat_kind = 0.5f;
    float hat_hue = 0.5f;
    float hat_shade = 0.5f;
    float hat_tilt = 0.5f;
    float glasses_shape = 0.5f;
    float glasses_color = 0.5f;
    float glasses_tint = 0.5f;
    float lipstick_hue = 0.5f;
    float clothes_kind = 0.5f;
    float clothes_hue = 0.5f;
    float clothes_shade = 0.5f;
    float background_kind = 0.5f;
    float background_hue = 0.5f;
    float background_shade = 0.5f;
    float background_second_hue = 0.5f;

    std::uint64_t detail = 0; ///< key of the phases of strands, curls, freckles and blurred lights

    [[nodiscard]] bool has(FaceAttribute attribute) const {
        return flags[static_cast<std::size_t>(attribute)];
    }
    void set(FaceAttribute attribute, bool value) { flags[static_cast<std::size_t>(attribute)] = value; }
};

[[nodiscard]] std::vector<std::string> face_attribute_names();

/// The probability with which each attribute is drawn, in the order of the names.
[[nodiscard]] std::array<float, face_attribute_count> face_attribute_rates();

[[nodiscard]] FaceParameters draw_face_parameters(std::uint64_t seed, std::uint64_t index);

/// +1 or -1 for each attribute, in the order of the names, as in CelebA's file.
[[nodiscard]] std::vector<std::int8_t> face_attributes(const FaceParameters& parameters);

/// Paints the face as `size` x `size` RGB pixels, rows from the top, 3 bytes a pixel ([size, size, 3]).
/// `size` lies in [smallest_face, largest_face] and `pixels` holds size * size * 3 bytes.
void render_face(const FaceParameters& parameters, int size, std::span<std::uint8_t> pixels);

} // namespace ganvas
