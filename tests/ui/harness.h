/// UiHarness: the real window with a fake engine (or the real one) behind it and the test engine's hand on the mouse.
///
/// Main thread. Owns all of it; one at a time. Needs a display with OpenGL 3.3 (Xvfb with Mesa will do).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/gui/application.h"
#include "app/gui/image_drawer.h"
#include "app/gui/window.h"
#include "tests/support/fake_session.h"

#include <imgui_te_context.h>
#include <imgui_te_engine.h>

namespace ganvas::testing {

/// Answers file questions at once.
class FakeDialogs final : public FileDialogs {
public:
    void ask(FileQuestion question, std::function<void(std::string)> answer) override;
    bool poll() override;
    const FileQuestion* typed_question() const override { return nullptr; }
    bool open_page(const std::string& path) override {
        pages.push_back(path);
        return true;
    }
    std::vector<std::string> pages; ///< that were to be opened
    std::string next_answer;        ///< empty: the user cancels
    std::vector<FileQuestion> asked;

private:
    std::function<void(std::string)> answer_;
};

class UiHarness {
public:
    struct Options {
        FakeContent content = FakeContent::small;
        int width = 1280, height = 800;
        ThemeKind theme = ThemeKind::dark;
        float scale = 1;
        Session* session = nullptr;   ///< a real one in place of the fake; must outlive the harness
        Preferences preferences = {}; ///< of the start before; the theme is the one above
    };
    explicit UiHarness(const Options& options);
    ~UiHarness();

    void frame(Image* capture = nullptr);
    void frames(int count);
    void resize(int width, int height) { window_->resize(width, height); }
    /// Runs one test with the test engine; false (and a doctest message) when it failed.
    bool run(const char* name, const std::function<void(ImGuiTestContext*)>& body);
    /// Below the build tree's test-output/window.
    void screenshot(const std::string& name);
    /// The same inside run(), where no frame may be asked for: of the frame before; set keep_pixels first.
    void screenshot_of_last(const std::string& name) const;
    [[nodiscard]] Image pixels();
    /// Of the frame before, for a test that runs inside the frames; set keep_pixels first.
    [[nodiscard]] const Image& last_pixels() const { return last_pixels_; }
    bool keep_pixels = false;
    bool draw_every_frame = false; ///< else one in ten, and those whose pixels are wanted
    double slowest_frame_ms = 0;   ///< polling, drawing and swapping; a test may set it back
    /// What a region looks like when it is drawn pixel for pixel.
    [[nodiscard]] Image pixels_of(const TextureRegion& region);
    [[nodiscard]] GlImageDrawer& images() { return *images_; }
    [[nodiscard]] GlWindow& window() { return *window_; }
    [[nodiscard]] const Theme& theme() const { return theme_; }

    FakeSession session;
    FakeDialogs dialogs;
    Preferences preferences;
    [[nodiscard]] Application& application() { return *application_; }
    [[nodiscard]] ExplorerState& explorer() { return application_->explorer(); }

private:
    std::unique_ptr<GlWindow> window_;
    std::unique_ptr<GlImageDrawer> images_;
    std::unique_ptr<Application> application_;
    ImGuiTestEngine* engine_ = nullptr;
    Theme theme_;
    std::function<void()> overlay_; ///< drawn above everything
    Image last_pixels_;
    double time_ = 0;
    int frames_ = 0;
};

} // namespace ganvas::testing
