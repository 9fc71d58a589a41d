/// OpenGL objects as values that own them: textures, programs, framebuffers.
///
/// The thread that has the context current makes, uses and destroys them; a moved-from object owns nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "engine/core/result.h"

namespace ganvas::gl {

enum class PixelFormat { grey, rgb, rgba };

/// A two-dimensional texture without mip maps, clamped, linear by default (crisp drawing is the sampler's choice).
class Texture {
public:
    Texture() = default;
    Texture(int width, int height, PixelFormat format);
    Texture(Texture&& other) noexcept;
    Texture& operator=(Texture&& other) noexcept;
    Texture(const Texture&) = delete;
    Texture& operator=(const Texture&) = delete;
    ~Texture();

    /// Rows from the top, tightly packed, `width` pixels each.
    void upload(int x, int y, int width, int height, std::span<const std::uint8_t> pixels);

    [[nodiscard]] unsigned id() const { return id_; }
    [[nodiscard]] int width() const { return width_; }
    [[nodiscard]] int height() const { return height_; }
    [[nodiscard]] PixelFormat format() const { return format_; }
    [[nodiscard]] std::size_t bytes() const;
    [[nodiscard]] static int largest_side();

private:
    unsigned id_ = 0;
    int width_ = 0, height_ = 0;
    PixelFormat format_ = PixelFormat::rgb;
};

/// A vertex and a fragment shader linked; uniforms by name (set while bound).
class Program {
public:
    /// Error `internal` with the compiler's first line.
    [[nodiscard]] static Result<Program> create(const std::string& vertex, const std::string& fragment);
    Program(Program&& other) noexcept;
    Program& operator=(Program&& other) noexcept;
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program();

    void bind() const;
    void set(const char* name, int value) const;
    void set(const char* name, int x, int y) const;
    void set(const char* name, float value) const;
    void set(const char* name, float x, float y) const;

private:
    explicit Program(unsigned id) : id_(id) {}
    unsigned id_ = 0;
};

/// Draws into a texture: one triangle over all of it with the program that is bound. Restores the state it changes.
class Painter {
public:
    Painter();
    ~Painter();
    Painter(const Painter&) = delete;
    Painter& operator=(const Painter&) = delete;

    struct Input {
        unsigned texture = 0;
        const char* uniform = "";
    };
    template <class SetUniforms>
    void paint(const Texture& target, const Program& program, std::span<const Input> inputs,
               SetUniforms&& set_uniforms) {
        begin(target, program, inputs);
        set_uniforms(program);
        finish();
    }

private:
    void begin(const Texture& target, const Program& program, std::span<const Input> inputs);
    void finish();

    unsigned framebuffer_ = 0, vertices_ = 0;
    int before_framebuffer_ = 0, before_viewport_[4] = {};
};

} // namespace ganvas::gl
