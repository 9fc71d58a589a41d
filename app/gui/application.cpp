#include "app/gui/application.h"

#include <algorithm>
#include <cmath>

#include <icons_font_awesome_6.h>
#include <imgui_internal.h>

#include "app/gui/panels/help.h"
#include "app/gui/panels/status_bar.h"
#include "app/gui/panels/toolbar.h"
#include "engine/api/pictures.h"

namespace ganvas {
namespace {

constexpr const char* dockspace_name = "Ganvas";

/// What a slider moves; the other channels are strips and sheets.
constexpr std::array single_channels = {PreviewChannel::sweep_current, PreviewChannel::arithmetic,
                                        PreviewChannel::attributes, PreviewChannel::pad};

bool is_single(PreviewChannel channel) {
    return std::find(single_channels.begin(), single_channels.end(), channel) != single_channels.end();
}

double shown_seconds(const Notice& notice) {
    const NoticeLevel level = notice.level;
    if (notice.action != NoticeAction::none) return 20; // long enough to be pressed
    return level == NoticeLevel::error ? 12 : level == NoticeLevel::warning ? 8 : 5;
}

/// After the last touch the trainer has the machine back. Shorter than Pace's active_seconds: until then frames come.
constexpr double interactive_seconds = 0.25;

/// A hand is on the mouse or the keyboard.
bool is_touched() {
    const ImGuiIO& io = ImGui::GetIO();
    if (io.MouseDelta.x != 0 || io.MouseDelta.y != 0 || io.MouseWheel != 0 || io.MouseWheelH != 0)
        return true;
    if (ImGui::IsAnyMouseDown()) return true;
    for (int key = ImGuiKey_NamedKey_BEGIN; key < ImGuiKey_NamedKey_END; ++key)
        if (ImGui::IsKeyDown(static_cast<ImGuiKey>(key))) return true;
    return false;
}

/// Whether the panel lay in the main window's dock space at the end of the last frame: then the frame's ground shows
/// through it. One that floats fills its own.
bool docked_in_viewport(const char* title) {
    const ImGuiWindow* window = ImGui::FindWindowByName(title);
    return window && window->DockNode && window->WasActive
           && ImGui::DockNodeGetRootNode(window->DockNode)->IsDockSpace();
}

/// Something that can be seen came with this poll.
struct Seen {
    std::int64_t step = -1;
    TrainingState state = TrainingState::empty;
    std::size_t losses = 0, distances = 0, samples = 0, notices = 0;
    std::uint64_t model = 0, history = 0, notice = 0;
    double jobs = 0, rate = 0, study = 0;
    std::size_t runs = 0, studies = 0, diversity = 0, attention = 0;
    std::uint64_t comparison = 0;
    const ImageBatch* checkerboard = nullptr;
    std::int64_t memorised = -1;
    std::size_t findings = 0;
    bool operator==(const Seen&) const = default;
};

Seen seen(const View& view) {
    Seen out;
    out.step = view.snapshot.step;
    out.state = view.snapshot.state;
    out.rate = view.snapshot.images_per_second;
    out.losses = view.losses.size();
    out.distances = view.distances.size();
    out.samples = view.samples.size();
    out.notices = view.notices.size();
    out.model = view.model.id;
    out.history = view.history_id;
    out.notice = view.notices.empty() ? 0 : view.notices.back().id;
    for (const JobStatus& job : view.jobs) out.jobs += job.fraction + static_cast<double>(job.state) * 7 + 1;
    out.runs = view.runs.size() + view.run_details.size();
    out.studies = view.studies.size();
    for (const auto& [name, results] : view.study_results) out.studies += 1000 + results.runs.size();
    out.diversity = view.diversity.size();
    out.checkerboard = view.checkerboard ? view.checkerboard->pictures.get() : nullptr;
    if (view.memorisation) out.memorised = view.memorisation->step;
    for (const HealthFinding& finding : view.health.findings)
        out.findings += 1 + 10 * static_cast<std::size_t>(finding.kind);
    if (view.comparison) out.comparison = view.comparison->id;
    if (view.attention)
        out.attention = reinterpret_cast<std::size_t>(view.attention->layers.data())
                        + view.attention->problem.size() + static_cast<std::size_t>(view.attention->network);
    if (view.study) {
        out.study = view.study->running;
        for (const StudyRowView& row : view.study->table.rows) {
            out.study +=
                row.seconds + static_cast<double>(row.step + 2 * static_cast<std::int64_t>(row.state.size()));
            for (const StudyCell& cell : row.cells) out.study += cell.measured;
        }
    }
    return out;
}

} // namespace

Application::Application(Session& session, ImageDrawer& images, FileDialogs& dialogs,
                         Preferences& preferences, std::vector<std::unique_ptr<Panel>> panels)
    : session_(session), images_(images), dialogs_(dialogs), preferences_(preferences),
      panels_(std::move(panels)), view_(&session.poll()) {
    // What a run said before this window opened is in Messages; only news is shown over the pictures.
    for (const Notice& notice : view_->notices)
        if (notice.level == NoticeLevel::info) last_notice_ = std::max(last_notice_, notice.id);
    layout_wanted_ = preferences_.layout.empty();
    explorer_ = settled_ = preferences_.explorer;
}

Application::~Application() = default;

bool Application::poll() {
    const Seen before = seen(*view_);
    view_ = &session_.poll();
    if (view_->snapshot.run_folder != run_) {
        run_ = view_->snapshot.run_folder;
        undo_.forget_commands();
    }
    bool news = !(seen(*view_) == before) || !view_->frames.empty();
    for (const PreviewFrame& frame : view_->frames) {
        auto& kept = previews_.newest[static_cast<std::size_t>(frame.channel)];
        if (frame.error) {
            kept.error = frame.error; // the picture before stays, with the error beside it
            kept.id = frame.id;
        } else {
            kept = frame;
        }
    }
    for (const Notice& notice : view_->notices) {
        if (notice.id <= last_notice_) continue;
        last_notice_ = notice.id;
        add_toast({.text = notice.text,
                   .level = notice.level,
                   .until = time_ + shown_seconds(notice),
                   .notice = notice.id,
                   .action = notice.action,
                   .target = notice.target});
        news = true;
    }
    for (const RestoredState& state : view_->restored) {
        if (state.id <= last_restored_) continue;
        last_restored_ = state.id;
        restore(state);
        news = true;
    }
    if (view_->data
        && (preferences_.recent_data.empty() || preferences_.recent_data.front() != view_->data->source))
        preferences_.remember_data(view_->data->source);
    pick_first_faces();
    if (!view_->pictures.empty()) news = true;
    take_pictures();
    refit_pictures();
    // Not an act of the user's, so undo does not bring a class or a direction back that the model lacks.
    if (view_->model.id != 0) {
        const bool other_classes = explorer_.fit_classes(view_->model.classes);
        const bool other_attributes = explorer_.fit_attributes(view_->attributes);
        if (other_classes || other_attributes) settled_ = explorer_;
    }
    return news;
}

void Application::pick_first_faces() {
    // A newcomer meets a working sweep: the first two samples are A and B until others are picked.
    if (first_faces_picked_ || view_->model.id == 0 || view_->sample_seeds.size() < 2) return;
    first_faces_picked_ = true;
    if (explorer_.a || explorer_.b) return;
    explorer_.a = FacePick{view_->sample_seeds[0], nullptr, {}};
    explorer_.b = FacePick{view_->sample_seeds[1], nullptr, {}};
    settled_.a = explorer_.a;
    settled_.b = explorer_.b;
}

Frame Application::frame_for(const Theme& theme, double seconds_since_last) {
    return Frame{.view = *view_,
                 .explorer = explorer_,
                 .previews = previews_,
                 .images = images_,
                 .theme = theme,
                 .time_axis = time_axis_,
                 .samples_wish = samples_wish_,
                 .time = time_,
                 .seconds_since_last = seconds_since_last,
                 .smooth_pictures = preferences_.smooth_pictures,
                 .recent_data = preferences_.recent_data,
                 .inception_weights = preferences_.inception_weights,
                 .dropped = dropped_,
                 .motion = motion_};
}

void Application::draw(const Theme& theme, double time, double seconds_since_last) {
    time_ = time;
    drawing_ = true;
    asked_for_picture_ = false;
    session_.set_seen(true);
    motion_ = Motion::none;
    dialog_open_ = dialogs_.poll();
    const Frame frame = frame_for(theme, seconds_since_last);
    keys(frame);
    menu_bar(frame);
    ImGuiViewport* viewport = ImGui::GetMainViewport();
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(theme.px(8), 0));
    const float foot = theme.small_size() + theme.px(10);
    constexpr ImGuiWindowFlags bar_flags =
        ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav;
    ImGui::PushStyleColor(ImGuiCol_WindowBg, theme.window);
    if (ImGui::BeginViewportSideBar("##status", viewport, ImGuiDir_Down, foot, bar_flags))
        draw_status_bar(frame, *this, frame_ms_, frames_per_second_);
    ImGui::End();
    ImGui::PopStyleColor();
    ImGui::PopStyleVar();
    resume_bar(frame);
    leaving_bar(frame);

    const ImGuiID dockspace = ImGui::GetID(dockspace_name);
    // In the first frame the bars have not yet taken their part of the work area.
    if (layout_wanted_ && ++frames_drawn_ > 2 && viewport->WorkSize.x > 0) {
        layout_wanted_ = false;
        build_default_layout(dockspace, viewport->WorkSize, theme, panels_);
        layout_frames_ = 3;
    }
    // New tabs choose for themselves which is in front when they first appear; then comes what a newcomer needs.
    if (layout_frames_ > 0 && --layout_frames_ == 0)
        shown_next_ = {PanelId::data, PanelId::sweep, PanelId::runs, PanelId::distance, PanelId::samples};
    // What is drawn in software is paid for by the pixel: the clear colour is the panels' ground, so that neither the
    // host nor the panels docked in it fill theirs again.
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ImVec4());
    ImGui::DockSpaceOverViewport(dockspace, viewport);
    ImGui::PopStyleColor();
    panels(frame);
    draw_help(frame, help_);
    path_question(frame);
    toasts(frame);
    answer_keys();
    for (const std::string& path : std::exchange(dropped_, {})) open_path(path); // no panel took it

    if (is_touched()) touched_ = time_;
    set_interactive(time_ - touched_ < interactive_seconds);
    settle_undo();
    end_of_panels();
}

void Application::out_of_sight() {
    set_interactive(false);
    session_.set_seen(false);
}

void Application::set_interactive(bool interactive) {
    if (interactive != interactive_) session_.set_interactive(interactive);
    interactive_ = interactive;
}

void Application::panels(const Frame& frame) {
    // One a frame: of several in one frame the last drawn would have the focus, not the last asked for.
    PanelId shown = PanelId::count; // none
    if (!shown_next_.empty()) {
        shown = shown_next_.front();
        shown_next_.erase(shown_next_.begin());
    }
    for (const auto& panel : panels_) {
        if (hidden(*panel)) continue;
        if (shown == panel->id()) ImGui::SetNextWindowFocus();
        ImGui::SetNextWindowSize(ImVec2(frame.px(480), frame.px(400)), ImGuiCond_FirstUseEver);
        // A layout that was saved before a panel was made knows no place for it: then beside its like.
        const bool beside_distance = panel->id() == PanelId::health;
        if (panel->on_demand() || panel->id() == PanelId::studies || beside_distance)
            if (const ImGuiWindow* neighbour =
                    ImGui::FindWindowByName(beside_distance ? "Distance" : "Sweep"))
                ImGui::SetNextWindowDockID(neighbour->DockId, ImGuiCond_FirstUseEver);
        if (docked_in_viewport(panel->title())) ImGui::SetNextWindowBgAlpha(0);
        bool open = true;
        // Without NoFocusOnAppearing the last tab to appear would push itself to the front at each start.
        if (ImGui::Begin(panel->title(), panel->on_demand() ? &open : nullptr,
                         ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoFocusOnAppearing)) {
            if (ImGui::IsWindowFocused(ImGuiFocusedFlags_ChildWindows | ImGuiFocusedFlags_DockHierarchy))
                note_front(panel->id());
            Frame own = frame;
            if (front_ == panel->id()) {
                front_drawn_ = true;
                own.export_key = &export_key_;
                own.copy_key = &copy_key_;
            }
            panel->draw(own, *this);
        }
        ImGui::End();
        if (!open) set_hidden(*panel, true);
    }
}

/// Ctrl+E asks the panel that was used last of those that have something to write, whatever list was looked at since.
void Application::note_front(PanelId panel) {
    switch (panel) {
    case PanelId::samples:
    case PanelId::model:
    case PanelId::sweep:
    case PanelId::arithmetic:
    case PanelId::attributes:
    case PanelId::pad:
    case PanelId::curves:
    case PanelId::distance: front_ = panel; break;
    default: break;
    }
}

bool Application::hidden(const Panel& panel) const {
    if (panel.on_demand()) return std::find(opened_.begin(), opened_.end(), panel.id()) == opened_.end();
    const auto& titles = preferences_.hidden_panels;
    return std::find(titles.begin(), titles.end(), panel.title()) != titles.end();
}

void Application::set_hidden(const Panel& panel, bool hide) {
    if (panel.on_demand()) {
        std::erase(opened_, panel.id());
        if (!hide) opened_.push_back(panel.id());
        return;
    }
    std::erase(preferences_.hidden_panels, panel.title());
    if (hide) preferences_.hidden_panels.emplace_back(panel.title());
}

void Application::set_frame_cost(double milliseconds, double frames_per_second) {
    frame_ms_ = milliseconds;
    frames_per_second_ = frames_per_second;
}

// ---- CommandSink ---------------------------------------------------------------------------------------------------

void Application::pass_on(Command command) {
    if (drawing_)
        commands_.push_back(std::move(command));
    else
        session_.send(std::move(command));
}

void Application::end_of_panels() {
    drawing_ = false;
    for (Command& command : std::exchange(commands_, {})) session_.send(std::move(command));
}

void Application::request(LatentRequest request) {
    request.id = next_request_++;
    if (is_single(request.channel)) { // newer weights ask for the same points again
        auto& points = last_points_[static_cast<std::size_t>(request.channel)];
        if (points != request.points) asked_for_picture_ = true;
        points = request.points;
    }
    last_request_[static_cast<std::size_t>(request.channel)] = request.id;
    session_.request(std::move(request));
}

bool Application::awaits_picture() const {
    return std::any_of(single_channels.begin(), single_channels.end(), [this](PreviewChannel channel) {
        return last_request(channel) > previews_[channel].id;
    });
}

Result<std::string> Application::as_command(const HasCommandLine& what) { return session_.as_command(what); }

std::string Application::why_no_command(const HasCommandLine& what) const {
    return session_.why_no_command(what);
}

void Application::ask_file(FileQuestion question, std::function<void(std::string)> answer) {
    typed_path_ = question.suggestion;
    dialogs_.ask(std::move(question), std::move(answer));
    dialog_open_ = true;
}

void Application::say(std::string text) { add_toast({.text = std::move(text), .until = time_ + 3}); }

void Application::add_toast(Toast toast) {
    toast.id = ++toasts_made_;
    toasts_.push_back(std::move(toast));
}

bool Application::toast_over(double now) const {
    return std::any_of(toasts_.begin(), toasts_.end(),
                       [now](const Toast& toast) { return toast.until < now; });
}

void Application::show(PanelId id) {
    for (const auto& panel : panels_) {
        if (panel->id() != id) continue;
        set_hidden(*panel, false);
        shown_next_.push_back(id);
        note_front(id);
    }
}

void Application::copy_text(const std::string& text) { ImGui::SetClipboardText(text.c_str()); }

void Application::open_page(const std::string& path) {
    if (!dialogs_.open_page(path)) say("No program was found to open " + path);
}

void Application::open_path(const std::string& path) { send(OpenPath{path}); }

void Application::drop(std::vector<std::string> paths) {
    for (std::string& path : paths) dropped_.push_back(std::move(path));
}

} // namespace ganvas
