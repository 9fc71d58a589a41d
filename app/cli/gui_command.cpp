/// ganvas gui: opens the window.
#include <filesystem>

#include "app/cli/command.h"
#include "app/cli/options.h"

namespace ganvas::cli {

int open_window(WindowRequest request, Context& context) {
    std::error_code code;
    if (!request.run.empty() && !std::filesystem::exists(request.run, code))
        return fail({ErrorCode::not_found, "no such run or checkpoint", request.run,
                     "give a run folder or a .safetensors file"});
    request.stop = interrupt_token();
    if (auto opened = context.window().run(request); !opened) return fail(opened.error());
    if (interrupt_token().stop_requested()) return 130;
    context.print(Json{{"closed", true}, {"screenshot", request.screenshot}}, "");
    return 0;
}

void add_gui_command(CLI::App& app, Commands& commands) {
    CLI::App* parser = app.add_subcommand("gui", "open the window");
    auto request = std::make_shared<WindowRequest>();
    parser->add_option("--run", request->run, "run folder or checkpoint to open");
    parser->add_flag("--start", request->start, "train the defaults at once");
    add_number(parser, "--exit-after", request->exit_after, 0.0, 1e9, "a number of seconds, 0 or more",
               "close after so many seconds");
    parser->add_option("--screenshot", request->screenshot, "write a PNG of the window before it closes");
    add_device(parser, request->device);
    add_number(parser, "--width", request->width, 320, 16384, "320 to 16384", "window width in pixels");
    add_number(parser, "--height", request->height, 240, 16384, "240 to 16384", "window height in pixels");
    commands.push_back({parser, [request](Context& context) { return open_window(*request, context); }});
}

} // namespace ganvas::cli
