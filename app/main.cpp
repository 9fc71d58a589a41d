/// The program: tunes the process, then hands over to the command line, which opens the window when asked to.
#include "app/cli/cli.h"
#include "app/gui/gui.h"
#include "engine/api/process.h"

int main(int argc, char** argv) {
    ganvas::tune_process();
    ganvas::WindowPrograms window;
    window.run = [](const ganvas::WindowRequest& request) -> ganvas::Result<void> {
        ganvas::GuiOptions options;
        options.run = request.run;
        options.start = request.start;
        options.exit_after = request.exit_after;
        options.screenshot = request.screenshot;
        options.width = request.width;
        options.height = request.height;
        options.device = request.device;
        options.stop = request.stop;
        auto closed = ganvas::run_gui(options);
        return closed ? ganvas::Result<void>() : ganvas::Result<void>(closed.error());
    };
    window.bench = [](const ganvas::Progress& progress) { return ganvas::bench_gui(progress); };
    return ganvas::run_command_line(argc, argv, window);
}
