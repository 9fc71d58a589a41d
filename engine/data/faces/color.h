/// Colours of the face painter, one or four pixels at a time.
///
/// Plain values, any thread. A colour is linear light, the square of what is stored in a file, so that
/// shading and the mixing at edges add up as light does.
#pragma once

#include "engine/data/faces/lanes.h"

namespace ganvas::faces {

struct Color {
    float r = 0.0f, g = 0.0f, b = 0.0f;
};

inline Color operator*(Color c, float k) { return {c.r * k, c.g * k, c.b * k}; }
inline Color operator*(Color a, Color b) { return {a.r * b.r, a.g * b.g, a.b * b.b}; }
inline Color operator+(Color a, Color b) { return {a.r + b.r, a.g + b.g, a.b + b.b}; }
inline Color mix(Color a, Color b, float t) { return a * (1.0f - t) + b * t; }
inline float mix(float a, float b, float t) { return a + (b - a) * t; }
/// From 8-bit values as a picture file has them.
constexpr Color paint(int r, int g, int b) {
    const auto linear = [](int c) { return static_cast<float>(c * c) / 65025.0f; };
    return {linear(r), linear(g), linear(b)};
}
Color from_hue(float hue, float saturation, float value); ///< hue in turns; the others as in HSV

struct LaneColor {
    Lane r, g, b;
};
inline LaneColor splat(Color c) { return {splat(c.r), splat(c.g), splat(c.b)}; }
inline LaneColor mix(const LaneColor& a, const LaneColor& b, Lane t) {
    return {mix(a.r, b.r, t), mix(a.g, b.g, t), mix(a.b, b.b, t)};
}
inline LaneColor operator*(const LaneColor& a, Lane k) { return {a.r * k, a.g * k, a.b * k}; }
inline LaneColor operator+(const LaneColor& a, const LaneColor& b) {
    return {a.r + b.r, a.g + b.g, a.b + b.b};
}

} // namespace ganvas::faces
