// A run folder on a failing disk: whatever call fails, the run that was there can be read and goes on.
#include <doctest/doctest.h>

#include <cerrno>

#include "engine/runs/latent_table.h"
#include "engine/runs/row_file.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_store.h"
#include "tests/support/every_fault.h"
#include "tests/support/fault_plan.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/runs/run_examples.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

/// A run at step 30 with its checkpoints at 10, 20 and 30.
void prepare_run(const Path& folder) {
    auto store = make_store(folder / "run");
    for (int step = 10; step <= 30; step += 10) {
        REQUIRE(store->append(training(step)).ok());
        REQUIRE(store->write_sample({step, step * 64, 1.0, 2, 4, {}}, Image(8, 8, 3)).ok());
        REQUIRE(store->write_checkpoint(step, checkpoint(static_cast<float>(step))).ok());
    }
    REQUIRE(store->append(distance(20, 90)).ok());
    REQUIRE(store->flush().ok());
}

using Work = Result<void> (*)(RunStore&);

/// `work` on the run of prepare_run.
Writer run_writer(std::string name, Work work) {
    return {std::move(name), prepare_run, [work](const Path& folder) -> Result<void> {
                auto store = RunStore::open(folder / "run");
                if (!store) return store.error();
                return work(**store);
            }};
}

} // namespace

TEST_CASE("every fault in what a run writes") {
    const Writer writers[] = {
        run_writer("run.json", [](RunStore& store) { return store.write_run(info_of(40)); }),
        run_writer("a sample",
                   [](RunStore& store) {
                       return store.write_sample({40, 2560, 4.0, 2, 4, {}}, Image(8, 8, 3, 9));
                   }),
        run_writer("a checkpoint",
                   [](RunStore& store) { return store.write_checkpoint(40, checkpoint(40)); }),
        run_writer("a checkpoint once more",
                   [](RunStore& store) { return store.write_checkpoint(30, checkpoint(31)); }),
        run_writer("going back", [](RunStore& store) { return store.rewind(20); }),
        run_writer("pruning",
                   [](RunStore& store) {
                       return store.prune({1, 0, false});
                   }),
    };
    for (const Writer& writer : writers) CHECK(check_every_fault(writer) > 10);
}

TEST_CASE("every fault in making a run, and in opening one that was torn") {
    const auto make = [](const Path& folder) -> Result<void> {
        // A run that was not made to its end is made again in the same folder.
        auto store = RunStore::create(folder / "runs/new");
        if (!store) return store.error();
        return (*store)->write_run(info_of(0));
    };
    CHECK(check_every_fault({"a new run", [](const Path&) {}, make}) > 10);
    const auto tear = [](const Path& folder) {
        prepare_run(folder);
        std::ofstream(folder / "run/metrics.csv", std::ios::app) << "training,40,256";
        std::ofstream(folder / "run/checkpoints/step-40.safetensors.tmp-99-1") << "half";
    };
    const auto open = [](const Path& folder) -> Result<void> {
        auto store = RunStore::open(folder / "run");
        return store ? Result<void>() : store.error();
    };
    CHECK(check_every_fault({"opening", tear, open}) > 5);
}

TEST_CASE("every fault in files beside a run") {
    LatentTable table{{{1, 2, 3}, {4, 5, 6}}, "{}"};
    for (const char* name : {"z.csv", "z.safetensors"})
        CHECK(check_every_fault({name, [name](const Path& f) { REQUIRE(write_file(f / name, "old").ok()); },
                                 [&](const Path& f) { return write_latents(f / name, table); }})
              > 10);
}

TEST_CASE("every fault in appending rows: each row is there once in the end, whatever went wrong") {
    const ScratchFolder counting;
    const auto write_rows = [](RunStore& store, FaultPlan* plan) {
        int errors = 0;
        for (int step = 10; step <= 60; step += 10) {
            errors += !store.append(training(step)).ok();
            errors += !store.sync_rows().ok();
            if (step == 40 && plan != nullptr) plan->mend();
        }
        return errors;
    };
    std::map<FileCall, int> counts;
    {
        auto store = make_store(counting / "run");
        const FaultPlan plan(counting.path());
        CHECK(write_rows(*store, nullptr) == 0);
        for (const FileCall call :
             {FileCall::open_to_write, FileCall::write, FileCall::sync, FileCall::close})
            counts[call] = plan.count(call);
    }
    const Fault kinds[] = {{FileCall::open_to_write, 0, EMFILE},
                           {FileCall::write, 0, EIO},
                           {FileCall::write, 0, ENOSPC, true},
                           {FileCall::write, 0, ENOSPC, false, true},
                           {FileCall::sync, 0, EIO},
                           {FileCall::close, 0, EDQUOT}};
    int tried = 0;
    for (Fault fault : kinds)
        for (fault.number = 1; fault.number <= counts[fault.call] * 4 / 6; ++fault.number, ++tried) {
            CAPTURE(name(fault.call));
            CAPTURE(fault.number);
            const ScratchFolder folder;
            auto store = make_store(folder / "run");
            FaultPlan plan(folder.path(), fault);
            CHECK(write_rows(*store, &plan) > 0);
            CHECK_FALSE(plan.struck().empty());
            const auto metrics = read_metrics(folder / "run");
            REQUIRE(metrics.ok());
            CHECK(metrics->damaged_rows == 0);
            const std::string text = *read_text(folder / "run/metrics.csv");
            CHECK(std::count(text.begin(), text.end(), '\n') == 7);
            CHECK(steps_of(*metrics) == std::vector<std::int64_t>{10, 20, 30, 40, 50, 60});
        }
    CHECK(tried > 20);
}

TEST_CASE("rows that could be taken back neither are cut off before the next ones") {
    const ScratchFolder folder;
    RowFile file(folder / "rows", "header\n");
    REQUIRE(file.append("one\n").ok());
    /// Fails every write after the first half, and every cut.
    class Broken final : public FileWatcher {
    public:
        int before(FileCall call, const Path*, int, std::size_t& bytes) override {
            if (call == FileCall::cut) return EIO;
            if (call != FileCall::write) return 0;
            bytes = bytes / 2;
            return ++writes > 1 ? EIO : 0;
        }
        int writes = 0;
    } broken;
    watch_file_calls(&broken);
    CHECK_FALSE(file.append("two\n").ok());
    watch_file_calls(nullptr);
    CHECK(*read_text(folder / "rows") == "header\none\ntw");
    REQUIRE(file.append("two\nthree\n").ok());
    CHECK(*read_text(folder / "rows") == "header\none\ntwo\nthree\n");
}

TEST_CASE("a folder that is removed is an error in words, and one that comes back is gone on with") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    REQUIRE(store->append(training(10)).ok());
    REQUIRE(store->flush().ok());
    std::filesystem::rename(folder / "run", folder / "elsewhere");
    REQUIRE(store->append(training(20)).ok());
    const Result<void> refusals[] = {store->flush(), store->write_run(info_of(20)),
                                     store->write_sample({20, 0, 0, 1, 1, {}}, Image(8, 8, 3)),
                                     store->write_checkpoint(20, checkpoint(2))};
    for (const auto& refused : refusals) {
        REQUIRE_FALSE(refused.ok());
        CHECK(refused.error().line()
              == "the run's folder is gone (" + (folder / "run").string()
                     + "): put it back, and the run is saved there again");
    }
    CHECK_FALSE(std::filesystem::exists(folder / "run"));
    std::filesystem::rename(folder / "elsewhere", folder / "run");
    std::filesystem::remove_all(folder / "run/checkpoints");
    CHECK(store->write_checkpoint(20, checkpoint(2)).ok());
    CHECK(steps_of(*store->read_metrics()) == std::vector<std::int64_t>{10, 20});
    // Copied back, it is another folder with the same run in it; the lock is taken again.
    std::filesystem::copy(folder / "run", folder / "copy", std::filesystem::copy_options::recursive);
    std::filesystem::remove_all(folder / "run");
    std::filesystem::rename(folder / "copy", folder / "run");
    CHECK_FALSE(run_in_use(folder / "run"));
    CHECK(store->write_run(info_of(30)).ok());
    CHECK(run_in_use(folder / "run"));
    CHECK(read_run(folder / "run")->step == 30);
}

TEST_CASE("another run that was made in the folder's place is not written into") {
    const ScratchFolder folder;
    auto store = make_store(folder / "run");
    RunInfo first = info_of(10), other = info_of(5);
    first.created = "2026-01-01T00:00:00Z", other.created = "2026-01-02T00:00:00Z";
    REQUIRE(store->write_run(first).ok());
    REQUIRE(store->append(training(10)).ok());
    REQUIRE(store->flush().ok());
    std::filesystem::remove_all(folder / "run");
    auto second = RunStore::create(folder / "run");
    REQUIRE(second.ok());
    REQUIRE((*second)->write_run(other).ok());
    second->reset(); // it is over: nothing but its run.json says whose folder this is
    REQUIRE(store->append(training(20)).ok());
    const auto refused = store->flush();
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().line().find("another run is in this run's folder now") != std::string::npos);
    CHECK_FALSE(store->write_checkpoint(20, checkpoint(2)).ok());
    CHECK_FALSE(store->write_run(first).ok());
    CHECK(read_run(folder / "run")->created == other.created);
    CHECK(file_names(folder / "run/checkpoints").empty());
    CHECK_FALSE(std::filesystem::exists(folder / "run/metrics.csv"));
}

TEST_CASE("a last row that a kill tore is no damage, one in the middle is") {
    const ScratchFolder folder;
    prepare_run(folder.path());
    const auto add = [&](const char* text) {
        std::ofstream(folder / "run/metrics.csv", std::ios::app) << text;
        return verify_run(folder / "run")->files[1];
    };
    const RunFileCheck torn = add("training,40,256");
    CHECK(torn.good);
    CHECK(torn.detail.find("the last row was not written to its end") != std::string::npos);
    const RunFileCheck damaged = add("\n");
    CHECK_FALSE(damaged.good);
    CHECK(damaged.detail.find("1 damaged rows") != std::string::npos);
}
