/// The line at the window's foot: the device, what works in the background, what a frame costs. Not a tab.
#pragma once

#include "app/gui/panels/panel.h"

namespace ganvas {

/// `frame_ms` is what drawing took, `frames_per_second` how often that happens now.
void draw_status_bar(const Frame& frame, CommandSink& sink, double frame_ms, double frames_per_second);

} // namespace ganvas
