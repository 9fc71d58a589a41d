/// Every live setting, changed while a run is trained: the run says so, and the weights show it.
#include <doctest/doctest.h>

#include <set>

#include "engine/runs/run_store.h"
#include "engine/runs/tensor_file.h"
#include "engine/training/train_loop.h"
#include "tests/unit/training/loop_support.h"

using namespace ganvas;
using namespace ganvas::test;

namespace {

/// A change and the tensor that it reaches; empty: none, it is about measuring or keeping, which is not the trainer's.
struct LiveEffect {
    const char* key;
    const char* value;
    const char* tensor;
};
constexpr const char* shown_weights = "average.picture.weight";
constexpr const char* of_generator = "generator.picture.weight";
constexpr const char* of_discriminator = "discriminator.down1.weight";
constexpr LiveEffect live_effects[] = {
    {"generator.learning_rate", "0.001", of_generator},
    {"generator.steps", "2", of_generator},
    {"discriminator.learning_rate", "0.001", of_discriminator},
    {"discriminator.steps", "2", of_discriminator},
    {"loss.r1", "0", of_discriminator},
    {"loss.r2", "0", of_discriminator},
    {"loss.label_smoothing", "0.2", of_discriminator},
    {"loss.fake_smoothing", "0.2", of_discriminator},
    {"loss.label_flip", "0.5", of_discriminator},
    {"loss.instance_noise", "0", of_discriminator},
    {"loss.instance_noise_steps", "3", of_discriminator},
    {"loss.gradient_penalty", "10", of_discriminator},
    {"loss.weight_clip", "0.001", of_discriminator},
    {"data.flip", "false", of_discriminator},
    {"augment.translation", "false", of_discriminator},
    {"augment.colour", "false", of_discriminator},
    {"augment.cutout", "false", of_discriminator},
    {"average.decay", "0.1", shown_weights}, // below where it is while it warms up
    {"train.log_every", "3", ""},
    {"train.checkpoint_minutes", "20", ""},
    {"train.sample_every_seconds", "30", ""},
    {"train.keep_checkpoints", "2", ""},
    {"train.keep_every", "100", ""},
    {"measure.live", "false", ""},
    {"measure.count", "64", ""},
    {"measure.share", "0.5", ""},
};

/// A game in which each of the changes above is one.
TrainLoopOptions options_before_changes(const Folder& folder) {
    TrainLoopOptions options = small_options(folder);
    change(options.settings, "loss.kind=non_saturating"); // the relativistic one has no labels to smooth
    change(options.settings, "loss.instance_noise=0.2");
    return options;
}

/// As the run writes it.
std::string written_value(const LiveEffect& effect) {
    Settings settings;
    change(settings, (std::string(effect.key) + "=" + effect.value).c_str());
    return settings.as_text(effect.key);
}

struct SixSteps {
    TensorFile state;
    std::int64_t images = 0;
};

/// Six steps from the same beginning; the change, where there is one, comes after the second.
SixSteps six_steps(const LiveEffect* effect) {
    Folder folder;
    auto options = options_before_changes(folder);
    options.start_paused = true;
    Watch watch(std::move(options));
    REQUIRE(watch.until_state(TrainingState::paused));
    watch.loop.send(train_command::Step{2});
    REQUIRE(watch.until([&] { return watch.last.step == 2; }));
    if (effect) watch.loop.send(train_command::Set{effect->key, effect->value});
    watch.step_and_save(6);
    for (const Notice& notice : watch.notices) CHECK_MESSAGE(notice.level == NoticeLevel::info, notice.text);
    const auto info = read_run(folder.path);
    REQUIRE(info.ok());
    std::vector<SettingChange> changes;
    if (effect) changes.push_back({2, effect->key, written_value(*effect)});
    const bool told = info->changes == changes; // LibTorch would print a vector, but not of changes
    CHECK(told);
    const auto checkpoint = newest_good_checkpoint(folder.path);
    REQUIRE(checkpoint.ok());
    CHECK(checkpoint->step == 6);
    auto file = read_tensor_file(checkpoint->path);
    REQUIRE(file.ok());
    return {file.take(), watch.last.images};
}

/// Names of the tensors that are not the same to the bit.
std::set<std::string> tensors_that_differ(const TensorFile& one, const TensorFile& other) {
    std::set<std::string> names;
    for (const TensorBlob& blob : one.tensors) {
        const TensorBlob* found = other.find(blob.name);
        REQUIRE(found != nullptr);
        if (found->bytes != blob.bytes) names.insert(blob.name);
    }
    return names;
}

} // namespace

TEST_CASE("each live setting has an effect that is tested here") {
    std::set<std::string> tested;
    for (const LiveEffect& effect : live_effects) tested.insert(effect.key);
    for (const SettingDescription& description : setting_descriptions())
        CHECK_MESSAGE((tested.count(description.key) == 1) == (description.scope == SettingScope::live),
                      description.key);
}

TEST_CASE("each live setting can be changed while a run trains, and run.json says which and when") {
    Folder folder;
    Watch watch(options_before_changes(folder));
    REQUIRE(watch.until([&] { return watch.last.step > 0; }));
    std::size_t changed = 0;
    for (const LiveEffect& effect : live_effects) {
        CAPTURE(std::string(effect.key));
        const std::int64_t step = watch.last.step;
        watch.loop.send(train_command::Set{effect.key, effect.value});
        REQUIRE(watch.until([&] {
            const auto info = read_run(folder.path);
            return info.ok() && info->changes.size() > changed;
        }));
        ++changed;
        const auto info = read_run(folder.path);
        REQUIRE(info.ok());
        REQUIRE(info->changes.size() == changed);
        CHECK(info->changes.back().step >= step);
        CHECK(info->changes.back().key == effect.key);
        CHECK(info->changes.back().value == written_value(effect));
        CHECK(info->settings.as_text(effect.key) == written_value(effect));
        CHECK(info->state == RunState::training);
    }
    const std::int64_t last_change = read_run(folder.path)->changes.back().step;
    CHECK(watch.until([&] { return watch.last.step > last_change; })); // with all of them
    watch.end();
    CHECK(watch.states.back() == TrainingState::paused);
    for (const Notice& notice : watch.notices) CHECK_MESSAGE(notice.level == NoticeLevel::info, notice.text);
    CHECK(read_run(folder.path)->changes.size() == changed);
}

TEST_CASE("each live setting changes what it is about, from the next step on") {
    const SixSteps plain = six_steps(nullptr);
    CHECK(plain.images == 6 * 8);
    CHECK(tensors_that_differ(plain.state, six_steps(nullptr).state)
              .empty()); // so a difference is the change's
    for (const LiveEffect& effect : live_effects) {
        CAPTURE(std::string(effect.key));
        const SixSteps changed = six_steps(&effect);
        const auto differ = tensors_that_differ(plain.state, changed.state);
        const std::string reached = effect.tensor;
        if (reached.empty())
            CHECK(differ.empty());
        else
            CHECK(differ.count(reached) == 1);
        if (reached == shown_weights) { // what is shown is nothing that training depends on
            CHECK(differ.count(of_generator) == 0);
            CHECK(differ.count(of_discriminator) == 0);
        }
        // Real pictures: a batch for each update of the discriminator, two in each of the four steps after the change.
        const bool more_batches = std::string(effect.key) == "discriminator.steps";
        CHECK(changed.images == (more_batches ? 2 + 4 * 2 : 6) * 8);
    }
}
