/// One setting as a control: made from its description alone, so that a new setting needs no code in the window.
///
/// UI thread. A dragged slider is sent once, when it is let go: a run records each change of a live setting.
#pragma once

#include <string>

#include "app/gui/panels/panel.h"

namespace ganvas {

class SettingRows {
public:
    /// Label left, control right, sentence as tooltip; greyed with the reason while it cannot be changed.
    void draw(const Frame& frame, CommandSink& sink, const SettingDescription& setting);
    /// The settings with the value that is being dragged.
    [[nodiscard]] Settings shown(const Settings& settings) const;
    /// Why this setting cannot be changed now; empty when it can.
    [[nodiscard]] static std::string reason_fixed(const View& view, const SettingDescription& setting);

private:
    void draw_number(const Frame& frame, CommandSink& sink, const SettingDescription& setting,
                     const char* reason);
    void draw_input(const Frame& frame, CommandSink& sink, const SettingDescription& setting,
                    const char* reason);
    /// Sends `value` now, or when the mouse is up.
    void change(CommandSink& sink, const std::string& key, std::string value, bool held);

    std::string held_key_, held_value_; ///< being dragged; shown in place of the engine's value
    int frames_since_sent_ = 0;         ///< it stays shown until the engine has answered
};

} // namespace ganvas
