/// Messages: what happened, newest first, by level; to read, copy and dismiss.
#include <algorithm>
#include <array>

#include <icons_font_awesome_6.h>
#include <imgui.h>

#include "app/gui/panels/notice_action.h"

namespace ganvas {
namespace {

class MessagesPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::messages; }
    const char* title() const override { return "Messages"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    void draw_header(const Frame& frame, CommandSink& sink);
    static void draw_notice(const Frame& frame, CommandSink& sink, const Notice& notice,
                            std::function<void()>& pressed);
    int least_ = 0; ///< 0 all, 1 warnings and errors, 2 errors
};

struct NoticeLook {
    const char* icon;
    ImVec4 colour;
};

NoticeLook look_of(const Theme& theme, NoticeLevel level) {
    switch (level) {
    case NoticeLevel::info: return {ICON_FA_CIRCLE_INFO, theme.muted};
    case NoticeLevel::warning: return {ICON_FA_TRIANGLE_EXCLAMATION, theme.warning};
    case NoticeLevel::error: return {ICON_FA_CIRCLE_EXCLAMATION, theme.error};
    }
    return {ICON_FA_CIRCLE_INFO, theme.muted};
}

void MessagesPanel::draw_notice(const Frame& frame, CommandSink& sink, const Notice& notice,
                                std::function<void()>& pressed) {
    const Theme& theme = frame.theme;
    const NoticeLook look = look_of(theme, notice.level);
    const float left = ImGui::GetCursorPosX(), right = left + ImGui::GetContentRegionAvail().x;
    const float icon_column = theme.px(24), action = theme.px(28), gap = theme.px(4);
    const std::string time = clock_text(notice.time);
    ImGui::AlignTextToFramePadding();
    ImGui::TextColored(look.colour, "%s", look.icon);
    tooltip(theme, time + " after the start of the program");
    ImGui::SameLine(left + icon_column);
    ImGui::PushTextWrapPos(right - 2 * action - 2 * gap);
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(notice.text.c_str());
    ImGui::PopTextWrapPos();
    ImGui::SameLine(right - 2 * action - gap);
    if (button(theme, {.icon = ICON_FA_COPY, .label = "##copy", .tooltip = "Copy", .size = {action, 0}})) {
        sink.copy_text(notice.text);
        sink.say("Copied");
    }
    ImGui::SameLine(0, gap);
    if (button(theme,
               {.icon = ICON_FA_XMARK, .label = "##dismiss", .tooltip = "Dismiss", .size = {action, 0}}))
        pressed = [&sink, id = notice.id] { sink.send(DismissNotice{id}); };
    const std::string words = action_words(notice.action, notice.target);
    if (words.empty()) return;
    ImGui::SetCursorPosX(left + icon_column);
    if (button(theme, {.label = words.c_str()}))
        pressed = [&sink, id = notice.id, action = notice.action, target = notice.target] {
            sink.send(DismissNotice{id}); // it was done
            act_on(action, target, sink);
        };
}

void MessagesPanel::draw_header(const Frame& frame, CommandSink& sink) {
    constexpr std::array<const char*, 3> words = {"All", "Warnings", "Errors"};
    choice(frame.theme, "least", words, least_);
    const char* label = "Dismiss all";
    const float width = ImGui::CalcTextSize(label).x + 2 * ImGui::GetStyle().FramePadding.x;
    ImGui::SameLine(std::max(ImGui::GetWindowContentRegionMax().x - width, ImGui::GetCursorPosX()));
    if (!button(frame.theme, {.label = label})) return;
    std::vector<std::uint64_t> ids; // first: the list changes with every command
    for (const Notice& notice : frame.view.notices)
        if (static_cast<int>(notice.level) >= least_) ids.push_back(notice.id);
    for (const std::uint64_t id : ids) sink.send(DismissNotice{id});
}

void MessagesPanel::draw(const Frame& frame, CommandSink& sink) {
    const auto& notices = frame.view.notices;
    if (notices.empty()) {
        empty_state(frame.theme, {.icon = ICON_FA_BELL,
                                  .title = "No messages",
                                  .hint = "What went wrong, and what to do about it, is told here."});
        return;
    }
    draw_header(frame, sink);
    // A press is acted on after the list is drawn: a command changes it.
    std::function<void()> pressed;
    if (!ImGui::BeginChild("list")) {
        ImGui::EndChild();
        return;
    }
    bool any = false;
    // Beyond the newest few hundred nobody reads on; heights differ, so they cannot be clipped by counting.
    constexpr std::size_t most = 300;
    std::size_t drawn = 0;
    for (auto notice = notices.rbegin(); notice != notices.rend() && drawn < most; ++notice) {
        if (static_cast<int>(notice->level) < least_) continue;
        ImGui::PushID(static_cast<int>(notice->id));
        draw_notice(frame, sink, *notice, pressed);
        ImGui::PopID();
        any = true;
        ++drawn;
    }
    if (drawn == most) muted_text(frame.theme, "Older messages are not shown.");
    if (!any) muted_text(frame.theme, least_ == 2 ? "No errors." : "No warnings and no errors.");
    ImGui::EndChild();
    if (pressed) pressed();
}

} // namespace

std::unique_ptr<Panel> make_messages_panel() { return std::make_unique<MessagesPanel>(); }

} // namespace ganvas
