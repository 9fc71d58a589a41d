/// The session as the window uses it, on real training: start, watch a point arrive, explore, pause, export, stop.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <thread>
#include <unistd.h>

#include "engine/api/operations.h"
#include "engine/api/session.h"
#include "engine/core/files.h"
#include "engine/export/picture.h"

using namespace ganvas;

namespace {

/// A folder of this test's own for runs, cache and configuration.
struct Place {
    Path folder = std::filesystem::temp_directory_path() / ("ganvas-session-" + std::to_string(::getpid()));
    Place() {
        std::filesystem::create_directories(folder);
        ::setenv("GANVAS_RUNS", (folder / "runs").c_str(), 1);
        ::setenv("GANVAS_CACHE", (folder / "cache").c_str(), 1);
        ::setenv("GANVAS_CONFIG", (folder / "config").c_str(), 1);
    }
    ~Place() { std::filesystem::remove_all(folder); }
};

/// A session that has opened nothing yet.
std::unique_ptr<Session> empty_session() {
    SessionOptions options;
    options.load_shipped_model = false;
    auto made = make_session(options);
    REQUIRE(made.ok());
    return made.take();
}

bool wait_for(Session& session, const std::function<bool(const View&)>& holds, double seconds = 60) {
    const auto start = std::chrono::steady_clock::now();
    while (std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < seconds) {
        if (holds(session.poll())) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

void make_small(Session& session) {
    for (const auto& [key, value] : {std::pair{"generator.width", "8"},
                                     {"discriminator.width", "8"},
                                     {"image.size", "32"},
                                     {"latent.size", "16"},
                                     {"train.batch", "8"},
                                     {"train.log_every", "2"},
                                     {"measure.live", "false"}})
        session.send(ChangeSetting{key, value});
}

} // namespace

TEST_CASE("the window's whole path: train, watch, explore, pause, step, export, stop, open again") {
    Place place;
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    session.send(OpenData{"faces:64"});
    REQUIRE(wait_for(session, [](const View& v) { return v.data.has_value(); }));
    CHECK(session.poll().data->images == 64);
    CHECK(session.poll().data->width == 32);

    session.send(StartTraining{});
    REQUIRE(wait_for(session, [](const View& v) { return v.losses.size() >= 3 && v.model.id != 0; }));
    CHECK(session.poll().snapshot.state == TrainingState::running);

    LatentPoint point;
    point.from = LatentSum::face(5);
    session.request({1, PreviewChannel::sweep_current, {point}, false});
    SharedBatch preview;
    REQUIRE(wait_for(session, [&](const View& v) {
        for (const PreviewFrame& frame : v.frames)
            if (frame.id == 1 && frame.images) preview = frame.images;
        return preview != nullptr;
    }));
    CHECK(preview->width == 32);

    session.send(PauseTraining{});
    REQUIRE(wait_for(session, [](const View& v) { return v.snapshot.state == TrainingState::paused; }));
    const std::int64_t paused_at = session.poll().snapshot.step;
    session.send(StepTraining{1});
    REQUIRE(wait_for(session, [&](const View& v) { return v.snapshot.step == paused_at + 1; }));

    const std::string strip = (place.folder / "strip.png").string();
    ExportLatents what;
    what.kind = ExportKind::strip;
    what.path = strip;
    for (int k = 0; k < 8; ++k) {
        LatentPoint mixed = point;
        mixed.to = LatentSum::face(9);
        mixed.alpha = k / 7.0;
        what.points.push_back(mixed);
    }
    session.send(what);
    REQUIRE(wait_for(session, [&](const View&) { return std::filesystem::exists(strip); }));
    auto picture = read_png(strip);
    REQUIRE(picture.ok());
    CHECK(picture->width == 8 * 32);
    CHECK(picture->height == 32);

    session.send(StopTraining{});
    REQUIRE(wait_for(session, [](const View& v) {
        return v.snapshot.state == TrainingState::paused && !v.snapshot.run_folder.empty();
    }));
    const std::string run = session.poll().snapshot.run_folder;
    owned.reset();

    auto problems = verify_run(run);
    REQUIRE(problems.ok());
    CHECK(problems->empty());
    SessionOptions again;
    again.open = run;
    again.load_shipped_model = false;
    auto reopened = make_session(again);
    REQUIRE(reopened.ok());
    const View& view = (*reopened)->poll();
    CHECK(view.model.id != 0);
    CHECK(view.losses.size() >= 3);
}

TEST_CASE("bad sources, checkpoints and settings become one readable notice and change nothing") {
    Place place;
    const auto owned = empty_session();
    Session& session = *owned;
    const Settings before = session.poll().settings;
    session.send(ChangeSetting{"train.batch", "1"});
    session.send(ChangeSetting{"no.such.setting", "1"});
    session.send(OpenCheckpoint{"/no/such/file.safetensors"});
    CHECK(session.poll().notices.size() == 3);
    CHECK(session.poll().settings == before);
    session.send(OpenData{"/no/such/folder"});
    REQUIRE(wait_for(session, [](const View& v) { return v.notices.size() == 4; }));
    CHECK(session.poll().notices.back().level == NoticeLevel::error);
    CHECK_FALSE(session.poll().data.has_value());
}
