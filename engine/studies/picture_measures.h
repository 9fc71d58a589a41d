/// Measures on pictures alone: how different they are, how much a class moves them.
///
/// Pure functions on 8-bit batches, any thread. Distances are root mean squares over pixels in units of the full range,
/// 0 (the same picture) to 1 (black against white). Too few pictures give 0. Each value has its standard error: pictures
/// (for class_movement, latents) are the independent draws, so it is over them, not over pairs; 0 with fewer than three.
#pragma once

#include "engine/core/image.h"

namespace ganvas {

struct PictureMeasure {
    double value = 0;
    double error = 0; ///< standard error
};

/// Mean distance between two different pictures.
[[nodiscard]] PictureMeasure mean_picture_distance(const ImageBatch& images);

/// `images` are rows of `classes` pictures: one latent a row, one class a column. The mean distance between two pictures
/// of a row, over the mean distance between two of a column: 0 when the class does nothing, 1 when it moves the picture
/// as much as the latent does.
[[nodiscard]] PictureMeasure class_movement(const ImageBatch& images, int classes);

} // namespace ganvas
