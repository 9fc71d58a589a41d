/// Runs: every run as a card with its picture, recipe, best distance and tags; open it, go on, compare it, fork it.
///
/// UI thread; its parts: runs_panel.cpp (the list, filter, offers), runs_card.cpp (one card and its menu).
#pragma once

#include <string>
#include <vector>

#include "app/gui/panels/panel.h"

namespace ganvas {

class RunsPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::runs; }
    const char* title() const override { return "Runs"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    void draw_offer(const Frame& frame, CommandSink& sink);
    void draw_fork(const Frame& frame, CommandSink& sink);
    void draw_tools(const Frame& frame, CommandSink& sink);
    void draw_cards(const Frame& frame, CommandSink& sink, const std::vector<const RunCard*>& shown);
    void draw_card(const Frame& frame, CommandSink& sink, const RunCard& run, float width, float height);
    void card_words(const Frame& frame, const RunCard& run, float left, float top, float width);
    void card_buttons(const Frame& frame, CommandSink& sink, const RunCard& run);
    void card_menu(const Frame& frame, CommandSink& sink, const RunCard& run);
    void compare_menu(const Frame& frame, CommandSink& sink, const RunCard& run);
    static void fork_menu(const Frame& frame, CommandSink& sink, const RunDetails& details);

    std::string filter_;
    std::string tags_folder_, typed_tags_; ///< the card whose tags are being typed
};

/// Words between commas, trimmed, without repeats.
[[nodiscard]] std::vector<std::string> tags_of(const std::string& typed);
[[nodiscard]] std::string tags_text(const std::vector<std::string>& tags);
/// What is known of a run beyond its card; empty values when nothing is.
[[nodiscard]] const RunDetails& details_of(const View& view, const std::string& folder);

} // namespace ganvas
