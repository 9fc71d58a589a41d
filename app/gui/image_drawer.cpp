#include "app/gui/image_drawer.h"

#include <algorithm>
#include <array>

#include "engine/core/files.h"

namespace ganvas {
namespace {

constexpr std::size_t budget_bytes = std::size_t(192) << 20;
constexpr std::int64_t painted_frames = 8; ///< painted pictures that were not drawn for so long are let go

gl::PixelFormat format_of(int channels) {
    return channels == 1   ? gl::PixelFormat::grey
           : channels == 3 ? gl::PixelFormat::rgb
                           : gl::PixelFormat::rgba;
}

TextureRegion region(const gl::Texture& texture, int x, int y, int width, int height) {
    const auto across = static_cast<float>(texture.width()), down = static_cast<float>(texture.height());
    TextureRegion out;
    out.texture = static_cast<ImTextureID>(texture.id());
    out.uv0 = ImVec2(static_cast<float>(x) / across, static_cast<float>(y) / down);
    out.uv1 = ImVec2(static_cast<float>(x + width) / across, static_cast<float>(y + height) / down);
    out.width = width;
    out.height = height;
    return out;
}

bool drawable(const SharedBatch& batch, int index) {
    return batch && index >= 0 && index < batch->count && batch->width > 0 && batch->height > 0
           && (batch->channels == 1 || batch->channels == 3 || batch->channels == 4)
           && batch->pixels.size() >= batch->image_bytes() * static_cast<std::size_t>(batch->count);
}

bool same_shape(const SharedBatch& a, const SharedBatch& b) {
    return a->width == b->width && a->height == b->height;
}

} // namespace

Result<std::unique_ptr<GlImageDrawer>> GlImageDrawer::create() {
    const Path folder = assets_folder() / "shaders";
    const auto vertex = read_text(folder / "picture.vert");
    if (!vertex) return vertex.error();
    const auto program = [&](const char* name) -> Result<gl::Program> {
        const auto fragment = read_text(folder / name);
        if (!fragment) return fragment.error();
        return gl::Program::create(*vertex, *fragment);
    };
    auto blend = program("blend.frag");
    if (!blend) return blend.error();
    auto difference = program("difference.frag");
    if (!difference) return difference.error();
    return std::unique_ptr<GlImageDrawer>(new GlImageDrawer(blend.take(), difference.take()));
}

GlImageDrawer::GlImageDrawer(gl::Program blend, gl::Program difference)
    : blend_(std::move(blend)), difference_(std::move(difference)),
      largest_side_(gl::Texture::largest_side()) {}

GlImageDrawer::BatchTexture* GlImageDrawer::texture_of(const SharedBatch& batch) {
    const auto found = batches_.find(batch.get());
    if (found != batches_.end()) {
        if (found->second.batch.lock() == batch) {
            found->second.last_frame = frame_;
            return &found->second;
        }
        batches_.erase(found); // another batch has come to the same address
    }
    const int rows = std::clamp(largest_side_ / batch->height, 1, batch->count);
    const int columns = (batch->count + rows - 1) / rows;
    const int width = columns * batch->width, height = rows * batch->height;
    if (width > largest_side_ || height > largest_side_) return nullptr;
    const gl::PixelFormat format = format_of(batch->channels);
    BatchTexture entry;
    const auto spare = std::find_if(spare_.begin(), spare_.end(), [&](const gl::Texture& texture) {
        return texture.width() == width && texture.height() == height && texture.format() == format;
    });
    if (spare != spare_.end()) {
        entry.texture = std::move(*spare);
        spare_.erase(spare);
    } else {
        entry.texture = gl::Texture(width, height, format);
    }
    for (int column = 0; column < columns; ++column) {
        const int first = column * rows, pictures = std::min(rows, batch->count - first);
        const std::span<const std::uint8_t> pixels(
            batch->pixels.data() + static_cast<std::size_t>(first) * batch->image_bytes(),
            static_cast<std::size_t>(pictures) * batch->image_bytes());
        entry.texture.upload(column * batch->width, 0, batch->width, pictures * batch->height, pixels);
    }
    ++uploads_;
    entry.batch = batch;
    entry.rows_in_column = rows;
    entry.last_frame = frame_;
    return &batches_.emplace(batch.get(), std::move(entry)).first->second;
}

std::pair<int, int> GlImageDrawer::corner(const BatchTexture& entry, const ImageBatch& batch, int index) {
    return {index / entry.rows_in_column * batch.width, index % entry.rows_in_column * batch.height};
}

TextureRegion GlImageDrawer::picture(const SharedBatch& batch, int index) {
    if (!drawable(batch, index)) return {};
    const BatchTexture* entry = texture_of(batch);
    if (!entry) return {};
    const auto [x, y] = corner(*entry, *batch, index);
    TextureRegion part = region(entry->texture, x, y, batch->width, batch->height);
    part.pixels = batch->image(index);
    part.channels = batch->channels;
    return part;
}

GlImageDrawer::Painted* GlImageDrawer::painted(const PaintKey& key, const SharedBatch& a,
                                               const SharedBatch& b, int width, int height, bool& fresh) {
    const auto found = painted_.find(key);
    fresh = false;
    if (found != painted_.end()) {
        found->second.last_frame = frame_;
        if (found->second.a.lock() == a && found->second.b.lock() == b) return &found->second;
        painted_.erase(found);
    }
    fresh = true;
    Painted entry;
    // Reuse what was painted in an earlier frame at this size: alpha changes with each frame of a drag.
    for (auto it = painted_.begin(); it != painted_.end(); ++it) {
        if (it->second.last_frame + 1 >= frame_ || it->second.texture.width() != width
            || it->second.texture.height() != height)
            continue;
        entry.texture = std::move(it->second.texture);
        painted_.erase(it);
        break;
    }
    if (!entry.texture.id()) entry.texture = gl::Texture(width, height, gl::PixelFormat::rgba);
    entry.last_frame = frame_;
    entry.a = a;
    entry.b = b;
    return &painted_.emplace(key, std::move(entry)).first->second;
}

std::vector<TextureRegion> GlImageDrawer::blend(const SharedBatch& a, int index_a, const SharedBatch& b,
                                                int index_b, double first, double last, int count) {
    if (count <= 0 || !drawable(a, index_a) || !drawable(b, index_b) || !same_shape(a, b)) return {};
    const BatchTexture* left = texture_of(a);
    const BatchTexture* right = texture_of(b);
    if (!left || !right) return {};
    const int columns = std::min(count, 8), rows = (count + columns - 1) / columns;
    bool fresh = false;
    Painted* target = painted({a.get(), index_a, b.get(), index_b, nullptr, 0, first, last, count}, a, b,
                              columns * a->width, rows * a->height, fresh);
    if (fresh) {
        const std::array<gl::Painter::Input, 2> inputs = {
            {{left->texture.id(), "picture_a"}, {right->texture.id(), "picture_b"}}};
        const auto [ax, ay] = corner(*left, *a, index_a);
        const auto [bx, by] = corner(*right, *b, index_b);
        painter_.paint(target->texture, blend_, inputs,
                       [&, ax = ax, ay = ay, bx = bx, by = by](const gl::Program& program) {
                           program.set("corner_a", ax, ay);
                           program.set("corner_b", bx, by);
                           program.set("size", a->width, a->height);
                           program.set("columns", columns);
                           program.set("count", count);
                           program.set("range", static_cast<float>(first), static_cast<float>(last));
                       });
    }
    std::vector<TextureRegion> tiles;
    for (int tile = 0; tile < count; ++tile)
        tiles.push_back(region(target->texture, tile % columns * a->width, tile / columns * a->height,
                               a->width, a->height));
    return tiles;
}

TextureRegion GlImageDrawer::difference(const SharedBatch& a, int index_a, const SharedBatch& b, int index_b,
                                        const SharedBatch& c, int index_c, double alpha, double gain) {
    if (!drawable(a, index_a) || !drawable(b, index_b) || !drawable(c, index_c)) return {};
    if (!same_shape(a, b) || !same_shape(a, c)) return {};
    const BatchTexture* z = texture_of(a);
    const BatchTexture* left = texture_of(b);
    const BatchTexture* right = texture_of(c);
    if (!z || !left || !right) return {};
    bool fresh = false;
    Painted* target = painted({a.get(), index_a, b.get(), index_b, c.get(), index_c, alpha, gain, 0}, a, b,
                              a->width, a->height, fresh);
    if (fresh) {
        const std::array<gl::Painter::Input, 3> inputs = {{{z->texture.id(), "picture_z"},
                                                           {left->texture.id(), "picture_a"},
                                                           {right->texture.id(), "picture_b"}}};
        const auto at_z = corner(*z, *a, index_a), at_left = corner(*left, *b, index_b),
                   at_right = corner(*right, *c, index_c);
        painter_.paint(target->texture, difference_, inputs, [&](const gl::Program& program) {
            program.set("corner_z", at_z.first, at_z.second);
            program.set("corner_a", at_left.first, at_left.second);
            program.set("corner_b", at_right.first, at_right.second);
            program.set("alpha", static_cast<float>(alpha));
            program.set("gain", static_cast<float>(gain));
        });
    }
    return region(target->texture, 0, 0, a->width, a->height);
}

void GlImageDrawer::end_frame() {
    std::erase_if(painted_,
                  [this](const auto& entry) { return entry.second.last_frame + painted_frames < frame_; });
    std::size_t bytes = 0;
    for (auto it = batches_.begin(); it != batches_.end();) {
        if (it->second.batch.expired()) {
            if (spare_.size() < 12) spare_.push_back(std::move(it->second.texture));
            it = batches_.erase(it);
        } else {
            bytes += it->second.texture.bytes();
            ++it;
        }
    }
    while (bytes > budget_bytes) {
        const auto oldest =
            std::min_element(batches_.begin(), batches_.end(), [](const auto& one, const auto& other) {
                return one.second.last_frame < other.second.last_frame;
            });
        if (oldest == batches_.end() || oldest->second.last_frame == frame_) break;
        bytes -= oldest->second.texture.bytes();
        batches_.erase(oldest);
    }
    ++frame_;
}

} // namespace ganvas
