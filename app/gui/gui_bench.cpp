// `ganvas bench gui`: the default layout at 1280 x 800, once with the shipped model alone and once while recipe dcgan
// trains at width 64; the worse of the two is reported. Declared in gui.h.
//
// frame_ms: NewFrame to the end of the buffer swap, in a window that draws without pause under a moving mouse;
// frame_untouched_ms: the same with nobody there (training then keeps its priority).
// slider_to_pixels_ms: from the key event that moves alpha to the end of the swap that shows the picture asked for.
// training_rate_kept: images a second beside an untouched visible window, over those of `ganvas train` with the same
// settings while the window's own run is paused and nothing is drawn; training_rate_kept_minimised: the same for a
// window that cannot be seen. Medians of twelve of each, taken in turn, every other time in the opposite order: a machine
// that gets faster or slower while it is measured then favours none of them.
// idle_core_share: processor time over wall time while nothing trains and nobody touches the window.
// first_face_seconds: from the start of the process to the end of the first swap that shows a generated face.
#include "app/gui/gui.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

#include <imgui.h>

#include "app/gui/application.h"
#include "app/gui/frame_drawer.h"
#include "app/gui/image_drawer.h"
#include "app/gui/pace.h"
#include "app/gui/window.h"
#include "engine/api/operations.h"
#include "engine/core/files.h"
#include "engine/core/quantile.h"

namespace ganvas {
namespace {

constexpr double rate_seconds = 4, settle_seconds = 1, wait_seconds = 90, idle_seconds = 10;
constexpr int frames_measured = 300, moves_measured = 100, turns = 12;

/// What training runs beside.
enum class Beside { window, unseen_window, no_window };

/// Whether there is something to draw already.
enum class News { none, some };

/// Seconds since this process was started, to a hundredth.
double seconds_since_start() {
    std::ifstream file("/proc/self/stat");
    std::string text;
    std::getline(file, text);
    std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
    std::string field;
    for (int number = 3; number <= 22; ++number)
        fields >> field; // field 22: start, in ticks since the machine's
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    const double started = std::strtod(field.c_str(), nullptr) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9 - started;
}

double processor_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// A folder for the run that the bench trains; gone with it.
class ScratchRuns {
public:
    ScratchRuns()
        : folder_(std::filesystem::temp_directory_path() / ("ganvas-bench-" + std::to_string(::getpid()))) {
        ::setenv("GANVAS_RUNS", folder_.c_str(), 1);
        ::setenv("GANVAS_CONFIG", (folder_ / "config").c_str(),
                 1); // what the user was about to go on with stays
    }
    ~ScratchRuns() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    [[nodiscard]] std::string folder(const std::string& name) const { return (folder_ / name).string(); }
    ScratchRuns(const ScratchRuns&) = delete;
    ScratchRuns& operator=(const ScratchRuns&) = delete;

private:
    Path folder_;
};

class Bench {
public:
    Bench(GlWindow& window, GlImageDrawer& images, Application& application, const Theme& theme,
          std::atomic<bool>& published)
        : application_(application), theme_(theme), drawer_(window, images, application, published) {}

    double frame() { return drawer_.draw(theme_, 1.0 / 60); }
    void poll() { (void)drawer_.take_news(0); }

    /// One after the other without pause, under a mouse that moves or with nobody there.
    std::vector<double> frames(bool touched) {
        std::vector<double> times;
        for (int index = 0; index < frames_measured; ++index) {
            if (touched) ImGui::GetIO().AddMousePosEvent(400.0f + static_cast<float>(index % 200), 300);
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
            frame(); // alpha moves, the request goes out; where the picture comes soon, it is in it
            const std::uint64_t asked = application_.last_request(PreviewChannel::sweep_current);
            const auto shown = [&] {
                return application_.previews()[PreviewChannel::sweep_current].id >= asked;
            };
            if (!shown()) {
                while (!shown() && GlWindow::now() - began < 2) (void)drawer_.take_news(0.05);
                frame();
            }
            times.push_back((GlWindow::now() - began) * 1000);
            ImGui::GetIO().AddKeyEvent(key, false);
            frame();
        }
        return times;
    }

    /// Draws until a generated face can be seen; seconds since the start of the process.
    double first_face() {
        const double began = GlWindow::now();
        while (GlWindow::now() - began < 20) {
            poll();
            frame();
            if (application_.previews()[PreviewChannel::sweep_current].images) {
                frame(); // the picture has come: this swap shows it
                break;
            }
        }
        return seconds_since_start();
    }

    /// Processor time over wall time, of the whole process, with nobody at the window.
    double idle_share() {
        wait(2 * settle_seconds, true);
        const double began = GlWindow::now(), spent = processor_seconds();
        wait(idle_seconds, true, News::none);
        return (processor_seconds() - spent) / (GlWindow::now() - began);
    }

    Result<double> training_rate(Beside beside, const TrainOptions& options, const std::string& folder) {
        if (beside == Beside::no_window) return rate_without_window(options, folder);
        return rate_with_window(beside == Beside::window);
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
    /// Images a second over some seconds, with the window drawn as it is when nobody touches it, or unseen.
    double rate_with_window(bool seen) {
        wait(settle_seconds, seen);
        const std::int64_t first = application_.view().snapshot.images;
        const double began = GlWindow::now();
        wait(rate_seconds, seen);
        return static_cast<double>(application_.view().snapshot.images - first) / (GlWindow::now() - began);
    }

    /// Images a second of `ganvas train` with the same settings, while the window's run is paused.
    Result<double> rate_without_window(const TrainOptions& options, const std::string& folder) {
        application_.send(PauseTraining{});
        wait_for(TrainingState::paused);
        TrainOptions alone = options;
        alone.out = folder;
        std::stop_source stop;
        Progress progress;
        progress.stop = stop.get_token();
        double first_time = 0, last_time = 0;
        std::int64_t first_image = 0, last_image = 0;
        auto trained = train(
            alone,
            [&](const Snapshot& now) {
                if (now.state != TrainingState::running || now.step < 3) return;
                const double time = GlWindow::now();
                if (last_time == 0) last_time = time; // the first steps; then the settling begins
                if (first_time == 0 && time - last_time >= settle_seconds)
                    first_time = time, first_image = now.images;
                if (first_time == 0) return;
                last_time = time, last_image = now.images;
                if (time - first_time >= rate_seconds) stop.request_stop();
            },
            {}, progress);
        application_.send(ResumeTraining{});
        wait_for(TrainingState::running);
        if (!trained) return trained.error();
        return static_cast<double>(last_image - first_image) / std::max(1e-3, last_time - first_time);
    }

    void wait_for(TrainingState state) {
        const double began = GlWindow::now();
        while (application_.view().snapshot.state != state && GlWindow::now() - began < wait_seconds)
            wait(0.05, false);
    }

    void wait(double seconds, bool drawn, News before = News::some) {
        const double until = GlWindow::now() + seconds;
        bool news = before == News::some;
        if (!drawn) application_.out_of_sight();
        while (GlWindow::now() < until) {
            const double due = drawn ? pace_.due(GlWindow::now(), -10, news, application_.motion()) : 0.5;
            news = drawer_.take_news(std::clamp(due, 0.001, 0.5)) || news;
            if (!drawn || pace_.due(GlWindow::now(), -10, news, application_.motion()) > 0.0005) continue;
            const double began = GlWindow::now();
            frame();
            pace_.drew(began, GlWindow::now());
            news = false;
        }
    }

    Application& application_;
    const Theme& theme_;
    FrameDrawer drawer_;
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
    const double first_face = bench.first_face();
    bench.frames(true); // textures, fonts, layout
    const std::vector<double> frames = bench.frames(true), untouched = bench.frames(false);
    std::vector<double> slider = application.view().model.id ? bench.slider() : std::vector<double>();
    const double idle = bench.idle_share();

    progress.report(0.2, "training recipe dcgan at width 64");
    TrainOptions training;
    training.recipe = "dcgan";
    training.assignments = {"generator.width=64", "discriminator.width=64", "measure.live=false"};
    application.send(UseRecipe{training.recipe});
    for (const std::string& assignment : training.assignments) {
        const std::size_t equals = assignment.find('=');
        application.send(ChangeSetting{assignment.substr(0, equals), assignment.substr(equals + 1)});
    }
    application.send(StartTraining{});
    if (!bench.wait_for_training())
        return Error{ErrorCode::internal, "training did not start", application.view().snapshot.message,
                     "see `ganvas train`"};
    std::vector<double> kept, kept_minimised;
    for (int turn = 0; turn < turns; ++turn) {
        progress.report(0.3 + 0.6 * turn / turns, "training beside the window");
        std::array<double, 3> rates{};
        for (std::size_t place = 0; place < rates.size(); ++place) {
            const auto beside = static_cast<Beside>(turn % 2 ? rates.size() - 1 - place : place);
            const auto rate =
                bench.training_rate(beside, training, scratch.folder("alone-" + std::to_string(turn)));
            if (!rate) return rate.error();
            if (progress.stop_requested())
                return Error{ErrorCode::interrupted, "interrupted", "bench gui", ""};
            rates[static_cast<std::size_t>(beside)] = *rate;
        }
        const auto [beside_window, beside_unseen, alone] = rates;
        kept.push_back(beside_window / alone);
        kept_minimised.push_back(beside_unseen / alone);
    }
    progress.report(0.9, "frames and slider while training");
    const std::vector<double> busy_untouched = bench.frames(false), busy_frames = bench.frames(true),
                              busy_slider = bench.slider();
    if (progress.stop_requested()) return Error{ErrorCode::interrupted, "interrupted", "bench gui", ""};
    const auto worse = [](const std::vector<double>& one, const std::vector<double>& other, double share) {
        return std::max(quantile(one, share), quantile(other, share));
    };
    return BenchReport{{"frame_ms_p50", worse(frames, busy_frames, 0.50)},
                       {"frame_ms_p99", worse(frames, busy_frames, 0.99)},
                       {"frame_untouched_ms_p99", worse(untouched, busy_untouched, 0.99)},
                       {"slider_to_pixels_ms_p50", worse(slider, busy_slider, 0.50)},
                       {"slider_to_pixels_ms_p95", worse(slider, busy_slider, 0.95)},
                       {"training_rate_kept", quantile(kept, 0.5)},
                       {"training_rate_kept_lowest", quantile(kept, 0)},
                       {"training_rate_kept_highest", quantile(kept, 1)},
                       {"training_rate_kept_minimised", quantile(kept_minimised, 0.5)},
                       {"idle_core_share", idle},
                       {"first_face_seconds", first_face}};
}

} // namespace ganvas
