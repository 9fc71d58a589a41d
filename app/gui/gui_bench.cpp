// `ganvas bench gui`: the default layout at 1280 x 800, once with the shipped model alone and once while recipe dcgan
// trains at width 64; the worse of the two is reported. Declared in gui.h.
//
// frame_ms: NewFrame to the end of the buffer swap, in a window that draws without pause.
// slider_to_pixels_ms: from the key event that moves alpha to the end of the swap that shows the picture asked for.
// training_rate_kept: steps a second beside an untouched visible window, over those beside one that does not draw;
// three of each, taken in turn.
#include "app/gui/gui.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include <imgui.h>

#include "app/gui/application.h"
#include "app/gui/image_drawer.h"
#include "app/gui/pace.h"
#include "app/gui/window.h"
#include "engine/core/files.h"

namespace ganvas {
namespace {

constexpr double rate_seconds = 8, settle_seconds = 3, wait_seconds = 90;
constexpr int frames_measured = 150, moves_measured = 100;

double quantile(std::vector<double> values, double share) {
    if (values.empty()) return -1;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

/// A folder for the run that the bench trains; gone with it.
class ScratchRuns {
public:
    ScratchRuns()
        : folder_(std::filesystem::temp_directory_path() / ("ganvas-bench-" + std::to_string(::getpid()))) {
        ::setenv("GANVAS_RUNS", folder_.c_str(), 1);
    }
    ~ScratchRuns() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    ScratchRuns(const ScratchRuns&) = delete;
    ScratchRuns& operator=(const ScratchRuns&) = delete;

private:
    Path folder_;
};

class Bench {
public:
    Bench(GlWindow& window, GlImageDrawer& images, Application& application, const Theme& theme,
          std::atomic<bool>& published)
        : window_(window), images_(images), application_(application), theme_(theme), published_(published) {}

    double frame() {
        const double began = GlWindow::now();
        window_.begin_frame();
        application_.draw(theme_, began, 1.0 / 60);
        window_.end_frame(theme_.window);
        images_.end_frame();
        return (GlWindow::now() - began) * 1000;
    }

    void poll() {
        window_.events(0);
        if (published_.exchange(false)) application_.poll();
    }

    std::vector<double> frames() {
        std::vector<double> times;
        for (int index = 0; index < frames_measured; ++index) {
            poll();
            times.push_back(frame());
        }
        return times;
    }

    std::vector<double> slider() {
        std::vector<double> times;
        for (int index = 0; index < moves_measured; ++index) {
            const double began = GlWindow::now();
            const ImGuiKey key = index / 20 % 2 ? ImGuiKey_LeftArrow : ImGuiKey_RightArrow;
            ImGui::GetIO().AddKeyEvent(key, true);
            poll();
            frame(); // alpha moves, the request goes out
            const std::uint64_t asked = application_.last_request();
            const auto shown = [&] {
                return application_.previews()[PreviewChannel::sweep_current].id >= asked;
            };
            while (!shown() && GlWindow::now() - began < 2) {
                window_.events(0.05);
                if (published_.exchange(false)) application_.poll();
            }
            frame();
            times.push_back((GlWindow::now() - began) * 1000);
            ImGui::GetIO().AddKeyEvent(key, false);
            frame();
        }
        return times;
    }

    /// Steps a second over some seconds, with the window drawn as it is when nobody touches it, or not at all.
    double training_rate(bool drawn) {
        wait(settle_seconds, drawn);
        const std::int64_t first = application_.view().snapshot.step;
        const double began = GlWindow::now();
        wait(rate_seconds, drawn);
        return static_cast<double>(application_.view().snapshot.step - first) / (GlWindow::now() - began);
    }

    bool wait_for_training() {
        const double began = GlWindow::now();
        while (GlWindow::now() - began < wait_seconds) {
            wait(0.2, true);
            const Snapshot& now = application_.view().snapshot;
            if (now.state == TrainingState::failed) return false;
            if (now.state == TrainingState::running && now.step >= 3) return true;
        }
        return false;
    }

private:
    void wait(double seconds, bool drawn) {
        const double until = GlWindow::now() + seconds;
        bool news = true;
        while (GlWindow::now() < until) {
            const double due =
                drawn ? pace_.due(GlWindow::now(), -10, news, application_.keep_drawing()) : 0.5;
            window_.events(std::clamp(due, 0.001, 0.5));
            if (published_.exchange(false)) news = application_.poll() || news;
            if (!drawn || pace_.due(GlWindow::now(), -10, news, application_.keep_drawing()) > 0.0005)
                continue;
            const double began = GlWindow::now();
            frame();
            pace_.drew(began, GlWindow::now());
            news = false;
        }
    }

    GlWindow& window_;
    GlImageDrawer& images_;
    Application& application_;
    const Theme& theme_;
    std::atomic<bool>& published_;
    Pace pace_;
};

} // namespace

Result<BenchReport> bench_gui(const Progress& progress) {
    const ScratchRuns scratch;
    auto window = GlWindow::open({-1, -1, 1280, 800, false});
    if (!window) return window.error();
    Theme theme = make_theme(ThemeKind::dark, 1);
    if (auto fonts = (*window)->load_fonts(theme.text_font, theme.bold_font); !fonts) return fonts.error();
    apply(theme);
    auto images = GlImageDrawer::create();
    if (!images) return images.error();
    std::atomic<bool> published = true;
    SessionOptions options;
    options.wake = [&published] {
        if (!published.exchange(true)) GlWindow::wake();
    };
    auto session = make_session(std::move(options));
    if (!session) return session.error();
    FileDialogs dialogs;
    Preferences preferences;
    Application application(**session, **images, dialogs, preferences, make_all_panels());
    Bench bench(**window, **images, application, theme, published);

    progress.report(0.05, "shipped model");
    bench.frames(); // textures, fonts, layout
    std::vector<double> frames = bench.frames();
    std::vector<double> slider = application.view().model.id ? bench.slider() : std::vector<double>();

    progress.report(0.2, "training recipe dcgan at width 64");
    application.send(UseRecipe{"dcgan"});
    application.send(ChangeSetting{"generator.width", "64"});
    application.send(ChangeSetting{"discriminator.width", "64"});
    application.send(StartTraining{});
    if (!bench.wait_for_training())
        return Error{ErrorCode::internal, "training did not start", application.view().snapshot.message,
                     "see `ganvas train`"};
    std::vector<double> kept;
    for (int turn = 0; turn < 3; ++turn) {
        if (progress.stop_requested()) return Error{ErrorCode::interrupted, "interrupted", "", ""};
        progress.report(0.3 + 0.2 * turn, "training beside the window");
        const double without = bench.training_rate(false), with = bench.training_rate(true);
        if (without > 0) kept.push_back(with / without);
    }
    progress.report(0.9, "frames and slider while training");
    const std::vector<double> busy_frames = bench.frames(), busy_slider = bench.slider();
    const auto worse = [](const std::vector<double>& one, const std::vector<double>& other, double share) {
        return std::max(quantile(one, share), quantile(other, share));
    };
    return BenchReport{{"frame_ms_p50", worse(frames, busy_frames, 0.50)},
                       {"frame_ms_p99", worse(frames, busy_frames, 0.99)},
                       {"slider_to_pixels_ms_p50", worse(slider, busy_slider, 0.50)},
                       {"slider_to_pixels_ms_p95", worse(slider, busy_slider, 0.95)},
                       {"training_rate_kept", quantile(kept, 0.5)}};
}

} // namespace ganvas
