// Training on a failing disk: each call that a save makes fails once. Training goes on and says so, what was saved before
// can be read, and the next save works.
#include <doctest/doctest.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "engine/runs/run_store.h"
#include "engine/training/train_loop.h"
#include "tests/support/every_fault.h"
#include "tests/support/fault_plan.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/training/small_data.h"

using namespace ganvas;
using namespace ganvas::test;
using ganvas::testing::Fault;
using ganvas::testing::FaultPlan;
using ganvas::testing::name;
using ganvas::testing::ScratchFolder;

namespace {

/// A paused run that makes steps and saves when it is told to.
class SlowRun {
public:
    explicit SlowRun(const Path& folder) : loop_(options(folder)) {
        REQUIRE(until([&] { return last.state == TrainingState::paused; }));
    }
    /// Saves, and makes one step: when that is done, so is the save. What was said about it.
    std::vector<std::string> save() {
        loop_.send(train_command::Save{});
        loop_.send(train_command::Step{1});
        const std::int64_t next = last.step + 1;
        REQUIRE(until([&] { return last.step == next && last.state == TrainingState::paused; }));
        std::vector<std::string> said;
        for (const Notice& notice : loop_.take_notices()) said.push_back(notice.text);
        return said;
    }
    void end() {
        loop_.stop();
        loop_.join();
        until([] { return true; });
    }
    Snapshot last;

private:
    static TrainLoopOptions options(const Path& folder) {
        TrainLoopOptions options;
        options.settings = small_settings();
        change(options.settings, "train.log_every=1");
        change(options.settings, "train.sample_every_seconds=86400");
        options.data = small_data();
        options.device = "cpu";
        options.run_folder = folder.string();
        options.start_paused = true;
        return options;
    }
    template <class Condition>
    bool until(Condition condition) {
        for (int wait = 0; wait < 30'000; ++wait) {
            const bool over = !loop_.running();
            if (auto snapshot = loop_.take_snapshot()) last = *snapshot;
            if (condition()) return true;
            if (over) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        return false;
    }
    TrainLoop loop_;
};

bool says(const std::vector<std::string>& said, const std::string& words) {
    for (const std::string& line : said)
        if (line.find(words) != std::string::npos) return true;
    return false;
}

std::string all(const std::vector<std::string>& said) {
    std::string text;
    for (const std::string& line : said) text += line + "\n";
    return text;
}

void check_readable(const Path& folder, std::int64_t saved) {
    CHECK(read_run(folder).ok());
    const auto checkpoint = newest_good_checkpoint(folder);
    REQUIRE(checkpoint.ok());
    CHECK(checkpoint->step >= saved);
    CHECK(checkpoint->notices.empty());
    const auto report = verify_run(folder);
    REQUIRE(report.ok());
    CHECK(report->good);
}

} // namespace

TEST_CASE("every fault in saving a run while it is trained") {
    const ScratchFolder scratch;
    const Path folder = scratch / "run";
    SlowRun run(folder);
    for (int warm_up = 0; warm_up < 5; ++warm_up) (void)run.save(); // from then on each save also removes one
    const FileCall kinds[] = {FileCall::open_to_write, FileCall::write,  FileCall::sync,
                              FileCall::close,         FileCall::rename, FileCall::remove,
                              FileCall::make_folder};
    std::map<FileCall, int> counts;
    {
        const FaultPlan plan(scratch.path());
        REQUIRE(says(run.save(), "saved at step"));
        for (const FileCall kind : kinds) counts[kind] = plan.count(kind);
    }
    int tried = 0;
    for (const FileCall kind : kinds)
        for (int number = 1; number <= counts[kind]; ++number, ++tried) {
            const std::string which = std::string(name(kind)) + " " + std::to_string(number);
            CAPTURE(which);
            const std::int64_t before = newest_good_checkpoint(folder)->step;
            {
                const int code = kind == FileCall::write ? ENOSPC : EACCES;
                const FaultPlan plan(scratch.path(), {kind, number, code, kind == FileCall::write});
                const auto said = run.save();
                CAPTURE(all(said));
                REQUIRE_FALSE(plan.struck().empty());
                CHECK(says(said, "could not be written: "));
                CHECK(says(said, std::strerror(code)));
                CHECK(says(said, "; training goes on"));
                CHECK(says(said, folder.string()));
                check_readable(folder, before);
            }
            const std::int64_t step = run.last.step;
            CHECK(says(run.save(), "saved at step " + std::to_string(step)));
            check_readable(folder, step);
        }
    CHECK(tried > 12);
    run.end();
    CHECK(run.last.state == TrainingState::paused);
    const auto metrics = read_metrics(folder);
    REQUIRE(metrics.ok());
    CHECK(std::int64_t(metrics->training.size()) == run.last.step);
    CHECK(metrics->damaged_rows == 0);
}

TEST_CASE("a disk that stays full is said once, training goes on, and the first save with room keeps all") {
    const ScratchFolder scratch;
    const Path folder = scratch / "run";
    SlowRun run(folder);
    REQUIRE(says(run.save(), "saved at step"));
    const std::int64_t saved = newest_good_checkpoint(folder)->step;
    {
        const FaultPlan full(scratch.path(), {FileCall::write, 1, ENOSPC, false, true});
        const auto first = run.save();
        CAPTURE(all(first));
        CHECK(says(first, "a checkpoint could not be written: "));
        CHECK(says(first, "No space left on device"));
        for (int again = 0; again < 3; ++again) CHECK_FALSE(says(run.save(), "checkpoint"));
        CHECK(newest_good_checkpoint(folder)->step == saved);
        check_readable(folder, saved);
    }
    const std::int64_t step = run.last.step;
    CHECK(says(run.save(), "saved at step " + std::to_string(step)));
    check_readable(folder, step);
    run.end();
    CHECK(newest_good_checkpoint(folder)->step == run.last.step);
    CHECK(std::int64_t(read_metrics(folder)->training.size()) == run.last.step);
}

TEST_CASE("a checkpoint is saved also where the metrics cannot be") {
    const ScratchFolder scratch;
    const Path folder = scratch / "run";
    SlowRun run(folder);
    (void)run.save();
    (void)run.save();
    std::filesystem::remove(folder / "metrics.csv");
    std::filesystem::create_directory(folder / "metrics.csv"); // a folder is in the way
    const std::int64_t step = run.last.step;
    const auto said = run.save();
    CHECK(says(said, "the metrics could not be written: "));
    CHECK(says(said, "saved at step " + std::to_string(step)));
    CHECK(newest_good_checkpoint(folder)->step == step);
    std::filesystem::remove(folder / "metrics.csv");
    run.end();
    CHECK(read_metrics(folder)->training.back().step == run.last.step);
}
