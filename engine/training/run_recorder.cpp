#include "engine/training/run_recorder.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <utility>

#include "engine/runs/run_files.h"
#include "engine/training/checkpoint.h"

namespace ganvas {
namespace {

constexpr int mark_columns = 8;
constexpr std::size_t most_marks_read = 128;

std::string short_name(const std::string& source) {
    const std::string stem = std::filesystem::path(source).filename().string();
    return stem.empty() ? source : stem;
}

/// One sheet of the batch, `columns` tiles a row, without gaps.
Image sheet_of(const ImageBatch& batch, int columns) {
    const int rows = (batch.count + columns - 1) / columns;
    Image sheet(columns * batch.width, rows * batch.height, batch.channels, 255);
    const std::size_t line = std::size_t(batch.width) * batch.channels;
    for (int n = 0; n < batch.count; ++n)
        for (int y = 0; y < batch.height; ++y)
            std::memcpy(sheet.row(n / columns * batch.height + y) + std::size_t(n % columns) * line,
                        batch.image(n).data() + std::size_t(y) * line, line);
    return sheet;
}

SharedBatch tiles_of(const Image& sheet, int columns, int count) {
    if (columns < 1 || count < 1 || sheet.width % columns != 0) return nullptr;
    auto batch = std::make_shared<ImageBatch>();
    batch->count = count;
    batch->width = batch->height = sheet.width / columns;
    batch->channels = sheet.channels;
    if ((count + columns - 1) / columns * batch->height > sheet.height) return nullptr;
    batch->pixels.resize(batch->image_bytes() * std::size_t(count));
    const std::size_t line = std::size_t(batch->width) * batch->channels;
    for (int n = 0; n < count; ++n)
        for (int y = 0; y < batch->height; ++y)
            std::memcpy(batch->pixels.data() + std::size_t(n) * batch->image_bytes() + std::size_t(y) * line,
                        sheet.row(n / columns * batch->height + y) + std::size_t(n % columns) * line, line);
    return batch;
}

/// Live settings may differ when a run is resumed; the others made its model and its data.
Result<std::vector<std::string>> changed_keys(const Settings& wanted, const Settings& own) {
    std::vector<std::string> keys = wanted.differences(own);
    for (const std::string& key : keys)
        if (find_setting(key)->scope != SettingScope::live)
            return Error{ErrorCode::usage, "this setting holds for a whole run", key,
                         "the run has " + own.as_text(key) + "; start a new run to change it"};
    return keys;
}

} // namespace

Result<std::unique_ptr<RunRecorder>> RunRecorder::create(const TrainLoopOptions& options, Say say,
                                                         std::function<void()> on_written) {
    std::unique_ptr<RunRecorder> recorder(new RunRecorder(std::move(say)));
    RunInfo& info = recorder->info_;
    info.settings = options.settings;
    info.recipe = options.recipe;
    info.data_source = options.data ? options.data->source() : options.data_source;
    info.data_name = short_name(info.data_source);
    if (!options.write_run) return recorder;
    auto store = options.resume
                     ? RunStore::open(options.run_folder)
                     : RunStore::create(options.run_folder,
                                        options.recipe.empty() ? "run" : short_name(options.recipe));
    if (!store) return store.error();
    recorder->store_ = store.take();
    recorder->writer_ = std::make_unique<CheckpointWriter>(*recorder->store_, std::move(on_written));
    if (!options.resume) return recorder;

    auto own = recorder->store_->read_run();
    if (!own) return own.error();
    auto keys = changed_keys(options.settings, own->settings);
    if (!keys) return keys.error();
    info = own.take();
    for (const std::string& key : *keys) {
        if (auto set = info.settings.set(key, options.settings.as_text(key)); !set) return set.error();
        recorder->resumed_changes_.push_back({0, key, options.settings.as_text(key)});
    }
    recorder->resumed_ = true;
    recorder->data_moved_ = options.data_moved;
    return recorder;
}

/// Sums are rounded otherwise from here on: the run is no longer the one that would have come of it there.
void RunRecorder::say_what_differs(const std::map<std::string, std::string>& before,
                                   const std::map<std::string, std::string>& now) const {
    for (const char* what : {"precision", "convolutions", "threads"}) {
        const auto was = before.find(what), is = now.find(what);
        if (was != before.end() && is != now.end() && was->second != is->second)
            say_(NoticeLevel::info,
                 std::string("it goes on with ") + what + " " + is->second + ", where it had " + was->second);
    }
}

Result<double> RunRecorder::begin(Trainer& trainer, const Dataset& data,
                                  const std::map<std::string, std::string>& versions) {
    double seconds = 0;
    if (!info_.data_fingerprint.empty() && info_.data_fingerprint != data.fingerprint())
        say_(NoticeLevel::warning, "the data have changed since this run was saved: " + data.source());
    if (resumed_) {
        auto checkpoint = store_->newest_good_checkpoint();
        if (checkpoint) {
            for (const std::string& text : checkpoint->notices) say_(NoticeLevel::warning, text);
            auto file = read_tensor_file(checkpoint->path);
            if (!file) return file.error();
            auto note = read_note(*file);
            if (!note) return note.error();
            if (auto loaded = trainer.load_state(*file); !loaded) return loaded.error();
            seconds = note->seconds;
            say_what_differs(info_.versions, versions);
        } else if (checkpoint.error().code == ErrorCode::not_found) {
            say_(NoticeLevel::info, "the run has no checkpoint yet: it begins again");
        } else {
            return checkpoint.error();
        }
        if (auto rewound = store_->rewind(trainer.steps()); !rewound) return rewound.error();
        saved_step_ = checkpoint ? trainer.steps() : -1;
        // What was changed after the checkpoint holds: the settings have it.
        for (SettingChange& change : info_.changes) change.step = std::min(change.step, trainer.steps());
        for (TrainingIncident& one : info_.incidents) one.back_to = std::min(one.back_to, trainer.steps());
        for (SettingChange& change : resumed_changes_) {
            change.step = trainer.steps();
            info_.changes.push_back(std::move(change));
        }
        resumed_changes_.clear();
    }
    info_.data_fingerprint = data.fingerprint();
    if (!resumed_ || data_moved_) { // a run's pictures never become others
        info_.data_source = data.source();
        info_.data_name = short_name(data.source());
    }
    info_.versions = versions;
    info_.state = RunState::training;
    info_.message.clear();
    info_.step = trainer.steps();
    info_.images = trainer.images();
    info_.seconds = seconds;
    if (store_)
        if (auto written = store_->write_run(info_); !written) return written.error();
    list_checkpoints();
    return seconds;
}

TrainHistory RunRecorder::history() const {
    TrainHistory history;
    if (!store_ || !resumed_) return history;
    history.incidents = info_.incidents;
    history.changes = info_.changes;
    history.begins_at = info_.parent_step;
    if (auto metrics = store_->read_metrics()) {
        history.losses = std::move(metrics->training);
        history.distances = std::move(metrics->distances);
        history.diversity = std::move(metrics->diversity);
    }
    const auto samples = store_->samples();
    const std::size_t stride = samples.size() / most_marks_read + 1;
    for (std::size_t i = samples.empty() ? 0 : (samples.size() - 1) % stride; i < samples.size();
         i += stride) {
        const RunSample& sample = samples[i];
        auto sheet = read_image(sample.path);
        if (!sheet) continue;
        if (auto tiles = tiles_of(*sheet, sample.columns, sample.count))
            history.marks.push_back({sample.step, sample.images, sample.seconds, std::move(tiles)});
    }
    return history;
}

void RunRecorder::report(const std::string& kind, const Result<void>& result) {
    const auto known = std::find(failing_.begin(), failing_.end(), kind);
    if (result) {
        if (known != failing_.end()) failing_.erase(known);
        return;
    }
    if (known != failing_.end()) return;
    failing_.push_back(kind);
    say_(NoticeLevel::error, kind + " could not be written: " + result.error().line() + "; training goes on");
}

void RunRecorder::add(const TrainingPoint& point) {
    if (store_) report("the metrics", store_->append(point));
}

void RunRecorder::add(const DistancePoint& point) {
    if (store_) report("the metrics", store_->append(point));
}

void RunRecorder::add(const DiversityPoint& point) {
    if (store_) report("the measures of mode collapse", store_->append(point));
}

void RunRecorder::add(const SampleMark& mark) {
    if (!store_) return;
    const RunSample sample{mark.step, mark.images, mark.seconds, mark_columns, mark.images_batch->count, {}};
    report("a sample sheet", store_->write_sample(sample, sheet_of(*mark.images_batch, mark_columns)));
}

void RunRecorder::changed(std::int64_t step, const std::string& key, const std::string& value) {
    info_.changes.push_back({step, key, value});
    if (auto set = info_.settings.set(key, value); set) write_run();
}

/// The writer may have an older run.json in hand, which must not come after this one.
void RunRecorder::write_run() {
    if (!store_) return;
    run_changed_ = saving();
    if (!run_changed_) report("run.json", store_->write_run(info_));
}

void RunRecorder::set_target(const TrainingTarget& target) {
    info_.target_steps = target.steps;
    info_.target_seconds = target.seconds;
    info_.target_epochs = target.epochs;
    info_.target_images = target.images;
}

// ---- saving --------------------------------------------------------------------------------------------------------
void RunRecorder::keep(std::int64_t step) {
    if (writer_) writer_->keep(step);
}

/// What is to be written of now; a state that is on the disk is not copied.
SaveOrder RunRecorder::order(Trainer& trainer, double seconds, RunState state, const std::string& message) {
    SaveOrder order;
    order.step = trainer.steps();
    std::error_code code; // someone may have taken the file away
    if (order.step != saved_step_
        || !std::filesystem::is_regular_file(store_->checkpoint_path(saved_step_), code)) {
        order.state = trainer.share_state();
        order.note = {trainer.settings(), info_.recipe,     info_.data_source,
                      trainer.steps(),    trainer.images(), seconds};
    }
    info_.state = state;
    info_.message = message;
    info_.step = trainer.steps();
    info_.images = trainer.images();
    info_.seconds = seconds;
    order.info = info_;
    order.keep_last = int(info_.settings.integer("train.keep_checkpoints"));
    order.keep_every = info_.settings.integer("train.keep_every");
    return order;
}

bool RunRecorder::start_save(Trainer& trainer, double seconds, SavedBy by) {
    if (saving()) return false;
    if (!writer_) {
        if (by == SavedBy::hand) tell_saved(trainer.steps());
        return true;
    }
    collect();
    SaveOrder now = order(trainer, seconds, RunState::training, {});
    saved_by_ = by;
    return writer_->start(std::move(now));
}

bool RunRecorder::save(Trainer& trainer, double seconds, RunState state, const std::string& message,
                       SavedBy by) {
    if (!writer_) {
        if (by == SavedBy::hand) tell_saved(trainer.steps());
        return true;
    }
    wait();
    SaveOrder now = order(trainer, seconds, state, message);
    saved_by_ = by;
    (void)writer_->start(std::move(now)); // nothing else is being written
    const auto done = writer_->wait();
    return done && tell(*done);
}

bool RunRecorder::collect() {
    const auto done = writer_ ? writer_->take() : std::nullopt;
    if (done) tell(*done);
    return done.has_value();
}

void RunRecorder::wait() {
    const auto done = writer_ ? writer_->wait() : std::nullopt;
    if (done) tell(*done);
}

/// Once for each save. Whether its checkpoint is on the disk.
bool RunRecorder::tell(const SaveReport& done) {
    for (const auto& [kind, result] : done.parts) report(kind, result);
    list_checkpoints();
    if (done.saved) {
        saved_step_ = done.step;
        if (saved_by_ == SavedBy::hand) tell_saved(done.step);
    }
    if (std::exchange(run_changed_, false)) report("run.json", store_->write_run(info_));
    return done.saved;
}

void RunRecorder::tell_saved(std::int64_t step) {
    say_(NoticeLevel::info, "saved at step " + std::to_string(step));
}

void RunRecorder::went_back(const TrainingIncident& incident, const std::vector<SettingChange>& changes) {
    wait(); // a checkpoint of a step that is given up would come after it was
    for (SettingChange& change : info_.changes) change.step = std::min(change.step, incident.back_to);
    for (const SettingChange& change : changes) {
        info_.changes.push_back(change);
        (void)info_.settings.set(change.key, change.value).ok(); // as the trainer has them already
    }
    info_.incidents.push_back(incident);
    info_.step = incident.back_to;
    if (saved_step_ > incident.back_to) saved_step_ = -1;
    if (!store_) return;
    report("the metrics", store_->rewind(incident.back_to));
    report("run.json", store_->write_run(info_));
    list_checkpoints();
}

std::optional<TensorFile> RunRecorder::checkpoint_before(std::int64_t step) const {
    for (auto saved = checkpoints_.rbegin(); saved != checkpoints_.rend(); ++saved) {
        if (*saved >= step) continue;
        auto file = read_tensor_file(store_->checkpoint_path(*saved));
        if (file) return file.take();
    }
    return std::nullopt;
}

void RunRecorder::list_checkpoints() {
    if (store_) checkpoints_ = checkpoint_steps(store_->folder());
}

void RunRecorder::fail(const std::string& message) {
    if (!store_) return;
    wait();
    (void)store_->flush();
    info_.state = RunState::failed;
    info_.message = message;
    report("run.json", store_->write_run(info_));
}

} // namespace ganvas
