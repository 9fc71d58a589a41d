// Run folders: nothing is lost, nothing comes twice, and damage is passed over with a word about it.
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
#include "engine/runs/run_store.h"
#include "tests/support/full_disk.h"
#include "tests/support/scratch_folder.h"

using namespace ganvas;
using ganvas::testing::FullDisk;
using ganvas::testing::ScratchFolder;

namespace {

TrainingPoint training(std::int64_t step) {
    TrainingPoint point;
    point.step = step;
    point.images = step * 64;
    point.seconds = 0.1 * static_cast<double>(step);
    point.epoch = static_cast<double>(step) / 59;
    point.discriminator_loss = 1.0f / 3.0f + static_cast<float>(step);
    point.generator_loss = -0.1f;
    point.real_score = 0.75f;
    point.fake_score = 1e-9f;
    return point;
}

DistancePoint distance(std::int64_t step, double value, const std::string& data = "faces") {
    return {step, step * 64, 0.1 * static_cast<double>(step), 0.5, value, 1.25, 4, 2048, "lite0-96", data};
}

TensorFile checkpoint(float value) {
    TensorFile file;
    file.add_floats("generator.weight", {256}, std::vector<float>(256, value));
    return file;
}

RunInfo info_of(std::int64_t step) {
    RunInfo info;
    info.recipe = "quick";
    info.data_source = "faces";
    info.data_name = "faces";
    info.step = step;
    return info;
}

std::unique_ptr<RunStore> make_store(const Path& folder) {
    auto store = RunStore::create(folder);
    REQUIRE(store.ok());
    REQUIRE((*store)->write_run(info_of(0)).ok());
    return store.take();
}

std::vector<std::int64_t> steps_of(const RunMetrics& metrics) {
    std::vector<std::int64_t> steps;
    for (const TrainingPoint& point : metrics.training) steps.push_back(point.step);
    return steps;
}

void damage(const Path& path) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-5, std::ios::end);
    file.put('\x55');
}

std::vector<std::string> file_names(const Path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

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
    for (const std::string bad : {"", "{", "[]", "{\"format\":\"other\"}", "{\"format\":\"ganvas run 1\",\"step\":\"x\"}",
                                  "{\"format\":\"ganvas run 1\",\"step\":-3}",
                                  "{\"format\":\"ganvas run 1\",\"state\":\"asleep\"}",
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
    REQUIRE(write_file(path, "{\"format\":\"ganvas run 2\",\"settings\":{\"future.knob\":3,\"train.batch\":32}}").ok());
    const auto newer = read_run(folder / "run");
    REQUIRE(newer.ok());
    CHECK(newer->settings.integer("train.batch") == 32);
    for (std::size_t length = 0; length < good.size(); length += 7) {
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
        << "training,20\n" << "\"\"\"\n" << std::string(100'000, ',') << "\n"
        << "training,-5,1,1,1,1,1,1,1,,,,,,\n"
        << "distance,99999999999999999999,1,1,1,,,,,1,1,1,1,a,b\n" << std::string(5000, '\0') << "\n";
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
          == std::vector<std::string>{"step-100.safetensors", "step-200.safetensors", "step-300.safetensors.set-aside"});
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

TEST_CASE("a second store, or another program, is refused while the first works") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    CHECK(run_in_use(folder / "run"));
    const auto second = RunStore::open(folder / "run");
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().code == ErrorCode::io);
    CHECK(second.error().line().find("another program is working on this run, process " + std::to_string(::getpid()))
          != std::string::npos);
    const pid_t child = ::fork();
    if (child == 0) ::_exit(RunStore::open(folder / "run").ok() ? 1 : 0);
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    CHECK(read_metrics(folder / "run").ok());  // reading needs no lock
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

TEST_CASE("samples keep their figures and a damaged one stays in the list") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    for (const std::int64_t step : {1000, 9, 200}) {
        Image sheet(16, 8, 3);
        for (std::size_t i = 0; i < sheet.pixels.size(); ++i) sheet.pixels[i] = static_cast<std::uint8_t>(random_bits(1, i));
        REQUIRE(store->write_sample({step, step * 64, 2.5, 2, 2, {}}, sheet).ok());
    }
    damage(folder / "run/samples/step-200.png");
    REQUIRE(write_file(folder / "run/samples/step-x.png", "junk").ok());
    REQUIRE(write_file(folder / "run/samples/step-7.png", "junk").ok());
    const auto samples = store->samples();
    REQUIRE(samples.size() == 4);
    CHECK(samples[0].step == 7);
    CHECK(samples[0].columns == 0);
    CHECK(samples[3].step == 1000);
    CHECK(samples[3].images == 64000);
    CHECK(samples[3].seconds == 2.5);
    CHECK(samples[3].columns == 2);
    CHECK(samples[3].count == 2);
}

TEST_CASE("pruning keeps the last, the best, the milestones and a whole one") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    for (std::int64_t step = 100; step <= 1000; step += 100) {
        REQUIRE(store->write_checkpoint(step, checkpoint(1)).ok());
        REQUIRE(store->append(distance(step, step == 300 ? 10.0 : 50.0 + static_cast<double>(step))).ok());
    }
    REQUIRE(store->prune({2, 500, true}).ok());
    CHECK(file_names(folder / "run/checkpoints")
          == std::vector<std::string>{"step-1000.safetensors", "step-300.safetensors", "step-500.safetensors",
                                      "step-900.safetensors"});
    damage(store->checkpoint_path(900));
    damage(store->checkpoint_path(1000));
    REQUIRE(store->prune({1, 0, false}).ok());
    CHECK(store->newest_good_checkpoint()->step == 500);
    damage(store->checkpoint_path(500));
    REQUIRE(store->prune({1, 0, false}).ok());
    CHECK(file_names(folder / "run/checkpoints").size() == 2);
    const auto none = store->newest_good_checkpoint();
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().code == ErrorCode::bad_checkpoint);
}

TEST_CASE("a checkpoint is found from a run folder or a file, and junk is named") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    CHECK(resolve_checkpoint(folder / "run").error().code == ErrorCode::not_found);
    REQUIRE(store->write_checkpoint(40, checkpoint(1)).ok());
    CHECK(resolve_checkpoint(folder / "run")->path == store->checkpoint_path(40));
    CHECK(resolve_checkpoint(store->checkpoint_path(40))->step == 40);
    CHECK(resolve_checkpoint(folder / "absent").error().code == ErrorCode::not_found);
    CHECK(resolve_checkpoint(folder.path()).error().code == ErrorCode::not_found);
    REQUIRE(write_file(folder / "zeros.safetensors", std::string(1000, '\0')).ok());
    CHECK(resolve_checkpoint(folder / "zeros.safetensors").error().code == ErrorCode::bad_checkpoint);
}

TEST_CASE("the list of runs shows figures, order and problems; verify names what is bad") {
    const ScratchFolder folder;
    CHECK(list_runs(folder / "absent").empty());
    std::filesystem::create_directories(folder / "not a run");
    {
        auto store = make_store(folder / "one");
        REQUIRE(store->write_checkpoint(100, checkpoint(1)).ok());
        REQUIRE(store->append(training(100)).ok());
        REQUIRE(store->append(distance(50, 80)).ok());
        REQUIRE(store->append(distance(100, 70)).ok());
        REQUIRE(store->write_sample({100, 6400, 1, 1, 1, {}}, Image(4, 4, 1)).ok());
        REQUIRE(store->write_run(info_of(100)).ok());
    }
    make_store(folder / "two");
    REQUIRE(write_file(folder / "two/run.json", "{").ok());
    const auto runs = list_runs(folder.path());
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].name == "one");
    CHECK(runs[0].recipe == "quick");
    CHECK(runs[0].step == 100);
    CHECK(runs[0].best_distance == 70);
    CHECK(runs[0].resumable);
    CHECK(runs[0].newest_sample.filename() == "step-100.png");
    CHECK(runs[1].problem.find("run.json") != std::string::npos);
    CHECK(runs[1].best_distance == -1);
    REQUIRE(list_runs(folder / "one").size() == 1);

    auto report = verify_run(folder / "one");
    REQUIRE(report.ok());
    CHECK(report->good);
    for (const RunFileCheck& check : report->files) CHECK_MESSAGE(check.good, check.path << " " << check.detail);
    CHECK(report->files.size() == 4);
    damage(folder / "one/checkpoints/step-100.safetensors");
    damage(folder / "one/samples/step-100.png");
    report = verify_run(folder / "one");
    CHECK_FALSE(report->good);
    CHECK(std::count_if(report->files.begin(), report->files.end(), [](const auto& check) { return !check.good; }) == 2);
    CHECK_FALSE(verify_run(folder / "two")->good);
    CHECK_FALSE(verify_run(folder / "absent").ok());
}

TEST_CASE("a full disk loses no row: what could not be appended comes with the next flush") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    REQUIRE(store->append(training(10)).ok());
    REQUIRE(store->flush().ok());
    const auto size = std::filesystem::file_size(store->metrics_path());
    {
        const FullDisk full(size + 40);
        (void)store->append(training(20)).ok();
        (void)store->append(training(30)).ok();
        const auto flushed = store->flush();
        REQUIRE_FALSE(flushed.ok());
        CHECK(flushed.error().code == ErrorCode::io);
        CHECK(std::filesystem::file_size(store->metrics_path()) == size);
        CHECK_FALSE(store->write_sample({10, 0, 0, 1, 1, {}}, Image(512, 512, 3, 77)).ok());
        CHECK_FALSE(store->write_run(info_of(30)).ok());
        CHECK_FALSE(store->write_checkpoint(30, checkpoint(2)).ok());
    }
    CHECK(store->read_run()->step == 0);
    CHECK(file_names(folder / "run/checkpoints").empty());
    const auto metrics = store->read_metrics();
    REQUIRE(metrics.ok());
    CHECK(steps_of(*metrics) == std::vector<std::int64_t>{10, 20, 30});
    CHECK(metrics->damaged_rows == 0);
}

TEST_CASE("a folder that may not be written to is refused with a hint") {
    if (::geteuid() == 0) return;  // root may write anywhere
    const ScratchFolder folder;
    make_store(folder / "run");
    std::filesystem::remove(folder / "run/.lock");
    ::chmod((folder / "run").c_str(), 0555);
    const auto store = RunStore::open(folder / "run");
    REQUIRE_FALSE(store.ok());
    CHECK(store.error().hint.find("write") != std::string::npos);
    ::chmod((folder / "run").c_str(), 0755);
}

TEST_CASE("rows may be appended from several threads") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    std::thread other([&] {
        for (int i = 1; i <= 500; ++i) (void)store->append(distance(i, i)).ok();
    });
    for (int i = 1; i <= 500; ++i) REQUIRE(store->append(training(i)).ok());
    other.join();
    const auto metrics = store->read_metrics();
    CHECK(metrics->training.size() == 500);
    CHECK(metrics->distances.size() == 500);
    CHECK(metrics->damaged_rows == 0);
}
