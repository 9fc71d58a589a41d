/// DiffAugment (Zhao et al. 2020): the same kinds of random change on real and generated pictures, differentiable.
///
/// Pure functions. The random numbers come in as a table, eight uniforms a picture, drawn by the caller from counters,
/// so that a step's changes depend on (seed, step) only. On a CPU one pass over memory; elsewhere tensor operations.
#pragma once

#include <torch/types.h>

namespace ganvas {

struct AugmentationSpec {
    bool translation = true; ///< up to `shift` of the size to each side, zeros come in
    bool colour = true;      ///< brightness, saturation, contrast
    bool cutout = true;      ///< a square of `hole` of the size set to zero
    double shift = 0.125;
    double hole = 0.5;
    double brightness = 0.5; ///< adds -b … +b
    double saturation = 2.0; ///< times 0 … s about the pixel's grey
    bool operator==(const AugmentationSpec&) const = default;
    [[nodiscard]] bool any() const { return translation || colour || cutout; }
};

/// Columns of the table of uniforms in [0, 1).
enum class AugmentationDraw {
    brightness,
    saturation,
    contrast,
    shift_y,
    shift_x,
    hole_y,
    hole_x,
    spare,
    count
};

/// pictures [N, C, S, S] float32, uniforms [N, 8] float32 on the CPU → the same shape.
[[nodiscard]] torch::Tensor augment(const torch::Tensor& pictures, const AugmentationSpec& spec,
                                    const torch::Tensor& uniforms);
/// The same by tensor operations: what other devices use, and what the CPU's pass is tested against.
[[nodiscard]] torch::Tensor augment_by_operations(const torch::Tensor& pictures, const AugmentationSpec& spec,
                                                  const torch::Tensor& uniforms);

} // namespace ganvas
