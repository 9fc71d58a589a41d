/// ganvas reproduce: a table or figure of a report, run again.
#include <cmath>
#include <sstream>

#include "app/cli/command.h"
#include "engine/api/reproduce.h"

namespace ganvas::cli {
namespace {

Json cell_json(const StudyCell& cell) {
    Json json{{"column", cell.column}, {"measured", cell.measured}};
    if (cell.measured) {
        json["value"] = cell.value;
        json["std"] = cell.deviation;
        json["count"] = cell.count;
        json["extractor"] = cell.extractor;
    } else {
        json["reason"] = cell.reason;
        if (!cell.finding.empty()) json["finding"] = cell.finding;
    }
    if (!cell.report.empty()) json["report"] = cell.report;
    return json;
}

Json view_json(const StudyView& view) {
    Json rows = Json::array();
    for (const StudyRowView& row : view.rows) {
        Json values = Json::array();
        for (const StudyCell& cell : row.cells) values.push_back(cell_json(cell));
        rows.push_back({{"row", row.key},
                        {"state", row.state},
                        {"error", row.error},
                        {"data", row.data},
                        {"run", row.run_folder},
                        {"steps", row.step},
                        {"epoch", row.epoch},
                        {"seconds", row.seconds},
                        {"values", values}});
    }
    return {{"study", view.study},       {"page", view.page},       {"interrupted", view.interrupted},
            {"failures", view.failures}, {"seconds", view.seconds}, {"rows", rows}};
}

std::string view_text(const StudyView& view) {
    std::string text;
    for (const StudyRowView& row : view.rows) {
        text += format("%-22s %-12s", row.key.c_str(), row.state.c_str());
        for (const StudyCell& cell : row.cells)
            if (cell.measured) text += format("  %s %.4g", cell.column.c_str(), cell.value);
        text += "\n";
    }
    return text + view.page;
}

int print_studies(Context& context) {
    Json studies = Json::array();
    std::string text;
    for (const StudyCard& card : list_studies()) {
        studies.push_back({{"study", card.name},
                           {"title", card.title},
                           {"report", card.report},
                           {"section", card.section},
                           {"rows", card.rows},
                           {"missing", card.missing},
                           {"problem", card.problem}});
        text += format("%-28s report %d, %s: %s\n", card.name.c_str(), card.report, card.section.c_str(),
                       card.problem.empty() ? card.title.c_str() : card.problem.c_str());
    }
    context.print(Json{{"studies", studies}}, text.empty() ? "no studies" : text);
    return 0;
}

std::vector<std::string> split_words(const std::string& text) {
    std::vector<std::string> words;
    std::istringstream stream(text);
    for (std::string word; std::getline(stream, word, ',');)
        if (!word.empty()) words.push_back(word);
    return words;
}

int run_reproduce(Context& context, const ReproduceOptions& options) {
    if (options.study.empty())
        return fail(
            {ErrorCode::usage, "which study?", "reproduce", "`ganvas reproduce --list` names them all"});
    if (options.out.empty())
        return fail({ErrorCode::usage, "no folder to write to", "reproduce", "name one with --out"});
    auto view = reproduce(options, context.progress("reproducing"));
    if (!view) return fail(view.error());
    context.print(view_json(*view), view_text(*view));
    if (view->interrupted) return 130;
    if (view->failures.empty()) return 0;
    return fail(
        {ErrorCode::bad_data,
         std::to_string(view->failures.size()) + (view->failures.size() == 1 ? " row" : " rows") + " failed",
         view->failures.front(), "the page " + view->page + " has all of it"});
}

} // namespace

void add_reproduce_command(CLI::App& app, Commands& commands) {
    CLI::App* parser = app.add_subcommand("reproduce", "run a study of a report again, and write its page");
    auto options = std::make_shared<ReproduceOptions>();
    auto only = std::make_shared<std::string>();
    auto budget = std::make_shared<std::string>();
    auto list = std::make_shared<bool>(false);
    parser->add_option("study", options->study, "name (see --list), or a TOML file");
    parser->add_option("--out", options->out, "folder of the runs and the page; go on with what is there");
    parser->add_option("--only", *only, "rows, with commas; others keep their place in the table");
    CLI::Option* budget_option = parser->add_option(
        "--budget", *budget, "minutes of training a row, in place of the report's epochs; fractions allowed");
    parser->add_option("--data", options->data, "pictures for every row, in place of the study's");
    parser->add_option("--set", options->assignments, "change a setting of every row: key=value (repeat)");
    parser
        ->add_option("--at-once", options->at_once,
                     "rows at a time, 1 or 2; found out by a trial when left out")
        ->check(CLI::Range(1, 2));
    parser->add_option("--device", options->device, "auto, cpu or cuda")
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}));
    parser->add_flag("--list", *list, "name all studies");
    commands.push_back({parser, [=](Context& context) {
                            if (*list) return print_studies(context);
                            options->only = split_words(*only);
                            char* end = nullptr;
                            if (budget_option->count() > 0) {
                                options->budget = std::strtod(budget->c_str(), &end);
                                if (end == budget->c_str() || *end != '\0' || !(options->budget > 0)
                                    || !(options->budget <= 1e6))
                                    return fail({ErrorCode::usage, "not a number of minutes",
                                                 "--budget " + *budget,
                                                 "write a number above 0, as in 2 or 0.5"});
                            }
                            return run_reproduce(context, *options);
                        }});
}

} // namespace ganvas::cli
