#include <algorithm>
#include <cmath>

#include "engine/data/dataset.h"
#include "engine/data/image_codec.h"
#include "engine/data/resize.h"

namespace ganvas {
namespace {

PixelBox centred_square(const Image& image, int side) {
    return {(image.width - side) / 2, (image.height - side) / 2, side, side};
}

/// The part of the picture that is kept.
PixelBox crop_box(const Image& image, const Preparation& preparation) {
    const PixelBox whole{0, 0, image.width, image.height};
    const int shorter = std::min(image.width, image.height);
    const bool aligned_celeba = image.width == 178 && image.height == 218;
    switch (preparation.crop) {
    case CropKind::none: return whole;
    case CropKind::centre: return centred_square(image, shorter);
    case CropKind::celeba: // the same share of pictures that someone has resized
        if (aligned_celeba) return centred_square(image, 108);
        return centred_square(image, std::max(1, static_cast<int>(std::lround(shorter * 108.0 / 178.0))));
    case CropKind::automatic: break;
    }
    if (preparation.size == 0) return whole;
    return aligned_celeba ? centred_square(image, 108) : centred_square(image, shorter);
}

} // namespace

Image prepare_image(const Image& image, const Preparation& preparation) {
    const PixelBox box = crop_box(image, preparation);
    const int width = preparation.size > 0 ? preparation.size : box.width;
    const int height = preparation.size > 0 ? preparation.size : box.height;
    const int channels = preparation.channels > 0 ? preparation.channels : image.channels == 1 ? 1 : 3;
    // Grey is made before resizing and repeated after it: either way the filter sees the fewest channels.
    if (channels < image.channels) return resize(convert_channels(image, channels), box, width, height);
    return convert_channels(resize(image, box, width, height), channels);
}

Result<Image> read_image(const Path& path) {
    auto bytes = read_bytes(path, largest_picture_file);
    if (!bytes) return bytes.error();
    auto image = decode_image(*bytes);
    if (!image) {
        Error error = image.error();
        error.where = path.string();
        error.hint = "give a sound PNG, JPEG or BMP picture";
        return error;
    }
    return image;
}

} // namespace ganvas
