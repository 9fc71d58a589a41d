/// ganvas runs: list, show, verify, tag, compare, memorised, export.
#include <array>
#include <optional>

#include "app/cli/command.h"
#include "app/cli/options.h"
#include "engine/api/operations.h"
#include "engine/api/run_operations.h"
#include "engine/core/files.h"

namespace ganvas::cli {
namespace {

int run_list(Context& context, const std::string& folder) {
    std::error_code code;
    if (folder != runs_folder().string() && !std::filesystem::is_directory(folder, code))
        return fail({ErrorCode::not_found, "no such folder", folder, "name a folder that holds runs"});
    auto runs = list_runs(folder);
    if (!runs) return fail(runs.error());
    Json rows = Json::array();
    std::string text;
    for (const RunCard& run : *runs) {
        rows.push_back({{"folder", run.folder},
                        {"name", run.name},
                        {"recipe", run.recipe},
                        {"data", run.data},
                        {"modified", run.modified},
                        {"steps", run.step},
                        {"images", run.images},
                        {"best_distance", run.best_distance < 0 ? Json() : Json(run.best_distance)},
                        {"resumable", run.resumable}});
        text += format("%-28s %-10s %-24s %8lld steps  %s\n", run.name.c_str(), run.recipe.c_str(),
                       run.data.c_str(), static_cast<long long>(run.step), run.modified.c_str());
    }
    context.print(Json{{"runs", rows}}, text.empty() ? "no runs in " + folder : text);
    return 0;
}

int run_verify(Context& context, const std::string& folder) {
    auto problems = verify_run(folder);
    if (!problems) return fail(problems.error());
    std::string text;
    for (const std::string& problem : *problems) text += problem + "\n";
    context.print(Json{{"sound", problems->empty()}, {"problems", *problems}}, text.empty() ? "sound" : text);
    if (problems->empty()) return 0;
    return fail({ErrorCode::bad_data, "damaged files: " + std::to_string(problems->size()), folder,
                 "a run goes on from its newest sound checkpoint with --resume"});
}

Json fix_json(const HealthFix& fix) {
    if (fix.action == HealthFix::Action::none) return {};
    Json settings = Json::object();
    for (const auto& [key, value] : fix.settings) settings[key] = value;
    Json json{{"words", fix.label}, {"settings", settings}};
    if (fix.action == HealthFix::Action::go_back) json["from_step"] = fix.step;
    return json;
}

Json health_json(const HealthReport& health) {
    Json findings = Json::array(), checks = Json::array();
    for (const HealthFinding& one : health.findings)
        findings.push_back({{"kind", name(one.kind)},
                            {"severity", name(one.severity)},
                            {"title", one.title},
                            {"happened", one.happened},
                            {"meaning", one.meaning},
                            {"since_step", one.since_step},
                            {"series", name(one.series)},
                            {"fix", fix_json(one.fix)}});
    for (const HealthCheck& one : health.checks)
        checks.push_back({{"kind", name(one.kind)}, {"looked", one.looked}, {"words", one.words}});
    return {{"findings", findings},
            {"checks", checks},
            {"loss_points", health.points},
            {"distances", health.distances},
            {"diversity_looks", health.looks},
            {"judged_since_step", health.since_step}};
}

std::string health_text(const HealthReport& health) {
    if (health.empty()) return "health: nothing was trained yet\n";
    if (health.findings.empty()) return health.calm_line() + "\n";
    std::string text;
    for (const HealthFinding& one : health.findings) {
        text += one.title + ". " + one.happened + " " + one.meaning + "\n";
        if (!one.fix.label.empty()) text += "  what helps: " + one.fix.label + "\n";
        for (const auto& [key, value] : one.fix.settings) text += "    --set " + key + "=" + value + "\n";
    }
    return text;
}

/// What a run is and what is wrong with it; --json has the whole run.json.
int run_show(Context& context, const std::string& folder) {
    auto shown = show_run(folder);
    if (!shown) return fail(shown.error());
    auto health = run_health(folder);
    if (!health) return fail(health.error());
    auto facts = describe_run(folder);
    if (!facts) return fail(facts.error());
    Json object = Json::parse(*shown, nullptr, false);
    if (object.is_object()) object["health"] = health_json(*health);
    std::string text, before;
    for (const RunFact& fact : *facts) {
        text += format("%-12s %s\n", fact.title == before ? "" : fact.title.c_str(), fact.text.c_str());
        before = fact.title;
    }
    context.print(object, text + "\n" + health_text(*health) + "(all settings: --json)\n");
    return 0;
}

int run_memorised(Context& context, const std::string& folder, const std::string& data, std::int64_t count) {
    const Progress progress = context.progress("nearest training images");
    auto figure = run_memorisation(folder, data, count, progress);
    if (!figure) return fail(figure.error());
    context.print(
        Json{{"step", figure->step},
             {"samples", figure->samples},
             {"training_images", figure->images},
             {"held_out", figure->held_out},
             {"sample_distance", figure->sample_distance},
             {"data_distance", figure->data_distance},
             {"ratio", figure->ratio()},
             {"nearer", figure->nearer}},
        format("step %lld: a sample's nearest training image is at %.4f, a training image's own nearest at "
               "%.4f (%.0f %%, N %lld of %lld images)",
               static_cast<long long>(figure->step), figure->sample_distance, figure->data_distance,
               100 * figure->ratio(), static_cast<long long>(figure->samples),
               static_cast<long long>(figure->images)));
    return 0;
}

int run_tag(Context& context, const std::string& folder, const std::vector<std::string>& tags, bool clear) {
    auto kept = tag_run(folder, tags.empty() && !clear ? std::nullopt : std::optional(tags));
    if (!kept) return fail(kept.error());
    std::string text;
    for (const std::string& tag : *kept) text += tag + "\n";
    context.print(Json{{"run", folder}, {"tags", *kept}}, text.empty() ? "no tags" : text);
    return 0;
}

Json compared_json(const ComparedRun& run) {
    Json json{{"folder", run.folder}, {"name", run.name}, {"step", run.step}, {"problem", run.problem}};
    if (!run.losses.empty())
        json["last"] = {{"step", run.losses.back().step},
                        {"images", run.losses.back().images},
                        {"seconds", run.losses.back().seconds},
                        {"generator_loss", run.losses.back().generator_loss},
                        {"discriminator_loss", run.losses.back().discriminator_loss}};
    json["distances"] = Json::array();
    for (const DistancePoint& point : run.distances)
        json["distances"].push_back({{"step", point.step},
                                     {"seconds", point.seconds},
                                     {"value", point.value},
                                     {"deviation", point.deviation},
                                     {"extractor", point.extractor},
                                     {"count", point.count},
                                     {"data", point.data}});
    return json;
}

/// Two runs by figures and, into `out`, by the pictures that they make of the same seeds.
int run_compare(Context& context, const std::array<std::string, 2>& folders, std::uint64_t seed, int count,
                const std::string& out) {
    const RunComparison comparison = compare_runs(folders[0], folders[1], seed, count);
    auto report = write_comparison(comparison, out);
    if (!report) return fail(report.error());
    std::string text = format("%-28s %10s %12s %10s %10s  %s\n", "run", "step", "trained", "loss G", "loss D",
                              "newest distance");
    Json runs = Json::array();
    for (const ComparedRun& run : comparison.runs) {
        runs.push_back(compared_json(run));
        const TrainingPoint last = run.losses.empty() ? TrainingPoint{} : run.losses.back();
        text +=
            format("%-28s %10lld %12s %10.3f %10.3f  ", run.name.c_str(), static_cast<long long>(last.step),
                   duration_text(last.seconds).c_str(), static_cast<double>(last.generator_loss),
                   static_cast<double>(last.discriminator_loss));
        if (run.distances.empty()) {
            text += "not measured\n";
            continue;
        }
        const DistancePoint& newest = run.distances.back();
        text += format("%.4g ± %.2g (%s)\n", newest.value, newest.deviation,
                       distance_badge(newest).whole_text().c_str());
    }
    const auto& [first, second] = comparison.runs;
    if (!first.distances.empty() && !second.distances.empty()
        && distance_badge(first.distances.back()) != distance_badge(second.distances.back()))
        text += "the two distances cannot be compared: they were measured in different ways\n";
    context.print(Json{{"runs", runs}, {"out", report->out}}, text + report->out);
    return 0;
}

} // namespace

std::string run_named(const std::string& folder_or_name) {
    std::error_code code;
    const auto under = runs_folder() / folder_or_name;
    const bool name =
        !std::filesystem::exists(folder_or_name, code) && std::filesystem::is_directory(under, code);
    return name ? under.string() : folder_or_name;
}

void add_runs_command(CLI::App& app, Commands& commands) {
    CLI::App* runs = app.add_subcommand("runs", "look at run folders");
    runs->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, int (*run)(Context&, const std::string&),
                         bool required) {
        CLI::App* parser = runs->add_subcommand(name, help);
        auto folder = std::make_shared<std::string>(runs_folder().string());
        CLI::Option* option = parser->add_option("folder", *folder, "folder");
        if (required) option->required();
        commands.push_back({parser, [=](Context& context) { return run(context, run_named(*folder)); }});
    };
    add("list", "all runs in a folder, newest first", run_list, false);
    add("show", "settings, progress and health of one run (folder or name)", run_show, true);
    add("verify", "check every file of a run", run_verify, true);

    CLI::App* memorised =
        runs->add_subcommand("memorised", "whether a run's samples repeat its training images");
    auto run = std::make_shared<std::string>();
    auto data = std::make_shared<std::string>();
    auto count = std::make_shared<std::int64_t>(128);
    memorised->add_option("run", *run, "run folder")->required();
    memorised->add_option("--data", *data, "another source than the run's own");
    add_number<std::int64_t>(memorised, "--count", *count, 1, 100000, "1 to 100000", "samples");
    commands.push_back({memorised, [=](Context& context) {
                            return run_memorised(context, run_named(*run), *data, *count);
                        }});

    CLI::App* tagging =
        runs->add_subcommand("tag", "a run's tags: shown, or replaced by those that are given");
    auto tagged = std::make_shared<std::string>();
    auto tags = std::make_shared<std::vector<std::string>>();
    auto clear = std::make_shared<bool>(false);
    tagging->add_option("run", *tagged, "run folder or name")->required();
    tagging->add_option("tags", *tags, "tags");
    tagging->add_flag("--clear", *clear, "take all away");
    commands.push_back(
        {tagging, [=](Context& context) { return run_tag(context, run_named(*tagged), *tags, *clear); }});

    CLI::App* comparing = runs->add_subcommand(
        "compare", "two runs: their figures, and the pictures they make of the same seeds");
    auto pair = std::make_shared<std::array<std::string, 2>>();
    auto seed = std::make_shared<std::uint64_t>(1);
    auto faces = std::make_shared<int>(16);
    auto sheet = std::make_shared<std::string>();
    comparing->add_option("first", (*pair)[0], "run folder or name")->required();
    comparing->add_option("second", (*pair)[1], "run folder or name")->required();
    add_seed(comparing, "--seed", *seed, "seed of the first picture");
    add_number(comparing, "--count", *faces, 1, 256, "1 to 256", "pictures of each");
    comparing->add_option("--out", *sheet, "picture to write (.png)")->required();
    commands.push_back({comparing, [=](Context& context) {
                            return run_compare(context, {run_named((*pair)[0]), run_named((*pair)[1])}, *seed,
                                               *faces, *sheet);
                        }});

    add_run_picture_commands(*runs, commands);

    CLI::App* parser =
        runs->add_subcommand("export", "the generator alone, half precision, with its directions");
    auto checkpoint = std::make_shared<std::string>();
    auto out = std::make_shared<std::string>();
    auto directions = std::make_shared<std::string>();
    parser->add_option("checkpoint", *checkpoint, "run folder or .safetensors file")->required();
    parser->add_option("--out", *out, "file to write (.safetensors)")->required();
    parser->add_option("--directions", *directions, "file of `ganvas attributes` to put into it");
    commands.push_back(
        {parser, [=](Context& context) {
             auto report = export_generator(*checkpoint, *out, *directions);
             if (!report) return fail(report.error());
             context.print(Json{{"out", report->out}, {"seconds", report->seconds}}, report->out);
             return 0;
         }});
}

} // namespace ganvas::cli
