#include "engine/runs/run_store.h"

#include <cerrno>
#include <ctime>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "engine/core/file_calls.h"
#include "engine/core/output_file.h"
#include "engine/export/picture.h"
#include "engine/runs/metrics_table.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_json.h"

namespace ganvas {
namespace {

constexpr int rows_before_flush = 64;
constexpr auto time_before_flush = std::chrono::seconds(2);

std::string time_text(const char* format) {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[64];
    return {text, std::strftime(text, sizeof text, format, &parts)};
}

/// Letters, digits, '-', '_' and '.' of a name that becomes part of a folder's.
std::string folder_word(const std::string& name) {
    std::string word;
    for (const char c : name.substr(0, 40)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                           || c == '_' || c == '.';
        if (plain)
            word += c;
        else if (!word.empty() && word.back() != '-')
            word += '-';
    }
    return word.empty() ? "run" : word;
}

Result<Path> make_unique_folder(const std::string& name) {
    const Path parent = runs_folder();
    if (auto made = make_folder(parent); !made) return made.error();
    const std::string stem = time_text("%Y-%m-%d-%H%M%S-") + folder_word(name);
    for (int attempt = 1; attempt < 10'000; ++attempt) {
        const Path folder = parent / (attempt == 1 ? stem : stem + "-" + std::to_string(attempt));
        const int code = make_new_folder(folder);
        if (code == 0) return folder;
        if (code != EEXIST) return file_error("folder cannot be made", folder, code);
    }
    return Error{ErrorCode::io, "no free name for a run", parent.string(), "clear the folder up"};
}

/// What a program that was killed in the middle of a write left. Only under the lock.
void remove_leftovers_of_run(const Path& folder) {
    for (const Path& file : {run_json_path(folder), metrics_csv_path(folder), diversity_csv_path(folder)})
        remove_leftovers(folder, file.filename().string() + ".tmp-");
    for (const Path& part : {samples_folder(folder), checkpoints_folder(folder)})
        remove_leftovers(part, "step-");
}

} // namespace

RunStore::RunStore(Path folder, std::unique_ptr<RunLock> lock)
    : folder_(std::move(folder)), lock_(std::move(lock)),
      metrics_(metrics_csv_path(folder_), metrics_header()),
      diversity_(diversity_csv_path(folder_), diversity_header()) {}

RunStore::~RunStore() { (void)flush().ok(); }

Result<std::unique_ptr<RunStore>> RunStore::create(const Path& wanted, const std::string& name) {
    Path folder = wanted;
    if (folder.empty()) {
        auto made = make_unique_folder(name);
        if (!made) return made.error();
        folder = made.take();
    } else if (auto made = make_folder(folder); !made) {
        return made.error();
    }
    auto lock = RunLock::take(folder);
    if (!lock) return lock.error();
    if (is_run_folder(folder))
        return Error{ErrorCode::io, "folder holds a run already", folder.string(),
                     "add --resume, or choose another folder"};
    std::unique_ptr<RunStore> store(new RunStore(folder, lock.take()));
    if (auto made = store->make_parts(); !made) return made.error();
    return store;
}

Result<std::unique_ptr<RunStore>> RunStore::open(const Path& folder) {
    if (!is_run_folder(folder))
        return Error{ErrorCode::not_found, "not a run folder", folder.string(), "it has no run.json"};
    auto lock = RunLock::take(folder);
    if (!lock) return lock.error();
    std::unique_ptr<RunStore> store(new RunStore(folder, lock.take()));
    if (auto made = store->make_parts(); !made) return made.error();
    if (auto taken = store->take_over(); !taken) return taken.error();
    return store;
}

Result<void> RunStore::take_over() {
    const MutexLock lock(mutex_);
    for (const RowFile* table : {&metrics_, &diversity_})
        if (auto trimmed = table->trim_torn_row(); !trimmed) return trimmed;
    const MutexLock place(place_mutex_);
    if (const auto info = read_run()) created_ = info->created;
    return {};
}

Result<void> RunStore::make_parts() const {
    for (const Path& part : {samples_folder(folder_), checkpoints_folder(folder_)})
        if (auto made = make_folder(part); !made) return made;
    remove_leftovers_of_run(folder_);
    return {};
}

Result<void> RunStore::check_place() {
    const MutexLock place(place_mutex_);
    if (lock_->is_in(folder_)) return {};
    std::error_code code;
    if (!std::filesystem::is_directory(folder_, code))
        return Error{ErrorCode::io, "the run's folder is gone", folder_.string(),
                     "put it back, and the run is saved there again"};
    const auto there = read_run();
    if (there && !created_.empty() && there->created != created_)
        return Error{ErrorCode::io, "another run is in this run's folder now", folder_.string(),
                     "move that one away, and this one is saved there again"};
    auto again = RunLock::take(folder_);
    if (!again) return lock_->is_named_in(folder_) ? Result<void>() : again.error();
    lock_ = again.take();
    return make_parts();
}

Path RunStore::checkpoint_path(std::int64_t step) const {
    return step_file(checkpoints_folder(folder_), step, ".safetensors");
}

Result<void> RunStore::write_run(RunInfo info) {
    if (auto placed = check_place(); !placed) return placed;
    info.modified = time_text("%Y-%m-%dT%H:%M:%SZ");
    if (info.created.empty()) {
        const auto before = read_run();
        info.created = before && !before->created.empty() ? before->created : info.modified;
    }
    if (auto written = write_file(run_json_path(folder_), run_json(info)); !written) return written;
    const MutexLock place(place_mutex_);
    created_ = info.created;
    return {};
}

Result<RunInfo> RunStore::read_run() const { return ganvas::read_run(folder_); }

Result<void> RunStore::append(const TrainingPoint& point) {
    const MutexLock lock(mutex_);
    return append_row(rows_, metrics_row(point));
}

Result<void> RunStore::append(const DistancePoint& point) {
    const MutexLock lock(mutex_);
    return append_row(rows_, metrics_row(point));
}

Result<void> RunStore::append(const DiversityPoint& point) {
    const MutexLock lock(mutex_);
    return append_row(diversity_rows_, metrics_row(point));
}

Result<void> RunStore::append_row(std::string& rows, const std::string& row) {
    rows += row;
    ++row_count_;
    const auto now = std::chrono::steady_clock::now();
    // A row that waits behind one that cannot be written is no sign that writing works again.
    if (row_count_ < rows_before_flush && now - last_flush_ < time_before_flush)
        return flush_error_ ? Result<void>(*flush_error_) : Result<void>();
    return flush_locked();
}

Result<void> RunStore::flush() {
    const MutexLock lock(mutex_);
    return flush_locked();
}

Result<void> RunStore::flush_locked() {
    auto written = write_rows();
    if (written)
        flush_error_.reset();
    else
        flush_error_ = written.error();
    return written;
}

Result<void> RunStore::write_rows() {
    last_flush_ = std::chrono::steady_clock::now();
    if (!rows_.empty() || !diversity_rows_.empty())
        if (auto placed = check_place(); !placed) return placed;
    if (!rows_.empty())
        if (auto appended = metrics_.append(rows_); !appended) return appended;
    rows_.clear();
    if (!diversity_rows_.empty())
        if (auto appended = diversity_.append(diversity_rows_); !appended) return appended;
    diversity_rows_.clear();
    row_count_ = 0;
    return {};
}

Result<void> RunStore::sync_rows() {
    if (auto flushed = flush(); !flushed) return flushed;
    const std::array tables = [&] {
        const MutexLock lock(mutex_);
        return std::array{metrics_, diversity_};
    }();
    for (const RowFile& table : tables)
        if (auto synced = table.sync(); !synced) return synced;
    return {};
}

Result<RunMetrics> RunStore::read_metrics() {
    if (auto flushed = flush(); !flushed) return flushed.error();
    return ganvas::read_metrics(folder_);
}

Result<void> RunStore::write_sample(const RunSample& sample, const Image& sheet) {
    if (auto placed = check_place(); !placed) return placed;
    if (auto made = make_folder(samples_folder(folder_)); !made) return made;
    return write_png(step_file(samples_folder(folder_), sample.step, ".png"), sheet,
                     {{sample_keyword, sample_json(sample)}});
}

std::vector<RunSample> RunStore::samples() const { return run_samples(folder_); }

Result<void> RunStore::write_checkpoint(std::int64_t step, const TensorFile& file) {
    if (auto placed = check_place(); !placed) return placed;
    if (auto made = make_folder(checkpoints_folder(folder_)); !made) return made;
    return write_tensor_file(checkpoint_path(step), file);
}

Result<RunCheckpoint> RunStore::newest_good_checkpoint() const {
    return ganvas::newest_good_checkpoint(folder_);
}

Result<void> RunStore::prune(const PrunePolicy& policy) {
    if (auto placed = check_place(); !placed) return placed;
    const auto files = step_files(checkpoints_folder(folder_), ".safetensors");
    const std::size_t last = static_cast<std::size_t>(std::max(1, policy.keep_last));
    if (files.size() <= last) return {};
    const auto newest = newest_good_checkpoint();
    if (!newest) return {}; // nothing whole is left: then nothing is removed either
    std::set<std::int64_t> kept{newest->step};
    for (std::size_t i = files.size() - last; i < files.size(); ++i) kept.insert(files[i].first);
    kept.insert(policy.keep_also.begin(), policy.keep_also.end());
    if (policy.keep_best) {
        auto metrics = read_metrics();
        if (!metrics) metrics = ganvas::read_metrics(folder_); // without the rows that wait in memory
        if (!metrics) return metrics.error();                  // the best cannot be told: none goes
        if (const DistancePoint* best = best_distance(metrics->distances)) {
            const auto nearest =
                std::min_element(files.begin(), files.end(), [&](const auto& a, const auto& b) {
                    return std::abs(a.first - best->step) < std::abs(b.first - best->step);
                });
            kept.insert(nearest->first);
        }
    }
    if (policy.keep_every > 0) {
        // Checkpoints come by the clock, hardly ever at the very step. Files are in rising order: the first of each part stays.
        std::int64_t part = 0;
        for (const auto& [step, path] : files)
            if (step / policy.keep_every > part) {
                part = step / policy.keep_every;
                kept.insert(step);
            }
    }
    for (const auto& [step, path] : files) {
        if (kept.contains(step)) continue;
        if (const int code = remove_file(path); code != 0) return file_error("cannot be removed", path, code);
    }
    return {};
}

Result<void> RunStore::rewind(std::int64_t step) {
    const MutexLock lock(mutex_);
    if (auto placed = check_place(); !placed) return placed;
    // First of all, and it needs no room: a checkpoint of steps that are given up must not be the newest.
    for (const auto& [checkpoint_step, path] : step_files(checkpoints_folder(folder_), ".safetensors")) {
        if (checkpoint_step <= step) continue;
        Path aside = path;
        aside += ".set-aside";
        if (const int code = rename_file(path, aside); code != 0)
            return file_error("cannot be renamed", path, code);
    }
    (void)sync_folder(checkpoints_folder(folder_)); // a disk that cannot is no reason to keep the later rows
    if (auto flushed = flush_locked(); !flushed) return flushed;
    const auto metrics = ganvas::read_metrics(folder_);
    if (!metrics) return metrics.error();
    if (metrics->cut_off)
        return Error{ErrorCode::bad_data, "has more rows than are read", metrics_path().string(),
                     "move metrics.csv away"};
    std::string text = metrics_header();
    auto distance = metrics->distances.begin();
    const auto add_distances = [&](std::int64_t until) {
        for (; distance != metrics->distances.end() && distance->step <= until; ++distance)
            text += metrics_row(*distance);
    };
    for (const TrainingPoint& point : metrics->training) {
        if (point.step > step) break;
        add_distances(point.step - 1);
        text += metrics_row(point);
    }
    add_distances(step);
    if (auto written = write_file(metrics_path(), text); !written) return written;
    if (!metrics->diversity.empty()) {
        text = diversity_header();
        for (const DiversityPoint& point : metrics->diversity)
            if (point.step <= step) text += metrics_row(point);
        if (auto written = write_file(diversity_csv_path(folder_), text); !written) return written;
    }
    for (const auto& [sample_step, path] : step_files(samples_folder(folder_), ".png"))
        if (sample_step > step)
            if (const int code = remove_file(path); code != 0)
                return file_error("cannot be removed", path, code);
    return {};
}

} // namespace ganvas
