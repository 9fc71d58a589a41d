// Undo and redo: what the hand changed in the explorer, and what was asked of training.
#include <utility>

#include <imgui.h>

#include "app/gui/application.h"

namespace ganvas {

void Application::send(Command command) {
    if (auto edit = edit_of(command, *view_)) {
        if (!(explorer_ == settled_)) undo_.push(std::exchange(settled_, explorer_));
        undo_.push(std::move(*edit));
    }
    pass_on(std::move(command));
}

void Application::settle_undo() {
    if (explorer_ == settled_ || ImGui::IsAnyItemActive()) return;
    undo_.push(settled_);
    settled_ = explorer_;
}

void Application::undo() {
    if (!(explorer_ == settled_)) undo_.push(std::exchange(settled_, explorer_));
    go_to(undo_.undo(explorer_), &CommandEdit::back, &CommandEdit::gone_back);
}

void Application::redo() { go_to(undo_.redo(explorer_), &CommandEdit::forth, &CommandEdit::gone_forth); }

void Application::go_to(const std::optional<UndoStep>& step, std::vector<Command> CommandEdit::*way,
                        std::string CommandEdit::*words) {
    if (!step) return;
    if (const auto* state = std::get_if<ExplorerState>(&*step)) {
        explorer_ = settled_ = *state;
        return;
    }
    const CommandEdit& edit = std::get<CommandEdit>(*step);
    if (const std::string why = why_refused(edit.*way, *view_); !why.empty()) return say(why);
    for (const Command& command : edit.*way) pass_on(command);
    say(edit.*words);
}

} // namespace ganvas
