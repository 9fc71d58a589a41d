#include <doctest/doctest.h>
#include <torch/nn.h>

#include <cmath>
#include <numeric>

#include "engine/training/checkpoint.h"
#include "engine/training/specs_from_settings.h"
#include "engine/training/trainer.h"
#include "models/discriminator.h"
#include "models/initialisation.h"
#include "tests/unit/training/trainer_support.h"

using namespace ganvas;
using namespace ganvas::test;

namespace {

std::unique_ptr<Trainer> make(const Settings& settings, SharedDataset data = nullptr) {
    if (!data) data = small_data(40, std::stoi(settings.text("image.size")), model_channels(settings));
    return make_trainer(settings, std::move(data));
}

} // namespace

TEST_CASE("the same seed makes the same losses and weights, another seed others") {
    const Settings settings = small_settings();
    auto one = make(settings), two = make(settings);
    run_steps(*one, 5);
    run_steps(*two, 5);
    const auto losses = one->take_losses(), again = two->take_losses();
    CHECK(losses.steps == 5);
    CHECK(losses.finite());
    CHECK(losses.discriminator_loss == again.discriminator_loss);
    CHECK(losses.generator_loss == again.generator_loss);
    CHECK(losses.real_score > 0);
    CHECK(losses.real_score < 1);
    CHECK(difference(one->save_state(), two->save_state()).empty());
    Settings other = settings;
    change(other, "train.seed=2");
    auto three = make(other);
    run_steps(*three, 5);
    CHECK(three->take_losses().discriminator_loss != losses.discriminator_loss);
    CHECK(one->images() == 40);
    CHECK(one->epoch() == doctest::Approx(1));
    CHECK(one->take_losses().steps == 0);
}

TEST_CASE("looking does not change training") {
    auto one = make(small_settings()), two = make(small_settings());
    run_steps(*one, 4);
    for (int i = 0; i < 4; ++i) {
        two->step();
        const std::uint64_t seeds[] = {1, 2, 3};
        CHECK(two->sample(seeds).count == 3);
        (void)two->snapshot();
        (void)two->take_losses();
        (void)two->save_state();
    }
    CHECK(difference(one->save_state(), two->save_state()).empty());
}

TEST_CASE("a restored trainer goes on exactly as the saved one would have") {
    std::vector<Settings> cases(4, small_settings());
    change(cases[1], "discriminator.normalisation=batch");
    change(cases[1], "loss.kind=non_saturating");
    change(cases[1], "loss.r1=0");
    change(cases[1], "loss.r2=0");
    change(cases[2], "discriminator.weight_normalisation=spectral");
    change(cases[2], "generator.weight_normalisation=spectral");
    change(cases[2], "loss.kind=hinge");
    change(cases[2], "discriminator.dropout=0.3");
    change(cases[2], "discriminator.minibatch_deviation=true");
    change(cases[3], "discriminator.steps=3");
    change(cases[3], "generator.steps=2");
    change(cases[3], "latent.prior=uniform");
    change(cases[3], "image.channels=3");
    change(cases[3], "image.size=32");
    for (const Settings& settings : cases) {
        auto whole = make(settings), first = make(settings), second = make(settings);
        run_steps(*whole, 7);
        run_steps(*first, 3);
        const TensorFile saved = first->save_state();
        run_steps(*second, 1); // anything: the state replaces it
        const auto loaded = second->load_state(saved);
        REQUIRE_MESSAGE(loaded.ok(), loaded.error().line());
        CHECK(second->steps() == 3);
        run_steps(*second, 4);
        CHECK(difference(whole->save_state(), second->save_state()).empty());
    }
}

TEST_CASE("a state that does not fit is refused and changes nothing") {
    auto trainer = make(small_settings());
    run_steps(*trainer, 2);
    const TensorFile before = trainer->save_state();
    Settings wider = small_settings();
    change(wider, "generator.width=8");
    CHECK(trainer->load_state(make(wider)->save_state()).error().code == ErrorCode::bad_checkpoint);
    TensorFile lacking = before;
    lacking.tensors.pop_back();
    CHECK_FALSE(trainer->load_state(lacking).ok());
    TensorFile infinite = before;
    const float nan = std::nanf("");
    std::memcpy(infinite.tensors[0].bytes.data(), &nan, sizeof nan);
    CHECK(trainer->load_state(infinite).error().what.find("finite") != std::string::npos);
    TensorFile uncounted = before;
    uncounted.metadata["counter.latents"] = "-3";
    CHECK_FALSE(trainer->load_state(uncounted).ok());
    CHECK(difference(trainer->save_state(), before).empty());
}

TEST_CASE("the average follows min(decay, (1 + t) / (10 + t)), buffers too") {
    auto trainer = make(small_settings());
    const auto find = [&](const TensorFile& file, const std::string& name) {
        const TensorBlob* blob = file.find(name);
        REQUIRE(blob != nullptr);
        return to_tensor(*blob);
    };
    for (const char* name : {"project.weight", "normalise0.running_mean"}) {
        auto expected = find(trainer->save_state(), std::string("average.") + name);
        for (int t = 0; t < 3; ++t) {
            const TensorFile before = trainer->save_state();
            const std::int64_t steps = trainer->steps();
            expected = find(before, std::string("average.") + name);
            trainer->step();
            const double decay = std::min(0.999, (1.0 + double(steps)) / (10.0 + double(steps)));
            const auto current = find(trainer->save_state(), std::string("generator.") + name);
            const auto average = find(trainer->save_state(), std::string("average.") + name);
            CHECK(torch::allclose(average, expected * decay + current * (1 - decay), 1e-4, 1e-6));
        }
    }
}

TEST_CASE("live settings take effect, fixed ones are refused with the reason") {
    auto trainer = make(small_settings());
    REQUIRE(trainer->set_live("generator.learning_rate", "1e-7").ok());
    REQUIRE(trainer->set_live("average.decay", "0.5").ok());
    const auto before = trainer->save_state();
    run_steps(*trainer, 2);
    const auto after = trainer->save_state();
    const auto moved = [&](const char* name) {
        return (to_tensor(*before.find(name)) - to_tensor(*after.find(name))).abs().max().item<double>();
    };
    CHECK(moved("generator.picture.weight") <= 4e-7);
    CHECK(moved("discriminator.down1.weight") > 1e-4);
    CHECK(trainer->set_live("generator.width", "8").error().code == ErrorCode::usage);
    CHECK(trainer->set_live("generator.learning_rat", "1").error().code == ErrorCode::usage);
    CHECK_FALSE(trainer->set_live("generator.learning_rate", "-1").ok());
    CHECK(trainer->settings().real("generator.learning_rate") == 1e-7);
}

TEST_CASE("every loss, normalisation and upsampling trains") {
    for (const char* assignment : {"loss.kind=non_saturating",
                                   "loss.kind=saturating",
                                   "loss.kind=least_squares",
                                   "loss.kind=hinge",
                                   "loss.kind=wasserstein",
                                   "loss.kind=relativistic",
                                   "generator.normalisation=none",
                                   "generator.normalisation=layer",
                                   "generator.normalisation=pixel",
                                   "generator.normalisation=instance",
                                   "discriminator.normalisation=batch",
                                   "discriminator.normalisation=instance",
                                   "discriminator.normalisation=layer",
                                   "generator.upsampling=nearest",
                                   "generator.upsampling=bilinear",
                                   "generator.kernel=5",
                                   "discriminator.kernel=3",
                                   "discriminator.downsampling=max_pool",
                                   "discriminator.downsampling=average_pool",
                                   "generator.output=sigmoid",
                                   "discriminator.weight_normalisation=spectral",
                                   "generator.initialisation=orthogonal",
                                   "train.precision=bfloat16",
                                   "loss.label_smoothing=0.1",
                                   "loss.r2=0",
                                   "loss.r1=0"}) {
        CAPTURE(assignment);
        Settings settings = small_settings();
        change(settings, assignment);
        auto trainer = make(settings);
        const auto before = trainer->save_state();
        run_steps(*trainer, 2);
        CHECK(trainer->take_losses().finite());
        const auto after = trainer->save_state();
        for (const char* name : {"generator.project.weight", "generator.picture.weight",
                                 "discriminator.down1.weight", "discriminator.readout.weight"})
            CHECK(before.find(name)->bytes != after.find(name)->bytes);
    }
}

TEST_CASE("convolutions with fewer multiplications train the same model, and bfloat16 leaves them alone") {
    const auto trained = [](const char* convolutions, const char* precision) {
        Settings settings = small_settings();
        for (const char* assignment : {"image.size=32", "generator.width=32", "discriminator.width=32"})
            change(settings, assignment);
        change(settings, convolutions);
        change(settings, precision);
        auto trainer = make_trainer(settings, small_data(40, 32));
        run_steps(*trainer, 3);
        return std::pair(trainer->take_losses(), trainer->save_state());
    };
    const char* const weight = "discriminator.down2.weight";
    const auto [direct_losses, direct] = trained("train.convolutions=direct", "train.precision=float32");
    const auto [fast_losses, fast] = trained("train.convolutions=winograd", "train.precision=float32");
    CHECK(fast.find(weight)->bytes != direct.find(weight)->bytes); // they were used
    CHECK(fast_losses.discriminator_loss == doctest::Approx(direct_losses.discriminator_loss).epsilon(1e-3));
    CHECK(fast_losses.generator_loss == doctest::Approx(direct_losses.generator_loss).epsilon(1e-3));
    const auto half = trained("train.convolutions=direct", "train.precision=bfloat16").second;
    const auto asked = trained("train.convolutions=winograd", "train.precision=bfloat16").second;
    CHECK(half.find(weight)->bytes == asked.find(weight)->bytes);
}

TEST_CASE("what cannot be trained is said before anything is built") {
    Settings settings = small_settings();
    change(settings, "generator.attention=9");
    CHECK(Trainer::create(settings, small_data(), {}).error().code == ErrorCode::unsupported);
    CHECK(Trainer::create(small_settings(), small_data(4, 32, 3), {}).error().code == ErrorCode::bad_data);
    CHECK(Trainer::create(small_settings(), nullptr, {}).error().code == ErrorCode::bad_data);
}

TEST_CASE("a checkpoint holds the shown generator, whole or alone in half precision") {
    Settings settings = small_settings();
    auto trainer = make(settings);
    run_steps(*trainer, 3);
    TensorFile file = trainer->save_state();
    write_note(file, {settings, "quick", "discs", 3, 24, 1.5});
    const auto note = read_note(file);
    REQUIRE(note.ok());
    CHECK(note->settings == settings);
    CHECK(note->seconds == 1.5);
    CHECK(note->recipe == "quick");

    const auto model = load_generator(file);
    REQUIRE_MESSAGE(model.ok(), model.error().line());
    const std::uint64_t seeds[] = {5, 6};
    const auto expected = trainer->sample(seeds);
    const auto show = [&](const ModelSnapshot& snapshot) {
        torch::NoGradGuard no_gradients;
        auto latents = torch::empty({2, 8});
        for (int i = 0; i < 2; ++i) fill_normal(seeds[i], {latents[i].mutable_data_ptr<float>(), 8});
        return to_images(build_generator(snapshot)->forward(latents));
    };
    CHECK(show(**model).pixels == expected.pixels);
    CHECK(show(*trainer->snapshot()).pixels == expected.pixels);
    CHECK((*model)->step == 3);
    CHECK((*model)->id != trainer->snapshot()->id);

    const TensorFile half = export_generator(**model, *note);
    CHECK(half.tensors[0].type == TensorType::float16);
    const auto small = load_generator(half);
    REQUIRE(small.ok());
    const auto near = show(**small);
    int worst = 0;
    for (std::size_t i = 0; i < near.pixels.size(); ++i)
        worst = std::max(worst, std::abs(int(near.pixels[i]) - int(expected.pixels[i])));
    CHECK(worst <= 2);
}

TEST_CASE("checkpoints of another shape, cut short or without a note are refused") {
    Settings settings = small_settings();
    TensorFile file = make(settings)->save_state();
    CHECK(load_generator(file).error().code == ErrorCode::bad_checkpoint); // no settings in it
    Settings wider = settings;
    change(wider, "generator.width=8");
    write_note(file, {wider, "", "", 0, 0, 0});
    CHECK(load_generator(file).error().what.find("shape") != std::string::npos);
    file.tensors.clear();
    CHECK(load_generator(file).error().what.find("lacks") != std::string::npos);
    file.metadata["settings"] = "[1";
    CHECK_FALSE(load_generator(file).ok());
    file.metadata["settings"] = R"({"generator.width":"wide"})";
    CHECK_FALSE(load_generator(file).ok());
}

TEST_CASE("pictures and bytes go both ways") {
    ImageBatch batch{2, 3, 4, 3, {}};
    for (int i = 0; i < 72; ++i) batch.pixels.push_back(std::uint8_t(i * 3));
    CHECK(to_images(from_images(batch)).pixels == batch.pixels);
    CHECK(from_images(batch).sizes() == torch::IntArrayRef({2, 3, 3, 4}));
    CHECK(to_images(torch::full({1, 1, 1, 2}, 7.0f)).pixels == std::vector<std::uint8_t>{255, 255});
}

TEST_CASE("a few hundred steps learn what a bright and a dark data set have in common") {
    struct Flat : SmallData {
        Flat() : SmallData(16, 28, 1), white(28 * 28, 230) {}
        std::span<const std::uint8_t> image(std::int64_t) const override { return white; }
        std::vector<std::uint8_t> white;
    };
    Settings settings = small_settings();
    for (const char* assignment :
         {"augment.colour=false", "augment.cutout=false", "augment.translation=false",
          "generator.learning_rate=0.005", "discriminator.learning_rate=0.005", "generator.beta1=0",
          "discriminator.beta1=0", "average.decay=0.9"})
        change(settings, assignment);
    auto trainer = make(settings, std::make_shared<Flat>());
    const std::uint64_t seeds[] = {1, 2, 3, 4};
    const auto brightness = [&] {
        const auto pictures = trainer->sample(seeds);
        return double(std::accumulate(pictures.pixels.begin(), pictures.pixels.end(), 0LL))
               / double(pictures.pixels.size());
    };
    CHECK(std::abs(brightness() - 127) < 20);
    run_steps(*trainer, 250);
    CHECK(brightness() > 190);
}
