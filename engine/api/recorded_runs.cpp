#include "engine/api/recorded_runs.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/core/nesting.h"
#include "engine/studies/study_file.h"
#include "engine/studies/study_record.h"

namespace ganvas {
namespace {

constexpr int deepest_study = 3;
constexpr std::size_t longest_claim = 1u << 20;
constexpr const char* claim_file = "study.json";

/// Keys of the study's columns that are Fréchet distances to the data.
std::set<std::string> distance_columns(const std::string& name) {
    std::set<std::string> keys;
    const auto study = load_study(name);
    if (!study) return {"fd"};
    for (const StudyColumn& column : study->columns)
        if (column.measure == "fd") keys.insert(column.key);
    return keys;
}

/// The run that a point was measured on: its checkpoint says so, wherever the run lies; a study that was moved since
/// still has it beside its records.
Path run_of(const PointRecord& point, const Path& out, const std::string& unit) {
    const Path named = Path(point.checkpoint).parent_path().parent_path();
    std::error_code none;
    return !named.empty() && std::filesystem::is_directory(named, none) ? named : out / unit;
}

DistancePoint distance_of(const PointRecord& point, const Reading& reading) {
    DistancePoint distance;
    distance.step = point.step;
    distance.images = point.images;
    distance.seconds = point.seconds;
    distance.epoch = point.epoch;
    distance.value = reading.value;
    distance.deviation = reading.deviation;
    distance.count = reading.count;
    distance.extractor = reading.extractor;
    distance.data = reading.data;
    distance.resize = reading.resize;
    distance.split = reading.split;
    return distance;
}

void add_study(const Path& out, RecordedRuns& all) {
    const ClaimedStudy claim = claimed_study(out);
    if (claim.study.empty()) return;
    const std::set<std::string> columns = distance_columns(claim.study);
    std::error_code code;
    for (std::filesystem::directory_iterator entry(records_folder(out), code), end; !code && entry != end;
         entry.increment(code)) {
        if (entry->path().extension() != ".json") continue;
        const std::string unit = entry->path().stem().string();
        const std::string row = (out.filename() / unit).string();
        for (const PointRecord& point : read_record(out, unit).points) {
            RecordedRun& run = all[run_of(point, out, unit).lexically_normal().string()];
            if (std::find(run.rows.begin(), run.rows.end(), row) == run.rows.end()) run.rows.push_back(row);
            for (const auto& [column, reading] : point.readings)
                if (reading.measured && columns.contains(column))
                    run.distances.push_back(distance_of(point, reading));
        }
    }
}

} // namespace

ClaimedStudy claimed_study(const Path& folder) {
    const auto text = read_text(folder / claim_file, longest_claim);
    if (!text || nested_deeper_than(*text, 8)) return {};
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object() || !json.contains("identity") || !json["identity"].is_string()) return {};
    const std::string identity = json["identity"].get<std::string>();
    ClaimedStudy claim;
    claim.study = identity.substr(0, identity.find(','));
    constexpr std::string_view mark = ", budget ";
    if (const std::size_t at = identity.find(mark); at != std::string::npos) {
        const char* first = identity.data() + at + mark.size();
        std::from_chars(first, identity.data() + identity.size(), claim.budget);
    }
    constexpr std::string_view extractor = ", extractor ";
    if (const std::size_t at = identity.find(extractor); at != std::string::npos) {
        const std::size_t first = at + extractor.size();
        claim.extractor = identity.substr(first, identity.find_first_of(" ,", first) - first);
    }
    return claim;
}

RecordedRuns recorded_runs(const Path& folder) {
    RecordedRuns all;
    add_study(folder, all);
    std::error_code code;
    const auto skip = std::filesystem::directory_options::skip_permission_denied;
    for (std::filesystem::recursive_directory_iterator entry(folder, skip, code), end; !code && entry != end;
         entry.increment(code)) {
        std::error_code none;
        if (!entry->is_directory(none)) continue;
        const bool study = std::filesystem::is_regular_file(entry->path() / claim_file, none);
        if (study) add_study(entry->path(), all);
        const bool run = std::filesystem::is_regular_file(entry->path() / "run.json", none);
        if (study || run || entry.depth() + 1 >= deepest_study) entry.disable_recursion_pending();
    }
    for (auto& [folder_of_run, run] : all) {
        std::stable_sort(run.distances.begin(), run.distances.end(),
                         [](const auto& a, const auto& b) { return a.step < b.step; });
        std::sort(run.rows.begin(), run.rows.end());
    }
    return all;
}

const RecordedRun* recorded_of(const RecordedRuns& recorded, const Path& folder) {
    const auto found = recorded.find(folder.lexically_normal().string());
    return found == recorded.end() ? nullptr : &found->second;
}

std::vector<DistancePoint> all_distances(std::vector<DistancePoint> own, const RecordedRun* recorded) {
    if (!recorded) return own;
    own.insert(own.end(), recorded->distances.begin(), recorded->distances.end());
    std::stable_sort(own.begin(), own.end(), [](const auto& a, const auto& b) { return a.step < b.step; });
    return own;
}

} // namespace ganvas
