/// What the subcommands share: the parsed common options, output and errors, the interrupt, the progress bar.
///
/// Internal to app/cli; main thread only.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/cli/cli.h"
#include "engine/core/progress.h"
#include "engine/core/result.h"

namespace ganvas::cli {

using Json = nlohmann::ordered_json;

/// Takes the progress bar off its line on a terminal: before anything else is printed there.
void clear_bar();
/// A run's folder, or the name of one as `ganvas runs list` prints it.
[[nodiscard]] std::string run_named(const std::string& folder_or_name);
/// Exit code for an error after printing its one line to standard error.
int fail(const Error& error);

/// Where a progress bar's time left comes from: how fast its fraction has grown, or the work's own text. A fraction below 0: how
/// far it is to go is not known, so there is no bar.
enum class TimeLeft { by_the_fraction, in_the_text };

class Context {
public:
    explicit Context(const WindowPrograms& window) : window_(window) {}
    bool json = false;
    [[nodiscard]] const WindowPrograms& window() const { return window_; }
    /// A progress bar on a terminal, one line a minute elsewhere; stops on SIGINT, SIGTERM and SIGHUP.
    [[nodiscard]] Progress progress(const std::string& title, TimeLeft left = TimeLeft::by_the_fraction);
    /// JSON when asked for, else the text.
    void print(const Json& object, const std::string& text) const;
    /// Why something printed did not get out (a full disk behind `> file`), as an error number; 0: it did.
    [[nodiscard]] int print_failure() const { return print_failure_; }

private:
    const WindowPrograms& window_;
    mutable int print_failure_ = 0;
};

/// Set by SIGINT, SIGTERM and, unless nohup has it passed over, SIGHUP.
[[nodiscard]] std::stop_token interrupt_token();
void install_interrupt_handlers();

/// Opens the window and waits until it is closed; the exit code.
int open_window(WindowRequest request, Context& context);

/// A subcommand: its parser and what to do once it was chosen.
struct Command {
    CLI::App* parser;
    std::function<int(Context&)> run;
};

using Commands = std::vector<Command>;

void add_gui_command(CLI::App& app, Commands& commands);
void add_train_command(CLI::App& app, Commands& commands);
void add_picture_commands(CLI::App& app, Commands& commands); // sample, interpolate, arithmetic, axes
void add_attributes_command(CLI::App& app, Commands& commands);
void add_evaluate_command(CLI::App& app, Commands& commands);
void add_data_command(CLI::App& app, Commands& commands);
void add_runs_command(CLI::App& app, Commands& commands);
void add_run_picture_commands(CLI::App& runs, Commands& commands); // runs history, runs curves
void add_neighbours_command(CLI::App& app, Commands& commands);
void add_attention_command(CLI::App& app, Commands& commands);
void add_bench_command(CLI::App& app, Commands& commands);
void add_model_command(CLI::App& app, Commands& commands);
void add_settings_command(CLI::App& app, Commands& commands);
void add_reproduce_command(CLI::App& app, Commands& commands);

/// "1,2,3" → numbers; usage error otherwise.
[[nodiscard]] Result<std::vector<std::uint64_t>> parse_seeds(const std::string& text);
/// 1234567 → "1.2 M", for people.
[[nodiscard]] std::string short_number(double value);
[[nodiscard]] std::string duration_text(double seconds);
[[nodiscard]] std::string format(const char* pattern, ...) __attribute__((format(printf, 1, 2)));

} // namespace ganvas::cli
