/// Convolutions of 4×4 at stride 2 and padding 1, and their transposes, with fewer multiplications (winograd_transforms.h).
///
/// float32 on the CPU, for training: the sums differ from LibTorch's own in the last digits (a few 1e-6 of the largest
/// value). Differentiable any number of times. Any thread.
#pragma once

#include <ATen/ATen.h>

#include "models/layers/thread_scope.h"

namespace ganvas {

/// While one of these lives, networks on this thread compute so where it is faster.
using WinogradScope = ThreadScope<struct WinogradConvolutions>;

/// Whether it is faster for these: maps of the small side [N, O, h, w], C channels on the large side.
[[nodiscard]] bool winograd_pays(std::int64_t pictures, std::int64_t height, std::int64_t width,
                                 std::int64_t small, std::int64_t large);

/// at::conv2d(large, weight, {}, 2, 1): [N, C, 2h, 2w], [O, C, 4, 4] → [N, O, h, w], channels last. h and w are even, C and
/// O multiples of 16.
[[nodiscard]] at::Tensor winograd_halve(const at::Tensor& large, const at::Tensor& weight);

/// at::conv_transpose2d(small, weight, {}, 2, 1): [N, O, h, w], [O, C, 4, 4] → [N, C, 2h, 2w], channels last.
[[nodiscard]] at::Tensor winograd_double(const at::Tensor& small, const at::Tensor& weight);

} // namespace ganvas
