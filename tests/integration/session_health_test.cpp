/// The health of a run through the session, on real training: what is wrong is in the view, and what its buttons send
/// does it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "engine/api/run_operations.h"
#include "engine/runs/run_store.h"
#include "tests/support/session_place.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

bool has(const HealthReport& report, HealthKind kind) {
    return std::any_of(report.findings.begin(), report.findings.end(),
                       [&](const HealthFinding& one) { return one.kind == kind; });
}

} // namespace

TEST_CASE(
    "going back to a checkpoint is a run of its own with the changed settings; the one that is left stays") {
    Place place;
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    session.send(ChangeSetting{"train.keep_checkpoints", "1"});
    session.send(OpenData{"faces:64"});
    const std::string first = train_until(session, 6);
    CHECK(wait_for(session, [](const View& v) { return !v.health.empty(); }));
    CHECK(session.poll().health.findings.empty());
    session.send(PauseTraining{});
    REQUIRE(wait_for(session, [](const View& v) { return in_state(v, TrainingState::paused); }));
    session.send(SaveCheckpoint{});
    REQUIRE(wait_for(session, [](const View& v) { return !v.snapshot.checkpoints.empty(); }));
    const std::int64_t saved = session.poll().snapshot.checkpoints.back();
    session.send(StartTraining{});
    REQUIRE(wait_for(session, [&](const View& v) { return v.snapshot.step > saved + 10; }));

    // The newer checkpoint that leaving saves does not take this one's place before it was read.
    session.send(GoBack{saved, {{"discriminator.learning_rate", "0.0001"}, {"train.batch", "4"}}});
    REQUIRE(wait_for(session, [&](const View& v) {
        return in_state(v, TrainingState::running) && v.snapshot.run_folder != first
               && v.snapshot.step >= saved + 2 && !v.losses.empty();
    }));
    const View& view = session.poll();
    const Path second = view.snapshot.run_folder;
    CHECK(view.settings.real("discriminator.learning_rate") == 0.0001);
    CHECK(view.settings.integer("train.batch") == 4);
    CHECK(view.losses.front().step <= saved);
    for (std::size_t k = 1; k < view.losses.size(); ++k) CHECK(view.losses[k - 1].step < view.losses[k].step);
    CHECK(view.health.since_step == saved); // what the parent did is only compared with
    stop(session);
    const nlohmann::json json = run_json_of(second);
    CHECK(json["parent"]["run"] == first);
    CHECK(json["parent"]["step"] == saved);
    CHECK(json["settings"]["train.batch"] == 4);
    REQUIRE(wait_for(session, [&](const View& v) { return v.runs.size() == 2; }));
    CHECK(run_json_of(first)["settings"]["train.batch"] == 8);
    CHECK(run_json_of(first)["step"].get<std::int64_t>() > saved + 10);
}

TEST_CASE("memorised images are looked up on demand, and a run's folder says what was found") {
    Place place;
    std::string run;
    {
        auto owned = empty_session();
        Session& session = *owned;
        make_small(session);
        session.send(OpenData{"faces:64"});
        run = train_until(session, 6);
        REQUIRE(wait_for(session, [](const View& v) { return v.model.id != 0; }));
        stop(session);
        session.send(MeasureMemorisation{});
        REQUIRE(wait_for(session, [](const View& v) { return v.memorisation.has_value(); }));
        const MemorisationFigure figure = *session.poll().memorisation;
        CHECK(figure.samples == 128);
        CHECK(figure.images == 64);
        CHECK(figure.held_out == 64);
        CHECK(figure.data_distance > 0);
        CHECK(figure.sample_distance > 0.5 * figure.data_distance); // noise after six steps remembers nothing
        REQUIRE(
            wait_for(session, [](const View& v) { return !v.health.empty() && v.health.checks[6].looked; }));
        CHECK_FALSE(has(session.poll().health, HealthKind::memorising));
        session.send(NewRun{});
        REQUIRE(wait_for(session, [](const View& v) { return in_state(v, TrainingState::empty); }));
        CHECK_FALSE(session.poll().memorisation.has_value());
        session.send(OpenCheckpoint{run});
        REQUIRE(wait_for(session, [](const View& v) { return v.memorisation.has_value(); }));
        CHECK((*session.poll().memorisation == figure));
    }
    const auto health = run_health(run);
    REQUIRE(health.ok());
    CHECK(health->checks[6].looked);
    CHECK(health->findings.empty());
    const auto again = run_memorisation(run, {}, 32);
    REQUIRE(again.ok());
    CHECK(again->samples == 32);
    CHECK_FALSE(run_health("/nowhere/at/all").ok());
}

TEST_CASE("a run that was taken back shows it: curves without the lost steps, halved rates, a finding") {
    Place place;
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    // So many layers that large weights overflow soon, and a loss whose slope never ends.
    for (const auto& [key, value] : {std::pair{"discriminator.depth", "8"},
                                     {"discriminator.normalisation", "none"},
                                     {"discriminator.initialisation_std", "0.1"},
                                     {"loss.kind", "wasserstein"},
                                     {"loss.r1", "0"},
                                     {"loss.r2", "0"},
                                     {"generator.learning_rate", "0.00001"},
                                     {"discriminator.learning_rate", "0.00001"}})
        session.send(ChangeSetting{key, value});
    session.send(OpenData{"faces:64"});
    (void)train_until(session, 4);
    session.send(ChangeSetting{"discriminator.learning_rate", "0.1"});
    const std::int64_t changed = session.poll().snapshot.step;
    REQUIRE(wait_for(session, [&](const View& v) { return v.snapshot.step > changed + 20; }));
    session.send(SaveCheckpoint{}); // looks at the weights at once, not only every twenty seconds
    REQUIRE(wait_for(session, [](const View& v) { return has(v.health, HealthKind::not_finite); }));
    REQUIRE(wait_for(session, [](const View& v) {
        return std::any_of(v.notices.begin(), v.notices.end(), [](const Notice& one) {
            return one.text.find("half the learning rates") != std::string::npos;
        });
    }));
    const View& view = session.poll();
    CHECK(view.settings.real("discriminator.learning_rate") < 0.1);
    for (const TrainingPoint& point : view.losses) CHECK(std::isfinite(point.discriminator_loss));
    for (std::size_t k = 1; k < view.losses.size(); ++k) CHECK(view.losses[k - 1].step < view.losses[k].step);
}
