/// What a learned direction really does, in words and as bars beside its slider.
///
/// UI thread, inside an ImGui window; keeps nothing between frames.
#pragma once

#include <string>

#include "app/gui/panels/panel.h"

namespace ganvas {

/// "Wearing_Hat" → "Wearing Hat".
[[nodiscard]] std::string spoken(const std::string& name);
[[nodiscard]] std::string percent(double share); ///< 0.42 → "42 %"

/// How many flip, how good the classifier is, and every other attribute that it moves, strongest first.
[[nodiscard]] std::string attribute_explanation(const View& view, const AttributeCard& card);

/// From this width on the bars have the strongest one's name and number beside them.
[[nodiscard]] float wide_moves(const Theme& theme);
/// One bar for each other attribute, in the order of the view: up is more of it, down is less, full height is 50 %; an
/// item whose tooltip names the bar under the pointer.
void attribute_moves(const Frame& frame, const AttributeCard& card, float width);

} // namespace ganvas
