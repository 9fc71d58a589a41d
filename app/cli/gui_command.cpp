/// ganvas gui: opens the window.
#include "app/cli/command.h"

namespace ganvas::cli {

void add_gui_command(CLI::App& app, Commands& commands) {
    CLI::App* parser = app.add_subcommand("gui", "open the window");
    auto request = std::make_shared<WindowRequest>();
    parser->add_option("--run", request->run, "run folder or checkpoint to open");
    parser->add_flag("--start", request->start, "train the defaults at once");
    parser->add_option("--exit-after", request->exit_after, "close after so many seconds")
        ->check(CLI::NonNegativeNumber);
    parser->add_option("--screenshot", request->screenshot, "write a PNG of the window before it closes");
    parser->add_option("--device", request->device, "auto, cpu or cuda")
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}));
    parser->add_option("--width", request->width, "window width in pixels")->check(CLI::Range(320, 16384));
    parser->add_option("--height", request->height, "window height in pixels")->check(CLI::Range(240, 16384));
    commands.push_back({parser, [request](Context& context) {
                            if (auto opened = context.window().run(*request); !opened)
                                return fail(opened.error());
                            return 0;
                        }});
}

} // namespace ganvas::cli
