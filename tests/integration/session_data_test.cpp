/// Which data a run trains on: its own for ever, and for a new run those that were asked for last, as its settings say.
#include "tests/support/session_place.h"

#include <algorithm>

#include "engine/export/picture.h"

using namespace ganvas;
using namespace ganvas::testing;

TEST_CASE("a run keeps its data whatever is opened beside it, and a new run on those is one command away") {
    Place place;
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    session.send(OpenData{"faces:64"});
    const std::string run = train_until(session, 2);
    const auto keeps_its_own = [&] {
        const View& view = session.poll();
        CHECK(view.data_source == "faces:64");
        CHECK(view.data_job == 0);
        REQUIRE(view.data.has_value());
        CHECK(view.data->images == 64);
        const Notice* offer = offer_in(view, NoticeAction::new_run_on);
        REQUIRE(offer != nullptr);
        CHECK(offer->target == "faces:96");
        const std::uint64_t id = offer->id;
        session.send(DismissNotice{id});
    };
    session.send(OpenData{"faces:96"}); // while it trains
    keeps_its_own();
    session.send(PauseTraining{});
    REQUIRE(wait_for(session, [](const View& v) { return in_state(v, TrainingState::paused); }));
    session.send(OpenData{"faces:96"}); // while it is paused
    keeps_its_own();
    stop(session);
    session.send(OpenData{"faces:96"}); // while it is open
    keeps_its_own();
    const std::int64_t stopped_at = session.poll().snapshot.step;
    CHECK(train_until(session, stopped_at + 2) == run);
    CHECK(session.poll().snapshot.epoch_images == 64);
    stop(session);
    CHECK(run_json_of(run)["data"]["source"] == "faces:64");

    session.send(NewRun{"faces:96"});
    const std::string other = train_until(session, 2);
    CHECK(other != run);
    CHECK(session.poll().snapshot.epoch_images == 96);
    CHECK(session.poll().data->images == 96);
    CHECK(run_json_of(other)["data"]["source"] == "faces:96");
    CHECK(run_json_of(run)["data"]["source"] == "faces:64");
}

TEST_CASE("training takes the data that were asked for last, though they are still being opened") {
    Place place;
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    session.send(OpenData{"faces:64"});
    REQUIRE(wait_for(session, [](const View& v) { return v.data.has_value(); }));
    session.send(OpenData{"faces:3000"});
    session.send(StartTraining{});
    const View& view = session.poll();
    CHECK(in_state(view, TrainingState::opening));
    CHECK(view.data_source == "faces:3000");
    CHECK(view.data_job != 0); // its progress can be shown
    REQUIRE(wait_for(
        session, [](const View& v) { return in_state(v, TrainingState::running) && v.snapshot.step >= 2; }));
    CHECK(session.poll().snapshot.epoch_images == 3000);
    CHECK(run_json_of(session.poll().snapshot.run_folder)["data"]["source"] == "faces:3000");
    CHECK(session.poll().data->images == 3000);
}

TEST_CASE("data that fail to open are not trained on, and what was wanted before is wanted again") {
    Place place;
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    session.send(OpenData{"faces:64"});
    REQUIRE(wait_for(session, [](const View& v) { return v.data.has_value(); }));
    session.send(OpenData{"/no/such/folder"});
    session.send(StartTraining{});
    REQUIRE(wait_for(session, [](const View& v) { return in_state(v, TrainingState::empty); }));
    CHECK(session.poll().snapshot.message.find("/no/such/folder") != std::string::npos);
    REQUIRE(wait_for(session, [](const View& v) { return v.data_job == 0; }));
    CHECK(session.poll().data_source == "faces:64");
    CHECK(place.runs() == 0);
    // A start that waits can be taken back.
    session.send(OpenData{"faces:20000"});
    session.send(StartTraining{});
    session.send(StopTraining{});
    CHECK(in_state(session.poll(), TrainingState::empty));
    REQUIRE(wait_for(session, [](const View& v) { return v.data_job == 0; }));
    CHECK(place.runs() == 0);
}

TEST_CASE("opened data are trained on only when they were prepared as the settings want") {
    Place place;
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    session.send(OpenData{"faces:64"});
    REQUIRE(wait_for(session, [](const View& v) { return v.data.has_value(); }));
    session.send(ChangeSetting{"data.limit", "32"});
    std::string run = train_until(session, 2);
    CHECK(session.poll().snapshot.epoch_images == 32);
    stop(session);
    const auto first = run_json_of(run)["data"]["fingerprint"];
    session.send(NewRun{});
    session.send(ChangeSetting{"train.seed", "77"}); // another subset of as many
    run = train_until(session, 2);
    CHECK(session.poll().snapshot.epoch_images == 32);
    CHECK(run_json_of(run)["data"]["fingerprint"] != first);
}

TEST_CASE("settings saved as a recipe come back when the file is opened; a run that is open keeps its own") {
    Place place;
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    session.send(ChangeSetting{"loss.kind", "hinge"});
    const Settings wanted = session.poll().settings;
    const std::string file = (place.folder / "my own.toml").string();
    session.send(SaveRecipe{file});
    REQUIRE(wait_for(session, [&](const View&) { return std::filesystem::exists(file); }));
    session.send(UseRecipe{"dcgan"});
    REQUIRE(session.poll().settings != wanted);
    session.send(OpenPath{file});
    CHECK(session.poll().settings == wanted);
    CHECK(session.poll().recipe == file);
    CHECK(session.poll().settings.differences(session.poll().recipe_settings).empty());

    session.send(OpenData{"faces:64"});
    REQUIRE(wait_for(session, [](const View& v) { return v.data.has_value(); }));
    const std::string sheet = (place.folder / "data.png").string();
    session.send(ExportData{sheet});
    REQUIRE(wait_for(session, [&](const View&) { return std::filesystem::exists(sheet); }));
    const std::string run = train_until(session, 1);
    CHECK(run_json_of(run)["recipe"] == file);
    REQUIRE(write_file(place.folder / "other.toml", "[train]\nbatch = 5\n").ok());
    session.send(OpenPath{(place.folder / "other.toml").string()});
    const Notice* offer = offer_in(session.poll(), NoticeAction::new_run_with);
    REQUIRE(offer != nullptr);
    CHECK(session.poll().settings.integer("train.batch") != 5);
    session.send(NewRun{});
    session.send(UseRecipe{offer->target});
    CHECK(session.poll().settings.integer("train.batch") == 5);
    // One that cannot be read is said, and changes nothing.
    REQUIRE(write_file(place.folder / "bad.toml", "[train]\nbatches = 5\n").ok());
    session.send(OpenPath{(place.folder / "bad.toml").string()});
    CHECK(session.poll().settings.integer("train.batch") == 5);
    CHECK(session.poll().notices.back().level == NoticeLevel::error);
    CHECK(session.poll().notices.back().text.find("bad.toml:2") != std::string::npos);
}

TEST_CASE("pictures that were left out are said once, with a name and a reason") {
    Place place;
    const Path pictures = place.folder / "pictures";
    std::filesystem::create_directories(pictures);
    for (int k = 0; k < 5; ++k)
        REQUIRE(write_png(pictures / ("good" + std::to_string(k) + ".png"), Image(40, 40, 3, 20 * k)).ok());
    REQUIRE(write_file(pictures / "torn.png", "\x89PNG\r\n\x1a\n, and nothing").ok());
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    session.send(ChangeSetting{"train.batch", "4"});
    session.send(OpenData{pictures.string()});
    train_until(session, 1);
    int said = 0;
    for (const Notice& notice : session.poll().notices)
        if (notice.text.find("torn.png") != std::string::npos) {
            ++said;
            CHECK(notice.level == NoticeLevel::warning);
            CHECK(notice.text.find("1 file was left out") != std::string::npos);
        }
    CHECK(said == 1);
}

TEST_CASE("a measurement that is cancelled is not the last one" * doctest::test_suite("measures")) {
    Place place;
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    session.send(ChangeSetting{"measure.live", "true"});
    session.send(ChangeSetting{"measure.count", "128"});
    session.send(ChangeSetting{"measure.share", "1"}); // else what the cancelled one took is paid back first
    session.send(OpenData{"faces:256"});
    session.send(StartTraining{});
    std::uint64_t cancelled = 0;
    REQUIRE(wait_for(session, [&](const View& v) {
        for (const JobStatus& job : v.jobs)
            if (job.title == "Measuring Fréchet distance" && job.state <= JobState::running)
                cancelled = job.id;
        return cancelled != 0;
    }));
    session.send(CancelJob{cancelled});
    const auto ended = [&](const View& v) {
        for (const JobStatus& job : v.jobs)
            if (job.id == cancelled) return job.state == JobState::cancelled;
        return false;
    };
    REQUIRE(wait_for(session, ended));
    CHECK(session.poll().distances.empty());
    CHECK(wait_for(
        session, [](const View& v) { return !v.distances.empty(); }, 120));
}

TEST_CASE("a distance that cannot be measured is said once, and tried again when its settings change"
          * doctest::test_suite("measures")) {
    Place place;
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    session.send(ChangeSetting{"measure.live", "true"});
    session.send(ChangeSetting{"measure.count", "128"});
    session.send(OpenData{"faces:256"});
    REQUIRE(wait_for(session, [](const View& v) { return v.data.has_value(); }));
    const auto attempts = [](const View& v) {
        return std::count_if(v.jobs.begin(), v.jobs.end(), [](const JobStatus& job) {
            return job.title == "Measuring Fréchet distance" && job.state == JobState::failed;
        });
    };
    ::setenv("GANVAS_ASSETS", (place.folder / "nothing").c_str(), 1); // the features are gone
    session.send(StartTraining{});
    REQUIRE(wait_for(session, [&](const View& v) { return attempts(v) == 1; }));
    CHECK_FALSE(wait_for(
        session, [&](const View& v) { return attempts(v) > 1; }, 5));
    session.send(ChangeSetting{"measure.count", "96"});
    CHECK(wait_for(session, [&](const View& v) { return attempts(v) == 2; }));
    ::unsetenv("GANVAS_ASSETS");
    session.send(ChangeSetting{"measure.count", "64"});
    CHECK(wait_for(
        session, [](const View& v) { return !v.distances.empty(); }, 120));
}

TEST_CASE("a stopped run goes on at once, however often: it is not said to have stopped before it has") {
    Place place;
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    session.send(OpenData{"faces:64"});
    REQUIRE(wait_for(session, [](const View& v) { return v.data.has_value(); }));
    std::string run = train_until(session, 1);
    for (int again = 0; again < 25; ++again) {
        stop(session);
        const std::int64_t stopped_at = session.poll().snapshot.step;
        REQUIRE(train_until(session, stopped_at + 1) == run);
    }
    stop(session);
}
