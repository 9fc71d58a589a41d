/// ganvas runs: list, show, verify, export.
#include "app/cli/command.h"
#include "engine/api/operations.h"
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

int run_show(Context& context, const std::string& folder) {
    auto shown = show_run(folder);
    if (!shown) return fail(shown.error());
    const Json object = Json::parse(*shown, nullptr, false);
    context.print(object, *shown);
    return 0;
}

} // namespace

void add_runs_command(CLI::App& app, Commands& commands) {
    CLI::App* runs = app.add_subcommand("runs", "look at run folders");
    runs->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, int (*run)(Context&, const std::string&),
                         bool required) {
        CLI::App* parser = runs->add_subcommand(name, help);
        auto folder = std::make_shared<std::string>(runs_folder().string());
        CLI::Option* option = parser->add_option("folder", *folder, "folder");
        if (required) option->required();
        commands.push_back({parser, [=](Context& context) { return run(context, *folder); }});
    };
    add("list", "all runs in a folder, newest first", run_list, false);
    add("show", "settings and progress of one run", run_show, true);
    add("verify", "check every file of a run", run_verify, true);

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
