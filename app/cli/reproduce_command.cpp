/// ganvas reproduce: a table or figure of a report, run again.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
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
        json["badge"] = cell.badge;
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
                        {"shared_with", row.shared_with},
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
        for (const StudyCell& cell : row.cells) {
            if (cell.measured)
                text += format("  %s %.4g", cell.column.c_str(), cell.value);
            else if (!cell.finding.empty())
                text += "  " + cell.column + ": " + cell.finding;
            else
                continue;
            if (!cell.report.empty()) text += " (report: " + cell.report + ")";
        }
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

Result<std::vector<std::uint64_t>> seeds_of(const std::string& text) {
    constexpr std::uint64_t largest = (std::uint64_t(1) << 53) - 1; // as in a study's file
    std::vector<std::uint64_t> seeds;
    for (const std::string& word : split_words(text)) {
        std::uint64_t seed = 0;
        const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), seed);
        if (failure != std::errc() || end != word.data() + word.size() || seed > largest)
            return Error{ErrorCode::usage, "not a list of seeds", "--seeds " + text,
                         "write whole numbers with commas, as in 1,2,3"};
        if (std::find(seeds.begin(), seeds.end(), seed) == seeds.end()) seeds.push_back(seed);
    }
    return seeds;
}

/// `all` and several names, each once; one name stays one.
Result<std::vector<std::string>> chosen_studies(const std::vector<std::string>& words) {
    std::vector<std::string> studies;
    const auto add = [&](const std::string& name) {
        if (std::find(studies.begin(), studies.end(), name) == studies.end()) studies.push_back(name);
    };
    for (const std::string& word : words) {
        if (word != "all") {
            add(word);
            continue;
        }
        for (const StudyCard& card : list_studies()) add(card.name);
    }
    if (studies.empty())
        return Error{ErrorCode::usage, "which study?", "reproduce",
                     "`ganvas reproduce --list` names them all"};
    return studies;
}

/// What is ahead, on standard error so that --json stays alone on the other.
void tell_ahead(const ReproductionEstimate& estimate, double budget) {
    std::string text =
        format("%d %s, %d %s, %d %s to train", estimate.studies, estimate.studies == 1 ? "study" : "studies",
               estimate.rows, estimate.rows == 1 ? "row" : "rows", estimate.trainings,
               estimate.trainings == 1 ? "run" : "runs");
    if (budget > 0)
        text +=
            format(": about %.0f min of training and %.0f min of measuring (at most %lld pictures a measure)",
                   std::ceil(estimate.training_minutes), std::ceil(estimate.measuring_minutes),
                   static_cast<long long>(estimate.largest_count));
    else
        text += format(", as long as the reports; about %.0f min of measuring",
                       std::ceil(estimate.measuring_minutes));
    std::fprintf(stderr, "%s\n", text.c_str());
}

int exit_code(const std::vector<StudyView>& views, const std::string& page) {
    std::vector<std::string> failures;
    for (const StudyView& view : views) {
        if (view.interrupted) return 130;
        failures.insert(failures.end(), view.failures.begin(), view.failures.end());
    }
    if (failures.empty()) return 0;
    return fail({ErrorCode::bad_data,
                 std::to_string(failures.size()) + (failures.size() == 1 ? " row" : " rows") + " failed",
                 failures.front(), "the page " + page + " has all of it"});
}

int run_one(Context& context, const ReproduceOptions& options) {
    auto view = reproduce(options, context.progress("reproducing"));
    if (!view) return fail(view.error());
    context.print(view_json(*view), view_text(*view));
    return exit_code({*view}, view->page);
}

int run_several(Context& context, const ReproduceOptions& options, const std::vector<std::string>& studies) {
    auto views = reproduce_studies(options, studies, context.progress("reproducing"));
    if (!views) return fail(views.error());
    Json list = Json::array();
    std::string text;
    for (const StudyView& view : *views) {
        list.push_back(view_json(view));
        text += view.study + "\n" + view_text(view) + "\n";
    }
    const std::string page = options.out + "/index.html";
    context.print(Json{{"page", page}, {"studies", list}}, text + page);
    if (views->size() < studies.size()) return 130;
    return exit_code(*views, page);
}

int run_reproduce(Context& context, ReproduceOptions options, const std::vector<std::string>& words) {
    auto studies = chosen_studies(words);
    if (!studies) return fail(studies.error());
    if (options.out.empty())
        return fail({ErrorCode::usage, "no folder to write to", "reproduce", "name one with --out"});
    auto estimate = estimate_reproduction(options, *studies);
    if (!estimate) return fail(estimate.error());
    tell_ahead(*estimate, options.budget);
    options.study = studies->front();
    return studies->size() == 1 ? run_one(context, options) : run_several(context, options, *studies);
}

} // namespace

void add_reproduce_command(CLI::App& app, Commands& commands) {
    CLI::App* parser =
        app.add_subcommand("reproduce", "run studies of the reports again, and write their pages");
    auto options = std::make_shared<ReproduceOptions>();
    auto only = std::make_shared<std::string>();
    auto budget = std::make_shared<std::string>();
    auto seeds = std::make_shared<std::string>();
    auto list = std::make_shared<bool>(false);
    auto words = std::make_shared<std::vector<std::string>>();
    parser->add_option(
        "study", *words,
        "names (see --list), TOML files, or all; rows that are the same are then trained once");
    parser->add_option("--out", options->out, "folder of the runs and the page; go on with what is there");
    parser->add_option("--only", *only, "rows, with commas; others keep their place in the table");
    CLI::Option* budget_option = parser->add_option(
        "--budget", *budget, "minutes of training a row, in place of the report's epochs; fractions allowed");
    parser->add_option(
        "--seeds", *seeds,
        "numbers with commas: each row is trained with each, and values are means with their deviation");
    parser->add_option("--data", options->data, "pictures for every row, in place of the study's");
    parser->add_option("--set", options->assignments, "change a setting of every row: key=value (repeat)");
    parser
        ->add_option("--at-once", options->at_once,
                     "rows at a time, 1 or 2; found out by a trial when left out")
        ->check(CLI::Range(1, 2));
    parser->add_option(
        "--extractor", options->extractor,
        "features in place of the Lite0 columns': inception or inception-pytorch, as in `ganvas eval`");
    parser->add_option("--weights", options->weights, "safetensors file of the inception extractors");
    parser->add_option("--trainings", options->trainings,
                       "folder of runs that studies share; OUT/trainings where several are named");
    parser->add_option("--device", options->device, "auto, cpu or cuda")
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}));
    parser->add_flag("--list", *list, "name all studies");
    commands.push_back({parser, [=](Context& context) {
                            if (*list) return print_studies(context);
                            options->only = split_words(*only);
                            auto numbers = seeds_of(*seeds);
                            if (!numbers) return fail(numbers.error());
                            options->seeds = numbers.take();
                            char* end = nullptr;
                            if (budget_option->count() > 0) {
                                options->budget = std::strtod(budget->c_str(), &end);
                                if (end == budget->c_str() || *end != '\0' || !(options->budget > 0)
                                    || !(options->budget <= 1e6))
                                    return fail({ErrorCode::usage, "not a number of minutes",
                                                 "--budget " + *budget,
                                                 "write a number above 0, as in 2 or 0.5"});
                            }
                            return run_reproduce(context, *options, *words);
                        }});
}

} // namespace ganvas::cli
