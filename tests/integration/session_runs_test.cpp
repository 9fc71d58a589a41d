/// Runs as the window's panels use them, on real training: list, tag, compare, fork; measures beside the samples.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <span>

#include "engine/api/checkpoint_model.h"
#include "engine/api/operations.h"
#include "engine/api/session.h"
#include "engine/core/files.h"
#include "engine/data/faces_folder.h"
#include "engine/data/image_codec.h"
#include "engine/export/picture.h"
#include "engine/export/recipe_text.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_store.h"
#include "tests/support/session_place.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

/// A run of at least `points` logged points, stopped and saved; its folder.
std::string train_a_little(Session& session, std::size_t points) {
    session.send(StartTraining{});
    REQUIRE(wait_for(session, [&](const View& v) { return v.losses.size() >= points && v.model.id != 0; }));
    session.send(StopTraining{});
    REQUIRE(wait_for(session, [](const View& v) {
        return v.snapshot.state == TrainingState::paused && !v.snapshot.run_folder.empty();
    }));
    return session.poll().snapshot.run_folder;
}

Image newest_sample_of(const Path& run) {
    const auto files = step_files(samples_folder(run), ".png");
    REQUIRE(!files.empty());
    const auto bytes = read_bytes(files.back().second);
    REQUIRE(bytes.ok());
    auto image = decode_image(*bytes);
    REQUIRE(image.ok());
    return *std::move(image);
}

double mean_of(std::span<const std::uint8_t> pixels) {
    return std::accumulate(pixels.begin(), pixels.end(), 0.0) / static_cast<double>(pixels.size());
}

} // namespace

TEST_CASE("a run is listed, tagged and compared; a fork of it has other settings and names its parent") {
    Place place;
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    change(session, {{"generator.attention", "2"}, {"discriminator.attention", "1"}});
    session.send(OpenData{"faces:64"});
    REQUIRE(wait_for(session, [](const View& v) { return v.data.has_value(); }));
    const std::string parent = train_a_little(session, 4);

    // A grid is measured against the data beside training; of two that are asked for, the newer is answered last.
    const SampleMark mark = session.poll().samples.back();
    session.send(LookAtCheckerboard{session.poll().samples.front().images_batch, 0});
    session.send(LookAtCheckerboard{mark.images_batch, mark.step});
    REQUIRE(wait_for(session, [&](const View& v) {
        return v.checkerboard && v.checkerboard->pictures == mark.images_batch;
    }));
    CHECK(session.poll().checkerboard->step == mark.step);
    CHECK(session.poll().checkerboard->count == 64);
    CHECK(std::isfinite(session.poll().checkerboard->ratio));
    CHECK(session.poll().checkerboard->ratio > 0);

    // Attention: rows that sum to one.
    LatentPoint point;
    point.from = LatentSum::face(5);
    session.send(LookAtAttention{point});
    REQUIRE(wait_for(session, [](const View& v) { return v.attention.has_value(); }));
    const AttentionResult seen = *session.poll().attention;
    CHECK(seen.point == point);
    REQUIRE(seen.layers.size() == 1);
    const AttentionLayer& layer = seen.layers.front();
    const auto places = static_cast<std::size_t>(layer.height * layer.width);
    REQUIRE(layer.weights.size() == places * places);
    double sum = 0;
    for (std::size_t k = 0; k < places; ++k) sum += static_cast<double>(layer.weights[k]);
    CHECK(sum == doctest::Approx(1).epsilon(1e-4));

    // The discriminator's, of the picture that the point makes: from the checkpoint that was saved when it stopped.
    session.send(LookAtAttention{point, NetworkKind::discriminator});
    REQUIRE(wait_for(session, [](const View& v) {
        return v.attention && v.attention->network == NetworkKind::discriminator;
    }));
    const AttentionResult shown = *session.poll().attention;
    CHECK(shown.problem == "");
    CHECK(shown.step == session.poll().snapshot.step);
    REQUIRE(shown.layers.size() == 1);
    CHECK(shown.layers.front().layer == 1);
    const auto seen_places =
        static_cast<std::size_t>(shown.layers.front().height * shown.layers.front().width);
    REQUIRE(shown.layers.front().weights.size() == seen_places * seen_places);
    sum = 0;
    for (const float weight : shown.layers.front().weights) sum += static_cast<double>(weight);
    CHECK(sum == doctest::Approx(static_cast<double>(seen_places)).epsilon(1e-4));

    // A run that was stopped is in the list without being asked for.
    REQUIRE(wait_for(session, [&](const View& v) {
        return v.runs.size() == 1 && !v.run_details.at(parent).checkpoints.empty();
    }));
    session.send(TagRun{parent, {"small", "with \"quotes\""}});
    const Path tags = Path(parent) / "tags.json";
    REQUIRE(wait_for(session, [&](const View&) { return std::filesystem::exists(tags); }));
    CHECK(nlohmann::json::parse(*read_text(tags)) == nlohmann::json({"small", "with \"quotes\""}));

    // A fork: other networks are refused before anything is written, another batch is not.
    const CheckpointCard from = session.poll().run_details.at(parent).checkpoints.back();
    const std::size_t parent_points = session.poll().losses.size();
    session.send(PlanFork{from.path});
    REQUIRE(wait_for(session, [](const View& v) { return v.fork.has_value(); }));
    CHECK(session.poll().fork->parent == parent);
    session.send(ChangeSetting{"discriminator.width", "12"});
    session.send(StartTraining{});
    REQUIRE(wait_for(session, [](const View& v) {
        return std::any_of(v.notices.begin(), v.notices.end(),
                           [](const Notice& one) { return one.text.find("another one") != one.text.npos; });
    }));
    CHECK(session.poll().snapshot.state == TrainingState::empty);
    CHECK(std::distance(std::filesystem::directory_iterator(place.folder / "runs"), {}) == 1);
    session.send(ChangeSetting{"discriminator.width", "8"});
    session.send(ChangeSetting{"train.batch", "16"});
    session.send(StartTraining{});
    REQUIRE(wait_for(session, [&](const View& v) {
        return v.snapshot.state == TrainingState::running && v.losses.size() > parent_points;
    }));
    session.send(StopTraining{});
    REQUIRE(wait_for(session, [](const View& v) { return v.snapshot.state == TrainingState::paused; }));
    const std::string fork = session.poll().snapshot.run_folder;
    CHECK(fork != parent);
    const auto json = run_json_of(fork);
    CHECK(json["parent"]["run"] == parent);
    CHECK(json["parent"]["step"] == from.step);
    CHECK(json["settings"]["train.batch"] == 16);
    CHECK(run_json_of(parent)["settings"]["train.batch"] == 8);
    CHECK_FALSE(run_json_of(parent).contains("parent"));

    session.send(RefreshRuns{});
    REQUIRE(wait_for(session, [&](const View& v) { return v.run_details.count(fork) == 1; }));
    CHECK(session.poll().run_details.at(fork).parent == parent);
    CHECK(session.poll().run_details.at(parent).tags == std::vector<std::string>{"small", "with \"quotes\""});

    session.send(CompareRuns{parent, fork, 3});
    REQUIRE(wait_for(session, [](const View& v) { return v.comparison.has_value(); }));
    const RunComparison& comparison = *session.poll().comparison;
    CHECK(comparison.seeds.front() == 3);
    for (const ComparedRun& run : comparison.runs) {
        CHECK(run.problem.empty());
        REQUIRE(run.pictures != nullptr);
        CHECK(run.pictures->count == static_cast<int>(comparison.seeds.size()));
    }
    CHECK(comparison.runs[1].step > comparison.runs[0].step);
    CHECK(comparison.runs[1].losses.size() > comparison.runs[0].losses.size());
    CHECK(comparison.runs[0].pictures->pixels != comparison.runs[1].pictures->pixels);
    // Each side shows what its own newest checkpoint makes of the seeds, and nothing else.
    for (const ComparedRun& run : comparison.runs) {
        auto opened = open_checkpoint(run.folder);
        REQUIRE(opened.ok());
        CHECK(opened->note.step == run.step);
        auto renderer = make_renderer(*opened);
        REQUIRE(renderer.ok());
        auto made = (*renderer)->render(face_points(3, run.pictures->count));
        REQUIRE(made.ok());
        CHECK(made->pixels == run.pictures->pixels);
    }
    const auto compared = comparison.id;
    session.send(CompareRuns{fork, fork, 3});
    REQUIRE(wait_for(session, [&](const View& v) { return v.comparison && v.comparison->id != compared; }));
    const auto& alike = session.poll().comparison->runs;
    REQUIRE(alike[0].pictures != nullptr);
    REQUIRE(alike[1].pictures != nullptr);
    CHECK(alike[0].pictures->pixels == alike[1].pictures->pixels);

    // The list shows the newest grid of each run, small.
    for (const RunCard& card : session.poll().runs) {
        REQUIRE(card.thumbnail != nullptr);
        CHECK(card.thumbnail->width <= 160);
        CHECK(card.thumbnail->width == card.thumbnail->height); // of eight by eight samples
        const Image newest = newest_sample_of(card.folder);
        CHECK(newest.width > card.thumbnail->width);
        CHECK(mean_of(card.thumbnail->pixels) == doctest::Approx(mean_of(newest.pixels)).epsilon(0.02));
    }
}

TEST_CASE("a run is listed while it trains, anew with each checkpoint") {
    Place place;
    auto owned = empty_session();
    Session& session = *owned;
    make_small(session);
    session.send(StartTraining{});
    REQUIRE(wait_for(session, [](const View& v) { return v.snapshot.step >= 3; }));
    std::int64_t listed = -1;
    // More often than checkpoints are kept: the list must not depend on how many there are.
    for (int time = 0; time < 6; ++time) {
        const std::int64_t before = std::max(listed, session.poll().snapshot.step - 1);
        session.send(SaveCheckpoint{});
        REQUIRE(wait_for(session, [&](const View& v) {
            if (v.runs.empty() || v.runs.front().step <= before) return false;
            listed = v.runs.front().step;
            return true;
        }));
    }
    session.send(StopTraining{});
    REQUIRE(wait_for(session, [](const View& v) { return v.snapshot.state == TrainingState::paused; }));
}

TEST_CASE("a distance that is measured in a run that nobody trains is kept with it") {
    Place place;
    TrainOptions training;
    training.data = "faces:128";
    training.steps = 3;
    training.out = (place.folder / "run").string();
    training.assignments = {"image.size=32", "generator.width=8", "discriminator.width=8", "train.batch=8",
                            "train.log_every=1"};
    REQUIRE(train(training, {}, {}, {}).ok());
    auto owned = empty_session();
    Session& session = *owned;
    session.send(OpenCheckpoint{training.out});
    REQUIRE(wait_for(session, [](const View& v) { return v.model.id != 0 && !v.losses.empty(); }));
    session.send(MeasureDistance{"lite0-96", 64});
    REQUIRE(wait_for(
        session, [](const View& v) { return !v.distances.empty(); }, 180));
    const DistancePoint shown = session.poll().distances.front();
    REQUIRE(wait_for(session, [&](const View&) {
        const auto written = read_metrics(training.out);
        return written && !written->distances.empty();
    }));
    const auto kept = read_metrics(training.out);
    REQUIRE(kept.ok());
    REQUIRE(kept->distances.size() == 1);
    CHECK(kept->distances[0].step == 3);
    CHECK(kept->distances[0].value == doctest::Approx(shown.value));
}

TEST_CASE("measures of mode collapse come with the live distance, and the run keeps them"
          * doctest::test_suite("measures")) {
    Place place;
    std::string folder;
    std::vector<DiversityPoint> before;
    {
        auto owned = empty_session();
        Session& session = *owned;
        make_small(session);
        change(session, {{"measure.live", "true"}, {"measure.count", "64"}, {"measure.share", "1"}});
        session.send(OpenData{"faces:256"});
        REQUIRE(wait_for(session, [](const View& v) { return v.data.has_value(); }));
        session.send(StartTraining{});
        REQUIRE(wait_for(
            session, [](const View& v) { return !v.diversity.empty() && !v.distances.empty(); }, 180));
        const DiversityPoint point = session.poll().diversity.front();
        CHECK(point.step == session.poll().distances.front().step);
        CHECK(point.between_batches > 0);
        CHECK(point.pairwise > 0);
        CHECK(point.data_pairwise > 0);
        CHECK(point.count == 64);
        CHECK(point.since_last < 0); // nothing before it
        session.send(StopTraining{});
        REQUIRE(wait_for(session, [](const View& v) { return v.snapshot.state == TrainingState::paused; }));
        before = session.poll().diversity;
        folder = session.poll().snapshot.run_folder;
    }
    CHECK(std::filesystem::exists(Path(folder) / "diversity.csv"));
    auto owned = empty_session();
    Session& session = *owned;
    session.send(OpenCheckpoint{folder});
    REQUIRE(wait_for(session, [&](const View& v) { return v.diversity.size() == before.size(); }));
    CHECK(session.poll().diversity.back().step == before.back().step);
    CHECK(session.poll().diversity.back().pairwise == doctest::Approx(before.back().pairwise));
    // Training on in it keeps them too.
    session.send(StartTraining{});
    REQUIRE(wait_for(session, [](const View& v) { return v.snapshot.state == TrainingState::running; }));
    CHECK(session.poll().diversity.size() >= before.size());
    session.send(StopTraining{});
    REQUIRE(wait_for(session, [](const View& v) { return v.snapshot.state == TrainingState::paused; }));
    CHECK(session.poll().diversity.size() >= before.size());
}

TEST_CASE("a study's table fills while it runs: the first row has its values before the second one is done") {
    Place place;
    // What the study looks for first: 48 pictures under the name of the photographs.
    const Path photographs = place.folder / "data" / "photos64.tar";
    const auto to_png = [](const Image& image) { return encode_png(image); };
    REQUIRE(write_faces_folder(photographs, 48, 1, 64, to_png).ok());
    ::setenv("GANVAS_DATA", (place.folder / "data").c_str(), 1);
    auto owned = empty_session();
    Session& session = *owned;
    session.send(StartStudy{"report1-lsgan", 0.02});
    bool filled = false;
    REQUIRE(wait_for(
        session,
        [&](const View& v) {
            if (!v.study) return false;
            const auto& rows = v.study->table.rows;
            if (v.study->running && rows.size() == 2 && rows[0].state == "done" && rows[1].state != "done")
                filled =
                    filled
                    || std::any_of(rows[0].cells.begin(), rows[0].cells.end(),
                                   [](const StudyCell& cell) { return cell.measured && cell.value > 0; });
            return !v.study->running;
        },
        240));
    ::unsetenv("GANVAS_DATA");
    CHECK(session.poll().study->error == "");
    CHECK(filled);
    for (const StudyRowView& row : session.poll().study->table.rows) CHECK(row.state == "done");
}

TEST_CASE(
    "studies are listed; one runs at two lengths, and the next window knows both tables and their runs") {
    Place place;
    const std::string name = "report4-dcgan";
    {
        auto owned = empty_session();
        Session& session = *owned;
        session.send(ListStudies{});
        REQUIRE(wait_for(session, [](const View& v) { return !v.studies.empty(); }));
        for (const StudyCard& card : session.poll().studies) CHECK(card.problem.empty());
        // Before anything was started: the rows with what the report had.
        session.send(ReadStudy{name});
        REQUIRE(wait_for(session, [&](const View& v) { return v.study_results.contains(name); }));
        const StudyResults& outline = session.poll().study_results.at(name);
        CHECK(outline.problem == "");
        CHECK(outline.runs.empty());
        REQUIRE(!outline.outline.rows.empty());
        for (const StudyRowView& row : outline.outline.rows) CHECK(row.step == 0);

        session.send(StartStudy{name, 0.02});
        session.send(StartStudy{session.poll().studies.back().name, 0.02}); // one at a time
        REQUIRE(session.poll().study.has_value());
        CHECK(session.poll().study->name == name);
        REQUIRE(wait_for(
            session, [](const View& v) { return !v.study->running; }, 240));
        CHECK(session.poll().study->error == "");
        session.send(StartStudy{name, 0.03}); // another length is no error: it has a folder of its own
        REQUIRE(wait_for(
            session,
            [](const View& v) {
                return !v.study->error.empty() || !v.study->running
                       || (!v.study->table.rows.empty() && v.study->table.rows.front().step > 0);
            },
            240));
        CHECK(session.poll().study->error == "");
        session.send(CancelJob{session.poll().study->job});
        REQUIRE(wait_for(
            session, [](const View& v) { return !v.study->running; }, 120));
        const auto& runs = session.poll().study_results.at(name).runs;
        CHECK(runs.size() == 2);
    }
    auto owned = empty_session();
    Session& session = *owned;
    session.send(ReadStudy{name});
    REQUIRE(wait_for(session, [&](const View& v) { return v.study_results.contains(name); }));
    const auto& runs = session.poll().study_results.at(name).runs;
    REQUIRE(runs.size() == 2);
    const auto first =
        std::find_if(runs.begin(), runs.end(), [](const StudyRun& run) { return run.budget == 0.02; });
    REQUIRE(first != runs.end());
    REQUIRE(!first->table.rows.empty());
    CHECK(first->table.rows.front().state == "done");
    CHECK(first->table.rows.front().step > 0);
    CHECK(std::filesystem::exists(first->table.page));
    // Its run is in the list, with the distance that the study measured on it, under its row's name.
    REQUIRE(wait_for(session, [](const View& v) { return !v.runs.empty(); }));
    const auto& cards = session.poll().runs;
    const auto card = std::find_if(cards.begin(), cards.end(), [&](const RunCard& one) {
        return one.name.find(name + "-0.02min/") == 0;
    });
    REQUIRE(card != cards.end());
    CHECK(card->best_distance > 0);
    CHECK(session.poll().run_details.at(card->folder).best.has_value());
}
