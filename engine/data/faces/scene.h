/// What the painters of a face share: the parameters worked out into coefficients, and four pixels in the
/// making.
///
/// Plain values, any thread. Frames: the *picture* runs from -1 to 1 with y up; the *head frame* (u, v) is
/// the picture moved, turned and scaled so that the head is 2 units wide and upright; *face coordinates* (x,
/// y) lie on the head itself, x from ear to ear and y from chin to crown seen from the front, so that what
/// is placed there turns with the head.
#pragma once

#include "engine/data/faces/color.h"
#include "engine/data/faces/faces.h"

namespace ganvas::faces {

struct Direction {
    float x = 0.0f, y = 0.0f, z = 1.0f;
};

/// Four neighbouring pixels of one row.
struct Block {
    Lane px, py; ///< picture
    Lane u, v;   ///< head frame
    Lane bu, bv; ///< as u, v, but following only part of the head's roll: neck, shoulders, clothes
    float pixel; ///< width of a pixel in head units
    LaneColor color;

    void cover(Lane part, const LaneColor& over) { color = mix(color, over, part); }
};

struct Pose {
    float yaw_cos, yaw_sin, pitch_cos, pitch_sin, roll_cos, roll_sin;
    float center_x, center_y, scale;
    [[nodiscard]] Direction to_face(Direction view) const;
};

struct Light {
    Direction key, fill, half;     ///< in face coordinates; half lies between key and eye
    Direction key_view, half_view; ///< the same in the head frame
    Direction eye;                 ///< towards the viewer, in face coordinates
    Color key_color, fill_color, sky, ground, rim;
    float rim_side; ///< -1 or 1: the side from which the rim light comes
};

/// One soft hill or hollow of the face's relief, in face coordinates.
struct Relief {
    float x, y, inverse_x, inverse_y, height;
};

struct Head {
    float width, top, bottom; ///< half width, crown and chin of the outline, head units
    float jaw, chin, cheek, temple;
    float chin_shift, far_side;
    std::array<Relief, 26> relief;
    std::size_t relief_count;
    float nose_x, nose_y, nose_width; ///< where the tip shows
};

struct Skin {
    Color base, flush, shade; ///< plain, where blood shows, and in folds
    float blush, freckles, stubble, wrinkles, oil;
    std::uint32_t key;
};

struct Eyes {
    std::array<float, 2> x; ///< of the two centres (left, right of the picture)
    float y, half_width, upper, lower, tilt;
    float iris, pupil, gaze_x, gaze_y, lash, crease, bag;
    Color iris_color, lid_color;
    float brow_y, brow_arch, brow_half, brow_strength, brow_slope;
    Color brow_color;
};

struct Mouth {
    float x, y, half_width, lift, upper, lower, gap, teeth, gloss, fold;
    Color color;
    float color_strength;
    float mustache, mustache_height, mustache_width, mustache_droop; ///< mustache: 0 or its strength
    float beard;                                                     ///< 0 or its strength
    Color hair_color;
};

struct Hair {
    Color root, tip, sheen;
    float width, top;      ///< of the outer shell
    float fullness;        ///< 0: a ball; more: a block with round corners
    float pressed_from;    ///< height from which a hat lets no curl stand out
    float line, recession; ///< of the forehead, face coordinates
    float side_end;        ///< where short hair ends before the ear
    float part;
    bool is_long, bangs, two_tone;
    float end, flare;          ///< of long hair: where it ends, and how much it widens
    std::array<float, 2> lock; ///< inner edge of the lock before each cheek; over 1.05: behind the ear
    float bangs_end, bangs_sweep;
    float curl, curl_rate, crimp; ///< crimp: how much of the curl reaches the crown
    float gray;
    std::array<float, 8> phase;
};

enum class HatKind : std::uint8_t { None, Beanie, Cap, Brim, Beret };

struct Hat {
    HatKind kind = HatKind::None;
    float line, tilt, width, top, brim_width, brim_drop, brim_center;
    Color color, band;
};

enum class GlassesShape : std::uint8_t { None, Round, Rounded, CatEye };
struct Glasses {
    GlassesShape shape = GlassesShape::None;
    std::array<float, 2> x;
    float y, half_width, half_height, thickness, power, tint;
    Color color, tint_color;
};

enum class Neckline : std::uint8_t { Crew, Vee, Collar, Turtleneck, Wide };

struct Body {
    float neck_x, neck_half, shoulder, slope;
    Neckline neckline;
    Color color, collar;
    std::array<float, 4> phase;
};

struct Spot {
    float x, y, inverse_radius;
    Color color;
};

struct Background {
    Color first, second;
    float gradient_x, gradient_y, bands, band_phase, band_rate;
    std::array<Spot, 7> spots;
    std::size_t spot_count;
    bool outdoors;       ///< sky above leaves, out of focus
    float horizon;       ///< where the leaves begin
    Color leaves, light; ///< light: where the sun comes through them
    std::uint32_t key;
};

struct Scene {
    FaceParameters parameters;
    Pose pose;
    Light light;
    Head head;
    Skin skin;
    Eyes eyes;
    Mouth mouth;
    Hair hair;
    Hat hat;
    Glasses glasses;
    Body body;
    Background background;
};

Scene compose(const FaceParameters& parameters);

/// A point of the head (or of a shell about it) that a pixel looks at.
struct HeadPoint {
    Lane x, y;       ///< face coordinates
    Lane qx, qy, qz; ///< the same on the unit ball, turned with the head
    Lane edge;       ///< signed distance inside the outline, head units
};
HeadPoint look_at_head(const Scene& scene, Lane u, Lane v);
HeadPoint look_at_shell(const Scene& scene, Lane u, Lane v, float width, float top);

/// How far inside the hair (positive) a point of the head lies, head units, negative on bare skin.
Lane inside_hair(const Scene& scene, const HeadPoint& point, Lane u, Lane v);

/// Light on a surface with normal (face coordinates), for skin-like matter.
struct Normal {
    Lane x, y, z;
};
Normal normalized(Normal n);
LaneColor lit(const Light& light, const Normal& normal, const LaneColor& albedo, Lane gloss, Lane open,
              float scatter);

// From the back to the front.
void paint_background(const Scene& scene, Block& block);
void paint_hat_behind(const Scene& scene, Block& block);
void paint_hair_behind(const Scene& scene, Block& block);
void paint_body(const Scene& scene, Block& block);
void paint_head(const Scene& scene, Block& block);
void paint_hair_before(const Scene& scene, Block& block);
void paint_hat_before(const Scene& scene, Block& block);
void paint_glasses(const Scene& scene, Block& block);

/// The skin of the head while paint_head makes it.
struct SkinPatch {
    HeadPoint point;
    Normal normal; ///< not yet of length 1
    LaneColor albedo;
    Lane gloss, open; ///< open: 1 in full light, less in hollows and under hair
    float pixel;
};
void shape_mouth(const Scene& scene, SkinPatch& patch); ///< lips, folds, beard
void paint_mouth_inside(const Scene& scene, const SkinPatch& patch, LaneColor& color);
void shape_brows(const Scene& scene, SkinPatch& patch);
void paint_eyes(const Scene& scene, const SkinPatch& patch, LaneColor& color);

} // namespace ganvas::faces
