// Checkpoints are written beside training: from a copy, one at a time, on a disk that is slow or fails.
#include <doctest/doctest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <thread>

#include "engine/runs/run_files.h"
#include "tests/support/fault_plan.h"
#include "tests/support/held_file.h"
#include "tests/unit/training/loop_support.h"
#include "tests/unit/training/trainer_support.h"

using namespace ganvas;
using namespace ganvas::test;
using ganvas::testing::FaultPlan;
using ganvas::testing::HeldFile;

namespace {

constexpr const char* a_checkpoint = "checkpoints/step-";

std::size_t times_said(const Watch& watch, const std::string& words) {
    std::size_t found = 0;
    for (const Notice& notice : watch.notices) found += notice.text.find(words) != std::string::npos;
    return found;
}

bool steps_go_on(Watch& watch) {
    const std::int64_t step = watch.last.step;
    return watch.until([&] { return watch.last.step > step + 4; });
}

/// Of a run at full speed: asks for a save, and returns when its checkpoint is at the disk and was followed by steps.
void begin_save(Watch& watch, HeldFile& disk) {
    REQUIRE(watch.until([&] { return watch.last.step >= 3; }));
    watch.loop.send(train_command::Save{});
    REQUIRE(disk.wait_held());
    // The first snapshot that comes may be of before.
    for (int snapshot = 0; snapshot < 2; ++snapshot) REQUIRE(steps_go_on(watch));
}

/// The file has what another run of the same settings has after so many steps.
void check_state_of(const Path& path, std::int64_t step) {
    Folder other;
    auto options = small_options(other);
    options.target.steps = step;
    Watch plain(std::move(options));
    REQUIRE(plain.until_state(TrainingState::finished));
    plain.end();
    const auto file = read_tensor_file(path),
               expected = read_tensor_file(newest_good_checkpoint(other.path)->path);
    REQUIRE_MESSAGE(file.ok(), file.error().line());
    REQUIRE(expected.ok());
    CHECK(file->text("step") == std::to_string(step));
    REQUIRE(expected->tensors.size() == file->tensors.size());
    for (const TensorBlob& blob : expected->tensors) {
        REQUIRE(file->find(blob.name) != nullptr);
        CHECK_MESSAGE(file->find(blob.name)->bytes == blob.bytes, blob.name);
    }
}

} // namespace

TEST_CASE("steps go on while a checkpoint is written, and the file is of the step that was copied") {
    Folder folder;
    Watch watch(small_options(folder));
    HeldFile disk(a_checkpoint);
    begin_save(watch, disk);
    CHECK(steps_go_on(watch));
    CHECK(watch.notices.empty());
    CHECK(watch.last.checkpoints.empty());
    CHECK(checkpoint_steps(folder.path).empty());
    CHECK(watch.last.checkpoint_pause_ms > 0);
    const std::int64_t later = watch.last.step;
    disk.let_go();
    REQUIRE(watch.until([&] { return !watch.last.checkpoints.empty(); }));
    const std::int64_t saved = watch.last.checkpoints.front();
    CHECK(saved + 4 < later);
    REQUIRE(watch.until([&] { return !watch.notices.empty(); }));
    CHECK(watch.notices.front().text == "saved at step " + std::to_string(saved));
    check_state_of(folder.path / "checkpoints" / ("step-" + std::to_string(saved) + ".safetensors"), saved);
    watch.end();
    CHECK(watch.last.message == "saved");
    CHECK(times_said(watch, "saved at step") == 1);
    // A run that goes on from either has every row.
    CHECK(read_metrics(folder.path)->training.back().step == watch.last.step);
}

TEST_CASE("saves that are asked for while one is written are one, and come after it") {
    Folder folder;
    Watch watch(small_options(folder));
    HeldFile disk(a_checkpoint);
    begin_save(watch, disk);
    for (int again = 0; again < 3; ++again) {
        watch.loop.send(train_command::Save{});
        CHECK(steps_go_on(watch));
    }
    CHECK(watch.notices.empty());
    disk.let_go();
    REQUIRE(watch.until([&] { return watch.notices.size() == 2; }));
    CHECK(steps_go_on(watch));
    CHECK(watch.notices.size() == 2);
    REQUIRE(watch.last.checkpoints.size() == 2);
    for (std::size_t k = 0; k < 2; ++k)
        CHECK(watch.notices[k].text == "saved at step " + std::to_string(watch.last.checkpoints[k]));
    watch.end();
}

TEST_CASE("a pause comes at once while a checkpoint is written, and is told when it is") {
    Folder folder;
    Watch watch(small_options(folder));
    HeldFile disk(a_checkpoint);
    begin_save(watch, disk);
    watch.loop.send(train_command::Pause{});
    REQUIRE(watch.until_state(TrainingState::paused));
    CHECK(watch.notices.empty());
    disk.let_go();
    REQUIRE(watch.until([&] { return watch.last.checkpoints.size() == 1; }));
    REQUIRE(watch.until([&] { return times_said(watch, "saved at step") == 1; }));
    CHECK(watch.last.state == TrainingState::paused);
    watch.end();
}

TEST_CASE("a stop waits for the checkpoint that is written, and for its own: saved is on the disk") {
    Folder folder;
    Watch watch(small_options(folder));
    HeldFile disk(a_checkpoint);
    begin_save(watch, disk);
    watch.loop.stop();
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    watch.take();
    CHECK(watch.loop.running());
    CHECK(watch.last.message.empty());
    SUBCASE("which goes well") {
        disk.let_go();
        watch.loop.join();
        watch.take();
        CHECK(times_said(watch, "saved at step") == 1);
        CHECK(watch.last.checkpoints.size() >= 1);
    }
    SUBCASE("which fails: that is said, and the last one is tried for itself") {
        disk.let_go(EIO);
        watch.loop.join();
        watch.take();
        CHECK(times_said(watch, "a checkpoint could not be written: ") == 1);
        CHECK(times_said(watch, "saved at step") == 0);
    }
    CHECK(watch.last.message == "saved");
    CHECK(newest_good_checkpoint(folder.path)->step == watch.last.step);
    CHECK(read_run(folder.path)->step == watch.last.step);
    CHECK(read_run(folder.path)->state == RunState::stopped);
}

TEST_CASE(
    "a disk that stays full is said once while training goes on, and the end says that it is not saved") {
    Folder folder;
    auto options = small_options(folder);
    change(options.settings, "train.checkpoint_minutes=0.01");
    Watch watch(std::move(options));
    REQUIRE(watch.until([&] { return watch.last.checkpoints.size() >= 2; }));
    CHECK(watch.notices.empty()); // what it does by itself goes well without a word
    {
        const FaultPlan full(folder.path / "checkpoints", {FileCall::write, 1, ENOSPC, false, true});
        const double seconds = watch.last.seconds;
        REQUIRE(watch.until([&] { return watch.last.seconds > seconds + 2; }));
        CHECK(watch.last.state == TrainingState::running);
        CHECK(times_said(watch, "a checkpoint could not be written: ") == 1);
        CHECK(times_said(watch, "No space left on device") == 1);
        CHECK(watch.notices.size() == 1);
        watch.end();
    }
    CHECK(watch.last.message == "could not be saved");
    CHECK(newest_good_checkpoint(folder.path)->step < watch.last.step);
    CHECK(verify_run(folder.path)->good);
}

TEST_CASE("a step that goes wrong while a checkpoint is written waits for it, and goes back to it") {
    Folder folder;
    auto options = small_options(folder);
    std::atomic<bool> sick{false};
    options.after_step = [&sick](Trainer& trainer) {
        if (sick.exchange(false)) trainer.spoil();
    };
    Watch watch(std::move(options));
    HeldFile disk(a_checkpoint);
    begin_save(watch, disk);
    CHECK(steps_go_on(watch));
    sick = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    watch.take();
    CHECK(watch.incidents.empty());
    disk.let_go();
    REQUIRE(watch.until([&] { return watch.incidents.size() == 1; }));
    const auto steps = checkpoint_steps(folder.path);
    REQUIRE(steps.size() == 1);
    CHECK(watch.incidents[0].back_to == steps[0]);
    CHECK(steps_go_on(watch));
    watch.end();
    CHECK(watch.last.message == "saved");
    CHECK(newest_good_checkpoint(folder.path)->step == watch.last.step);
}

TEST_CASE("a setting that is changed while a checkpoint is written is in the run when that is over") {
    Folder folder;
    Watch watch(small_options(folder));
    HeldFile disk(a_checkpoint);
    begin_save(watch, disk);
    watch.loop.send(train_command::Set{"generator.learning_rate", "0.001"});
    CHECK(steps_go_on(watch));
    disk.let_go();
    CHECK(watch.until([&] {
        const auto info = read_run(folder.path);
        return info && info->changes.size() == 1 && info->settings.real("generator.learning_rate") == 0.001;
    }));
    CHECK(watch.last.state == TrainingState::running);
    watch.end();
}

TEST_CASE("a distance that is the lowest so far is followed by a checkpoint, another one is not") {
    Folder folder;
    TrainLoopOptions options = small_options(folder);
    change(options.settings, "train.checkpoint_minutes=1440");
    options.seconds_between_best = 0;
    Watch watch(std::move(options));
    REQUIRE(watch.until([&] { return watch.last.step > 5; }));
    const auto measured = [&](double value) {
        DistancePoint point;
        point.step = watch.last.step, point.value = value, point.count = 64;
        point.extractor = "lite0-96", point.data = "discs";
        watch.loop.add_distance(point);
    };
    measured(90);
    REQUIRE(watch.until([&] { return watch.last.checkpoints.size() == 1; }));
    measured(120);
    const std::int64_t later = watch.last.step + 400;
    REQUIRE(watch.until([&] { return watch.last.step > later; }));
    CHECK(watch.last.checkpoints.size() == 1);
    measured(50);
    REQUIRE(watch.until([&] { return watch.last.checkpoints.size() == 2; }));
    watch.end();
    const auto metrics = read_metrics(folder.path);
    REQUIRE(metrics.ok());
    REQUIRE(metrics->distances.size() == 3);
    CHECK(std::abs(watch.last.checkpoints[1] - metrics->distances[2].step) < 400); // soon after
}

TEST_CASE(
    "a copy stays as it is while the trainer goes on, and its memory is used again when nobody has it") {
    for (const char* normalisation : {"none", "virtual_batch"}) {
        Settings settings = small_settings();
        change(settings, (std::string("discriminator.normalisation=") + normalisation).c_str());
        auto trainer = make_trainer(settings, small_data());
        run_steps(*trainer, 2);
        SharedTrainerState copy = trainer->share_state();
        CHECK(trainer->remembered_step() == 2);
        const TensorFile then = trainer->save_state();
        CHECK_MESSAGE(difference(tensor_file(*copy), then) == "", normalisation);
        run_steps(*trainer, 2);
        trainer->remember();
        CHECK_MESSAGE(difference(tensor_file(*copy), then) == "", normalisation);
        CHECK(trainer->remembered_step() == 4);

        const void* place = copy->tensors.front().second.const_data_ptr();
        copy.reset();
        run_steps(*trainer, 1);
        copy = trainer->share_state(); // over the one of step 4, which nobody has
        const void* other = copy->tensors.front().second.const_data_ptr();
        CHECK(other != place);
        run_steps(*trainer, 1);
        const SharedTrainerState next = trainer->share_state(); // and this over the first
        CHECK(next->tensors.front().second.const_data_ptr() == place);
        REQUIRE(trainer->recall());
        CHECK(trainer->steps() == 6);
    }
}

TEST_CASE("a tensor of any layout is row-major in a file") {
    const auto rows = at::arange(2 * 3 * 4 * 5, at::kFloat).reshape({2, 3, 4, 5});
    const TensorBlob expected = to_blob("x", rows);
    CHECK(to_blob("x", rows.contiguous(at::MemoryFormat::ChannelsLast)).bytes == expected.bytes);
    const auto turned = rows.permute({3, 1, 0, 2});
    for (const auto type : {at::kFloat, at::kHalf, at::kDouble, at::kByte}) {
        const auto value = turned.to(type);
        REQUIRE_FALSE(value.is_contiguous());
        CHECK(to_blob("x", value).bytes == to_blob("x", value.contiguous()).bytes);
    }
    CHECK(to_blob("x", rows.select(3, 2)).bytes == to_blob("x", rows.select(3, 2).contiguous()).bytes);
    CHECK(at::equal(to_tensor(to_blob("x", turned)), turned));
}
