/// The system's file dialogs, without waiting for them.
///
/// UI thread. A question is asked once; poll() in a later frame calls its answer. Where the system has no dialog
/// program, the question stays open for typed_question(): the window then draws a line to type a path into.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/gui/panels/panel.h"

namespace ganvas {

class FileDialogs {
public:
    FileDialogs();
    virtual ~FileDialogs();
    virtual void ask(FileQuestion question, std::function<void(std::string)> answer);
    /// Calls the answer when there is one. True while a dialog is open.
    virtual bool poll();
    /// Where no dialog program is installed: what to ask the user in the window; null when nothing is asked.
    [[nodiscard]] virtual const FileQuestion* typed_question() const;
    /// A file in the program that the system opens its kind with; started without a shell and not waited for.
    /// False when it could not be started.
    virtual bool open_page(const std::string& path);
    void answer_typed(const std::string& path); ///< empty: cancelled

private:
    struct Open;
    std::vector<int> started_; ///< processes whose end was not yet seen
    std::unique_ptr<Open> open_;
};

} // namespace ganvas
