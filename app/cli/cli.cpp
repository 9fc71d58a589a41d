#include "app/cli/cli.h"

#include <cstdio>

#include "app/cli/command.h"

namespace ganvas {
namespace {

/// CLI11's message as the contract's one line.
Error usage_error(const CLI::ParseError& error) {
    return {ErrorCode::usage, error.what(), "", "see `ganvas --help` or `ganvas COMMAND --help`"};
}

int run_parsed(CLI::App& app, cli::Commands& commands, cli::Context& context) {
    for (cli::Command& command : commands)
        if (command.parser->parsed()) return command.run(context);
    if (!app.get_subcommands().empty())
        return cli::fail({ErrorCode::usage, "a subcommand is missing",
                          app.get_subcommands().front()->get_name(),
                          "see `ganvas " + app.get_subcommands().front()->get_name() + " --help`"});
    // Plain `ganvas` opens the window.
    if (auto opened = context.window().run({}); !opened) return cli::fail(opened.error());
    return 0;
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
    cli::add_bench_command(app, commands);
    cli::add_settings_command(app, commands);
    cli::add_reproduce_command(app, commands);
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
        return cli::fail(usage_error(error));
    }
    cli::install_interrupt_handlers();
    return run_parsed(app, commands, context);
}

} // namespace ganvas
