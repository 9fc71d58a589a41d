/// GlWindow: a GLFW window with an OpenGL 3.3 context and Dear ImGui on it.
///
/// Main's thread only, one at a time. Owns GLFW, the context, ImGui's and ImPlot's contexts; destroy everything that
/// holds textures before it. wake() alone may be called from any thread while the window lives.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/gui/widgets/theme.h"
#include "engine/core/image.h"
#include "engine/core/result.h"

struct GLFWwindow;

namespace ganvas {

struct WindowPlace {
    int x = -1, y = -1;        ///< -1: where the system puts it
    int width = 0, height = 0; ///< 0: 1280 x 800 at the monitor's scale
    bool maximised = false;
    bool operator==(const WindowPlace&) const = default;
};

class GlWindow {
public:
    /// Error `device`: no display, or no OpenGL 3.3.
    [[nodiscard]] static Result<std::unique_ptr<GlWindow>> open(const WindowPlace& place);
    ~GlWindow();
    GlWindow(const GlWindow&) = delete;
    GlWindow& operator=(const GlWindow&) = delete;

    /// Roboto with the icons merged in, at any size; error when a file is missing.
    [[nodiscard]] Result<void> load_fonts(ImFont*& text, ImFont*& bold);

    /// Handles what has come; waits up to `seconds` for it (0: does not wait).
    void events(double seconds);
    void begin_frame();
    /// What was built since begin_frame() is not drawn; the next frame finds the textures that it asked for.
    void drop_frame();
    /// Draws and swaps; `capture` gets the frame's pixels as RGB.
    void end_frame(const ImVec4& ground, Image* capture = nullptr);

    /// Whether it was asked to close (by its button, or close()) since the last call.
    [[nodiscard]] bool take_close();
    void close();
    [[nodiscard]] bool visible() const; ///< neither minimised nor of no size
    [[nodiscard]] float content_scale() const;
    [[nodiscard]] WindowPlace place() const;
    void resize(int width, int height);
    void toggle_fullscreen();
    void set_title(const std::string& title);
    /// Seconds (GLFW's clock) of the last mouse, key, resize, focus or drop event.
    [[nodiscard]] double last_input() const { return last_input_; }
    [[nodiscard]] static double now();
    /// Makes events() return; any thread.
    static void wake();
    /// Files dropped since the last call.
    [[nodiscard]] std::vector<std::string> take_dropped();

private:
    explicit GlWindow(GLFWwindow* window) : window_(window) {}
    void listen();
    [[nodiscard]] Image read_pixels() const;

    GLFWwindow* window_;
    double last_input_ = 0;
    std::vector<std::string> dropped_;
    WindowPlace before_fullscreen_;
    bool fullscreen_ = false;
};

} // namespace ganvas
