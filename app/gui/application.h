/// Application: what happens in one frame — menus, dock layout, panels, undo, keys — on any Dear ImGui back end.
///
/// UI thread. Owns the panels and the explorer's state; borrows the session, the pictures and the dialogs, which must
/// outlive it. Knows nothing of GLFW or OpenGL: wishes that concern the window are left in WindowWishes for its owner.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/gui/file_dialogs.h"
#include "app/gui/panels/help.h"
#include "app/gui/panels/panel.h"
#include "app/gui/preferences.h"

namespace ganvas {

/// What the frame asked of the window; the owner acts and clears.
struct WindowWishes {
    bool quit = false;
    bool toggle_fullscreen = false;
    bool preferences_changed = false; ///< theme, scale, smoothness: apply again
};

class Application final : public CommandSink {
public:
    Application(Session& session, ImageDrawer& images, FileDialogs& dialogs, Preferences& preferences,
                std::vector<std::unique_ptr<Panel>> panels);
    ~Application() override;

    /// Takes what the workers published. True when there was something to draw.
    bool poll();
    /// Everything between NewFrame and Render.
    void draw(const Theme& theme, double time, double seconds_since_last);
    void open_path(const std::string& path); ///< dropped or given
    void
    drop(std::vector<std::string> paths); ///< a panel under the pointer may take them; else they are opened
    void set_frame_cost(double milliseconds, double frames_per_second);

    [[nodiscard]] WindowWishes& wishes() { return wishes_; }
    [[nodiscard]] Motion motion() const { return motion_; }
    [[nodiscard]] bool dialog_open() const { return dialog_open_; }
    [[nodiscard]] ExplorerState& explorer() { return explorer_; }
    [[nodiscard]] const View& view() const { return *view_; }
    [[nodiscard]] const Previews& previews() const { return previews_; }
    /// Id of the newest request of the channel; a preview that answers it has the same.
    [[nodiscard]] std::uint64_t last_request(PreviewChannel channel) const {
        return last_request_[static_cast<std::size_t>(channel)];
    }
    /// Whether the last draw() asked for a single picture (not a strip or a sheet) of another point than before.
    [[nodiscard]] bool asked_for_picture() const { return asked_for_picture_; }
    /// Whether a single picture that was asked for has not come yet.
    [[nodiscard]] bool awaits_picture() const;
    void reset_layout() { layout_wanted_ = true; }
    /// Whether the window may close: it was asked to, and every file that the user wanted is written; or it was `asked` twice.
    /// Until then a bar says what is waited for. Call it before each frame.
    [[nodiscard]] bool may_close(bool asked);
    /// The window is no longer seen, until it is drawn again: nobody's hand is on it, no picture follows the model.
    void out_of_sight();
    void undo();
    void redo();

    // CommandSink
    void send(Command command) override;
    void request(LatentRequest request) override;
    Result<std::string> as_command(const HasCommandLine& what) override;
    [[nodiscard]] std::string why_no_command(const HasCommandLine& what) const override;
    void ask_file(FileQuestion question, std::function<void(std::string)> answer) override;
    void say(std::string text) override;
    /// Whether a message has stood for its time (the clock of draw()): another frame takes it away.
    [[nodiscard]] bool toast_over(double now) const;
    void show(PanelId panel) override;
    void copy_text(const std::string& text) override;
    void open_page(const std::string& path) override;
    void use_picture(Side side, const std::string& path) override;

private:
    struct Toast {
        std::uint64_t id = 0; ///< of its window
        std::string text;
        NoticeLevel level = NoticeLevel::info;
        double until = 0;
        std::uint64_t notice = 0; ///< 0: the window's own
        NoticeAction action = NoticeAction::none;
        std::string target = {};
    };

    [[nodiscard]] Frame frame_for(const Theme& theme, double seconds_since_last);
    void menu_bar(const Frame& frame);
    void file_menu(const Frame& frame);
    void edit_menu(const Frame& frame);
    void view_menu(const Frame& frame);
    void run_menu(const Frame& frame);
    void keys(const Frame& frame);
    void panels(const Frame& frame);
    void toasts(const Frame& frame);
    void resume_bar(const Frame& frame);
    void leaving_bar(const Frame& frame);
    void path_question(const Frame& frame);
    void settle_undo();
    void pass_on(Command command);
    void end_of_panels();
    void go_to(const std::optional<UndoStep>& step, std::vector<Command> CommandEdit::*way,
               std::string CommandEdit::*words);
    void add_toast(Toast toast);
    void answer_keys();
    void set_interactive(bool interactive); ///< a hand is on the window: training gives way
    void restore(const RestoredState& state);
    void restore_sweep(const RestoredState& state);
    void restore_history(const RestoredState& state);
    void take_pictures();
    void refit_pictures();
    void note_front(PanelId panel);
    void pick_first_faces();
    void ask_open();
    void set_scale(float scale);
    [[nodiscard]] bool hidden(const Panel& panel) const;
    void set_hidden(const Panel& panel, bool hide);

    Session& session_;
    ImageDrawer& images_;
    FileDialogs& dialogs_;
    Preferences& preferences_;
    std::vector<std::unique_ptr<Panel>> panels_;
    const View* view_;
    Previews previews_;
    ExplorerState explorer_, settled_;
    UndoStack undo_;
    TimeAxis time_axis_;
    SamplesWish samples_wish_;
    WindowWishes wishes_;
    std::deque<Toast> toasts_;
    /// What panels sent in this frame. The session hears it when all are drawn: it may change what they look at.
    std::vector<Command> commands_;
    bool drawing_ = false;
    std::vector<PanelId> opened_;     ///< of those on demand
    std::vector<PanelId> shown_next_; ///< panels to bring to the front, the last with the focus
    std::string typed_path_;
    std::vector<std::string> dropped_;
    PanelId front_ = PanelId::samples; ///< the panel that had the focus last, of those that export something
    std::array<std::uint64_t, static_cast<std::size_t>(PreviewChannel::count)> last_request_ = {};
    std::uint64_t next_request_ = 1, last_notice_ = 0, last_restored_ = 0;
    std::uint64_t last_picture_ = 0;
    std::array<std::uint64_t, 2> awaited_pictures_ =
        {}; ///< of A and B: the ReadPicture that is under way; 0: none
    bool first_faces_picked_ = false, dialog_open_ = false, layout_wanted_ = false;
    bool resume_dismissed_ = false, interactive_ = false;
    bool leaving_ = false; ///< asked to close, and not yet told to stay
    PanelKey export_key_, copy_key_;
    int frames_asked_ = 0;     ///< since one of them was pressed and no panel took it
    bool front_drawn_ = false; ///< in this frame
    std::string run_;          ///< that is open: what undo has of another one is forgotten
    std::uint64_t toasts_made_ = 0;
    HelpSheet help_;
    Motion motion_ = Motion::none; ///< of the frame before
    bool asked_for_picture_ = false;
    std::array<std::vector<LatentPoint>, static_cast<std::size_t>(PreviewChannel::count)> last_points_;
    int frames_drawn_ = 0, layout_frames_ = 0;
    double time_ = 0, touched_ = -10, frame_ms_ = 0, frames_per_second_ = 0;
};

/// All of them, in the order of PanelId.
[[nodiscard]] std::vector<std::unique_ptr<Panel>> make_all_panels();

/// The default layout for the viewport's size, built below `dockspace`.
void build_default_layout(ImGuiID dockspace, ImVec2 size, const Theme& theme,
                          const std::vector<std::unique_ptr<Panel>>& panels);

} // namespace ganvas
