#include "engine/api/bench.h"

#include <sys/resource.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <future>
#include <semaphore>
#include <thread>

#include "engine/api/checkpoint_model.h"
#include "engine/api/explorer.h"
#include "engine/api/session_implementation.h"
#include "engine/core/elapsed.h"
#include "engine/core/processors.h"
#include "engine/core/quantile.h"
#include "engine/core/random.h"
#include "engine/device/device.h"
#include "engine/device/thread_setup.h"
#include "engine/export/recipe_text.h"
#include "engine/metrics/frechet.h"
#include "engine/runs/recipe.h"
#include "engine/training/step_profile.h"
#include "engine/training/trainer.h"

namespace ganvas {
namespace {

using Clock = std::chrono::steady_clock;

long minor_faults() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

/// 10^9 operations a second of a large matrix product in this precision: what the machine can do at best.
double product_rate(Precision precision) {
    torch::NoGradGuard no_gradients;
    constexpr std::int64_t size = 2048;
    const auto type = precision == Precision::bfloat16 ? at::kBFloat16 : at::kFloat;
    const auto left = at::ones({size, size}, type), right = at::ones({size, size}, type);
    auto product = at::mm(left, right);
    std::vector<double> seconds;
    for (int round = 0; round < 7; ++round) {
        const auto start = Clock::now();
        at::mm_out(product, left, right);
        seconds.push_back(seconds_since(start));
    }
    return 2.0 * size * size * size / quantile(seconds, 0.5) / 1e9;
}

/// What a save keeps training waiting for, after each of some steps: the look through the state and its copy.
double longest_checkpoint_pause(Trainer& trainer) {
    constexpr int saves = 5;
    (void)trainer.share_state(); // the first one makes the room
    double longest = 0;
    for (int k = 0; k < saves; ++k) {
        trainer.step();
        const auto start = Clock::now();
        const bool sound = trainer.losses_are_finite() && trainer.is_finite();
        const SharedTrainerState state = trainer.share_state();
        if (sound && state) longest = std::max(longest, seconds_since(start) * 1000);
    }
    return longest;
}

/// Where the time of further steps goes: by part of the step, by kind of operation, and the dearest other operations.
Result<void> add_profile(Trainer& trainer, bool on_cpu, BenchReport& report, const Progress& progress) {
    constexpr int steps = 48; // whole rounds of lazy penalties: every 8 or 16 steps in the shipped recipes
    const auto row = [](std::string name) {
        for (char& letter : name)
            if (!std::isalnum(static_cast<unsigned char>(letter))) letter = '_';
        return "profile_" + name;
    };
    StepProfile profile;
    {
        const StepProfiler profiler;
        for (int k = 0; k < steps; ++k) {
            if (progress.stop_requested())
                return Error{ErrorCode::interrupted, "interrupted", "bench train", ""};
            trainer.step();
            progress.report(double(k + 1) / steps, "profiling");
        }
        profile = profiler.profile();
    }
    report.push_back({"profile_milliseconds_per_step", profile.seconds * 1000 / steps});
    for (const auto& [name, seconds] : profile.phases)
        report.push_back({row("phase_" + name + "_ms"), seconds * 1000 / steps});
    for (const auto& [name, seconds] : profile.kinds)
        report.push_back({row("kind_" + name + "_percent"), 100 * seconds / profile.seconds});
    for (std::size_t k = 0; k < std::min<std::size_t>(8, profile.operations.size()); ++k)
        report.push_back({row("other_" + profile.operations[k].first + "_percent"),
                          100 * profile.operations[k].second / profile.seconds});
    if (!on_cpu) return {}; // the thread's time is that of launching, which is no rate
    report.push_back({"step_gflops", profile.floating_point_operations / profile.seconds / 1e9});
    report.push_back({"machine_gflops", product_rate(trainer.precision())});
    return {};
}

Result<BenchReport> measure_training(const BenchTrainOptions& options, const Progress& progress) {
    auto settings = load_recipe(options.recipe);
    if (!settings) return settings.error();
    for (const std::string& assignment : options.assignments)
        if (auto set = settings->assign(assignment); !set) return set.error();
    auto data = open_dataset("faces:2000", preparation_of(*settings), progress);
    if (!data) return data.error();
    auto device = choose_device(options.device);
    if (!device) return device.error();
    prepare_worker_thread(static_cast<int>(settings->integer("train.threads")));
    auto trainer = Trainer::create(*settings, data.take(), *device);
    if (!trainer) return trainer.error();
    for (int k = 0; k < 5; ++k) (*trainer)->step();
    (void)(*trainer)->take_losses();
    const std::int64_t first_step = (*trainer)->steps(), first_image = (*trainer)->images();
    std::vector<long> faults = {minor_faults()}; ///< before the first step, and after each
    const double first_waited = (*trainer)->seconds_waited_for_data();
    const auto start = Clock::now();
    std::vector<double> steps;
    while (seconds_since(start) < options.seconds || steps.size() < 10) {
        if (progress.stop_requested()) return Error{ErrorCode::interrupted, "interrupted", "bench train", ""};
        const auto begin = Clock::now();
        (*trainer)->step();
        steps.push_back(seconds_since(begin) * 1000);
        faults.push_back(minor_faults());
        if (steps.size() % 10 == 0) (void)(*trainer)->take_losses();
        progress.report(std::min(1.0, seconds_since(start) / options.seconds), "training");
    }
    const double seconds = seconds_since(start);
    const double count = static_cast<double>((*trainer)->steps() - first_step);
    // The steady state is the second half: the heap still grows in the first.
    const std::size_t half = steps.size() / 2;
    const auto half_steps = static_cast<double>(half);
    BenchReport report{
        {"images_per_second", static_cast<double>((*trainer)->images() - first_image) / seconds},
        {"milliseconds_per_step", quantile(steps, 0.5)},
        {"milliseconds_per_step_p95", quantile(steps, 0.95)},
        {"minor_faults_per_step", static_cast<double>(faults.back() - faults[half]) / (count - half_steps)},
        {"minor_faults_before", static_cast<double>(faults[half] - faults.front())},
        {"steps", count},
        {"waited_for_data_percent", 100 * ((*trainer)->seconds_waited_for_data() - first_waited) / seconds},
        {"bfloat16", (*trainer)->precision() == Precision::bfloat16 ? 1.0 : 0.0},
        {"checkpoint_pause_ms", longest_checkpoint_pause(**trainer)}};
    if (options.profile)
        if (auto done = add_profile(**trainer, device->device.is_cpu(), report, progress); !done)
            return done.error();
    return report;
}

/// Latencies of single pictures as the window asks for them: request, a thread that wakes, pixels that are taken.
Result<std::vector<double>> preview_latencies(const CheckpointModel& opened,
                                              const std::vector<LatentPoint>& points,
                                              const Progress& progress) {
    constexpr int warm = 20, measured = 200;
    std::counting_semaphore<> woken{0};
    Explorer explorer([&] { woken.release(); });
    explorer.set_model({opened.model, prior_of(opened.note.settings), {}, {}});
    std::vector<double> latencies;
    for (int k = 0; k < warm + measured; ++k) {
        if (progress.stop_requested())
            return Error{ErrorCode::interrupted, "interrupted", "bench latent", ""};
        LatentRequest request;
        request.id = static_cast<std::uint64_t>(k) + 1;
        request.channel = PreviewChannel::sweep_current;
        request.points = {points[static_cast<std::size_t>(k) % points.size()]};
        const auto begin = Clock::now();
        explorer.request(std::move(request));
        for (bool there = false; !there;) {
            woken.acquire();
            for (const PreviewFrame& frame : explorer.take_frames()) {
                if (frame.error) return *frame.error;
                there = there || frame.id == static_cast<std::uint64_t>(k) + 1;
            }
        }
        if (k >= warm) latencies.push_back(seconds_since(begin) * 1000);
    }
    return latencies;
}

} // namespace

Result<BenchReport> bench_train(const BenchTrainOptions& options, const Progress& progress) {
    // As a run is trained: on a thread of its own, whose memory the allocator may treat otherwise than main's.
    return std::async(std::launch::async, [&] { return measure_training(options, progress); }).get();
}

Result<BenchReport> bench_latent(const std::string& checkpoint, const Progress& progress) {
    auto opened = open_checkpoint(checkpoint.empty() ? shipped_checkpoint() : checkpoint);
    if (!opened) return opened.error();
    prepare_worker_thread(0);
    auto renderer = make_renderer(*opened);
    if (!renderer) return renderer.error();
    LatentPoint base;
    base.from = LatentSum::face(1);
    base.to = LatentSum::face(2);
    const auto strip = sweep_points(base, sweep_alphas(64));
    auto single = preview_latencies(*opened, strip, progress);
    if (!single) return single.error();
    std::vector<double> strips;
    for (int k = 0; k < 12; ++k) {
        const auto begin = Clock::now();
        auto images = (*renderer)->render(strip);
        if (!images) return images.error();
        if (k >= 2) strips.push_back(seconds_since(begin) * 1000);
        progress.report((k + 1) / 12.0, "strips");
    }
    return BenchReport{{"preview_ms_p50", quantile(*single, 0.5)},
                       {"preview_ms_p95", quantile(*single, 0.95)},
                       {"strip_64_ms", quantile(strips, 0.5)}};
}

namespace {

/// Seconds of the Fréchet distance of 10,000 pictures with `dimension` features: against the data's kept side, and with
/// both sides' means and covariances made from features.
Result<void> bench_distance(int dimension, BenchReport& report, const Progress& progress) {
    constexpr std::int64_t pictures = 10000;
    FeatureMatrix sides[2];
    for (std::uint64_t k = 0; k < 2; ++k) {
        sides[k] = {pictures, dimension, std::vector<float>(static_cast<std::size_t>(pictures * dimension))};
        fill_normal(k, sides[k].values);
    }
    progress.report(1, "distance of " + std::to_string(dimension) + " features");
    auto statistics = gaussian_statistics(sides[0]);
    if (!statistics) return statistics.error();
    const auto reference = FrechetReference::from(statistics.take());
    const std::string label = "distance_" + std::to_string(dimension);
    auto start = Clock::now();
    if (auto value = reference.distance(sides[1]); !value) return value.error();
    report.push_back({label + "_seconds", seconds_since(start)});
    start = Clock::now();
    if (auto value = frechet_distance(sides[0], sides[1]); !value) return value.error();
    report.push_back({label + "_both_sides_seconds", seconds_since(start)});
    return {};
}

} // namespace

Result<BenchReport> bench_metrics(std::int64_t count, const Progress& progress) {
    prepare_worker_thread(0);
    auto data =
        open_dataset("faces:" + std::to_string(std::max<std::int64_t>(count, 64)), Preparation{}, progress);
    if (!data) return data.error();
    const ImageSource source = dataset_images(data.take());
    BenchReport report;
    for (const char* name : {"lite0-96", "lite0"}) {
        auto extractor = make_extractor(name);
        if (!extractor) return extractor.error();
        auto warm = extract_features(**extractor, source, 0, std::min<std::int64_t>(count, 32), progress);
        if (!warm) return warm.error();
        const auto begin = Clock::now();
        auto features = extract_features(**extractor, source, 0, count, progress);
        if (!features) return features.error();
        const std::string label = std::string(name) == "lite0" ? "lite0" : "lite0_96";
        report.push_back({label + "_images_per_second", static_cast<double>(count) / seconds_since(begin)});
    }
    for (const int dimension : {1280, 2048})
        if (auto done = bench_distance(dimension, report, progress); !done) return done.error();
    return report;
}

} // namespace ganvas
