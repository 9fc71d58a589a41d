#include "app/gui/window.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <glad/gl.h>

#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>
#include <implot.h>

#include "engine/core/files.h"

namespace ganvas {
namespace {

Error glfw_error(const char* what, const char* hint) {
    const char* description = nullptr;
    glfwGetError(&description);
    return {ErrorCode::device, what, description ? description : "", hint};
}

constexpr const char* without_window = "`ganvas train` and the other commands work without a window";

WindowPlace default_place() {
    float scale = 1, unused = 1;
    WindowPlace place;
    GLFWmonitor* monitor = glfwGetPrimaryMonitor();
    if (monitor) glfwGetMonitorContentScale(monitor, &scale, &unused);
    place.width = static_cast<int>(std::lround(1280 * scale));
    place.height = static_cast<int>(std::lround(800 * scale));
    if (!monitor) return place;
    int x = 0, y = 0, width = 0, height = 0;
    glfwGetMonitorWorkarea(monitor, &x, &y, &width, &height);
    if (width > 0) place.width = std::min(place.width, width);
    if (height > 0) place.height = std::min(place.height, height);
    return place;
}

} // namespace

Result<std::unique_ptr<GlWindow>> GlWindow::open(const WindowPlace& wanted) {
    glfwSetErrorCallback(nullptr);
    if (!glfwInit()) return glfw_error("no display", without_window);
    WindowPlace place = wanted;
    if (place.width <= 0 || place.height <= 0) {
        const WindowPlace usual = default_place();
        place.width = usual.width;
        place.height = usual.height;
    }
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
    glfwWindowHint(GLFW_DEPTH_BITS, 0);
    glfwWindowHint(GLFW_STENCIL_BITS, 0);
    glfwWindowHint(GLFW_MAXIMIZED, place.maximised ? GLFW_TRUE : GLFW_FALSE);
    glfwWindowHintString(GLFW_X11_CLASS_NAME, "ganvas");
    glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "ganvas");
    GLFWwindow* handle = glfwCreateWindow(place.width, place.height, "Ganvas", nullptr, nullptr);
    if (!handle) {
        const Error error =
            glfw_error("no OpenGL 3.3", "update the graphics driver, or set LIBGL_ALWAYS_SOFTWARE=1");
        glfwTerminate();
        return error;
    }
    glfwMakeContextCurrent(handle);
    if (gladLoadGL(glfwGetProcAddress) == 0) {
        glfwDestroyWindow(handle);
        glfwTerminate();
        return Error{ErrorCode::device, "no OpenGL 3.3", "its functions cannot be loaded",
                     "update the graphics driver"};
    }
    if (place.x >= 0 && place.y >= 0 && !place.maximised) glfwSetWindowPos(handle, place.x, place.y);
    glfwSetWindowSizeLimits(handle, 640, 400, GLFW_DONT_CARE, GLFW_DONT_CARE);
    glfwSwapInterval(1);

    ImGui::CreateContext();
    ImPlot::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.ConfigFlags |= ImGuiConfigFlags_DockingEnable;
    io.ConfigWindowsMoveFromTitleBarOnly = true;
    io.ConfigInputTextCursorBlink = false; // a blinking caret would keep an idle window drawing
    io.IniFilename = nullptr;              // the layout is ours to keep, see preferences.h
    io.LogFilename = nullptr;
    std::unique_ptr<GlWindow> window(new GlWindow(handle));
    window->listen();
    ImGui_ImplGlfw_InitForOpenGL(handle, true);
    ImGui_ImplOpenGL3_Init("#version 330 core");
    window->last_input_ = glfwGetTime();
    return window;
}

GlWindow::~GlWindow() {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplGlfw_Shutdown();
    ImPlot::DestroyContext();
    ImGui::DestroyContext();
    glfwDestroyWindow(window_);
    glfwTerminate();
}

void GlWindow::listen() {
    // Set before Dear ImGui's, which call them in turn.
    glfwSetWindowUserPointer(window_, this);
    const auto touch = [](GLFWwindow* handle) {
        static_cast<GlWindow*>(glfwGetWindowUserPointer(handle))->last_input_ = glfwGetTime();
    };
    static_assert(std::is_empty_v<decltype(touch)>);
    glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double, double) { decltype(touch){}(w); });
    glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int, int, int) { decltype(touch){}(w); });
    glfwSetScrollCallback(window_, [](GLFWwindow* w, double, double) { decltype(touch){}(w); });
    glfwSetKeyCallback(window_, [](GLFWwindow* w, int, int, int, int) { decltype(touch){}(w); });
    glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned) { decltype(touch){}(w); });
    glfwSetCursorEnterCallback(window_, [](GLFWwindow* w, int) { decltype(touch){}(w); });
    glfwSetWindowFocusCallback(window_, [](GLFWwindow* w, int) { decltype(touch){}(w); });
    glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { decltype(touch){}(w); });
    glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { decltype(touch){}(w); });
    glfwSetWindowIconifyCallback(window_, [](GLFWwindow* w, int) { decltype(touch){}(w); });
    glfwSetDropCallback(window_, [](GLFWwindow* w, int count, const char** paths) {
        auto* self = static_cast<GlWindow*>(glfwGetWindowUserPointer(w));
        self->last_input_ = glfwGetTime();
        for (int index = 0; index < count; ++index) self->dropped_.emplace_back(paths[index]);
    });
}

Result<void> GlWindow::load_fonts(ImFont*& text, ImFont*& bold) {
    const Path folder = assets_folder() / "fonts";
    const Path icons = folder / "Font_Awesome_6_Free-Solid-900.otf";
    ImFontAtlas* atlas = ImGui::GetIO().Fonts;
    for (const auto& [name, font] :
         {std::pair{"Roboto-Regular.ttf", &text}, std::pair{"Roboto-Bold.ttf", &bold}}) {
        for (const Path& needed : {folder / name, icons}) {
            std::error_code none;
            if (!std::filesystem::exists(needed, none))
                return Error{ErrorCode::not_found, "a font is missing", needed.string(),
                             "reinstall Ganvas, or set GANVAS_ASSETS to its assets"};
        }
        *font = atlas->AddFontFromFileTTF((folder / name).c_str());
        ImFontConfig merged;
        merged.MergeMode = true;
        merged.PixelSnapH = true;
        merged.ExtraSizeScale = 0.86f; // the icons stand taller than the letters
        atlas->AddFontFromFileTTF(icons.c_str(), 0.0f, &merged);
    }
    ImGui::GetIO().FontDefault = text;
    return {};
}

void GlWindow::events(double seconds) {
    if (seconds > 0)
        glfwWaitEventsTimeout(seconds);
    else
        glfwPollEvents();
}

void GlWindow::begin_frame() {
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    ImGui::NewFrame();
}

void GlWindow::drop_frame() {
    ImGui::Render();
    for (ImTextureData* texture : ImGui::GetPlatformIO().Textures)
        if (texture->Status != ImTextureStatus_OK) ImGui_ImplOpenGL3_UpdateTexture(texture);
}

void GlWindow::end_frame(const ImVec4& ground, Image* capture) {
    ImGui::Render();
    int width = 0, height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    glViewport(0, 0, width, height);
    glClearColor(ground.x, ground.y, ground.z, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    if (capture) *capture = read_pixels(); // after the swap the back buffer is undefined
    glfwSwapBuffers(window_);
}

Image GlWindow::read_pixels() const {
    int width = 0, height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    Image upside_down(width, height, 3), image(width, height, 3);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, upside_down.pixels.data());
    for (int y = 0; y < height; ++y)
        std::copy_n(upside_down.row(height - 1 - y), static_cast<std::size_t>(width) * 3, image.row(y));
    return image;
}

bool GlWindow::take_close() {
    const bool asked = glfwWindowShouldClose(window_);
    glfwSetWindowShouldClose(window_, GLFW_FALSE);
    return asked;
}
void GlWindow::close() { glfwSetWindowShouldClose(window_, GLFW_TRUE); }
double GlWindow::now() { return glfwGetTime(); }
void GlWindow::wake() { glfwPostEmptyEvent(); }
void GlWindow::set_title(const std::string& title) { glfwSetWindowTitle(window_, title.c_str()); }
std::vector<std::string> GlWindow::take_dropped() { return std::exchange(dropped_, {}); }
void GlWindow::resize(int width, int height) { glfwSetWindowSize(window_, width, height); }

bool GlWindow::visible() const {
    int width = 0, height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    return width > 0 && height > 0 && !glfwGetWindowAttrib(window_, GLFW_ICONIFIED);
}

float GlWindow::content_scale() const {
    float x = 1, y = 1;
    glfwGetWindowContentScale(window_, &x, &y);
    return std::clamp(std::max(x, y), 0.5f, 4.0f);
}

WindowPlace GlWindow::place() const {
    if (fullscreen_) return before_fullscreen_;
    WindowPlace place;
    glfwGetWindowPos(window_, &place.x, &place.y);
    glfwGetWindowSize(window_, &place.width, &place.height);
    place.maximised = glfwGetWindowAttrib(window_, GLFW_MAXIMIZED) != 0;
    return place;
}

void GlWindow::toggle_fullscreen() {
    if (fullscreen_) {
        const WindowPlace& back = before_fullscreen_;
        glfwSetWindowMonitor(window_, nullptr, back.x, back.y, back.width, back.height, GLFW_DONT_CARE);
        fullscreen_ = false;
        return;
    }
    GLFWmonitor* monitor = glfwGetPrimaryMonitor();
    const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
    if (!mode) return;
    before_fullscreen_ = place();
    fullscreen_ = true;
    glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
}

} // namespace ganvas
