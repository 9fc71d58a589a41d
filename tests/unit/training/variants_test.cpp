// What variants of the game add to a step.
#include <torch/nn.h>

#include <cmath>
#include <set>

#include "engine/core/latent_point.h"
#include "engine/training/batch_source.h"
#include "engine/training/class_labels.h"
#include "engine/training/network_optimiser.h"
#include "engine/training/reference_batch.h"
#include "engine/training/specs_from_settings.h"
#include "engine/training/trainer_parts.h"
#include "models/layers/class_embedding.h"
#include "tests/unit/training/trainer_support.h"

using namespace ganvas;
using namespace ganvas::test;

namespace {

Settings with(std::initializer_list<const char*> assignments) {
    Settings settings = small_settings();
    for (const char* assignment : assignments) change(settings, assignment);
    return settings;
}

torch::Tensor tensor_of(const TensorFile& file, const std::string& name) {
    const TensorBlob* blob = file.find(name);
    REQUIRE_MESSAGE(blob != nullptr, name);
    return to_tensor(*blob);
}

const std::initializer_list<const char*> one_hot = {
    "condition.generator=one_hot", "condition.discriminator=concatenate", "discriminator.features=10"};

} // namespace

TEST_CASE("every variant goes on after a restore exactly as it would have") {
    const std::vector<Settings> cases = {
        with({"generator.normalisation=virtual_batch", "discriminator.normalisation=virtual_batch",
              "train.reference_batch=6", "discriminator.steps=3", "generator.steps=2"}),
        with({"generator.normalisation=virtual_batch", "generator.weight_normalisation=spectral",
              "discriminator.weight_normalisation=spectral", "loss.kind=hinge", "loss.gradient_penalty=10"}),
        with({"generator.attention=1,2", "discriminator.attention=1,2", "generator.depth=2",
              "discriminator.depth=2", "loss.kind=hinge"}),
        with({"discriminator.minibatch_discrimination=4", "discriminator.features=12",
              "discriminator.feature_normalisation=batch", "discriminator.extra_layers=1"}),
        with({"loss.kind=non_saturating", "loss.label_flip=0.3", "loss.label_smoothing=0.1",
              "loss.fake_smoothing=0.1", "loss.instance_noise=0.2", "loss.instance_noise_steps=5",
              "discriminator.output=sigmoid", "discriminator.dropout=0.3"}),
        with({"loss.kind=wasserstein", "loss.r1=0", "loss.r2=0", "loss.weight_clip=0.01",
              "train.optimiser=rmsprop", "discriminator.steps=2"}),
        with({"condition.generator=one_hot", "condition.discriminator=concatenate"}),
        with({"condition.generator=embedding", "condition.generator_size=5", "discriminator.steps=2",
              "condition.discriminator=embedding_sigmoid", "condition.discriminator_size=4"}),
        with({"condition.normalisation=true", "condition.discriminator=projection", "generator.steps=2",
              "discriminator.weight_normalisation=spectral", "loss.gradient_penalty=1"}),
        with({"condition.normalisation=true", "generator.normalisation=virtual_batch",
              "condition.discriminator=embedding", "discriminator.normalisation=batch"}),
    };
    const auto data = small_data(40, 28, 1, 5);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        CAPTURE(i);
        CHECK(resume_difference(cases[i], data, 3, 7) == "");
    }
}

TEST_CASE("looking changes nothing with virtual batch normalisation, and is current") {
    const Settings settings = with({"generator.normalisation=virtual_batch", "average.decay=0"});
    auto looked = make_trainer(settings, small_data()), alone = make_trainer(settings, small_data());
    for (int i = 0; i < 4; ++i) {
        looked->step();
        alone->step();
        const std::uint64_t seeds[] = {1, 2};
        (void)looked->sample(seeds);
        (void)looked->snapshot();
    }
    const TensorFile state = looked->save_state();
    CHECK(difference(state, alone->save_state()) == "");
    // The snapshot alone shows what the trainer shows.
    const std::uint64_t seeds[] = {5};
    auto latent = torch::empty({1, 8});
    fill_latent(5, {latent.mutable_data_ptr<float>(), 8}, false);
    torch::NoGradGuard no_gradients;
    CHECK(to_images(build_generator(*looked->snapshot())->forward(latent)).pixels
          == looked->sample(seeds).pixels);
    CHECK(tensor_of(state, "average.normalise0.reference.size").item<float>() == 64);
}

TEST_CASE("the reference batch is the same for the same seed and data, with its classes") {
    const ReferenceOptions options{6, 3, 5, false, 4, false};
    const auto one = make_reference_batch(small_data(40, 28, 1, 4), options),
               two = make_reference_batch(small_data(40, 28, 1, 4), options);
    CHECK(torch::equal(one.pictures, two.pictures));
    CHECK(torch::equal(one.latents, two.latents));
    CHECK(one.class_rows.sizes() == torch::IntArrayRef({6, 4}));
    CHECK(one.class_rows.sum().item<float>() == 6);
    auto other = options;
    other.seed = 4;
    CHECK_FALSE(torch::equal(make_reference_batch(small_data(40, 28, 1, 4), other).pictures, one.pictures));
}

TEST_CASE("batches carry the classes of their pictures") {
    const auto data = small_data(21, 28, 1, 5);
    BatchSource source(data, 8, 5, false);
    for (int i = 0; i < 3; ++i) {
        const auto pictures = source.next();
        REQUIRE(source.labels().size() == 8);
        for (int n = 0; n < 8; ++n) { // the first pixel is the picture's number
            const auto number = std::lround((pictures[n][0][0][0].item<float>() + 1) * 127.5);
            CHECK(source.labels()[std::size_t(n)] == int(number % 5));
        }
    }
}

TEST_CASE("classes for generated pictures are drawn as often as the data have them") {
    struct Skewed : SmallData {
        Skewed() : SmallData(40, 28, 1, 4) {}
        int class_label(std::int64_t index) const override { return index < 30 ? 1 : 3; }
    };
    const Skewed data;
    const auto drawn = draw_classes(data, 4000, 9);
    CHECK(draw_classes(data, 4000, 9) == drawn);
    CHECK(draw_classes(data, 4000, 10) != drawn);
    CHECK(std::count(drawn.begin(), drawn.end(), 1) == doctest::Approx(3000).epsilon(0.05));
    CHECK(std::count(drawn.begin(), drawn.end(), 1) + std::count(drawn.begin(), drawn.end(), 3) == 4000);
}

TEST_CASE("a conditional model refuses data without classes and says what to bring") {
    const Settings settings = with(one_hot);
    const auto refused = Trainer::create(settings, small_data(), {});
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::bad_data);
    CHECK(refused.error().line().find("needs pictures with classes") != std::string::npos);
    CHECK(refused.error().hint.find("sub-folder a class") != std::string::npos);
    auto partly = small_data(40, 28, 1, 4);
    partly->unlabelled = 7;
    CHECK(Trainer::create(settings, partly, {}).error().line().find("has no class: 7") != std::string::npos);
    // One network alone cannot be told.
    CHECK(generator_spec(with({"condition.generator=one_hot"})).error().code == ErrorCode::usage);
    CHECK(discriminator_spec(with({"condition.discriminator=projection"})).error().code == ErrorCode::usage);
    CHECK(generator_spec(with({"generator.attention=3;4"})).error().where == "generator.attention");
}

TEST_CASE("a conditional checkpoint knows its classes by name") {
    const Settings settings = with(one_hot);
    const auto data = small_data(40, 28, 1, 5);
    auto trainer = make_trainer(settings, data);
    run_steps(*trainer, 2);
    TensorFile file = trainer->save_state();
    CheckpointNote note;
    note.settings = settings;
    write_note(file, note);
    const auto model = load_generator(file);
    REQUIRE_MESSAGE(model.ok(), model.error().line());
    CHECK((*model)->generator.classes == 5);
    CHECK((*model)->class_names == data->class_names());
    CHECK(trainer->snapshot()->class_names == data->class_names());
    const auto read = read_note(file);
    const auto half = load_generator(export_generator(**model, *read));
    REQUIRE(half.ok());
    CHECK((*half)->class_names.size() == 5);
    // Picture k of the samples is of the class that its seed names.
    const std::uint64_t seeds[] = {13};
    auto latent = torch::empty({1, 8});
    fill_latent(13, {latent.mutable_data_ptr<float>(), 8}, false);
    torch::NoGradGuard no_gradients;
    CHECK(to_images(build_generator(**model)->forward(latent, one_hot_rows({class_of_seed(13, 5)}, 5))).pixels
          == trainer->sample(seeds).pixels);
    file.metadata.erase("classes");
    CHECK(load_generator(file).error().code == ErrorCode::bad_checkpoint);
}

TEST_CASE("a conditional generator learns to obey the class") {
    struct Two : SmallData {
        Two() : SmallData(16, 28, 1, 2), dark(28 * 28, 30), bright(28 * 28, 225) {}
        std::span<const std::uint8_t> image(std::int64_t index) const override {
            return index % 2 ? bright : dark;
        }
        std::vector<std::uint8_t> dark, bright;
    };
    for (const bool projection : {false, true}) {
        CAPTURE(projection);
        Settings settings = with({"augment.colour=false", "augment.cutout=false", "augment.translation=false",
                                  "generator.learning_rate=0.005", "discriminator.learning_rate=0.005",
                                  "generator.beta1=0", "discriminator.beta1=0", "average.decay=0.9",
                                  "loss.kind=non_saturating", "loss.r1=5", "loss.r2=0"});
        // A class that joins by concatenation needs a layer after it: see the test of the lone sigmoid layer.
        const auto told = projection ? std::vector<const char*>{"condition.normalisation=true",
                                                                "condition.discriminator=projection"}
                                     : std::vector<const char*>{
                                         "condition.generator=one_hot", "condition.discriminator=concatenate",
                                         "discriminator.features=32", "discriminator.extra_layers=1"};
        for (const char* assignment : told) change(settings, assignment);
        // Whether and when a game of two networks gets there differs between processors and seeds: four are looked at five
        // times each. Six pairs of latents, each by chance right once in four: a class without effect will not pass.
        const auto learns = [&](int seed) {
            change(settings, ("train.seed=" + std::to_string(seed)).c_str());
            auto trainer = make_trainer(settings, std::make_shared<Two>());
            const auto brightness = [&](std::uint64_t latent) {
                const auto picture = trainer->sample(std::span(&latent, 1));
                double sum = 0;
                for (const auto byte : picture.pixels) sum += byte;
                return sum / double(picture.pixels.size());
            };
            const auto obeys = [&] {
                for (std::uint64_t latent = 20; latent < 32; latent += 2) // even: class 0, dark
                    if (brightness(latent + 1) < brightness(latent) + 60) return false;
                return true;
            };
            for (int round = 0; round < 5; ++round) {
                run_steps(*trainer, 200);
                if (obeys()) return true;
            }
            return false;
        };
        CHECK((learns(1) || learns(2) || learns(3) || learns(4)));
    }
}

TEST_CASE("RMSprop does what its formula says") {
    torch::manual_seed(1);
    struct Net : torch::nn::Module {
        Net() { weight = register_parameter("weight", torch::randn({3, 4})); }
        torch::Tensor weight;
    };
    Net net;
    auto value = net.weight.detach().clone();
    auto square = torch::zeros({3, 4});
    NetworkOptimiser optimiser(OptimiserKind::root_mean_square, net, 0.5, 0.9);
    for (int i = 0; i < 5; ++i) {
        const auto gradient = torch::randn({3, 4});
        net.weight.mutable_grad() = gradient.clone();
        optimiser.step(0.01);
        square = 0.9 * square + 0.1 * gradient * gradient;
        value = value - 0.01 * gradient / (square.sqrt() + 1e-8);
    }
    CHECK(torch::allclose(net.weight, value, 1e-5, 1e-6));
    CHECK_FALSE(optimiser.slots()[0].mean.defined());
    optimiser.clear_gradients();
    CHECK_FALSE(net.weight.grad().defined());
}

TEST_CASE("clipped weights stay within their bound") {
    auto trainer = make_trainer(
        with({"loss.kind=wasserstein", "loss.weight_clip=0.01", "train.optimiser=rmsprop"}), small_data());
    run_steps(*trainer, 3);
    const TensorFile state = trainer->save_state();
    for (const auto& blob : state.tensors) {
        if (!blob.name.starts_with("discriminator.")) continue;
        CAPTURE(blob.name);
        CHECK(to_tensor(blob).abs().max().item<float>() <= 0.01f);
    }
    CHECK(tensor_of(state, "generator.picture.weight").abs().max().item<float>() > 0.01f);
}

TEST_CASE("instance noise has the deviation that was asked for, and fades in a straight line") {
    StepSettings now;
    now.instance_noise = 0.2;
    const auto pictures = torch::full({16, 3, 32, 32}, 0.25);
    const auto noise = [&](std::int64_t step, std::uint64_t draw) {
        return with_instance_noise(pictures, now, step, draw) - pictures;
    };
    CHECK(noise(0, 0).std().item<double>() == doctest::Approx(0.2).epsilon(0.02)); // 49,152 values
    CHECK(std::abs(noise(0, 0).mean().item<double>()) < 0.005);
    CHECK(noise(900, 0).std().item<double>() == doctest::Approx(0.2).epsilon(0.02)); // no end was asked for
    CHECK_FALSE(torch::equal(noise(0, 0), noise(0, 1)));
    CHECK(torch::equal(noise(3, 1), noise(3, 1)));
    now.instance_noise_steps = 100;
    CHECK(noise(0, 0).std().item<double>() == doctest::Approx(0.2).epsilon(0.02));
    CHECK(noise(75, 0).std().item<double>() == doctest::Approx(0.05).epsilon(0.02));
    CHECK(noise(100, 0).abs().max().item<double>() == 0);
    CHECK(noise(250, 0).abs().max().item<double>() == 0);
}

TEST_CASE("as many labels are flipped as was asked for, of either kind, and others in each update") {
    StepSettings now;
    now.label_flip = 0.3;
    now.smoothing = 0.1;
    now.fake_smoothing = 0.05;
    const auto labels = [&](std::int64_t update) { return draw_labels(20000, now, update, torch::kCPU); };
    const Labels first = labels(0);
    CHECK(first.real_smoothing == 0.1);
    CHECK(first.fake_smoothing == 0.05);
    const double allowed = 4 * std::sqrt(0.3 * 0.7 / 20000);
    for (const auto& flips : {first.flip_real, first.flip_fake})
        CHECK(std::abs(flips.to(torch::kFloat).mean().item<double>() - 0.3) < allowed);
    // Which of the one kind says nothing of which of the other, nor of the next update.
    for (const auto& other : {first.flip_fake, labels(1).flip_real})
        CHECK(std::abs((first.flip_real & other).to(torch::kFloat).mean().item<double>() - 0.09) < 0.01);
    CHECK(torch::equal(labels(0).flip_real, first.flip_real));
    now.label_flip = 0;
    CHECK_FALSE(labels(0).flip_real.defined());
}

TEST_CASE("noise, flips and penalties change training, and only when asked for") {
    const auto state_after = [&](std::initializer_list<const char*> assignments) {
        Settings settings = with({"loss.kind=non_saturating", "loss.r1=0", "loss.r2=0"});
        for (const char* assignment : assignments) change(settings, assignment);
        auto trainer = make_trainer(settings, small_data());
        run_steps(*trainer, 3);
        return trainer->save_state();
    };
    const TensorFile plain = state_after({});
    CHECK(difference(plain, state_after({})) == "");
    for (const char* assignment :
         {"loss.instance_noise=0.1", "loss.label_flip=0.4", "loss.gradient_penalty=5",
          "loss.fake_smoothing=0.2", "discriminator.output=sigmoid", "loss.weight_clip=0.02"}) {
        CAPTURE(assignment);
        CHECK(difference(plain, state_after({assignment})) != "");
    }
    // Faded noise is no noise from then on.
    const TensorFile faded = state_after({"loss.instance_noise=0.1", "loss.instance_noise_steps=1"}),
                     lasting = state_after({"loss.instance_noise=0.1"});
    CHECK(difference(faded, lasting) != "");
}

TEST_CASE("variants can be switched while training") {
    auto trainer = make_trainer(with({"loss.kind=wasserstein"}), small_data());
    run_steps(*trainer, 1);
    REQUIRE(trainer->set_live("loss.gradient_penalty", "10").ok());
    REQUIRE(trainer->set_live("loss.instance_noise", "0.1").ok());
    run_steps(*trainer, 1);
    CHECK(trainer->take_losses().finite());
    CHECK_FALSE(trainer->set_live("condition.generator", "one_hot").ok());
}

TEST_CASE("every part trains in bfloat16") {
    const auto data = small_data(40, 28, 1, 5);
    for (const Settings& settings :
         {with({"train.precision=bfloat16", "generator.normalisation=virtual_batch",
                "discriminator.normalisation=virtual_batch"}),
          with({"train.precision=bfloat16", "generator.attention=1,2", "discriminator.attention=1,2",
                "generator.depth=2", "discriminator.depth=2", "discriminator.minibatch_discrimination=4"}),
          with({"train.precision=bfloat16", "condition.generator=embedding", "condition.normalisation=true",
                "condition.discriminator=projection", "discriminator.weight_normalisation=spectral"}),
          with({"train.precision=bfloat16", "condition.generator=one_hot",
                "condition.discriminator=embedding_sigmoid", "discriminator.features=12",
                "discriminator.feature_normalisation=batch", "discriminator.extra_layers=1"})}) {
        auto trainer = make_trainer(settings, data);
        run_steps(*trainer, 3);
        CHECK(trainer->take_losses().finite());
    }
}
