#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "engine/runs/run_store.h"
#include "engine/training/checkpoint.h"
#include "engine/training/specs_from_settings.h"
#include "engine/training/train_loop.h"
#include "tests/unit/training/loop_support.h"

using namespace ganvas;
using namespace ganvas::test;

namespace {

std::vector<std::uint8_t> newest_bytes(const Folder& folder, const std::string& tensor) {
    auto checkpoint = newest_good_checkpoint(folder.path);
    REQUIRE_MESSAGE(checkpoint.ok(), checkpoint.error().line());
    auto file = read_tensor_file(checkpoint->path);
    REQUIRE(file.ok());
    REQUIRE(file->find(tensor) != nullptr);
    return file->find(tensor)->bytes;
}

} // namespace

TEST_CASE("a run reaches its target, is on disk, and goes on past it") {
    Folder folder;
    auto options = small_options(folder);
    options.target.steps = 6;
    Watch watch(std::move(options));
    REQUIRE(watch.until_state(TrainingState::finished));
    CHECK(watch.last.step == 6);
    CHECK(watch.last.images == 48);
    CHECK(watch.last.seconds > 0);
    CHECK(watch.last.images_per_second > 0);
    CHECK(watch.last.device == "cpu");
    CHECK(watch.last.precision == "float32");
    CHECK(watch.points.size() == 3);
    CHECK(watch.points.back().step == 6);
    CHECK(watch.marks.front().step == 0);
    CHECK(watch.marks.back().step == 6);
    CHECK(watch.marks.back().images_batch->count == 64);
    CHECK(watch.models > 0);
    CHECK(newest_good_checkpoint(folder.path)->step == 6);

    watch.loop.send(train_command::Target{{.steps = 9}});
    REQUIRE(watch.until([&] { return watch.last.state == TrainingState::finished && watch.last.step == 9; }));
    watch.loop.send(train_command::Resume{}); // past every target
    REQUIRE(watch.until([&] { return watch.last.step > 12; }));
    watch.end();
    CHECK(watch.last.state == TrainingState::paused);
    CHECK_FALSE(watch.loop.running());
    const auto info = read_run(folder.path);
    REQUIRE(info.ok());
    CHECK(info->state == RunState::stopped);
    CHECK(info->step == watch.last.step);
    CHECK(info->data_source == "discs");
    CHECK(newest_good_checkpoint(folder.path)->step == watch.last.step);
    const auto metrics = read_metrics(folder.path);
    REQUIRE(metrics.ok());
    CHECK(metrics->training.size() == watch.points.size());
    CHECK(run_samples(folder.path).size() == watch.marks.size());
}

TEST_CASE("stop and resume makes the weights of an unbroken run") {
    Folder whole, broken;
    {
        auto options = small_options(whole);
        options.target.steps = 8;
        Watch watch(std::move(options));
        REQUIRE(watch.until_state(TrainingState::finished));
    }
    {
        auto options = small_options(broken);
        options.target.steps = 3;
        Watch watch(std::move(options));
        REQUIRE(watch.until_state(TrainingState::finished));
    }
    auto options = small_options(broken);
    options.resume = true;
    options.target.steps = 8;
    Watch watch(std::move(options));
    REQUIRE(watch.until_state(TrainingState::finished));
    const auto history = watch.loop.take_history();
    REQUIRE(history.has_value());
    CHECK(history->losses.size() == 2); // logged at 2, and at the end
    CHECK(history->marks.size() == 2);
    CHECK(history->marks.front().images_batch->count == 64);
    watch.end();
    for (const char* tensor : {"generator.project.weight", "discriminator.readout.weight",
                               "average.picture.weight", "optimiser.discriminator.down1.weight.square"})
        CHECK(newest_bytes(whole, tensor) == newest_bytes(broken, tensor));
}

TEST_CASE("pause, single steps, resume, stop") {
    Folder folder;
    auto options = small_options(folder);
    options.start_paused = true;
    Watch watch(std::move(options));
    REQUIRE(watch.until_state(TrainingState::paused));
    CHECK(watch.last.step == 0);
    watch.loop.send(train_command::Step{3});
    REQUIRE(watch.until([&] { return watch.last.step == 3; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    watch.take();
    CHECK(watch.last.step == 3);
    CHECK(watch.last.state == TrainingState::paused);
    CHECK_FALSE(watch.points.empty());
    watch.loop.send(train_command::Resume{});
    REQUIRE(watch.until([&] { return watch.last.step > 5; }));
    watch.loop.send(train_command::Pause{});
    REQUIRE(watch.until_state(TrainingState::paused));
    const auto step = watch.last.step;
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    watch.take();
    CHECK(watch.last.step == step);
    const double seconds = watch.last.seconds;
    watch.loop.send(train_command::Save{});
    REQUIRE(watch.until([&] { return !watch.notices.empty(); }));
    CHECK(newest_good_checkpoint(folder.path)->step == step);
    CHECK(watch.last.seconds == seconds); // neither the pause nor saving counts as training
    watch.end();
    CHECK(watch.states.back() == TrainingState::paused);
}

TEST_CASE("settings change while it runs and the change is in the run") {
    Folder folder;
    auto options = small_options(folder);
    options.start_paused = true;
    Watch watch(std::move(options));
    REQUIRE(watch.until_state(TrainingState::paused));
    watch.loop.send(train_command::Step{2});
    REQUIRE(watch.until([&] { return watch.last.step == 2; }));
    watch.loop.send(train_command::Set{"generator.learning_rate", "0.001"});
    watch.loop.send(train_command::Set{"generator.width", "8"});
    REQUIRE(watch.until([&] { return !watch.notices.empty(); }));
    CHECK(watch.notices.front().level == NoticeLevel::error);
    watch.end();
    const auto info = read_run(folder.path);
    REQUIRE(info.ok());
    REQUIRE(info->changes.size() == 1);
    CHECK(info->changes[0] == SettingChange{2, "generator.learning_rate", "0.001"});
    CHECK(info->settings.real("generator.learning_rate") == 0.001);
    CHECK(info->settings.integer("generator.width") == 4);

    auto again = small_options(folder);
    again.resume = true;
    again.settings = info->settings;
    change(again.settings, "generator.width=8");
    Watch refused(std::move(again));
    REQUIRE(refused.until_state(TrainingState::failed));
    CHECK(refused.last.message.find("generator.width") != std::string::npos);
}

TEST_CASE("a step that throws becomes a readable state, and what was saved stays") {
    Folder folder;
    auto data = small_data();
    auto options = small_options(folder);
    options.data = data;
    options.start_paused = true;
    Watch watch(std::move(options));
    watch.step_and_save(2);
    data->broken = true;
    watch.loop.send(train_command::Resume{});
    REQUIRE(watch.until_state(TrainingState::failed));
    CHECK(watch.last.message.find("the disc was taken away") != std::string::npos);
    CHECK(watch.last.message.find('\n') == std::string::npos);
    REQUIRE(watch.until([&] { return !watch.loop.running(); }));
    CHECK(read_run(folder.path)->state == RunState::failed);
    CHECK(newest_good_checkpoint(folder.path)->step == 2);

    data->broken = false;
    auto again = small_options(folder);
    again.data = data;
    again.resume = true;
    again.target.steps = 5;
    Watch resumed(std::move(again));
    REQUIRE(resumed.until_state(TrainingState::finished));
    CHECK(resumed.last.step == 5);
}

TEST_CASE("a cache that is cut short under a run ends the run in words, and it goes on with a new one") {
    Folder folder, cache;
    ::setenv("GANVAS_CACHE", cache.path.c_str(), 1);
    auto options = small_options(folder);
    options.data = nullptr;
    options.data_source =
        "faces:512"; // many pages: what was read stays in memory whatever becomes of the file
    options.start_paused = true;
    {
        Watch watch(options);
        watch.step_and_save(2);
        int cut = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(cache.path))
            if (entry.path().extension() == ".cache") {
                std::filesystem::resize_file(entry.path(), 4096);
                ++cut;
            }
        REQUIRE(cut == 1);
        watch.loop.send(train_command::Resume{});
        REQUIRE(watch.until_state(TrainingState::failed));
        CHECK(watch.last.message.find("open the data again") != std::string::npos);
    }
    CHECK(newest_good_checkpoint(folder.path)->step == 2);
    options.start_paused = false;
    options.resume = true;
    options.target.steps = 5;
    Watch resumed(options);
    REQUIRE(resumed.until_state(TrainingState::finished));
    CHECK(resumed.last.step == 5);
    resumed.end();
    ::unsetenv("GANVAS_CACHE");
}

TEST_CASE("losses that are no longer finite end the run with what to do") {
    Folder folder;
    {
        auto options = small_options(folder);
        options.target.steps = 2;
        Watch watch(std::move(options));
        REQUIRE(watch.until_state(TrainingState::finished));
    }
    // Weights that are finite and whose answers are not.
    const auto checkpoint = newest_good_checkpoint(folder.path);
    REQUIRE(checkpoint.ok());
    auto file = read_tensor_file(checkpoint->path);
    REQUIRE(file.ok());
    for (TensorBlob& blob : file->tensors)
        if (blob.name == "discriminator.readout.weight")
            for (std::size_t i = 0; i < blob.bytes.size(); i += 4) {
                const float huge = 3e38f;
                std::memcpy(blob.bytes.data() + i, &huge, 4);
            }
    REQUIRE(write_tensor_file(checkpoint->path, *file).ok());
    auto options = small_options(folder);
    options.resume = true;
    options.target.steps = 20;
    options.most_rollbacks = 0; // as studies train; what else is done about it: trouble_test.cpp
    Watch watch(std::move(options));
    REQUIRE(watch.until([&] {
        return watch.last.state == TrainingState::failed || watch.last.state == TrainingState::finished;
    }));
    CHECK(watch.last.state == TrainingState::failed);
    CHECK(watch.last.message.find("finite") != std::string::npos);
    CHECK(newest_good_checkpoint(folder.path)->step == 2); // nothing of it was saved
}

TEST_CASE("what cannot be opened becomes a failed state with one line") {
    SUBCASE("a model that cannot be built") {
        Folder folder;
        auto options = small_options(folder);
        change(options.settings, "generator.attention=9");
        Watch watch(std::move(options));
        REQUIRE(watch.until_state(TrainingState::failed));
        CHECK(watch.last.message.find("not after layer 9") != std::string::npos);
    }
    SUBCASE("a run that is not there") {
        Folder folder;
        auto options = small_options(folder);
        options.resume = true;
        Watch watch(std::move(options));
        REQUIRE(watch.until_state(TrainingState::failed));
        CHECK_FALSE(watch.last.message.empty());
    }
    SUBCASE("an unknown device") {
        Folder folder;
        auto options = small_options(folder);
        options.device = "abacus";
        Watch watch(std::move(options));
        REQUIRE(watch.until_state(TrainingState::failed));
        CHECK(watch.last.message.find("abacus") != std::string::npos);
    }
    SUBCASE("a source that is not there") {
        Folder folder;
        auto options = small_options(folder);
        options.data = nullptr;
        options.data_source = "/nowhere/at/all";
        Watch watch(std::move(options));
        REQUIRE(watch.until_state(TrainingState::failed));
        CHECK_FALSE(watch.last.message.empty());
    }
}

TEST_CASE("targets by images, epochs and seconds") {
    const auto run = [](TrainingTarget target) {
        Folder folder;
        auto options = small_options(folder);
        options.target = target;
        Watch watch(std::move(options));
        REQUIRE(watch.until_state(TrainingState::finished));
        return watch.last;
    };
    CHECK(run({.images = 20}).step == 3);
    CHECK(run({.epochs = 1}).step == 5);
    CHECK(run({.seconds = 0.05}).seconds >= 0.05);
}

TEST_CASE("without a run to write nothing is written, and dragging a slider stops nothing") {
    Folder folder;
    auto options = small_options(folder);
    options.write_run = false;
    options.run_folder.clear();
    Watch watch(std::move(options));
    watch.loop.set_interactive(true);
    REQUIRE(watch.until([&] { return watch.last.step > 3; }));
    watch.loop.set_interactive(false);
    const auto step = watch.last.step;
    REQUIRE(watch.until([&] { return watch.last.step > step + 3; }));
    CHECK(watch.last.run_folder.empty());
    CHECK_FALSE(std::filesystem::exists(folder.path));
}

TEST_CASE("a run that goes on trains on its own data, whatever else it is handed") {
    Folder folder, cache;
    ::setenv("GANVAS_CACHE", cache.path.c_str(), 1);
    auto options = small_options(folder);
    options.data = nullptr;
    options.data_source = "faces:64";
    options.target.steps = 3;
    {
        Watch watch(options);
        REQUIRE(watch.until_state(TrainingState::finished));
        CHECK(watch.last.epoch_images == 64);
    }
    options.resume = true;
    options.target.steps = 6;
    options.data = small_data(); // of the same size and colours
    REQUIRE(options.data->size() != 64);
    {
        Watch watch(options);
        REQUIRE(watch.until([&] { return watch.last.step == 6; }));
        CHECK(watch.last.epoch_images == 64);
    }
    CHECK(read_run(folder.path)->data_source == "faces:64");
    // The same source, prepared in another way, is not the same data either.
    Preparation fewer = training_preparation(options.settings);
    fewer.limit = 32;
    auto opened = open_dataset("faces:64", fewer);
    REQUIRE(opened.ok());
    options.data = opened.take();
    options.data_preparation = fewer;
    options.target.steps = 9;
    Watch watch(options);
    REQUIRE(watch.until([&] { return watch.last.step == 9; }));
    CHECK(watch.last.epoch_images == 64);
    watch.end();
    ::unsetenv("GANVAS_CACHE");
}
