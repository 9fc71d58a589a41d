#include "app/gui/gui.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>

#include <imgui.h>

#include "app/gui/application.h"
#include "app/gui/frame_drawer.h"
#include "app/gui/image_drawer.h"
#include "app/gui/pace.h"
#include "app/gui/preferences.h"
#include "app/gui/window.h"
#include "engine/api/pictures.h"

namespace ganvas {
namespace {

Theme theme_for(const Preferences& preferences, const GlWindow& window, ImFont* text, ImFont* bold) {
    const float scale = std::clamp(window.content_scale() * preferences.scale, 0.5f, 6.0f);
    Theme theme = make_theme(preferences.theme, scale);
    theme.text_font = text;
    theme.bold_font = bold;
    return theme;
}

class Program {
public:
    Program(const GuiOptions& options, GlWindow& window, Application& application, GlImageDrawer& images,
            Preferences& preferences, std::atomic<bool>& published, ImFont* text, ImFont* bold)
        : options_(options), window_(window), application_(application), preferences_(preferences),
          text_(text), bold_(bold), drawer_(window, images, application, published) {
        set_theme();
    }

    Result<void> run() {
        const double opened = GlWindow::now();
        bool news = true;
        if (options_.start) application_.send(StartTraining{});
        const std::stop_callback wake_up(options_.stop, [] { GlWindow::wake(); });
        while (!application_.may_close(window_.take_close()) && !options_.stop.stop_requested()) {
            const double now = GlWindow::now();
            if (options_.exit_after > 0 && now - opened >= options_.exit_after) break;
            const double until_exit = options_.exit_after > 0 ? opened + options_.exit_after - now : 1e9;
            if (!window_.visible()) {
                application_.out_of_sight();
                (void)drawer_.take_news(std::min(0.5, std::max(0.001, until_exit)));
                news = true;
                continue;
            }
            const Motion motion =
                std::max(application_.motion(), application_.dialog_open() ? Motion::settles : Motion::none);
            const double due = due_in(news, motion);
            news = drawer_.take_news(due > 0.0005 ? std::min(due, std::max(0.001, until_exit)) : 0) || news;
            application_.drop(window_.take_dropped());
            news = news || application_.toast_over(GlWindow::now());
            if (due_in(news, motion) > 0.0005) continue;
            frame();
            news = false;
        }
        if (options_.screenshot.empty()) return {};
        application_.poll();
        Image image;
        frame(&image);
        return write_picture(options_.screenshot, image);
    }

private:
    void set_theme() {
        theme_ = theme_for(preferences_, window_, text_, bold_);
        apply(theme_);
        scale_ = window_.content_scale();
    }

    void frame(Image* capture = nullptr) {
        if (window_.content_scale() != scale_) set_theme();
        const double began = GlWindow::now();
        drawer_.draw(theme_, last_began_ > 0 ? began - last_began_ : 0, capture);
        pace_.drew(began, GlWindow::now());
        last_began_ = began;
        application_.set_frame_cost(pace_.milliseconds(), pace_.rate());
        act_on_wishes();
    }

    /// Seconds until the next frame.
    [[nodiscard]] double due_in(bool news, Motion motion) const {
        const double now = GlWindow::now();
        return std::max(pace_.due(now, window_.last_input(), news, motion), drawer_.patience(now));
    }

    void act_on_wishes() {
        WindowWishes& wishes = application_.wishes();
        if (wishes.quit) window_.close();
        if (wishes.toggle_fullscreen) window_.toggle_fullscreen();
        if (wishes.preferences_changed) set_theme();
        wishes = {};
    }

    const GuiOptions& options_;
    GlWindow& window_;
    Application& application_;
    Preferences& preferences_;
    ImFont *text_, *bold_;
    FrameDrawer drawer_;
    Theme theme_;
    Pace pace_;
    float scale_ = 1;
    double last_began_ = 0;
};

} // namespace

Result<int> run_gui(const GuiOptions& options) { return run_gui(options, make_session); }

Result<int> run_gui(const GuiOptions& options, const SessionMaker& make) {
    Result<Preferences> loaded = load_preferences();
    Preferences preferences = loaded ? loaded.take() : Preferences{};
    WindowPlace place = preferences.place;
    if (options.width > 0 && options.height > 0) place = {-1, -1, options.width, options.height, false};
    auto window = GlWindow::open(place);
    if (!window) return window.error();
    ImFont *text = nullptr, *bold = nullptr;
    if (auto fonts = (*window)->load_fonts(text, bold); !fonts) return fonts.error();
    auto images = GlImageDrawer::create();
    if (!images) return images.error();
    if (!preferences.layout.empty())
        ImGui::LoadIniSettingsFromMemory(preferences.layout.data(), preferences.layout.size());

    std::atomic<bool> published = true;
    SessionOptions session_options;
    session_options.open = options.run;
    session_options.device = options.device;
    session_options.open_drawn_faces = true;
    session_options.wake = [&published] {
        if (!published.exchange(true)) GlWindow::wake();
    };
    bool lost = false;
    session_options.last_words = [&lost](const std::string& words) {
        lost = true;
        std::fprintf(stderr, "ganvas: %s\n", words.c_str());
    };
    auto session = make(std::move(session_options));
    if (!session) return session.error();

    FileDialogs dialogs;
    Application application(**session, **images, dialogs, preferences, make_all_panels());
    if (!loaded) application.say(loaded.error().line());
    Program program(options, **window, application, **images, preferences, published, text, bold);
    const Result<void> ran = program.run();

    preferences.place = (*window)->place();
    preferences.explorer = application.explorer();
    preferences.layout = ImGui::SaveIniSettingsToMemory();
    const Result<void> saved = save_preferences(preferences);
    session->reset(); // saves and joins while the window still stands
    if (!ran) return ran.error();
    if (!saved) return saved.error();
    return lost ? 1 : 0;
}

} // namespace ganvas
