// Program and Painter; the declarations are in texture.h.
#include <array>
#include <utility>

#include <glad/gl.h>

#include "app/gui/gl/texture.h"

namespace ganvas::gl {
namespace {

std::string first_line(const char* log) {
    std::string text = log;
    return text.substr(0, text.find('\n'));
}

Result<unsigned> compile(GLenum kind, const std::string& source) {
    const unsigned shader = glCreateShader(kind);
    const char* text = source.c_str();
    glShaderSource(shader, 1, &text, nullptr);
    glCompileShader(shader);
    GLint good = 0;
    glGetShaderiv(shader, GL_COMPILE_STATUS, &good);
    if (good) return shader;
    std::array<char, 1024> log{};
    glGetShaderInfoLog(shader, static_cast<GLsizei>(log.size()) - 1, nullptr, log.data());
    glDeleteShader(shader);
    return Error{ErrorCode::internal, "a shader does not compile", first_line(log.data()),
                 "reinstall Ganvas, or report this with the graphics card's name"};
}

} // namespace

Result<Program> Program::create(const std::string& vertex, const std::string& fragment) {
    auto first = compile(GL_VERTEX_SHADER, vertex);
    if (!first) return first.error();
    auto second = compile(GL_FRAGMENT_SHADER, fragment);
    if (!second) {
        glDeleteShader(*first);
        return second.error();
    }
    Program program(glCreateProgram());
    glAttachShader(program.id_, *first);
    glAttachShader(program.id_, *second);
    glLinkProgram(program.id_);
    glDeleteShader(*first);
    glDeleteShader(*second);
    GLint good = 0;
    glGetProgramiv(program.id_, GL_LINK_STATUS, &good);
    if (good) return program;
    std::array<char, 1024> log{};
    glGetProgramInfoLog(program.id_, static_cast<GLsizei>(log.size()) - 1, nullptr, log.data());
    return Error{ErrorCode::internal, "a shader does not link", first_line(log.data()), "report this"};
}

Program::Program(Program&& other) noexcept : id_(std::exchange(other.id_, 0)) {}
Program& Program::operator=(Program&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
}
Program::~Program() {
    if (id_) glDeleteProgram(id_);
}

void Program::bind() const { glUseProgram(id_); }
void Program::set(const char* name, int value) const { glUniform1i(glGetUniformLocation(id_, name), value); }
void Program::set(const char* name, int x, int y) const {
    glUniform2i(glGetUniformLocation(id_, name), x, y);
}
void Program::set(const char* name, float value) const {
    glUniform1f(glGetUniformLocation(id_, name), value);
}
void Program::set(const char* name, float x, float y) const {
    glUniform2f(glGetUniformLocation(id_, name), x, y);
}

Painter::Painter() {
    glGenFramebuffers(1, &framebuffer_);
    glGenVertexArrays(1, &vertices_); // a core profile draws nothing without one, though it holds nothing
}

Painter::~Painter() {
    glDeleteFramebuffers(1, &framebuffer_);
    glDeleteVertexArrays(1, &vertices_);
}

void Painter::begin(const Texture& target, const Program& program, std::span<const Input> inputs) {
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &before_framebuffer_);
    glGetIntegerv(GL_VIEWPORT, before_viewport_);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, framebuffer_);
    glFramebufferTexture2D(GL_DRAW_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, target.id(), 0);
    glViewport(0, 0, target.width(), target.height());
    glDisable(GL_BLEND);
    glDisable(GL_SCISSOR_TEST);
    glDisable(GL_DEPTH_TEST);
    glDisable(GL_CULL_FACE);
    program.bind();
    int unit = 0;
    for (const Input& input : inputs) {
        glActiveTexture(GL_TEXTURE0 + static_cast<unsigned>(unit));
        glBindTexture(GL_TEXTURE_2D, input.texture);
        glBindSampler(static_cast<unsigned>(unit), 0);
        program.set(input.uniform, unit++);
    }
}

void Painter::finish() {
    glBindVertexArray(vertices_);
    glDrawArrays(GL_TRIANGLES, 0, 3);
    glBindVertexArray(0);
    glUseProgram(0);
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, 0);
    glFramebufferTexture2D(GL_DRAW_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, 0, 0);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, static_cast<unsigned>(before_framebuffer_));
    glViewport(before_viewport_[0], before_viewport_[1], before_viewport_[2], before_viewport_[3]);
}

} // namespace ganvas::gl
