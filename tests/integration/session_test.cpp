/// The session as the window uses it, on real training: start, watch a point arrive, explore, pause, export, stop.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "engine/api/operations.h"
#include "engine/api/session.h"
#include "engine/core/files.h"
#include "engine/export/picture.h"
#include "tests/support/session_place.h"
#include "tests/support/typed_command.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

/// A table without its first line, which names the file with the weights.
std::string table_of(const std::string& file) {
    const auto text = read_text(file);
    REQUIRE(text.ok());
    return text->substr(text->find("\nz0,") + 1);
}

/// What the window writes and what the line that it copies writes: the same pixels, or the same latents.
void check_copied(Session& session, ExportLatents what, const Path& folder, const std::string& name) {
    INFO(name);
    what.path = (folder / ("window-" + name)).string();
    const std::string typed = (folder / ("typed-" + name)).string();
    CHECK(session.why_no_command(what).empty());
    const auto line = session.as_command(what);
    REQUIRE_MESSAGE(line.ok(), (line.ok() ? "" : line.error().line()));
    INFO(*line);
    const std::string weights = shell_words(*line).at(2);
    REQUIRE(wait_for(session, [&](const View&) { return std::filesystem::exists(weights); }));
    session.send(what);
    REQUIRE(wait_for(session, [&](const View&) { return std::filesystem::exists(what.path); }));
    const auto written = run_typed(*line, typed);
    REQUIRE_MESSAGE(written.ok(), (written.ok() ? "" : written.error().line()));
    if (what.kind == ExportKind::latents) {
        CHECK(table_of(what.path) == table_of(typed));
        return;
    }
    const auto one = read_png(what.path), other = read_png(typed);
    REQUIRE(one.ok());
    REQUIRE(other.ok());
    CHECK(one->width == other->width);
    CHECK(one->pixels == other->pixels);
}

/// One of each kind of line that a sweep's Export menu copies.
void check_every_copied(Session& session, const ExportLatents& sweep, const Path& folder) {
    for (const char* space : {"z", "x", "both", "difference"}) {
        ExportLatents part = sweep;
        part.space = space;
        check_copied(session, part, folder, std::string("strip-") + space + ".png");
        part.kind = ExportKind::picture;
        part.points = {sweep.points[3]};
        check_copied(session, part, folder, std::string("picture-") + space + ".png");
        // Uneven steps are no sweep of `interpolate`: the line spells them out.
        part.kind = ExportKind::strip;
        part.points = {sweep.points[0], sweep.points[1], sweep.points[7]};
        check_copied(session, part, folder, std::string("uneven-") + space + ".png");
    }
    ExportLatents latents = sweep;
    latents.kind = ExportKind::latents;
    latents.space = "z";
    check_copied(session, latents, folder, "sweep.csv");
    latents.points = {sweep.points[2]};
    check_copied(session, latents, folder, "moment.csv");
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
    CHECK((*reopened)->poll().model.id != 0); // at once; its history follows
    CHECK(wait_for(**reopened, [](const View& v) { return v.losses.size() >= 3; }));
}

TEST_CASE("a copied command makes the pixels on the screen, though the run has moved on; files bring their "
          "state back") {
    Place place;
    SessionOptions options;
    options.load_shipped_model = false;
    auto made = make_session(options);
    REQUIRE(made.ok());
    Session& session = **made;
    make_small(session);
    session.send(OpenData{"faces:64"});
    REQUIRE(wait_for(session, [](const View& v) { return v.data.has_value(); }));
    session.send(StartTraining{});
    REQUIRE(wait_for(session, [](const View& v) { return v.losses.size() >= 3 && v.model.id != 0; }));
    session.send(PauseTraining{});
    REQUIRE(wait_for(session, [](const View& v) { return v.snapshot.state == TrainingState::paused; }));
    session.send(StepTraining{1});
    const std::int64_t step = session.poll().snapshot.step;
    REQUIRE(wait_for(session, [&](const View& v) { return v.model.step > step; }));

    ExportLatents sweep;
    sweep.kind = ExportKind::strip;
    sweep.space = "both";
    sweep.path = (place.folder / "window.png").string();
    for (int k = 0; k < 8; ++k) {
        LatentPoint mixed;
        mixed.from = LatentSum::face(5);
        mixed.to = LatentSum::face(9);
        mixed.alpha = k / 7.0;
        sweep.points.push_back(mixed);
    }
    // A picture of the user's stands in for A in pixel space.
    sweep.from_image = (place.folder / "own.png").string();
    REQUIRE(write_png(sweep.from_image, Image(50, 40, 3, 77)).ok());
    const auto line = session.as_command(sweep);
    REQUIRE(line.ok());
    CHECK(line->find("--from-image") != line->npos);
    const std::string before = "ganvas interpolate ";
    REQUIRE(line->substr(0, before.size()) == before);
    const std::string checkpoint =
        line->substr(before.size(), line->find(' ', before.size()) - before.size());
    REQUIRE(wait_for(session, [&](const View&) { return std::filesystem::exists(checkpoint); }));
    session.send(sweep);
    REQUIRE(wait_for(session, [&](const View&) { return std::filesystem::exists(sweep.path); }));
    check_every_copied(session, sweep, place.folder);
    FindNeighbours near;
    near.point.from = LatentSum::face(5);
    const auto nearest = session.as_command(near);
    REQUIRE(nearest.ok());
    CHECK(nearest->find("ganvas neighbours ") == 0);
    CHECK(nearest->find(" --data faces:64 --seed 5 --count 8 ") != nearest->npos);
    CHECK(session.as_command(ExportCurves{"curves.png"})->find("ganvas runs curves ") == 0);
    CHECK(session.as_command(ExportHistory{"history.gif"})->find("ganvas runs history ") == 0);
    session.send(StepTraining{3}); // the run moves on
    PictureOptions picture;
    picture.checkpoint = checkpoint;
    picture.out = (place.folder / "command.png").string();
    InterpolateOptions same;
    same.from = 5;
    same.to = 9;
    same.steps = 8;
    same.space = "both";
    same.from_image = sweep.from_image;
    const auto written = interpolate(picture, same);
    REQUIRE_MESSAGE(written.ok(), (written.ok() ? "" : written.error().line()));
    const auto one = read_png(sweep.path), other = read_png(picture.out);
    REQUIRE(one.ok());
    REQUIRE(other.ok());
    CHECK(one->pixels == other->pixels);
    CHECK(int(one->row(40)[0]) == 77); // the lower row begins with the user's picture

    // Latents and curves, then everything dropped back.
    ExportLatents latents = sweep;
    latents.kind = ExportKind::latents;
    latents.space = "z";
    std::vector<std::string> files = {sweep.path};
    for (const char* name : {"latents.csv", "latents.safetensors"}) {
        latents.path = (place.folder / name).string();
        session.send(latents);
        files.push_back(latents.path);
    }
    for (const char* name : {"curves.png", "curves.svg"}) {
        session.send(ExportCurves{(place.folder / name).string(), 20, true, true});
        REQUIRE(wait_for(session, [&](const View&) { return std::filesystem::exists(place.folder / name); }));
    }
    for (const std::string& file : files) {
        INFO(file);
        REQUIRE(wait_for(session, [&](const View&) { return std::filesystem::exists(file); }));
        session.send(OpenPath{file});
        std::optional<RestoredState> restored;
        REQUIRE(wait_for(session, [&](const View& v) {
            if (!v.restored.empty()) restored = v.restored.back();
            return restored.has_value();
        }));
        CHECK(restored->kind == "sweep");
        const bool same_points =
            restored->points == sweep.points; // LibTorch would print a vector, but not of points
        CHECK(same_points);
        CHECK(restored->from_image == (file == sweep.path ? sweep.from_image : ""));
    }
    // Of the run that is open already: said, never silent, and no error.
    session.send(OpenPath{(place.folder / "curves.png").string()});
    session.send(OpenPath{(place.folder / "curves.svg").string()});
    int said = 0;
    for (const Notice& notice : session.poll().notices) {
        said += notice.text.find("of the run that is open") != notice.text.npos;
        CHECK_MESSAGE(notice.level != NoticeLevel::error, notice.text);
    }
    CHECK(said == 2);
}

TEST_CASE("the drawn faces open by themselves after the first picture; an opened run shows its history") {
    Place place;
    SessionOptions options;
    options.load_shipped_model = false;
    options.open_drawn_faces = true;
    std::string run;
    {
        auto made = make_session(options);
        REQUIRE(made.ok());
        Session& session = **made;
        make_small(session);
        CHECK(session.poll().data_source == "faces");
        session.send(OpenData{"faces:64"});
        REQUIRE(wait_for(session, [](const View& v) { return v.data.has_value(); }));
        session.send(StartTraining{});
        REQUIRE(wait_for(session, [](const View& v) { return !v.samples.empty() && v.snapshot.step > 2; }));
        session.send(StopTraining{});
        REQUIRE(wait_for(session, [](const View& v) {
            return v.snapshot.state == TrainingState::paused && !v.snapshot.run_folder.empty();
        }));
        run = session.poll().snapshot.run_folder;
    }
    options.open = run;
    auto again = make_session(options);
    REQUIRE(again.ok());
    Session& session = **again;
    CHECK(session.poll().data_source == "faces:64");
    CHECK_FALSE(session.poll().data.has_value()); // not before there is a picture
    REQUIRE(wait_for(session, [](const View& v) { return !v.samples.empty(); }));
    CHECK(session.poll().samples.front().images_batch->count == 64);
    CHECK(session.poll().samples.front().images_batch->width == 32);
    LatentPoint point;
    point.from = LatentSum::face(5);
    session.request({1, PreviewChannel::sweep_current, {point}, false});
    REQUIRE(wait_for(session, [](const View& v) { return v.data.has_value(); }));
    CHECK(session.poll().data->images == 64);
    CHECK(wait_for(session, [](const View& v) { return !v.snapshot.device.empty(); }));
    CHECK(session.poll().snapshot.resident_bytes > 0);
}

TEST_CASE("closing while training saves, and the next start offers exactly that run") {
    Place place;
    SessionOptions options;
    options.load_shipped_model = false;
    std::int64_t step = 0;
    std::string run;
    {
        auto made = make_session(options);
        REQUIRE(made.ok());
        Session& session = **made;
        CHECK_FALSE(session.poll().resume_offered);
        make_small(session);
        session.send(OpenData{"faces:64"});
        REQUIRE(wait_for(session, [](const View& v) { return v.data.has_value(); }));
        session.send(StartTraining{});
        REQUIRE(wait_for(session, [](const View& v) { return v.snapshot.step >= 4; }));
        step = session.poll().snapshot.step;
        run = session.poll().snapshot.run_folder;
    }
    auto again = make_session(options);
    REQUIRE(again.ok());
    Session& session = **again;
    REQUIRE(session.poll().resume_offered);
    CHECK(session.poll().resume_folder == run);
    session.send(OpenCheckpoint{run});
    session.send(StartTraining{});
    REQUIRE(wait_for(session, [&](const View& v) {
        return v.snapshot.state == TrainingState::running && v.snapshot.step > step;
    }));
    CHECK(session.poll().snapshot.run_folder == run);
    CHECK_FALSE(session.poll().resume_offered);
    session.send(StopTraining{});
    wait_for(session, [](const View& v) { return v.snapshot.state == TrainingState::paused; });
}

TEST_CASE("bad sources, checkpoints and settings become one readable notice and change nothing") {
    Place place;
    const auto owned = empty_session();
    Session& session = *owned;
    const Settings before = session.poll().settings;
    session.send(ChangeSetting{"train.batch", "1"});
    session.send(ChangeSetting{"no.such.setting", "1"});
    session.send(OpenCheckpoint{"/no/such/file.safetensors"});
    REQUIRE(wait_for(session, [](const View& v) { return v.notices.size() == 3; }));
    CHECK(session.poll().settings == before);
    session.send(OpenData{"/no/such/folder"});
    REQUIRE(wait_for(session, [](const View& v) { return v.notices.size() == 4; }));
    CHECK(session.poll().notices.back().level == NoticeLevel::error);
    CHECK_FALSE(session.poll().data.has_value());
}

TEST_CASE("a window that sleeps is woken by what a command brings, and of two files neither is lost") {
    Place place;
    std::atomic<int> rung = 0;
    SessionOptions options;
    options.wake = [&rung] { ++rung; };
    auto made = make_session(std::move(options));
    REQUIRE(made.ok());
    Session& session = **made;
    // As Program::run: polled only after a wake.
    const auto sleep_until = [&](const std::function<bool(const View&)>& holds) {
        const auto start = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - start < std::chrono::seconds(60)) {
            if (rung.exchange(0) > 0 && holds(session.poll())) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return false;
    };
    REQUIRE(sleep_until([](const View& view) { return view.model.id != 0; }));
    ExportLatents one{
        .kind = ExportKind::picture, .path = (place.folder / "one.png").string(), .points = {{}}};
    one.points[0].from = LatentSum::face(41);
    ExportLatents other = one;
    other.path = (place.folder / "other.csv").string();
    other.kind = ExportKind::latents;
    other.points[0].from = LatentSum::face(42);
    session.send(one);
    session.send(other);
    REQUIRE(sleep_until([&](const View&) {
        return std::filesystem::exists(one.path) && std::filesystem::exists(other.path);
    }));
    using Clock = std::chrono::steady_clock;
    for (auto quiet = Clock::now(); Clock::now() - quiet < std::chrono::seconds(1);) {
        if (rung.exchange(0) > 0) {
            session.poll();
            quiet = Clock::now();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    } // nothing works any more, so nothing else wakes
    session.send(OpenPath{(place.folder / "none.csv").string()});
    CHECK(rung.exchange(0) > 0);
    const auto& notices = session.poll().notices;
    REQUIRE_FALSE(notices.empty());
    CHECK(notices.back().text.find("none.csv") != std::string::npos);
    session.send(OpenPath{one.path});
    session.send(OpenPath{other.path});
    CHECK(rung.exchange(0) > 0);
    const auto& restored = session.poll().restored;
    REQUIRE(restored.size() == 2);
    CHECK((restored[0].points.front().from == LatentSum::face(41)));
    CHECK((restored[1].points.front().from == LatentSum::face(42)));
}
