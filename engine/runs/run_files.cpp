#include "engine/runs/run_files.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace ganvas {
namespace {

std::optional<std::int64_t> step_of(const std::string& file_name, std::string_view ending) {
    constexpr std::string_view prefix = "step-";
    const std::string_view text = file_name;
    if (text.size() <= prefix.size() + ending.size() || text.substr(0, prefix.size()) != prefix
        || text.substr(text.size() - ending.size()) != ending)
        return std::nullopt;
    const std::string_view digits = text.substr(prefix.size(), text.size() - prefix.size() - ending.size());
    std::int64_t step = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), step);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || step < 0) return std::nullopt;
    return step;
}

} // namespace

Path run_json_path(const Path& folder) { return folder / "run.json"; }
Path metrics_csv_path(const Path& folder) { return folder / "metrics.csv"; }
Path diversity_csv_path(const Path& folder) { return folder / "diversity.csv"; }
Path samples_folder(const Path& folder) { return folder / "samples"; }
Path checkpoints_folder(const Path& folder) { return folder / "checkpoints"; }
Path lock_path(const Path& folder) { return folder / ".lock"; }

Path step_file(const Path& folder, std::int64_t step, std::string_view ending) {
    return folder / ("step-" + std::to_string(step) + std::string(ending));
}

std::vector<std::pair<std::int64_t, Path>> step_files(const Path& folder, std::string_view ending) {
    std::vector<std::pair<std::int64_t, Path>> files;
    std::error_code code;
    for (std::filesystem::directory_iterator entry(folder, code), end; !code && entry != end;
         entry.increment(code))
        if (const auto step = step_of(entry->path().filename().string(), ending))
            files.emplace_back(*step, entry->path());
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<std::int64_t> checkpoint_steps(const Path& run_folder) {
    std::vector<std::int64_t> steps;
    for (const auto& [step, path] : step_files(checkpoints_folder(run_folder), ".safetensors"))
        steps.push_back(step);
    return steps;
}

const DistancePoint* best_distance(const std::vector<DistancePoint>& distances) {
    struct Group {
        std::size_t points = 0, newest = 0;
        const DistancePoint* best = nullptr;
    };
    std::map<DistanceBadge, Group> groups;
    for (std::size_t index = 0; index < distances.size(); ++index) {
        const DistancePoint& point = distances[index];
        Group& group = groups[distance_badge(point)];
        ++group.points;
        group.newest = index;
        if (group.best == nullptr || point.value < group.best->value) group.best = &point;
    }
    const auto chosen =
        std::max_element(groups.begin(), groups.end(), [](const auto& one, const auto& other) {
            return std::pair(one.second.points, one.second.newest)
                   < std::pair(other.second.points, other.second.newest);
        });
    return chosen == groups.end() ? nullptr : chosen->second.best;
}

} // namespace ganvas
