// The Health panel with hands on it: what is said, the plot beside it, and what each button does.
#include <doctest/doctest.h>

#include <cmath>

#include <icons_font_awesome_6.h>
#include <imgui.h>
#include <imgui_internal.h>

#include "app/gui/panels/health_fix.h"
#include "app/gui/panels/health_plot.h"
#include "engine/api/job_titles.h"
#include "tests/ui/harness.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

constexpr const char* fix = ICON_FA_WAND_MAGIC_SPARKLES "  ###fix";

void bring_up(UiHarness& ui, PanelId panel) {
    ui.application().show(panel);
    ui.frames(3);
}

/// D pulls away after step 2,000 of 6,000.
void saturate(View& view) {
    view.losses.clear();
    view.distances.clear();
    for (std::int64_t step = 10; step <= 6'000; step += 10) {
        TrainingPoint point;
        point.step = step;
        point.images = step * 64;
        point.seconds = static_cast<double>(step) * 0.2;
        point.epoch = static_cast<double>(step) / 128;
        const double far = std::max(0.0, static_cast<double>(step - 2'000)) / 400;
        point.discriminator_loss = static_cast<float>(0.6 * std::exp(-far) + 0.004);
        point.generator_loss = static_cast<float>(2 + 0.7 * far);
        point.real_score = static_cast<float>(1 - 0.3 * std::exp(-far));
        point.fake_score = static_cast<float>(0.25 * std::exp(-far));
        view.losses.push_back(point);
    }
    view.snapshot.step = 6'000;
    ++view.history_id;
}

void collapse(View& view) {
    for (std::int64_t step = 400; step <= 6'000; step += 400) {
        DiversityPoint point;
        point.step = step;
        point.seconds = static_cast<double>(step) * 0.2;
        point.data_pairwise = 12;
        point.pairwise = step <= 4'000 ? 11 : 2.4;
        point.between_batches = step <= 4'000 ? 42 : 8;
        point.count = 256;
        point.batch = 64;
        point.extractor = "lite0-96";
        view.diversity.push_back(point);
    }
}

} // namespace

TEST_CASE("health: nothing trained yet leads to Train") {
    UiHarness ui({.content = FakeContent::empty});
    bring_up(ui, PanelId::health);
    ui.run("empty", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Health/Nothing trains yet/" ICON_FA_PLAY "  Go to Train");
        ctx->Yield(3);
        IM_CHECK(!ImGui::FindWindowByName("Train")->Hidden);
        IM_CHECK(!ctx->ItemExists("//##status/" ICON_FA_TRIANGLE_EXCLAMATION "  ###findings"));
    });
}

TEST_CASE("health: a healthy run has one calm line, and looks for memorised images on demand") {
    UiHarness healthy({.content = FakeContent::small});
    healthy.session.set_state(TrainingState::running);
    bring_up(healthy, PanelId::health);
    healthy.screenshot("health-calm");
    healthy.run("calm", [&](ImGuiTestContext* ctx) {
        IM_CHECK(healthy.session.view.health.findings.empty());
        ctx->ItemClick("//Health/" ICON_FA_IMAGES "  Look for memorised images");
        IM_CHECK_EQ(healthy.session.count<MeasureMemorisation>(), 1);
    });
    // While it is looked up the button is its progress.
    healthy.session.view.jobs.push_back({9, job_titles::memorisation, "", 0.4, 3, JobState::running, ""});
    healthy.run("looking", [&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("//Health/" ICON_FA_IMAGES "  Look for memorised images"));
    });
}

TEST_CASE(
    "health: a finding shows at the window's foot, opens its card, and its button changes the setting") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.set_state(TrainingState::running);
    saturate(ui.session.view);
    ui.frames(4);
    REQUIRE(ui.session.view.health.findings.size() == 1);
    ui.screenshot("health-foot");
    ui.run("foot", [&](ImGuiTestContext* ctx) {
        IM_CHECK(ImGui::FindWindowByName("Health")->Hidden);
        ctx->ItemClick("//##status/" ICON_FA_TRIANGLE_EXCLAMATION "  ###findings");
        ctx->Yield(4);
        IM_CHECK(!ImGui::FindWindowByName("Health")->Hidden);
    });
    ui.frames(3);
    ui.screenshot("health-saturated");
    ui.run("fix", [&](ImGuiTestContext* ctx) {
        const double before = ui.session.view.settings.real("discriminator.learning_rate");
        const double other = ui.session.view.settings.real("generator.learning_rate");
        ctx->SetRef("//Health");
        ctx->ItemClick((std::string("discriminator_saturated/") + fix).c_str());
        IM_CHECK_EQ(ui.session.count<ChangeSetting>(), 1);
        IM_CHECK(ui.session.last<ChangeSetting>()->key == "discriminator.learning_rate");
        IM_CHECK_EQ(ui.session.view.settings.real("discriminator.learning_rate"), before / 2);
        IM_CHECK_EQ(ui.session.view.settings.real("generator.learning_rate"), other);
    });
}

TEST_CASE("health: a collapse goes back to the checkpoint from before it, in a run of its own") {
    UiHarness ui({.content = FakeContent::small, .theme = ThemeKind::light});
    ui.session.set_state(TrainingState::running);
    saturate(ui.session.view);
    collapse(ui.session.view);
    ui.session.view.snapshot.checkpoints = {1'500, 3'000, 6'000};
    bring_up(ui, PanelId::health);
    REQUIRE(ui.session.view.health.findings.size() == 2);
    CHECK(ui.session.view.health.findings[0].kind == HealthKind::generator_collapsed); // the graver one first
    ui.screenshot("health-two-light");
    ui.run("back", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Health");
        ctx->ItemClick((std::string("generator_collapsed/") + fix).c_str());
        IM_CHECK(ui.session.last<GoBack>() != nullptr);
        IM_CHECK_EQ(ui.session.last<GoBack>()->step, 3'000);
        IM_CHECK_EQ(ui.session.last<GoBack>()->settings.size(), 2);
    });
    // While another run is being opened it has to wait.
    ui.session.view.opening = "/somewhere";
    ui.run("wait", [&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->SetRef("//Health");
        IM_CHECK(ctx->ItemInfo((std::string("generator_collapsed/") + fix).c_str()).ItemFlags
                 & ImGuiItemFlags_Disabled);
    });
}

TEST_CASE("health: a run that waits in trouble goes on by its button; memory gets a smaller batch") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.set_state(TrainingState::paused);
    View& view = ui.session.view;
    ui.session.incidents = {
        {TrainingIncident::Kind::not_finite, view.snapshot.step + 10, view.snapshot.step, 3, true}};
    bring_up(ui, PanelId::health);
    ui.screenshot("health-waits");
    ui.run("go on", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Health");
        ctx->ItemClick((std::string("not_finite/") + fix).c_str());
        IM_CHECK_EQ(ui.session.count<ChangeSetting>(), 2);
        IM_CHECK_EQ(ui.session.count<ResumeTraining>(), 1);
        IM_CHECK(ui.session.view.snapshot.state == TrainingState::running);
    });
    ui.session.set_state(TrainingState::paused);
    ui.session.incidents.push_back(
        {TrainingIncident::Kind::out_of_memory, view.snapshot.step, view.snapshot.step, 0, true});
    view.snapshot.checkpoints = {view.snapshot.step};
    ui.run("smaller", [&](ImGuiTestContext* ctx) {
        ctx->Yield(3);
        ctx->SetRef("//Health");
        ctx->ItemClick((std::string("out_of_memory/") + fix).c_str());
        IM_CHECK(ui.session.last<GoBack>() != nullptr);
        IM_CHECK(ui.session.last<GoBack>()->settings[0].first == "train.batch");
    });
}

TEST_CASE("health: every kind of finding draws, in a wide panel and in a narrow one") {
    for (const int width : {1280, 2560}) {
        UiHarness ui({.content = FakeContent::small, .width = width, .height = width == 2560 ? 1440 : 800});
        View& view = ui.session.view;
        ui.session.set_state(TrainingState::paused);
        saturate(view);
        collapse(view);
        for (std::int64_t step = 200; step <= 6'000; step += 200) {
            DistancePoint point;
            point.step = step;
            point.seconds = static_cast<double>(step) * 0.2;
            point.value = step < 2'600 ? 320 - 0.1 * static_cast<double>(step)
                                       : 60 + 0.04 * static_cast<double>(step - 2'600);
            point.deviation = 2;
            point.count = 2048;
            point.extractor = "lite0-96";
            point.data = "faces";
            view.distances.push_back(point);
        }
        view.memorisation = MemorisationFigure{6'000, 128, 256, 8'192, 0.021, 0.08, 121};
        ui.session.incidents = {{TrainingIncident::Kind::not_finite, 6'010, 6'000, 3, true}};
        bring_up(ui, PanelId::health);
        CHECK(view.health.findings.size() == 5);
        ui.screenshot("health-all-" + std::to_string(width));
    }
}

TEST_CASE("health: the plot's lines are thinned and keep to their series") {
    UiHarness ui({.content = FakeContent::huge});
    const auto lines = health_lines(ui.session.view, HealthSeries::losses, 500'000, 200);
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].x.size() <= 210);
    CHECK(lines[0].x.front() >= 500'000);
    CHECK(lines[0].x.back() > 990'000);
    CHECK_FALSE(lines[0].of_generator);
    CHECK(health_lines(ui.session.view, HealthSeries::modes, 0, 200).empty());
}
