/// Going from run to run: nothing is lost, nothing unrelated begins, and a target belongs to its run.
#include "tests/support/session_place.h"

using namespace ganvas;
using namespace ganvas::testing;

TEST_CASE("a run that is left for another is saved without waiting, said so, and gone on with") {
    Place place;
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    session.send(OpenData{"faces:64"});
    const std::string first = train_until(session, 4);
    stop(session);
    session.send(NewRun{});
    const std::string second = train_until(session, 4);
    REQUIRE(second != first);

    // A path that cannot be opened leaves the run alone.
    session.send(OpenCheckpoint{"/no/such/checkpoint.safetensors"});
    REQUIRE(wait_for(session, [](const View& v) {
        return v.opening.empty() && !v.notices.empty() && v.notices.back().level == NoticeLevel::error;
    }));
    CHECK(in_state(session.poll(), TrainingState::running));

    const View& now = session.poll();
    session.send(OpenCheckpoint{first});
    CHECK(now.opening == first); // neither read nor stopped yet: nobody waited
    CHECK(now.snapshot.run_folder == second);
    REQUIRE(wait_for(session, [&](const View& v) { return v.snapshot.run_folder == first; }));
    CHECK(session.poll().model.id != 0);
    // The first run's own notice may come before it.
    REQUIRE(wait_for(session, [&](const View& v) {
        const Notice* offer = offer_in(v, NoticeAction::continue_run);
        return offer && offer->target == second;
    }));
    const Notice said = *offer_in(session.poll(), NoticeAction::continue_run);
    const std::int64_t saved = run_json_of(second)["step"];
    CHECK(said.text.find("stopped and saved at step " + std::to_string(saved)) != std::string::npos);
    CHECK(run_json_of(second)["state"] == "stopped");

    // The way back, and from there at once to the other again: the disk's lock is never in the way.
    session.send(ContinueRun{second});
    REQUIRE(wait_for(session, [&](const View& v) {
        return in_state(v, TrainingState::running) && v.snapshot.run_folder == second
               && v.snapshot.step > saved;
    }));
    session.send(ContinueRun{first});
    session.send(ContinueRun{second});
    CHECK(session.poll().opening.empty()); // the last wish counts: the first is no longer being opened
    REQUIRE(wait_for(session, [&](const View& v) {
        return in_state(v, TrainingState::running) && v.snapshot.run_folder == second
               && v.snapshot.step > saved + 200;
    }));
    CHECK(place.runs() == 2);
    for (const Notice& notice : session.poll().notices)
        if (notice.level == NoticeLevel::error)
            CHECK_MESSAGE(notice.text.find("/no/such/") != std::string::npos, notice.text);
}

TEST_CASE("going on with a run never begins another one; without a checkpoint it begins again") {
    Place place;
    std::string run;
    {
        auto owned = empty_session();
        make_small(*owned);
        owned->send(OpenData{"faces:64"});
        run = train_until(*owned, 4);
        stop(*owned);
    }
    auto owned = empty_session();
    Session& session = *owned;
    session.send(ContinueRun{(place.folder / "runs/gone").string()});
    REQUIRE(wait_for(session, [](const View& v) { return v.opening.empty() && !v.notices.empty(); }));
    CHECK(in_state(session.poll(), TrainingState::empty));
    CHECK(place.runs() == 1);

    std::filesystem::remove_all(Path(run) / "checkpoints");
    session.send(OpenCheckpoint{run}); // nothing to explore
    REQUIRE(wait_for(session, [](const View& v) { return v.opening.empty(); }));
    CHECK(session.poll().snapshot.run_folder.empty());
    session.send(ContinueRun{run});
    REQUIRE(wait_for(session, [](const View& v) { return in_state(v, TrainingState::running); }));
    CHECK(session.poll().snapshot.run_folder == run);
    CHECK(session.poll().settings.integer("generator.width") == 8);
    CHECK(session.poll().data_source == "faces:64");
    stop(session);
    CHECK(place.runs() == 1);

    // As a damaged newest checkpoint would: none can be trusted, so nothing is begun in its place.
    for (const auto& file : std::filesystem::directory_iterator(Path(run) / "checkpoints"))
        REQUIRE(write_file(file.path(), "torn").ok());
    session.send(NewRun{});
    session.send(ContinueRun{run});
    REQUIRE(wait_for(session, [](const View& v) {
        return v.opening.empty() && v.notices.back().level == NoticeLevel::error;
    }));
    CHECK(in_state(session.poll(), TrainingState::empty));
    CHECK(place.runs() == 1);
}

TEST_CASE("only a run that has not ended is offered, and whether it was saved is told") {
    Place place;
    std::string run;
    {
        auto owned = empty_session();
        make_small(*owned);
        owned->send(OpenData{"faces:64"});
        owned->send(SetTarget{6});
        owned->send(StartTraining{});
        REQUIRE(wait_for(*owned, [](const View& v) { return in_state(v, TrainingState::finished); }));
        run = owned->poll().snapshot.run_folder;
    }
    CHECK_FALSE(empty_session()->poll().resume_offered);
    {
        auto owned = empty_session();
        owned->send(ContinueRun{run});
        REQUIRE(wait_for(*owned, [](const View& v) {
            return in_state(v, TrainingState::running) && v.snapshot.step > 8; // past the target that it had
        }));
        CHECK(owned->poll().snapshot.target_steps == 0);
    }
    {
        auto owned = empty_session();
        const View& view = owned->poll();
        CHECK(view.resume_offered);
        CHECK(view.resume_folder == run);
        CHECK(view.resume_saved);
        CHECK(view.resume_step > 8);
    }
    // As after a crash: run.json says that it trains, and nobody does.
    auto json = run_json_of(run);
    json["state"] = "training";
    REQUIRE(write_file(Path(run) / "run.json", json.dump()).ok());
    CHECK(empty_session()->poll().resume_offered);
    CHECK_FALSE(empty_session()->poll().resume_saved);
    json["state"] = "failed";
    REQUIRE(write_file(Path(run) / "run.json", json.dump()).ok());
    CHECK_FALSE(empty_session()->poll().resume_offered);
}

TEST_CASE("a target belongs to its run: it is written, comes back with it, and stops no other") {
    Place place;
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    session.send(OpenData{"faces:64"});
    session.send(SetTarget{0, 0, 1000.5, 123456});
    const std::string first = train_until(session, 2);
    CHECK(session.poll().snapshot.target_epochs == 1000.5);
    CHECK(session.poll().snapshot.target_images == 123456);
    stop(session);
    CHECK(run_json_of(first)["target_epochs"] == 1000.5);
    CHECK(run_json_of(first)["target_images"] == 123456);

    session.send(NewRun{});
    session.send(SetTarget{0, 0, 0, 40}); // five batches
    session.send(StartTraining{});
    REQUIRE(wait_for(session, [](const View& v) { return in_state(v, TrainingState::finished); }));
    const std::string second = session.poll().snapshot.run_folder;
    CHECK(session.poll().snapshot.images == 40);
    session.send(StartTraining{});
    REQUIRE(wait_for(session, [](const View& v) { return v.snapshot.step > 8; }));
    session.send(OpenCheckpoint{first});
    REQUIRE(wait_for(session, [&](const View& v) { return v.snapshot.run_folder == first; }));
    CHECK(session.poll().snapshot.target_epochs == 1000.5);
    CHECK(session.poll().snapshot.target_images == 123456);
    session.send(ResumeTraining{});
    REQUIRE(wait_for(
        session, [](const View& v) { return in_state(v, TrainingState::running) && v.snapshot.step > 10; }));
    CHECK(session.poll().snapshot.target_images == 123456);
}
