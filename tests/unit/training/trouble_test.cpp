// What a run does about steps that go wrong: numbers that are none are taken back with smaller steps, a lack of memory is
// survived, and a bad state is never saved.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "engine/training/trainer.h"
#include "tests/unit/training/loop_support.h"
#include "tests/unit/training/trainer_support.h"

using namespace ganvas;
using namespace ganvas::test;

namespace {

/// Rows of metrics.csv only rise, and none is beyond the run.
void check_metrics(const Folder& folder, std::int64_t last) {
    const auto text = read_text(folder.path / "metrics.csv", 1 << 20);
    REQUIRE(text.ok());
    std::int64_t before = 0;
    for (std::size_t at = text->find("\ntraining,"); at != std::string::npos;
         at = text->find("\ntraining,", at + 1)) {
        const std::int64_t step = std::stoll(text->substr(at + 10));
        CHECK(step > before);
        before = step;
    }
    CHECK(before == last);
}

bool finite(const TensorFile& file) {
    for (const TensorBlob& blob : file.tensors)
        for (std::size_t at = 0; at + 4 <= blob.bytes.size() && blob.type == TensorType::float32; at += 4) {
            float value = 0;
            std::memcpy(&value, blob.bytes.data() + at, 4);
            if (!std::isfinite(value)) return false;
        }
    return true;
}

void check_all_finite(const Folder& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(folder.path / "checkpoints")) {
        if (entry.path().extension() != ".safetensors") continue;
        auto file = read_tensor_file(entry.path());
        REQUIRE(file.ok());
        CHECK_MESSAGE(finite(*file), entry.path());
    }
}

double rate(const Settings& settings) { return settings.real("discriminator.learning_rate"); }

} // namespace

TEST_CASE("a remembered state is the state to the bit, and makes the same next steps") {
    for (const char* normalisation : {"none", "batch", "virtual_batch"}) {
        Settings settings = small_settings();
        change(settings, (std::string("discriminator.normalisation=") + normalisation).c_str());
        auto data = small_data();
        auto whole = make_trainer(settings, data), back = make_trainer(settings, data);
        run_steps(*whole, 5);
        run_steps(*back, 3);
        CHECK(back->remembered_step() == -1);
        CHECK_FALSE(back->recall());
        back->remember();
        CHECK(back->remembered_step() == 3);
        const std::uint64_t id = back->snapshot()->id;
        run_steps(*back, 4);
        back->spoil();
        CHECK_FALSE(back->is_finite());
        run_steps(*back, 1);
        CHECK_FALSE(back->take_losses().finite());
        REQUIRE(back->recall());
        CHECK(back->steps() == 3);
        CHECK(back->is_finite());
        CHECK(back->snapshot()->id != id); // what comes next is another model of the same steps
        run_steps(*back, 2);
        CHECK_MESSAGE(difference(whole->save_state(), back->save_state()) == "", normalisation);
        CHECK(back->take_losses().finite());
    }
}

TEST_CASE("a state is finite even where a sum of it would overflow") {
    auto trainer = make_trainer(small_settings(), small_data());
    TensorFile state = trainer->save_state();
    for (TensorBlob& blob : state.tensors)
        if (blob.name == "discriminator.readout.weight")
            for (std::size_t at = 0; at < blob.bytes.size(); at += 4) {
                const float huge = 3e38f;
                std::memcpy(blob.bytes.data() + at, &huge, 4);
            }
    REQUIRE(trainer->load_state(state).ok());
    CHECK(trainer->is_finite());
}

TEST_CASE(
    "a step that makes NaN is taken back with half the learning rates, and the run reaches its target") {
    Folder folder;
    auto options = small_options(folder);
    options.target.steps = 12;
    bool spoilt = false;
    options.after_step = [&spoilt](Trainer& trainer) {
        if (trainer.steps() == 7 && !std::exchange(spoilt, true)) trainer.spoil();
    };
    const double before = rate(options.settings);
    Watch watch(std::move(options));
    REQUIRE(watch.until_state(TrainingState::finished));
    CHECK(watch.last.step == 12);
    REQUIRE(watch.incidents.size() == 1);
    CHECK(watch.incidents[0].kind == TrainingIncident::Kind::not_finite);
    CHECK(watch.incidents[0].step == 8); // the next look at the losses
    CHECK(watch.incidents[0].back_to == 0);
    CHECK(watch.incidents[0].attempt == 1);
    CHECK_FALSE(watch.incidents[0].paused);
    REQUIRE(watch.changes.size() == 2);
    CHECK(watch.changes[0].key == "generator.learning_rate");
    REQUIRE(watch.notices.size() == 1);
    CHECK(watch.notices[0].level == NoticeLevel::warning);
    CHECK(watch.notices[0].text.find("went back to step 0") != std::string::npos);
    for (const TrainingPoint& point : watch.points) CHECK(std::isfinite(point.discriminator_loss));

    const auto info = read_run(folder.path);
    REQUIRE(info.ok());
    CHECK(rate(info->settings) == doctest::Approx(before / 2));
    REQUIRE(info->changes.size() == 2);
    CHECK(info->changes[1].step == 0);
    CHECK(info->changes[1].key == "discriminator.learning_rate");
    CHECK((info->incidents == watch.incidents));
    check_metrics(folder, 12);
    check_all_finite(folder);
    watch.end();

    // Going on knows of it.
    auto again = small_options(folder);
    again.resume = true;
    again.settings = info->settings;
    again.target.steps = 14;
    Watch resumed(std::move(again));
    REQUIRE(resumed.until_state(TrainingState::finished));
    const auto history = resumed.loop.take_history();
    REQUIRE(history.has_value());
    CHECK((history->incidents == info->incidents));
    CHECK((history->changes == info->changes));
}

TEST_CASE(
    "what does not get better is tried three times, from older states, then waits; going on tries again") {
    Folder folder;
    auto options = small_options(folder);
    options.start_paused = true;
    std::atomic<bool> sick{false};
    options.after_step = [&sick](Trainer& trainer) {
        if (sick && trainer.steps() >= 4) trainer.spoil();
    };
    Watch watch(std::move(options));
    watch.step_and_save(2);
    sick = true;
    watch.loop.send(train_command::Resume{});
    REQUIRE(watch.until([&] { return watch.incidents.size() == 4; }));
    REQUIRE(watch.until_state(TrainingState::paused));
    for (int k = 0; k < 4; ++k) {
        CHECK(watch.incidents[std::size_t(k)].paused == (k == 3));
        CHECK(watch.incidents[std::size_t(k)].attempt == std::min(k + 1, 3));
    }
    CHECK(watch.changes.size() == 6);
    CHECK(watch.last.step == watch.incidents[3].back_to);
    CHECK(watch.last.message.find("waits at step") != std::string::npos);
    CHECK(watch.notices.back().level == NoticeLevel::error);
    const double eighth = rate(small_settings()) / 8;
    auto info = read_run(folder.path);
    REQUIRE(info.ok());
    CHECK(rate(info->settings) == doctest::Approx(eighth).epsilon(1e-3));
    check_all_finite(folder);

    sick = false;
    watch.loop.send(train_command::Resume{});
    REQUIRE(watch.until([&] { return watch.last.step > 8; }));
    watch.end();
    CHECK(watch.last.state == TrainingState::paused);
    CHECK(watch.last.message == "saved");
    check_metrics(folder, watch.last.step);
    check_all_finite(folder);
}

TEST_CASE("a state that is not finite is found by itself, though no loss tells it") {
    Folder folder;
    auto options = small_options(folder);
    change(options.settings, "train.log_every=10000");
    options.seconds_between_good_states = 0.05;
    std::atomic<bool> sick{false};
    options.after_step = [&sick](Trainer& trainer) {
        if (sick.exchange(false)) trainer.spoil();
    };
    Watch watch(std::move(options));
    REQUIRE(watch.until([&] { return watch.last.step > 2; }));
    sick = true;
    REQUIRE(watch.until([&] { return watch.incidents.size() == 1; }));
    watch.end();
    check_all_finite(folder);
}

TEST_CASE("a learning rate that is set much too high is taken back until it is small enough, or waits") {
    Folder folder;
    auto options = small_options(folder);
    // So many layers in a row that large weights overflow soon, and a loss whose slope never ends.
    for (const char* assignment :
         {"discriminator.depth=8", "discriminator.width=8", "discriminator.initialisation_std=0.2",
          "loss.kind=wasserstein", "loss.r1=0", "loss.r2=0"})
        change(options.settings, assignment);
    change(options.settings, "generator.learning_rate=0.00001");
    change(options.settings, "discriminator.learning_rate=0.00001");
    options.start_paused = true;
    Watch watch(std::move(options));
    REQUIRE(watch.until_state(TrainingState::paused));
    watch.loop.send(train_command::Step{4});
    REQUIRE(watch.until([&] { return watch.last.step == 4; }));
    CHECK(watch.incidents.empty());
    watch.loop.send(train_command::Set{"discriminator.learning_rate", "0.1"});
    watch.loop.send(train_command::Target{{.steps = 400}});
    watch.loop.send(train_command::Resume{});
    REQUIRE(watch.until([&] {
        return watch.last.state == TrainingState::finished
               || (watch.last.state == TrainingState::paused && watch.incidents.size() > 3);
    }));
    CHECK_FALSE(watch.incidents.empty());
    watch.end();
    CHECK(read_run(folder.path)->changes.size() >= 3);
    check_all_finite(folder);
}

TEST_CASE("a state that is not finite is never saved: at a command, at the target, at the end") {
    Folder folder;
    auto options = small_options(folder);
    change(options.settings, "train.log_every=10000"); // nothing but the saving looks
    options.start_paused = true;
    std::atomic<bool> sick{false};
    options.after_step = [&sick](Trainer& trainer) {
        if (sick.exchange(false)) trainer.spoil();
    };
    Watch watch(std::move(options));
    REQUIRE(watch.until_state(TrainingState::paused));
    const auto step_to = [&](int count, std::int64_t step) {
        watch.loop.send(train_command::Step{count});
        REQUIRE(watch.until(
            [&] { return watch.last.step == step && watch.last.state == TrainingState::paused; }));
    };
    step_to(2, 2);
    sick = true;
    // Weights that were spoilt after the losses were made: only the look through all of them finds it.
    watch.loop.send(train_command::Step{1});
    REQUIRE(watch.until([&] { return watch.last.step == 3; }));
    watch.loop.send(train_command::Save{});
    REQUIRE(watch.until([&] { return watch.incidents.size() == 1; }));
    REQUIRE(watch.until([&] { return watch.last.step == 0; }));
    check_all_finite(folder);
    sick = true;
    watch.loop.send(train_command::Step{1});
    REQUIRE(watch.until([&] { return watch.last.step == 1; }));
    watch.end();
    CHECK(watch.incidents.size() == 2);
    CHECK(watch.last.step == 0);
    check_all_finite(folder);
    CHECK(newest_good_checkpoint(folder.path)->step == 0);
}

TEST_CASE("where nobody watches, trouble that stays ends the run with its good state saved") {
    Folder folder;
    auto options = small_options(folder);
    options.waits_in_trouble = false;
    options.target.steps = 20;
    options.after_step = [](Trainer& trainer) {
        if (trainer.steps() >= 3) trainer.spoil();
    };
    Watch watch(std::move(options));
    REQUIRE(watch.until_state(TrainingState::failed));
    CHECK(watch.incidents.size() == 4);
    CHECK(watch.last.message.find("it is saved at step") != std::string::npos);
    REQUIRE(watch.until([&] { return !watch.loop.running(); }));
    CHECK(read_run(folder.path)->state == RunState::failed);
    check_all_finite(folder);
}

TEST_CASE("a step that lacks memory leaves the run whole and waiting; it goes on when there is room again") {
    Folder folder;
    auto data = small_data();
    auto options = small_options(folder);
    options.data = data;
    options.start_paused = true;
    Watch watch(std::move(options));
    watch.step_and_save(3);
    data->too_large = true;
    watch.loop.send(train_command::Resume{});
    REQUIRE(watch.until([&] { return !watch.incidents.empty(); }));
    REQUIRE(watch.until_state(TrainingState::paused));
    CHECK(watch.incidents[0].kind == TrainingIncident::Kind::out_of_memory);
    CHECK(watch.incidents[0].paused);
    CHECK(watch.last.step == watch.incidents[0].back_to);
    CHECK(watch.last.message.find("out of memory") != std::string::npos);
    CHECK(watch.last.message.find("train.batch") != std::string::npos);
    CHECK(watch.loop.running());
    CHECK(watch.changes.empty());
    const auto info = read_run(folder.path);
    REQUIRE(info.ok());
    CHECK(info->state == RunState::stopped);
    REQUIRE(info->incidents.size() == 1);

    data->too_large = false;
    watch.loop.send(train_command::Target{{.steps = 12}});
    watch.loop.send(train_command::Resume{});
    REQUIRE(watch.until_state(TrainingState::finished));
    watch.end();

    // As if nothing had been: a run without the mishap has the same weights.
    Folder other;
    auto plain = small_options(other);
    plain.target.steps = 12;
    Watch unbroken(std::move(plain));
    REQUIRE(unbroken.until_state(TrainingState::finished));
    unbroken.end();
    auto one = read_tensor_file(newest_good_checkpoint(folder.path)->path);
    auto two = read_tensor_file(newest_good_checkpoint(other.path)->path);
    REQUIRE(one.ok());
    REQUIRE(two.ok());
    for (const TensorBlob& blob : one->tensors) {
        REQUIRE(two->find(blob.name) != nullptr);
        CHECK_MESSAGE(two->find(blob.name)->bytes == blob.bytes, blob.name);
    }
}

TEST_CASE("a checkpoint that is to be kept outlives the newer ones") {
    Folder folder;
    auto options = small_options(folder);
    change(options.settings, "train.keep_checkpoints=1");
    options.start_paused = true;
    Watch watch(std::move(options));
    watch.step_and_save(1);
    watch.loop.send(train_command::Keep{1});
    watch.step_and_save(2);
    watch.step_and_save(3);
    REQUIRE(watch.until([&] { return watch.last.checkpoints == std::vector<std::int64_t>{1, 3}; }));
    watch.end();
    CHECK(std::filesystem::exists(folder.path / "checkpoints" / "step-1.safetensors"));
    CHECK_FALSE(std::filesystem::exists(folder.path / "checkpoints" / "step-2.safetensors"));
}
