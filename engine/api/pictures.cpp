#include "engine/api/pictures.h"

#include "engine/data/dataset.h"
#include "engine/export/picture.h"

namespace ganvas {

Result<void> write_picture(const std::string& path, const Image& image) { return write_png(path, image); }

Result<Image> read_picture(const std::string& path, int size, int channels) {
    auto image = read_image(path);
    if (!image) return image.error();
    Preparation preparation;
    preparation.size = size;
    preparation.channels = channels;
    preparation.crop = CropKind::centre;
    return prepare_image(*image, preparation);
}

} // namespace ganvas
