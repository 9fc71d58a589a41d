#include "app/cli/cli.h"

#include <cstdio>
#include <exception>

#include "app/cli/command.h"
#include "app/cli/options.h"
#include "engine/api/process.h"
#include "engine/core/caught.h"
#include "engine/core/file_calls.h"
#include "engine/core/nearest_word.h"

namespace ganvas {
namespace {

/// "ganvas data make", as far as the user came.
std::string command_words(const CLI::App& app) {
    std::string words = "ganvas";
    for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
        at = at->get_subcommands().front();
        words += " " + at->get_name();
    }
    return words;
}

/// The command that a misspelt word was meant for; empty: none is near.
std::string meant_command(const CLI::App& app, const std::string& word) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    return nearest_word(word, names);
}

/// CLI11's message as the contract's one line.
Error usage_error(const CLI::ParseError& error, const CLI::App& app) {
    if (const auto* own = dynamic_cast<const cli::UsageError*>(&error)) return own->error();
    const std::string command = command_words(app);
    std::string hint = "see `" + command + " --help`";
    std::string what = error.what();
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
        const std::size_t colon = what.find(": ");
        const std::string rest = colon == std::string::npos ? what : what.substr(colon + 2);
        const bool is_command = command == "ganvas" && !rest.starts_with("-");
        what = (is_command ? "unknown command " : "unknown option or argument ") + rest;
        if (const std::string near = is_command ? meant_command(app, rest) : ""; !near.empty())
            hint = "did you mean `ganvas " + near + "`?";
    } else if (!what.empty() && what[0] >= 'A' && what[0] <= 'Z') {
        what[0] = static_cast<char>(what[0] - 'A' + 'a');
    }
    return {ErrorCode::usage, what, command, hint};
}

/// What every subcommand takes besides its own options.
void note_common_options(CLI::App& app) {
    for (CLI::App* command : app.get_subcommands({})) {
        if (command->get_name().empty()) continue; // a group of options
        command->footer("With --json it prints one JSON object on standard output and nothing else there.");
        note_common_options(*command);
    }
}

int run_chosen(CLI::App& app, cli::Commands& commands, cli::Context& context) {
    for (cli::Command& command : commands)
        if (command.parser->parsed()) return command.run(context);
    if (!app.get_subcommands().empty())
        return cli::fail({ErrorCode::usage, "a subcommand is missing",
                          app.get_subcommands().front()->get_name(),
                          "see `ganvas " + app.get_subcommands().front()->get_name() + " --help`"});
    // Plain `ganvas` opens the window.
    return cli::open_window({}, context);
}

/// A report that did not get out is a failure too.
int check_report(int code, const cli::Context& context) {
    if (code != 0 || context.print_failure() == 0) return code;
    return cli::fail(file_error("the report cannot be written", "standard output", context.print_failure()));
}

/// The contract's one line also for what no command foresaw: memory that ran out, an exception of a library.
int run_parsed(CLI::App& app, cli::Commands& commands, cli::Context& context) {
    try {
        return check_report(run_chosen(app, commands, context), context);
    } catch (const std::exception& error) {
        return cli::fail(error_of(error, command_words(app)));
    }
}

} // namespace

int run_command_line(int argc, const char* const* argv, const WindowPrograms& window) {
    CLI::App app{"Ganvas: train small image GANs and explore their latent space while they train.\n"
                 "Without a command it opens the window."};
    app.name("ganvas");
    app.require_subcommand(0, 1);
    app.fallthrough();
    cli::Context context(window);
    app.add_flag("--json", context.json, "print one JSON object on standard output and nothing else");
    app.set_version_flag("--version", std::string("ganvas 0.1.0"));
    cli::Commands commands;
    cli::add_gui_command(app, commands);
    cli::add_train_command(app, commands);
    cli::add_picture_commands(app, commands);
    cli::add_attributes_command(app, commands);
    cli::add_evaluate_command(app, commands);
    cli::add_data_command(app, commands);
    cli::add_runs_command(app, commands);
    cli::add_neighbours_command(app, commands);
    cli::add_bench_command(app, commands);
    cli::add_model_command(app, commands);
    cli::add_attention_command(app, commands);
    cli::add_settings_command(app, commands);
    cli::add_reproduce_command(app, commands);
    note_common_options(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        // The innermost chosen command's help.
        const CLI::App* chosen = &app;
        while (!chosen->get_subcommands().empty()) chosen = chosen->get_subcommands().front();
        std::fputs(chosen->help().c_str(), stdout);
        return 0;
    } catch (const CLI::CallForAllHelp&) {
        std::fputs(app.help("", CLI::AppFormatMode::All).c_str(), stdout);
        return 0;
    } catch (const CLI::CallForVersion& version) {
        std::printf("%s\n", version.what());
        return 0;
    } catch (const CLI::ParseError& error) {
        return cli::fail(usage_error(error, app));
    }
    cli::install_interrupt_handlers();
    if (const std::string warning = process_warning(); !warning.empty())
        std::fprintf(stderr, "ganvas: %s\n", plain_line(warning).c_str());
    return run_parsed(app, commands, context);
}

} // namespace ganvas
