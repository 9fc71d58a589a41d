/// Both networks of a GAN as a drawing: one box a layer, as tall as its side and as wide as its channels (both on a
/// logarithmic scale), with size, parameters and what the layer does below it.
///
/// Free functions, any thread. Errors: `usage` for an ending that is neither .png nor .svg or for no layers,
/// `not_found` when the fonts of a picture are missing, those of writing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/image.h"
#include "engine/core/result.h"

namespace ganvas {

struct DrawnLayer {
    std::string name; ///< "up 1: transposed convolution 4x4, batch norm, ReLU": each part gets a line
    int channels = 0, height = 0, width = 0; ///< of its output; a vector has height 1
    std::int64_t parameters = 0;
};

struct DrawnNetwork {
    std::string title;
    std::string colour; ///< "#rrggbb"
    std::vector<DrawnLayer> layers;
};

/// One network below the other, twice as large as the drawing.
[[nodiscard]] Result<Image> networks_picture(const std::vector<DrawnNetwork>& networks);
[[nodiscard]] Result<void> write_networks(const Path& path, const std::vector<DrawnNetwork>& networks);

} // namespace ganvas
