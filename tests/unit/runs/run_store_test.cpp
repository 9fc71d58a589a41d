// Run folders: nothing is lost, nothing comes twice, and two programs never write one run.
#include <doctest/doctest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <thread>

#include "engine/core/random.h"
#include "engine/runs/metrics_table.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_store.h"
#include "tests/support/full_disk.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/runs/run_examples.h"

using namespace ganvas;
using namespace ganvas::testing;

TEST_CASE("run.json comes back with settings, changes and times") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    RunInfo info = info_of(1200);
    REQUIRE(info.settings.assign("generator.width=48").ok());
    REQUIRE(info.settings.assign("generator.learning_rate=0.00031").ok());
    REQUIRE(info.settings.assign("data.flip=true").ok());
    REQUIRE(info.settings.assign("image.size=32").ok());
    info.data_name = "photos \"64\"\n";
    info.data_fingerprint = "abc123";
    info.versions = {{"ganvas", "0.1.0"}, {"torch", "2.15.0"}};
    info.state = RunState::failed;
    info.message = "a step failed";
    info.images = std::int64_t(1) << 40;
    info.seconds = 0.1;
    info.target_steps = 5000;
    info.target_epochs = 2.5;
    info.target_images = 70'000;
    info.changes = {{100, "generator.learning_rate", "0.00031"}, {900, "average.decay", "0.99"}};
    REQUIRE(store->write_run(info).ok());
    auto read = store->read_run();
    REQUIRE(read.ok());
    CHECK(read->created.size() == 20);
    CHECK(read->modified.back() == 'Z');
    info.created = read->created;
    info.modified = read->modified;
    CHECK(*read == info);
}

TEST_CASE("a damaged run.json is an error that says where, and unknown settings are passed over") {
    const ScratchFolder folder;
    make_store(folder / "run");
    const Path path = folder / "run/run.json";
    const std::string good = *read_text(path);
    for (const std::string bad :
         {"", "{", "[]", "{\"format\":\"other\"}", "{\"format\":\"ganvas run 1\",\"step\":\"x\"}",
          "{\"format\":\"ganvas run 1\",\"step\":-3}", "{\"format\":\"ganvas run 1\",\"state\":\"asleep\"}",
          "{\"format\":\"ganvas run 1\",\"settings\":{\"generator.width\":-4}}",
          "{\"format\":\"ganvas run 1\",\"settings\":[]}"}) {
        CAPTURE(bad);
        REQUIRE(write_file(path, bad).ok());
        const auto read = read_run(folder / "run");
        REQUIRE_FALSE(read.ok());
        CHECK(read.error().code == ErrorCode::bad_data);
        CHECK(read.error().where == path.string());
    }
    REQUIRE(write_file(path, std::string(100'000, '[')).ok());
    CHECK_FALSE(read_run(folder / "run").ok());
    REQUIRE(
        write_file(path, "{\"format\":\"ganvas run 2\",\"settings\":{\"future.knob\":3,\"train.batch\":32}}")
            .ok());
    const auto newer = read_run(folder / "run");
    REQUIRE(newer.ok());
    CHECK(newer->settings.integer("train.batch") == 32);
    // Torn anywhere before its last brace; without only the line's end it is whole.
    for (std::size_t length = 0; length + 1 < good.size(); length += 7) {
        REQUIRE(write_file(path, good.substr(0, length)).ok());
        CHECK_FALSE(read_run(folder / "run").ok());
    }
}

TEST_CASE("metrics come back bit for bit, also odd values and names") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    TrainingPoint odd = training(20);
    odd.generator_loss = std::numeric_limits<float>::quiet_NaN();
    odd.discriminator_loss = -std::numeric_limits<float>::infinity();
    REQUIRE(store->append(training(10)).ok());
    REQUIRE(store->append(odd).ok());
    REQUIRE(store->append(distance(20, 107.123456789012345, "my \"photos\", new\nline")).ok());
    REQUIRE(store->append(training(30)).ok());
    auto metrics = store->read_metrics();
    REQUIRE(metrics.ok());
    CHECK(metrics->damaged_rows == 0);
    REQUIRE(metrics->training.size() == 3);
    const TrainingPoint expected = training(10);
    CHECK(metrics->training[0].images == expected.images);
    CHECK(metrics->training[0].seconds == expected.seconds);
    CHECK(metrics->training[0].epoch == expected.epoch);
    CHECK(metrics->training[0].discriminator_loss == expected.discriminator_loss);
    CHECK(metrics->training[0].generator_loss == expected.generator_loss);
    CHECK(metrics->training[0].real_score == expected.real_score);
    CHECK(metrics->training[0].fake_score == expected.fake_score);
    CHECK(std::isnan(metrics->training[1].generator_loss));
    CHECK(metrics->training[1].discriminator_loss == -std::numeric_limits<float>::infinity());
    REQUIRE(metrics->distances.size() == 1);
    CHECK(metrics->distances[0].value == 107.123456789012345);
    CHECK(metrics->distances[0].resamples == 4);
    CHECK(metrics->distances[0].count == 2048);
    CHECK(metrics->distances[0].extractor == "lite0-96");
    CHECK(metrics->distances[0].data == "my \"photos\", new line");
}

TEST_CASE("a torn last row is passed over, trimmed when the run is opened, and nothing sticks to it") {
    const ScratchFolder folder;
    {
        auto store = make_store(folder / "run");
        for (int step = 10; step <= 50; step += 10) REQUIRE(store->append(training(step)).ok());
    }
    const Path path = folder / "run/metrics.csv";
    const std::string whole = *read_text(path);
    for (std::size_t cut = 1; cut < 120; ++cut) {
        REQUIRE(write_file(path, whole.substr(0, whole.size() - cut)).ok());
        const auto torn = read_metrics(folder / "run");
        REQUIRE(torn.ok());
        for (std::size_t i = 0; i < torn->training.size(); ++i)
            CHECK(torn->training[i].seconds == training(10 * static_cast<int>(i + 1)).seconds);
        {
            auto store = RunStore::open(folder / "run");
            REQUIRE(store.ok());
            REQUIRE((*store)->append(training(60)).ok());
        }
        const auto after = read_metrics(folder / "run");
        REQUIRE(after.ok());
        CHECK(after->damaged_rows == 0);
        auto expected = steps_of(*torn);
        expected.push_back(60);
        CHECK(steps_of(*after) == expected);
    }
}

TEST_CASE("edited and hostile rows are counted, not believed") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    REQUIRE(store->append(training(10)).ok());
    REQUIRE(store->flush().ok());
    std::ofstream(store->metrics_path(), std::ios::app)
        << "training,20,1,1,1,x,1,1,1,,,,,,\n"
        << "training,20\n"
        << "\"\"\"\n"
        << std::string(100'000, ',') << "\n"
        << "training,-5,1,1,1,1,1,1,1,,,,,,\n"
        << "distance,99999999999999999999,1,1,1,,,,,1,1,1,1,a,b\n"
        << std::string(5000, '\0') << "\n";
    REQUIRE(store->append(training(20)).ok());
    auto metrics = store->read_metrics();
    REQUIRE(metrics.ok());
    CHECK(steps_of(*metrics) == std::vector<std::int64_t>{10, 20});
    CHECK(metrics->damaged_rows == 7);
}

TEST_CASE("going on from a checkpoint repeats no row") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    for (int step = 10; step <= 300; step += 10) {
        REQUIRE(store->append(training(step)).ok());
        if (step % 100 != 0) continue;
        REQUIRE(store->append(distance(step, 100.0 - step / 10)).ok());
        REQUIRE(store->write_sample({step, step * 64, 1.0, 2, 4, {}}, Image(8, 8, 3)).ok());
        REQUIRE(store->write_checkpoint(step, checkpoint(static_cast<float>(step))).ok());
    }
    damage(store->checkpoint_path(300));
    const auto choice = store->newest_good_checkpoint();
    REQUIRE(choice.ok());
    CHECK(choice->step == 200);
    REQUIRE(choice->notices.size() == 2);
    CHECK(choice->notices[0].find("step-300") != std::string::npos);
    REQUIRE(store->rewind(choice->step).ok());
    CHECK(steps_of(*store->read_metrics()).back() == 200);
    CHECK(store->read_metrics()->distances.size() == 2);
    CHECK(store->samples().size() == 2);
    CHECK(file_names(folder / "run/checkpoints")
          == std::vector<std::string>{"step-100.safetensors", "step-200.safetensors",
                                      "step-300.safetensors.set-aside"});
    for (int step = 210; step <= 300; step += 10) REQUIRE(store->append(training(step)).ok());
    const auto metrics = store->read_metrics();
    CHECK(metrics->training.size() == 30);
    CHECK(metrics->damaged_rows == 0);
    // Without rewind() too, a reader sees each step once, the later row.
    TrainingPoint again = training(150);
    again.generator_loss = 7;
    REQUIRE(store->append(again).ok());
    const auto repeated = store->read_metrics();
    CHECK(repeated->training.size() == 15);
    CHECK(repeated->training.back().generator_loss == 7);
}

TEST_CASE("a distance that took long keeps the later ones") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    DistancePoint thorough = distance(100, 50);
    thorough.extractor = "lite0";
    REQUIRE(store->append(distance(100, 90)).ok());
    REQUIRE(store->append(distance(200, 80)).ok());
    REQUIRE(store->append(thorough).ok());
    const auto metrics = store->read_metrics();
    REQUIRE(metrics->distances.size() == 3);
    CHECK(metrics->distances[0].extractor == "lite0");
    CHECK(metrics->distances[2].step == 200);
}

TEST_CASE("a distance keeps its whole badge, and rows of older programs are read without what they lack") {
    DistancePoint point = distance(100, 50, "faces, \"drawn\"");
    point.resize = "96x96 bilinear, antialiased when shrinking";
    point.split = "train";
    DistancePoint again = point, other = point;
    again.value = 40;
    other.split = "test";
    const std::string older = "distance,100,6400,10,0.5,,,,,90,1.25,4,2048,lite0-96,faces\n"
                              "training,50,3200,5,0.25,1,2,0.5,0.25,,,,,,\n";
    const auto metrics = parse_metrics(metrics_header() + older + metrics_row(point) + metrics_row(other)
                                       + metrics_row(again) + metrics_row(training(60)));
    CHECK(metrics.damaged_rows == 0);
    CHECK(metrics.training.size() == 2);
    REQUIRE(metrics.distances.size() == 3); // the one measured again replaces the first, others stand apart
    CHECK(metrics.distances[0].resize.empty());
    CHECK(metrics.distances[0].value == 90);
    CHECK(metrics.distances[1].split == "test");
    CHECK(distance_badge(metrics.distances[2]) == distance_badge(point));
    CHECK(metrics.distances[2].value == 40);
    CHECK(best_distance(metrics.distances)->value == 40); // not the lowest of any badge, but of the newest's
    other.value = 1;
    const std::vector<DistancePoint> own = {point, again, other};
    CHECK(best_distance(own)->value == 40); // one by hand does not hide those of training
    CHECK(best_distance({}) == nullptr);
    CHECK(parse_metrics("distance,100,6400,10,0.5,,,,,90,1.25,4,2048,lite0-96,faces,96x96\n").damaged_rows
          == 1);
}

TEST_CASE("a look at diversity comes back as it was, and one that was torn is counted") {
    DiversityPoint point;
    point.step = 100, point.images = 6400, point.seconds = 10, point.epoch = 0.5;
    point.between_batches = 12.5, point.between_batches_deviation = 1, point.since_last = 3;
    point.since_last_deviation = 0.25, point.pairwise = 20, point.pairwise_deviation = 0.5;
    point.data_pairwise = 25, point.data_pairwise_deviation = 0.125, point.modes = 9, point.classes = 10;
    point.modes_deviation = 0.75, point.effective_modes = 8.5, point.effective_modes_deviation = 0.0625;
    point.count = 256, point.batch = 64, point.extractor = "lite0-96", point.data = "faces, drawn";
    point.resize = "96x96 bilinear, antialiased", point.split = "all";
    RunMetrics metrics;
    const std::string row = metrics_row(point);
    parse_diversity(diversity_header() + row + row.substr(0, row.size() / 2), metrics);
    CHECK(metrics.damaged_rows == 1);
    REQUIRE(metrics.diversity.size() == 1);
    const DiversityPoint& read = metrics.diversity.front();
    CHECK(same_badge(read, point));
    CHECK(metrics_row(read) == row);
    CHECK(read.since_last_deviation == 0.25);
    CHECK(read.data_pairwise_deviation == 0.125);
    CHECK(read.modes_deviation == 0.75);
    CHECK(read.effective_modes_deviation == 0.0625);
    CHECK(read.split == "all");
}

TEST_CASE("a second store, or another program, is refused while the first works") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    CHECK(run_in_use(folder / "run"));
    const auto second = RunStore::open(folder / "run");
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().code == ErrorCode::io);
    CHECK(second.error().line().find("another program is working on this run, process "
                                     + std::to_string(::getpid()))
          != std::string::npos);
    const pid_t child = ::fork();
    if (child == 0) ::_exit(RunStore::open(folder / "run").ok() ? 1 : 0);
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    CHECK(read_metrics(folder / "run").ok()); // reading needs no lock
    store.reset();
    CHECK_FALSE(run_in_use(folder / "run"));
    CHECK(RunStore::open(folder / "run").ok());
}

TEST_CASE("a killed program leaves no lock behind") {
    const ScratchFolder folder;
    make_store(folder / "run");
    const pid_t child = ::fork();
    if (child == 0) {
        auto store = RunStore::open(folder / "run");
        ::raise(SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    CHECK(RunStore::open(folder / "run").ok());
}

TEST_CASE("new runs get folders of their own and old runs are not overwritten") {
    const ScratchFolder folder;
    ::setenv("GANVAS_RUNS", (folder / "runs").c_str(), 1);
    auto first = RunStore::create({}, "faces / quick");
    auto second = RunStore::create({}, "faces / quick");
    ::unsetenv("GANVAS_RUNS");
    REQUIRE(first.ok());
    REQUIRE(second.ok());
    CHECK((*first)->folder() != (*second)->folder());
    CHECK((*first)->folder().parent_path() == folder / "runs");
    CHECK((*first)->folder().filename().string().find("faces-quick") != std::string::npos);
    REQUIRE((*first)->write_run(info_of(5)).ok());
    const Path taken = (*first)->folder();
    first->reset();
    const auto refused = RunStore::create(taken);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().line().find("--resume") != std::string::npos);
    CHECK(read_run(taken)->step == 5);
    CHECK(RunStore::open(folder / "absent").error().code == ErrorCode::not_found);
    REQUIRE(write_file(folder / "file", "x").ok());
    CHECK_FALSE(RunStore::create(folder / "file").ok());
    CHECK(RunStore::create("/proc/ganvas").error().line().find("/proc/ganvas") != std::string::npos);
}
