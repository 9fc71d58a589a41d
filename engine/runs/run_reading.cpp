// Reading runs without a lock, while they may be written: everything here takes what it finds and says what
// is wrong.
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <string>
#include <utility>

#include "engine/core/file_calls.h"
#include "engine/export/picture.h"
#include "engine/runs/metrics_table.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_json.h"
#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

constexpr std::size_t longest_run_json = 16u << 20, longest_metrics = std::size_t(2) << 30;

/// Only the rows of distances: a list of runs has no use for the rest.
std::vector<DistancePoint> read_distances(const Path& folder) {
    const auto text = read_text(metrics_csv_path(folder), longest_metrics);
    std::string rows;
    constexpr std::string_view mark = "\ndistance,";
    for (std::size_t at = text ? text->find(mark) : std::string::npos; at != std::string::npos;
         at = text->find(mark, at + 1)) {
        const std::size_t end = text->find('\n', at + 1);
        if (end == std::string::npos) break;
        rows.append(*text, at + 1, end - at);
    }
    return parse_metrics(rows).distances;
}

RunSummary summarise(const Path& folder) {
    RunSummary summary;
    summary.folder = folder;
    summary.name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
    if (const auto info = read_run(folder)) {
        summary.recipe = info->recipe;
        summary.data = info->data_name.empty() ? info->data_source : info->data_name;
        summary.modified = info->modified;
        summary.step = info->step;
        summary.images = info->images;
        summary.state = info->state;
    } else {
        summary.problem = info.error().line();
    }
    const auto distances = read_distances(folder);
    if (const DistancePoint* best = best_distance(distances)) summary.best_distance = best->value;
    summary.resumable = !step_files(checkpoints_folder(folder), ".safetensors").empty();
    if (const auto samples = step_files(samples_folder(folder), ".png"); !samples.empty())
        summary.newest_sample = samples.back().second;
    return summary;
}

RunFileCheck failed_check(const Path& path, const Error& error) { return {path, false, error.what}; }

RunFileCheck check_run_json(const Path& folder) {
    const Path path = run_json_path(folder);
    const auto info = read_run(folder);
    if (!info) return failed_check(path, info.error());
    return {path, true, "step " + std::to_string(info->step) + ", " + std::string(name(info->state))};
}

RunFileCheck check_metrics(const Path& folder) {
    const Path path = metrics_csv_path(folder);
    const auto metrics = read_metrics(folder);
    if (!metrics) return failed_check(path, metrics.error());
    std::string detail = std::to_string(metrics->training.size()) + " training points, "
                         + std::to_string(metrics->distances.size()) + " distances";
    if (!metrics->diversity.empty())
        detail += ", " + std::to_string(metrics->diversity.size()) + " looks at diversity";
    const std::int64_t damaged = metrics->damaged_rows - metrics->torn_rows;
    if (damaged > 0) detail += ", " + std::to_string(damaged) + " damaged rows";
    // What a kill in the middle of a write leaves is no damage: the run goes on from before it.
    if (metrics->torn_rows > 0) detail += ", the last row was not written to its end";
    return {path, damaged == 0, detail};
}

RunFileCheck check_sample(const Path& path) {
    // The text is read by walking the file to its end, which the decoder of the pixels does not.
    if (const auto text = read_png_text(path); !text) return failed_check(path, text.error());
    const auto image = read_png(path);
    if (!image) return failed_check(path, image.error());
    return {path, true, std::to_string(image->width) + " x " + std::to_string(image->height) + " pixels"};
}

RunFileCheck check_checkpoint(const Path& path) {
    if (auto verified = verify_tensor_file(path); !verified) return failed_check(path, verified.error());
    std::error_code code;
    return {path, true, std::to_string(std::filesystem::file_size(path, code)) + " bytes, checksum matches"};
}

} // namespace

bool is_run_folder(const Path& folder) {
    std::error_code code;
    return std::filesystem::is_regular_file(run_json_path(folder), code);
}

Result<void> check_run_folder(const Path& folder) {
    if (is_run_folder(folder)) return {};
    return Error{ErrorCode::not_found, "not a run folder", folder.string(), "see `ganvas runs list`"};
}

Result<RunInfo> read_run(const Path& folder) {
    const Path path = run_json_path(folder);
    auto text = read_text(path, longest_run_json);
    if (!text) return text.error();
    return parse_run_json(*text, path.string());
}

Result<RunMetrics> read_metrics(const Path& folder) {
    RunMetrics metrics;
    std::error_code code;
    if (const Path path = metrics_csv_path(folder); std::filesystem::exists(path, code)) {
        auto text = read_text(path, longest_metrics);
        if (!text) return text.error();
        metrics = parse_metrics(*text);
    }
    if (const Path path = diversity_csv_path(folder); std::filesystem::exists(path, code)) {
        auto text = read_text(path, longest_metrics);
        if (!text) return text.error();
        parse_diversity(*text, metrics);
    }
    return metrics;
}

std::vector<RunSample> run_samples(const Path& folder) {
    std::vector<RunSample> samples;
    for (const auto& [step, path] : step_files(samples_folder(folder), ".png")) {
        RunSample sample;
        sample.step = step;
        sample.path = path;
        if (const auto text = read_png_text(path))
            if (const auto found = text->find(sample_keyword); found != text->end())
                parse_sample_json(found->second, sample);
        samples.push_back(std::move(sample));
    }
    return samples;
}

Result<RunCheckpoint> newest_good_checkpoint(const Path& folder) {
    auto files = step_files(checkpoints_folder(folder), ".safetensors");
    if (files.empty())
        return Error{ErrorCode::not_found, "run has no checkpoint yet", folder.string(),
                     "train it for a while first"};
    RunCheckpoint choice;
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
        const auto verified = verify_tensor_file(file->second);
        if (verified) {
            choice.step = file->first;
            choice.path = file->second;
            if (!choice.notices.empty())
                choice.notices.push_back("going back to " + choice.path.filename().string());
            return choice;
        }
        choice.notices.push_back("passed over a damaged checkpoint: " + verified.error().what + " ("
                                 + file->second.filename().string() + ")");
    }
    return Error{ErrorCode::bad_checkpoint, "no checkpoint of this run is whole", folder.string(),
                 choice.notices.front()};
}

bool run_in_use(const Path& folder) {
    FileDescriptor file;
    if (open_file(file, lock_path(folder), O_RDONLY) != 0) return false;
    return ::flock(file.value(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

Path run_of_its_file(const Path& path) {
    const Path above = path.parent_path();
    return path.filename() == "run.json" && is_run_folder(above) ? above : Path();
}

Result<RunCheckpoint> resolve_checkpoint(const Path& file_or_folder) {
    std::error_code code;
    const auto status = std::filesystem::status(file_or_folder, code);
    if (std::filesystem::is_directory(status)) {
        if (!is_run_folder(file_or_folder)
            && step_files(checkpoints_folder(file_or_folder), ".safetensors").empty())
            return Error{ErrorCode::not_found, "not a run folder", file_or_folder.string(),
                         "give a .safetensors file, or a folder that `ganvas train` made"};
        return newest_good_checkpoint(file_or_folder);
    }
    if (const Path run = run_of_its_file(file_or_folder); !run.empty()) return newest_good_checkpoint(run);
    if (!std::filesystem::exists(status))
        return Error{ErrorCode::not_found, "no such checkpoint", file_or_folder.string(), "check the path"};
    if (auto verified = verify_tensor_file(file_or_folder); !verified) return verified.error();
    RunCheckpoint choice;
    choice.path = file_or_folder;
    for (const auto& [step, path] :
         step_files(file_or_folder.parent_path(), file_or_folder.extension().string()))
        if (path.filename() == file_or_folder.filename()) choice.step = step;
    return choice;
}

std::vector<RunSummary> list_runs(const Path& folder) {
    std::vector<RunSummary> runs;
    if (is_run_folder(folder)) return {summarise(folder)};
    // A study keeps its runs some folders further down. Links to folders are not followed: they may lead round and round.
    constexpr int deepest = 4;
    std::error_code code;
    const auto skip = std::filesystem::directory_options::skip_permission_denied;
    for (std::filesystem::recursive_directory_iterator entry(folder, skip, code), end; !code && entry != end;
         entry.increment(code)) {
        std::error_code unreadable;
        if (!entry->is_directory(unreadable)) continue;
        const bool hidden = entry->path().filename().string().starts_with(".");
        const bool again =
            entry.depth() > 0 && entry->is_symlink(unreadable); // its target is found by itself
        if (hidden || again) {
            entry.disable_recursion_pending();
        } else if (is_run_folder(entry->path())) {
            runs.push_back(summarise(entry->path()));
            // What lies in a folder beside others of its kind is told apart by that folder's name.
            if (entry.depth() > 0)
                runs.back().name = entry->path().parent_path().filename().string() + "/" + runs.back().name;
            entry.disable_recursion_pending();
        } else if (entry.depth() + 1 >= deepest) {
            entry.disable_recursion_pending();
        }
    }
    std::sort(runs.begin(), runs.end(), [](const RunSummary& a, const RunSummary& b) {
        return std::pair(b.modified, b.name) < std::pair(a.modified, a.name);
    });
    return runs;
}

Result<RunReport> verify_run(const Path& folder) {
    std::error_code code;
    if (!std::filesystem::is_directory(folder, code))
        return Error{ErrorCode::not_found, "no such folder", folder.string(), "check the path"};
    RunReport report;
    report.files.push_back(check_run_json(folder));
    report.good = report.files.back().good;
    report.files.push_back(check_metrics(folder));
    for (const auto& [step, path] : step_files(samples_folder(folder), ".png"))
        report.files.push_back(check_sample(path));
    bool any = false, whole = false;
    for (const auto& [step, path] : step_files(checkpoints_folder(folder), ".safetensors")) {
        report.files.push_back(check_checkpoint(path));
        any = true;
        whole = whole || report.files.back().good;
    }
    report.good = report.good && (!any || whole);
    return report;
}

} // namespace ganvas
