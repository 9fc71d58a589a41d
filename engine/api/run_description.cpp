// What a run is, for people: its facts in words, and the tags that they gave it.
#include <cstdio>

#include "engine/api/run_operations.h"
#include "engine/api/session_fork.h"
#include "engine/runs/recipe.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_json.h"
#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

std::string minutes_text(double seconds) {
    char text[64];
    std::snprintf(text, sizeof text, seconds < 60 ? "%.3g seconds" : "%.1f minutes",
                  seconds < 60 ? seconds : seconds / 60);
    return text;
}

std::string trained_text(const RunInfo& info) {
    std::string text = std::to_string(info.step) + " steps, " + std::to_string(info.images) + " images, "
                       + minutes_text(info.seconds);
    for (const char* what : {"device", "precision"})
        if (const auto found = info.versions.find(what); found != info.versions.end())
            text += ", " + found->second;
    return text;
}

std::string target_text(const RunInfo& info) {
    char epochs[64];
    std::snprintf(epochs, sizeof epochs, "%g epochs", info.target_epochs);
    if (info.target_steps > 0) return std::to_string(info.target_steps) + " steps";
    if (info.target_seconds > 0) return minutes_text(info.target_seconds);
    if (info.target_epochs > 0) return epochs;
    return info.target_images > 0 ? std::to_string(info.target_images) + " images" : "";
}

std::string distance_text(const DistancePoint& best) {
    char text[96];
    std::snprintf(text, sizeof text, "%.3g ± %.2g at step %lld", best.value, best.deviation,
                  static_cast<long long>(best.step));
    return text + (" (" + best.extractor + ", N " + std::to_string(best.count) + ", " + best.data + ")");
}

std::string checkpoints_text(const std::vector<std::int64_t>& steps) {
    std::string text;
    for (const std::int64_t step : steps) text += (text.empty() ? "at step " : ", ") + std::to_string(step);
    return text;
}

} // namespace

Result<std::vector<RunFact>> describe_run(const std::string& run) {
    const Path folder(run);
    auto info = read_run(folder);
    if (!info) return info.error();
    std::vector<RunFact> facts;
    const auto add = [&](const char* title, std::string text) {
        if (!text.empty()) facts.push_back({title, std::move(text)});
    };
    add("run", run);
    add("state", std::string(name(info->state)) + (info->message.empty() ? "" : ": " + info->message));
    add("recipe", info->recipe);
    // The file of a recipe of the user's may be gone: then there is nothing to compare with.
    if (const auto recipe = load_recipe(info->recipe); recipe.ok())
        for (const std::string& key : info->settings.differences(*recipe))
            add("unlike it",
                key + "=" + info->settings.as_text(key) + " (there " + recipe->as_text(key) + ")");
    for (const SettingChange& change : info->changes)
        add("changed", "at step " + std::to_string(change.step) + ": " + change.key + "=" + change.value);
    add("data", info->data_source);
    add("trained", trained_text(*info));
    add("until", target_text(*info));
    add("checkpoints", checkpoints_text(checkpoint_steps(folder)));
    if (const auto metrics = read_metrics(folder); metrics.ok())
        if (const DistancePoint* best = best_distance(metrics->distances)) add("best", distance_text(*best));
    if (!info->parent.empty())
        add("forked from", info->parent + ", step " + std::to_string(info->parent_step));
    std::string tags;
    for (const std::string& tag : read_tags(folder)) tags += (tags.empty() ? "" : ", ") + tag;
    add("tags", tags);
    add("begun", info->created);
    add("last saved", info->modified);
    return facts;
}

Result<std::vector<std::string>> tag_run(const std::string& run,
                                         const std::optional<std::vector<std::string>>& tags) {
    if (auto checked = check_run_folder(Path(run)); !checked) return checked.error();
    if (tags)
        if (auto written = write_tags(Path(run), *tags); !written) return written.error();
    return read_tags(Path(run));
}

} // namespace ganvas
