// Run folders: samples, pruning, lists and checks; damage is passed over with a word about it.
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
#include "tests/support/held_file.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/runs/run_examples.h"

using namespace ganvas;
using namespace ganvas::testing;

TEST_CASE("samples keep their figures and a damaged one stays in the list") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    for (const std::int64_t step : {1000, 9, 200}) {
        Image sheet(16, 8, 3);
        for (std::size_t i = 0; i < sheet.pixels.size(); ++i)
            sheet.pixels[i] = static_cast<std::uint8_t>(random_bits(1, i));
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

TEST_CASE(
    "milestones are the first checkpoints after so many steps, which hardly ever come at the very step") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    for (const std::int64_t step : {90, 190, 240, 310, 390, 470, 640, 730}) {
        REQUIRE(store->write_checkpoint(step, checkpoint(1)).ok());
        REQUIRE(store->prune({1, 200, false}).ok());
    }
    CHECK(file_names(folder / "run/checkpoints")
          == std::vector<std::string>{"step-240.safetensors", "step-470.safetensors", "step-640.safetensors",
                                      "step-730.safetensors"});
}

TEST_CASE("rows are appended while a slow disk makes the ones before last") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    REQUIRE(store->append(training(1)).ok());
    HeldFile disk("metrics.csv", FileCall::sync);
    Result<void> synced;
    std::thread other([&] { synced = store->sync_rows(); });
    const bool held = disk.wait_held();
    for (int step = 2; step <= 200; ++step) CHECK(store->append(training(step)).ok()); // would hang
    disk.let_go();
    other.join();
    CHECK(held);
    CHECK(synced.ok());
    CHECK(store->read_metrics()->training.size() == 200);
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

    // A study's runs lie further down; what a run folder itself holds is not looked through, nor what is too deep.
    make_store(folder / "studies/report4-sagan-2min/dcgan");
    make_store(folder / "one/checkpoints/inside");
    make_store(folder / "a/b/c/d/e");
    make_store(folder / ".hidden/run");
    std::filesystem::create_directory_symlink(folder.path(), folder / "studies/round and round");
    const auto nested = list_runs(folder.path());
    REQUIRE(nested.size() == 3);
    CHECK(std::count_if(nested.begin(), nested.end(),
                        [](const RunSummary& run) { return run.name == "report4-sagan-2min/dcgan"; })
          == 1);

    auto report = verify_run(folder / "one");
    REQUIRE(report.ok());
    CHECK(report->good);
    for (const RunFileCheck& check : report->files)
        CHECK_MESSAGE(check.good, check.path << " " << check.detail);
    CHECK(report->files.size() == 4);
    damage(folder / "one/checkpoints/step-100.safetensors");
    damage(folder / "one/samples/step-100.png");
    report = verify_run(folder / "one");
    CHECK_FALSE(report->good);
    CHECK(std::count_if(report->files.begin(), report->files.end(),
                        [](const auto& check) { return !check.good; })
          == 2);
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
    if (::geteuid() == 0) return; // root may write anywhere
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
