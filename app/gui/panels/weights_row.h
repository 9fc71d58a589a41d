/// Which features distances are measured on: EfficientNet-Lite0's, or Inception's from a file that the user has.
///
/// UI thread, inside an ImGui window. The file is Frame::inception_weights, which every panel shares and the window keeps
/// between starts; whether to use it is each panel's own.
#pragma once

#include "app/gui/panels/panel.h"

namespace ganvas {

/// "features  Lite0 | Inception  FILE"; `inception` may be wanted before a file is there.
void weights_row(const Frame& frame, CommandSink& sink, bool& inception);
/// The file to measure with; empty: Lite0.
[[nodiscard]] inline std::string weights_of(const Frame& frame, bool inception) {
    return inception ? frame.inception_weights : std::string();
}

} // namespace ganvas
