#include "engine/export/layout.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace ganvas {
namespace {

constexpr std::int64_t most_bytes = std::int64_t(1) << 28;

Error misfit(const char* what) { return {ErrorCode::usage, what, "", ""}; }

bool whole(const Image& image) {
    return image.width > 0 && image.height > 0 && image.channels > 0
           && image.pixels.size() == static_cast<std::size_t>(image.width) * image.height * image.channels;
}

bool whole(const ImageBatch& images) {
    return images.count > 0 && images.width > 0 && images.height > 0 && images.channels > 0
           && images.pixels.size() == images.image_bytes() * static_cast<std::size_t>(images.count);
}

Result<Image> blank(std::int64_t width, std::int64_t height, int channels, std::uint8_t fill) {
    if (width > (1 << 24) || height > (1 << 24) || width * height * channels > most_bytes)
        return Error{ErrorCode::usage, "picture would be too large", "",
                     "use fewer tiles or a smaller scale"};
    return Image(static_cast<int>(width), static_cast<int>(height), channels, fill);
}

/// Copies one tile, each pixel `scale` times in both directions.
void paste(const std::uint8_t* tile, int width, int height, int scale, Image& out, int left, int top) {
    const int channels = out.channels;
    for (int y = 0; y < height; ++y) {
        const std::uint8_t* source = tile + static_cast<std::size_t>(y) * width * channels;
        std::uint8_t* first = out.row(top + y * scale) + static_cast<std::size_t>(left) * channels;
        std::uint8_t* target = first;
        for (int x = 0; x < width; ++x, source += channels)
            for (int copy = 0; copy < scale; ++copy, target += channels)
                std::memcpy(target, source, channels);
        for (int copy = 1; copy < scale; ++copy)
            std::memcpy(out.row(top + y * scale + copy) + static_cast<std::size_t>(left) * channels, first,
                        static_cast<std::size_t>(width) * scale * channels);
    }
}

std::uint8_t luma(const std::uint8_t* rgb) {
    return static_cast<std::uint8_t>((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
}

std::uint8_t over_white(std::uint8_t value, std::uint8_t alpha) {
    return static_cast<std::uint8_t>((value * alpha + 255 * (255 - alpha) + 127) / 255);
}

Result<void> make_alike(Image& a, Image& b) {
    if (!whole(a) || !whole(b)) return misfit("not a picture");
    if (a.width != b.width || a.height != b.height) return misfit("pictures differ in size");
    if (a.channels == b.channels && a.channels != 4) return {};
    a = with_channels(a, 3);
    b = with_channels(b, 3);
    return {};
}

} // namespace

int square_columns(int count) {
    return count <= 1 ? 1 : static_cast<int>(std::ceil(std::sqrt(static_cast<double>(count)) - 1e-9));
}

Result<Image> tile(const ImageBatch& images, const TileLayout& layout) {
    if (!whole(images)) return misfit("there are no pictures to put together");
    if (layout.columns < 0 || layout.gap < 0 || layout.scale < 1 || layout.gap > 4096 || layout.scale > 64)
        return misfit("layout out of range");
    const int columns = layout.columns == 0 ? images.count : std::min(layout.columns, images.count);
    const int rows = (images.count + columns - 1) / columns;
    const std::int64_t step_x = std::int64_t(images.width) * layout.scale + layout.gap;
    const std::int64_t step_y = std::int64_t(images.height) * layout.scale + layout.gap;
    auto out =
        blank(columns * step_x - layout.gap, rows * step_y - layout.gap, images.channels, layout.background);
    if (!out) return out;
    for (int i = 0; i < images.count; ++i)
        paste(images.image(i).data(), images.width, images.height, layout.scale, *out,
              static_cast<int>(i % columns * step_x), static_cast<int>(i / columns * step_y));
    return out;
}

Result<ImageBatch> untile(const Image& sheet, int columns, int count, int gap) {
    if (!whole(sheet) || columns < 1 || count < 1 || gap < 0) return misfit("not a sheet of tiles");
    const int across = std::min(columns, count), rows = (count + across - 1) / across;
    const int inner_width = sheet.width - (across - 1) * gap, inner_height = sheet.height - (rows - 1) * gap;
    if (inner_width < across || inner_height < rows || inner_width % across != 0 || inner_height % rows != 0)
        return misfit("sheet does not divide into that many tiles");
    ImageBatch images;
    images.count = count;
    images.width = inner_width / across;
    images.height = inner_height / rows;
    images.channels = sheet.channels;
    images.pixels.resize(images.image_bytes() * static_cast<std::size_t>(count));
    const std::size_t row_bytes = static_cast<std::size_t>(images.width) * images.channels;
    std::uint8_t* target = images.pixels.data();
    for (int i = 0; i < count; ++i)
        for (int y = 0; y < images.height; ++y, target += row_bytes) {
            const int top = i / across * (images.height + gap) + y, left = i % across * (images.width + gap);
            std::memcpy(target, sheet.row(top) + static_cast<std::size_t>(left) * sheet.channels, row_bytes);
        }
    return images;
}

Result<Image> stack(const std::vector<Image>& rows, int gap, std::uint8_t background) {
    if (rows.empty() || gap < 0 || gap > 4096) return misfit("there are no pictures to put together");
    std::int64_t width = 0, height = -gap;
    int channels = 1;
    for (const Image& row : rows) {
        if (!whole(row)) return misfit("not a picture");
        width = std::max<std::int64_t>(width, row.width);
        height += row.height + gap;
        channels = std::max(channels, row.channels);
    }
    auto out = blank(width, height, channels, background);
    if (!out) return out;
    int top = 0;
    for (const Image& row : rows) {
        const Image alike = with_channels(row, channels);
        paste(alike.pixels.data(), alike.width, alike.height, 1, *out, 0, top);
        top += row.height + gap;
    }
    return out;
}

Image enlarge(const Image& image, int scale) {
    if (scale <= 1 || !whole(image)) return image;
    auto out =
        blank(std::int64_t(image.width) * scale, std::int64_t(image.height) * scale, image.channels, 0);
    if (!out) return image;
    paste(image.pixels.data(), image.width, image.height, scale, *out, 0, 0);
    return out.take();
}

std::vector<Image> frames(const ImageBatch& images, int scale) {
    std::vector<Image> out;
    out.reserve(static_cast<std::size_t>(images.count));
    for (int i = 0; i < images.count; ++i) out.push_back(enlarge(images.copy(i), scale));
    return out;
}

Result<Image> progress_sheet(const std::vector<ImageBatch>& marks, int columns, int gap, int scale) {
    if (columns < 1) return misfit("layout out of range");
    std::vector<Image> rows;
    for (const ImageBatch& mark : marks) {
        if (!whole(mark)) return misfit("there are no pictures to put together");
        ImageBatch first = mark;
        first.count = std::min(columns, mark.count);
        first.pixels.resize(first.image_bytes() * static_cast<std::size_t>(first.count));
        auto row = tile(first, {0, gap, scale, 255});
        if (!row) return row;
        rows.push_back(row.take());
    }
    return stack(rows, gap);
}

Result<Image> blend(const Image& from, const Image& to, double alpha) {
    if (!std::isfinite(alpha)) return misfit("alpha is not a number");
    Image a = from, b = to;
    if (auto alike = make_alike(a, b); !alike) return alike.error();
    for (std::size_t i = 0; i < a.pixels.size(); ++i) {
        const double mixed = (1 - alpha) * a.pixels[i] + alpha * b.pixels[i];
        a.pixels[i] = static_cast<std::uint8_t>(std::clamp(std::floor(mixed + 0.5), 0.0, 255.0));
    }
    return a;
}

namespace {

/// `make(k)` for k from 0 to count - 1, as one batch.
template <class Make>
Result<ImageBatch> batch_of(int count, Make make) {
    ImageBatch images;
    for (int k = 0; k < count; ++k) {
        Result<Image> one = make(k);
        if (!one) return one.error();
        images.width = one->width;
        images.height = one->height;
        images.channels = one->channels;
        images.pixels.insert(images.pixels.end(), one->pixels.begin(), one->pixels.end());
        ++images.count;
    }
    return images;
}

} // namespace

Result<ImageBatch> blend_sweep(const Image& from, const Image& to, const std::vector<double>& alphas) {
    return batch_of(static_cast<int>(alphas.size()),
                    [&](int k) { return blend(from, to, alphas[static_cast<std::size_t>(k)]); });
}

Result<Image> difference(const Image& a, const Image& b, double gain) {
    Image left = a, right = b;
    if (auto alike = make_alike(left, right); !alike) return alike.error();
    for (std::size_t i = 0; i < left.pixels.size(); ++i) {
        const double distance = gain * std::abs(left.pixels[i] - right.pixels[i]);
        left.pixels[i] = static_cast<std::uint8_t>(std::clamp(std::floor(distance + 0.5), 0.0, 255.0));
    }
    return left;
}

Result<ImageBatch> differences(const ImageBatch& a, const ImageBatch& b, double gain) {
    if (a.count != b.count) return misfit("the two rows have not as many pictures");
    return batch_of(a.count, [&](int k) { return difference(a.copy(k), b.copy(k), gain); });
}

Image with_channels(const Image& image, int channels) {
    if (image.channels == channels || !whole(image)) return image;
    Image out(image.width, image.height, channels, 255);
    const std::size_t count = static_cast<std::size_t>(image.width) * image.height;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint8_t* source = image.pixels.data() + i * image.channels;
        std::uint8_t rgb[3] = {source[0], source[0], source[0]};
        if (image.channels >= 3) std::memcpy(rgb, source, 3);
        if (image.channels == 4)
            for (std::uint8_t& value : rgb) value = over_white(value, source[3]);
        std::uint8_t* target = out.pixels.data() + i * channels;
        if (channels == 1)
            target[0] = image.channels == 1 ? rgb[0] : luma(rgb);
        else
            std::memcpy(target, rgb, 3);
    }
    return out;
}

} // namespace ganvas
