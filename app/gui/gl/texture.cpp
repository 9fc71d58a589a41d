#include "app/gui/gl/texture.h"

#include <utility>

#include <glad/gl.h>

namespace ganvas::gl {
namespace {

struct Layout {
    GLint internal;
    GLenum external;
    std::size_t bytes;
};

Layout layout(PixelFormat format) {
    switch (format) {
    case PixelFormat::grey: return {GL_R8, GL_RED, 1};
    case PixelFormat::rgb: return {GL_RGB8, GL_RGB, 3};
    case PixelFormat::rgba: break;
    }
    return {GL_RGBA8, GL_RGBA, 4};
}

} // namespace

Texture::Texture(int width, int height, PixelFormat format)
    : width_(width), height_(height), format_(format) {
    glGenTextures(1, &id_);
    glBindTexture(GL_TEXTURE_2D, id_);
    const Layout how = layout(format);
    glTexImage2D(GL_TEXTURE_2D, 0, how.internal, width, height, 0, how.external, GL_UNSIGNED_BYTE, nullptr);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    if (format == PixelFormat::grey) {
        const GLint grey[] = {GL_RED, GL_RED, GL_RED, GL_ONE};
        glTexParameteriv(GL_TEXTURE_2D, GL_TEXTURE_SWIZZLE_RGBA, grey);
    }
    glBindTexture(GL_TEXTURE_2D, 0);
}

Texture::Texture(Texture&& other) noexcept
    : id_(std::exchange(other.id_, 0)), width_(other.width_), height_(other.height_), format_(other.format_) {
}

Texture& Texture::operator=(Texture&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(width_, other.width_);
    std::swap(height_, other.height_);
    std::swap(format_, other.format_);
    return *this;
}

Texture::~Texture() {
    if (id_) glDeleteTextures(1, &id_);
}

void Texture::upload(int x, int y, int width, int height, std::span<const std::uint8_t> pixels) {
    const Layout how = layout(format_);
    if (pixels.size() < static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * how.bytes)
        return;
    glBindTexture(GL_TEXTURE_2D, id_);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    glTexSubImage2D(GL_TEXTURE_2D, 0, x, y, width, height, how.external, GL_UNSIGNED_BYTE, pixels.data());
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    glBindTexture(GL_TEXTURE_2D, 0);
}

std::size_t Texture::bytes() const {
    return static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_) * layout(format_).bytes;
}

int Texture::largest_side() {
    GLint side = 0;
    glGetIntegerv(GL_MAX_TEXTURE_SIZE, &side);
    return side;
}

} // namespace ganvas::gl
