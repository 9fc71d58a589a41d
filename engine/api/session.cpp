#include "engine/api/session_implementation.h"

#include <algorithm>
#include <new>

#include "engine/core/elapsed.h"
#include "engine/core/files.h"
#include "engine/data/dataset.h"
#include "engine/device/device.h"
#include "engine/device/thread_setup.h"
#include "engine/export/picture.h"
#include "engine/runs/recipe.h"
#include "engine/runs/run_store.h"
#include "engine/training/specs_from_settings.h"

namespace ganvas {
namespace {

// Seconds between two weights that training hands to the explorer.
constexpr double shortest_model_interval = 1, unseen_model_interval = 60;

constexpr std::size_t most_notices = 200;

} // namespace

Result<std::unique_ptr<Session>> make_session(SessionOptions options) {
    return std::unique_ptr<Session>(std::make_unique<SessionImplementation>(std::move(options)));
}

SessionImplementation::SessionImplementation(SessionOptions options) : options_(std::move(options)) {
    view_.recipes = recipe_names();
    name_recipe("quick");
    view_.settings = view_.recipe_settings;
    const auto seeds = TrainLoop::mark_seeds();
    view_.sample_seeds.assign(seeds.begin(), seeds.end());
    explorer_ = std::make_unique<Explorer>(options_.wake, options_.device);
    JobOptions job_options;
    job_options.threads = 4; // a study may keep one for hours, and data and runs are opened by the same
    job_options.wake = options_.wake;
    job_options.on_worker_start = [] { prepare_worker_thread(1); };
    jobs_ = std::make_unique<JobRegistry>(job_options);
    JobOptions quiet_options;
    quiet_options.wake = options_.wake;
    quiet_options.on_worker_start = job_options.on_worker_start;
    quiet_ = std::make_unique<JobRegistry>(quiet_options);
    prepare_worker_thread(1, false); // this thread too: no helpers that stay (thread_setup.h)
    // Opened at once (some megabytes), so that the first frame has a face; its history follows.
    guarded([this] { open_first(); });
    view_.data_source = data_source_;
    look_at_machine();
    refresh_runs();
    offer_last_run();
}

void SessionImplementation::open_first() {
    if (!options_.open.empty()) {
        auto opened = read_opened_run(options_.open, AfterOpening::explore);
        if (!opened) return notice(NoticeLevel::error, opened.error().line());
        return take_opened(opened.take(), AfterOpening::explore);
    }
    if (!options_.load_shipped_model) return;
    auto shipped = open_checkpoint(shipped_checkpoint());
    if (shipped)
        adopt(shipped.take());
    else
        notice(NoticeLevel::warning, "the shipped faces cannot be shown: " + shipped.error().line());
}

SessionImplementation::~SessionImplementation() {
    // A run that trained is remembered as such, so that the next start offers to go on with it.
    const bool training =
        loop_active()
        && (view_.snapshot.state == TrainingState::running || view_.snapshot.state == TrainingState::paused);
    if (training) remember_run(true);
    take_jobs();
    std::set<std::uint64_t> cut_short;
    for (const JobStatus& job : view_.jobs)
        if (job.writes && job.unfinished()) cut_short.insert(job.id);
    jobs_->cancel_all();
    quiet_->cancel_all();
    if (loop_) loop_->stop(); // together with those that were left
    leaving_.clear();
    jobs_->wait_idle();
    take_jobs();
    for (const JobStatus& job : view_.jobs)
        if (cut_short.contains(job.id) && job.state != JobState::done && options_.last_words)
            options_.last_words(job.title + ": not written, the program was closed before");
    jobs_.reset();
    quiet_.reset();
    if (loop_ && options_.last_words) {
        loop_->join();
        for (const Notice& said : loop_->take_notices())
            if (said.level == NoticeLevel::error) options_.last_words(said.text);
    }
    loop_.reset();
    explorer_.reset();
}

double SessionImplementation::now() const { return seconds_since(start_); }

void SessionImplementation::notice(NoticeLevel level, std::string text, NoticeAction action,
                                   std::string target) {
    view_.notices.push_back({next_notice_++, level, std::move(text), now(), action, std::move(target)});
    if (view_.notices.size() > most_notices) view_.notices.erase(view_.notices.begin());
}

void SessionImplementation::guarded(const std::function<void()>& work) {
    std::string why;
    try {
        return work();
    } catch (const std::bad_alloc&) {
        why = "out of memory";
    } catch (const std::exception& caught) { // torch's own among them
        why = caught.what();
        why = why.substr(0, why.find('\n'));
    } catch (...) {
        why = "an unknown failure";
    }
    why = "that could not be done: " + why;
    if (!view_.notices.empty() && view_.notices.back().text == why)
        return; // once, where each poll() fails alike
    if (loop_active()) loop_->send(train_command::Save{});
    notice(NoticeLevel::error, why);
}

std::shared_ptr<void> SessionImplementation::when_over(Arrival then) const {
    const auto ended = [arrivals = arrivals_, wake = options_.wake, then = std::move(then)](void*) {
        arrivals->put(then);
        if (wake) wake();
    };
    return {nullptr, ended};
}

void SessionImplementation::request(LatentRequest request) { explorer_->request(std::move(request)); }

void SessionImplementation::set_seen(bool seen) {
    if (seen_ == seen) return;
    seen_ = seen;
    if (loop_) loop_->set_model_interval(seen ? shortest_model_interval : unseen_model_interval);
}

void SessionImplementation::set_interactive(bool interactive) {
    if (loop_) loop_->set_interactive(interactive);
}

const View& SessionImplementation::poll() {
    view_.restored.clear();
    view_.pictures.clear();
    for (Arrival& arrival : arrivals_->take_all()) guarded([&] { arrival(*this); });
    guarded([this] { take_from_loop(); });
    guarded([this] { take_leaving(); });
    guarded([this] { start_when_ready(); });
    guarded([this] {
        take_jobs();
        measure_when_due();
        follow_study();
        follow_health();
    });
    view_.frames = explorer_->take_frames();
    if (std::string said = explorer_->take_notice(); !said.empty())
        notice(NoticeLevel::warning, std::move(said));
    pace_model(view_.frames);
    view_.data_source = data_source_;
    if (!view_.frames.empty() && !std::exchange(first_frame_seen_, true)) open_default_data();
    constexpr double memory_seconds = 2;
    if (!loop_active() && now() - memory_read_ > memory_seconds) {
        memory_read_ = now();
        view_.snapshot.resident_bytes = resident_bytes();
    }
    return view_;
}

void SessionImplementation::look_at_machine() {
    submit("Choosing the device",
           [wanted = options_.device, precision = view_.settings.text("train.precision"),
            arrivals = arrivals_](const Progress&) -> Result<std::string> {
               auto chosen = choose_device(wanted);
               if (!chosen) return chosen.error();
               const std::string name = precision_name(choose_precision(precision, chosen->device));
               arrivals->put([device = chosen->description, name](SessionImplementation& session) {
                   Snapshot& snapshot = session.view_.snapshot;
                   if (!snapshot.device.empty()) return; // training has said it itself
                   snapshot.device = device;
                   snapshot.precision = name;
               });
               return chosen->description;
           });
}

/// The dearer the pictures that follow the weights, the less often weights come: following takes at most so much of a
/// core from training.
void SessionImplementation::pace_model(const std::vector<PreviewFrame>& frames) {
    for (const PreviewFrame& frame : frames) {
        std::uint64_t& shown = shown_model_[static_cast<int>(frame.channel)];
        if (frame.model_id == shown) continue;
        shown = frame.model_id;
        follow_seconds_ += frame.milliseconds / 1000;
    }
    constexpr double follow_share = 0.02, longest = 20;
    const double interval = std::clamp(follow_seconds_ / follow_share, shortest_model_interval, longest);
    if (loop_) loop_->set_model_interval(seen_ ? interval : unseen_model_interval);
}

void SessionImplementation::show_model(SharedModel model) {
    const bool other_family =
        view_.model.name != "live" || (explored_.model && explored_.model->generator != model->generator);
    if (other_family) {
        // Directions belong to one generator; the new run's are learned anew.
        explored_.attributes.clear();
        explored_.axes.clear();
        directions_in_file_ = true;
        attributes_ = {};
        view_.attributes.clear();
        view_.model = {};
        view_.model.name = "live";
        view_.model.settings = with_channels(view_.settings, model->generator.channels);
    }
    explored_.prior = prior_of(view_.settings);
    explored_.model = std::move(model);
    const ModelSnapshot& shown = *explored_.model;
    view_.model.id = shown.id;
    view_.model.step = shown.step;
    view_.model.latent_size = shown.generator.latent_size;
    view_.model.prior = explored_.prior;
    view_.model.image_size = shown.generator.image_size;
    view_.model.channels = shown.generator.channels;
    view_.model.classes = shown.generator.classes;
    view_.model.class_names = shown.class_names;
    view_.model.principal_axes = static_cast<int>(explored_.axes.size());
    explorer_->set_model(explored_);
}

void SessionImplementation::take_jobs() {
    view_.jobs.clear();
    for (const JobReport& report : jobs_->reports()) {
        view_.jobs.push_back({report.id, report.title, report.detail, report.fraction, report.seconds,
                              static_cast<JobState>(report.phase), report.result,
                              writing_jobs_.contains(report.id)});
        const bool said =
            std::find(failed_jobs_.begin(), failed_jobs_.end(), report.id) != failed_jobs_.end();
        if (report.phase == JobPhase::failed && !said) {
            failed_jobs_.push_back(report.id);
            notice(NoticeLevel::error, report.title + ": " + report.result);
        }
    }
}

} // namespace ganvas
