// A soak: the real engine trains recipe `quick` on drawn faces while a scripted hand works the window. Left out of the
// suite; `./test.sh -C Soak -R soak` runs it for 30 minutes, or as many as GANVAS_SOAK_MINUTES says.
//
// What is asked for: no error among the notices, no frame over a quarter of a second, and memory that does not grow
// after the first third.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>

#include <icons_font_awesome_6.h>

#include "engine/core/quantile.h"
#include "engine/core/random.h"
#include "engine/export/picture.h"
#include "tests/support/session_place.h"
#include "tests/ui/harness.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

constexpr double longest_frame_ms = 250;
constexpr int frames_at_rest =
    120; ///< after a round, at their usual pace: training goes on as fast as it can
constexpr double least_steps =
    100; ///< a minute: a hand that rests half of the time does not keep training from its work
constexpr double shortest_for_memory = 20; ///< minutes: buffers of every size have been needed once by then
constexpr double most_growth = 32e6; ///< bytes, beyond a fiftieth: curves and the history of samples are kept

double soak_minutes() {
    const char* text = std::getenv("GANVAS_SOAK_MINUTES");
    return text ? std::strtod(text, nullptr) : 30;
}

/// The hand: what it does next comes from a counter, so that every soak is the same one.
class Hand {
public:
    Hand(UiHarness& ui, Session& session, Path folder)
        : ui_(ui), session_(session), folder_(std::move(folder)) {}

    void round(ImGuiTestContext* ctx) {
        if (ui_.application().view().snapshot.state != TrainingState::running) ctx->KeyPress(ImGuiKey_Space);
        faces(ctx);
        for (int drag = 0; drag < 4; ++drag) slide(ctx);
        if (below(4) == 0) look_elsewhere(ctx);
        if (below(5) == 0) export_and_bring_back(ctx);
        if (below(6) == 0) pause_and_step(ctx);
        if (below(10) == 0) leave_and_come_back(ctx);
        if (below(40) == 0) fork(ctx);
        ctx->KeyPress(ImGuiKey_R);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_Z);
    }
    void resize() {
        constexpr std::pair<int, int> sizes[] = {{1280, 800}, {1440, 900}, {900, 700}, {1920, 1080}};
        const auto [width, height] = sizes[below(std::size(sizes))];
        ui_.resize(width, height);
    }

    int moves = 0, exports = 0, opens = 0, forks = 0;

private:
    std::uint64_t below(std::uint64_t bound) { return random_below(1, drawn_++, bound); }

    void faces(ImGuiTestContext* ctx) {
        const std::string a = "//Samples/$$" + std::to_string(below(24)) + "/tile";
        const std::string b = "//Samples/$$" + std::to_string(24 + below(24)) + "/tile";
        ctx->ItemClick(a.c_str());
        ctx->KeyDown(ImGuiMod_Shift);
        ctx->ItemClick(b.c_str());
        ctx->KeyUp(ImGuiMod_Shift);
    }

    void slide(ImGuiTestContext* ctx) {
        ctx->MouseMove("//Sweep/α##alpha/##slider");
        ctx->MouseDown();
        for (int move = 0; move < 12; ++move, ++moves) {
            const float away = static_cast<float>(below(60)) - 30;
            ctx->MouseMoveToPos(ImGui::GetIO().MousePos + ImVec2(away, 0));
            ctx->Yield();
        }
        ctx->MouseUp();
    }

    void look_elsewhere(ImGuiTestContext* ctx) {
        for (const PanelId panel : {PanelId::arithmetic, PanelId::attributes, PanelId::pad, PanelId::data,
                                    PanelId::model, PanelId::train, PanelId::health, PanelId::distance,
                                    PanelId::messages, PanelId::runs, PanelId::sweep}) {
            ui_.application().show(panel);
            ctx->Yield(6);
        }
    }

    void export_and_bring_back(ImGuiTestContext* ctx) {
        const Path path = folder_ / ("strip-" + std::to_string(exports++) + ".png");
        ui_.dialogs.next_answer = path.string();
        ctx->ItemClick("//Sweep/" ICON_FA_FILE_EXPORT "  Export");
        ctx->ItemClick("//$FOCUSED/z strip as PNG…");
        for (int frame = 0; frame < 600 && !std::filesystem::exists(path); ++frame) ctx->Yield();
        CHECK_MESSAGE(read_png(path).ok(), "no strip was written: " << path.string());
        ui_.application().drop({path.string()});
        ctx->Yield(30);
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }

    void pause_and_step(ImGuiTestContext* ctx) {
        ctx->KeyPress(ImGuiKey_Space);
        ctx->Yield(30);
        ctx->KeyPress(ImGuiKey_Period);
        ctx->Yield(10);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_S);
        ctx->KeyPress(ImGuiKey_Space);
        ctx->Yield(10);
    }

    /// The faces that come with the program, and back to the run.
    void leave_and_come_back(ImGuiTestContext* ctx) {
        const std::string run = ui_.application().view().snapshot.run_folder;
        for (const std::string& path :
             {std::string(GANVAS_SOURCE_DIR "/assets/checkpoints/faces.safetensors"), run}) {
            ui_.application().drop({path});
            ctx->Yield(2);
            await(ctx, "opened", [&](const View& view) {
                return view.opening.empty() && view.snapshot.run_folder == (path == run ? run : "");
            });
            ++opens;
        }
        ctx->KeyPress(ImGuiKey_Space);
        await(ctx, "training goes on",
              [](const View& view) { return view.snapshot.state == TrainingState::running; });
    }

    void fork(ImGuiTestContext* ctx) {
        const Snapshot& before = ui_.application().view().snapshot;
        if (before.checkpoints.empty()) return;
        const std::string parent = before.run_folder;
        session_.send(GoBack{before.checkpoints.back()});
        await(ctx, "forked", [&](const View& view) {
            return view.snapshot.run_folder != parent && view.snapshot.state == TrainingState::running;
        });
        ++forks;
    }

    void await(ImGuiTestContext* ctx, const char* what, const std::function<bool(const View&)>& reached) {
        for (int frame = 0; frame < 1200 && !reached(ui_.application().view()); ++frame) ctx->Yield();
        CHECK_MESSAGE(reached(ui_.application().view()), what);
    }

    UiHarness& ui_;
    Session& session_;
    Path folder_;
    std::uint64_t drawn_ = 0;
};

} // namespace

TEST_CASE("soak: training under a scripted hand, without an error, a slow frame or growing memory"
          * doctest::skip()) {
    Place place;
    auto session = empty_session();
    change(*session, {{"train.checkpoint_minutes", "0.5"}});
    session->send(OpenData{"faces:4000"});
    REQUIRE(wait_for(*session, [](const View& view) { return view.data.has_value(); }));
    session->send(StartTraining{});
    REQUIRE(wait_for(*session, [](const View& view) { return !view.samples.empty() && view.model.id != 0; }));
    UiHarness ui({.session = session.get()});
    ui.draw_every_frame = true;
    Hand hand(ui, *session, place.folder);

    const auto start = std::chrono::steady_clock::now();
    const auto minutes = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / 60;
    };
    const double length = soak_minutes();
    std::vector<double> early, late; // bytes: the second third, the last third
    int rounds = 0, slow = 0;
    double slowest = 0;
    std::uint64_t newest_notice = 0;
    std::vector<std::string> errors;
    for (; minutes() < length; ++rounds) {
        ui.slowest_frame_ms = 0;
        if (!ui.run("round", [&](ImGuiTestContext* ctx) { hand.round(ctx); })) break;
        if (rounds % 7 == 6) hand.resize();
        for (int frame = 0; frame < frames_at_rest; ++frame) {
            ui.frames(1);
            std::this_thread::sleep_for(std::chrono::milliseconds(33));
        }
        // The first rounds compile shaders' and kernels' first uses.
        if (minutes() > length / 10) {
            slow += ui.slowest_frame_ms > longest_frame_ms;
            slowest = std::max(slowest, ui.slowest_frame_ms);
        }
        const double third = minutes() / length * 3;
        if (third > 1)
            (third < 2 ? early : late)
                .push_back(static_cast<double>(ui.application().view().snapshot.resident_bytes));
        for (const Notice& notice : ui.application().view().notices) {
            if (notice.id <= newest_notice) continue;
            newest_notice = notice.id;
            if (notice.level == NoticeLevel::error) errors.push_back(notice.text);
        }
    }
    const double before = quantile(early, 0.5), after = quantile(late, 0.5);
    std::printf("soak: %.1f minutes, %d rounds, %d slider moves, %d exports, %d opens, %d forks, step %lld; "
                "slowest frame %.0f ms; memory %.0f MB, then %.0f MB\n",
                minutes(), rounds, hand.moves, hand.exports, hand.opens, hand.forks,
                static_cast<long long>(ui.application().view().snapshot.step), slowest, before / 1e6,
                after / 1e6);
    CHECK(static_cast<double>(ui.application().view().snapshot.step) > least_steps * minutes());
    CHECK(slow == 0);
    if (length >= shortest_for_memory) {
        REQUIRE(!early.empty());
        REQUIRE(!late.empty());
        CHECK(after <= before * 1.02 + most_growth);
    }
    for (const std::string& error : errors) FAIL_CHECK(error);
}
