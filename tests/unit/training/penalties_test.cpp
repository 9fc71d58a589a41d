// What a penalty adds to D's gradient in a whole step, against the same written out on D's first weights and the data.
#include <map>
#include <vector>

#include <torch/autograd.h>
#include <torch/nn.h>

#include "engine/training/specs_from_settings.h"
#include "models/discriminator.h"
#include "tests/unit/training/trainer_support.h"

using namespace ganvas;
using namespace ganvas::test;

namespace {

constexpr int pictures =
    8; ///< all of the data are in each batch, so what D is shown is known but for its order

Settings plain_game(const std::vector<const char*>& assignments) {
    Settings settings = small_settings();
    for (const char* assignment :
         {"loss.kind=wasserstein", "loss.r1=0", "loss.r2=0", "augment.translation=false",
          "augment.colour=false", "augment.cutout=false", "data.flip=false", "train.batch=8",
          "discriminator.beta1=0.5"})
        change(settings, assignment);
    for (const char* assignment : assignments) change(settings, assignment);
    return settings;
}

/// D's gradient in the first step: Adam's first mean is (1 − beta) times it.
std::map<std::string, torch::Tensor> first_gradient(const std::vector<const char*>& assignments) {
    auto trainer = make_trainer(plain_game(assignments), small_data(pictures));
    run_steps(*trainer, 1);
    const TensorFile state = trainer->save_state();
    const std::string before = "optimiser.discriminator.", after = ".mean";
    std::map<std::string, torch::Tensor> gradients;
    for (const TensorBlob& blob : state.tensors)
        if (blob.name.starts_with(before) && blob.name.ends_with(after))
            gradients[blob.name.substr(before.size(), blob.name.size() - before.size() - after.size())] =
                to_tensor(blob) / 0.5;
    REQUIRE_FALSE(gradients.empty());
    return gradients;
}

/// d/dθ of the mean of |dD(x)/dx|² over the data, at D's first weights, in double.
std::map<std::string, torch::Tensor> slope_gradient() {
    const auto settings = plain_game({});
    auto trainer = make_trainer(settings, small_data(pictures));
    const TensorFile state = trainer->save_state();
    Discriminator discriminator(*discriminator_spec(settings));
    {
        torch::NoGradGuard no_gradients;
        for (auto& item : discriminator.named_parameters())
            item.value().copy_(to_tensor(*state.find("discriminator." + item.key())));
    }
    discriminator.to(torch::kDouble);
    const auto data = small_data(pictures);
    auto x = torch::empty({pictures, 1, 28, 28}, torch::kDouble);
    for (int n = 0; n < pictures; ++n)
        for (int i = 0; i < 28 * 28; ++i)
            x.view({pictures, -1})[n][i] = data->image(n)[static_cast<std::size_t>(i)] / 127.5 - 1;
    x.requires_grad_(true);
    double size = 0;
    torch::Tensor sum = torch::zeros({}, torch::kDouble);
    for (int n = 0; n < pictures; ++n) { // one picture at a time: no batch anywhere
        const auto slope = torch::autograd::grad({discriminator.forward(x.slice(0, n, n + 1)).sum()}, {x}, {},
                                                 true, true)[0];
        sum = sum + slope.square().sum() / pictures;
    }
    sum.backward();
    std::map<std::string, torch::Tensor> gradients;
    for (const auto& item : discriminator.named_parameters()) {
        gradients[item.key()] =
            item.value().grad().defined() ? item.value().grad() : torch::zeros_like(item.value());
        size += gradients[item.key()].abs().sum().item<double>();
    }
    REQUIRE(size > 1e-6);
    return gradients;
}

} // namespace

TEST_CASE("R1 adds gamma / 2 of the mean squared slope at the data, and lazily as many times that") {
    const auto none = first_gradient({}), slope = slope_gradient();
    struct Case {
        std::vector<const char*> assignments;
        double weight;
    };
    for (const Case& one : {Case{{"loss.r1=0.8", "loss.penalty_every=1"}, 0.4},
                            Case{{"loss.r1=0.8", "loss.penalty_every=16"}, 6.4}}) {
        CAPTURE(one.weight);
        const auto with_penalty = first_gradient(one.assignments);
        double largest = 0, worst = 0;
        for (const auto& [name, expected] : slope) {
            CAPTURE(name);
            REQUIRE(none.contains(name));
            const auto added = (with_penalty.at(name) - none.at(name)).to(torch::kDouble);
            largest = std::max(largest, (expected * one.weight).abs().max().item<double>());
            worst = std::max(worst, (added - expected * one.weight).abs().max().item<double>());
        }
        CHECK(worst < 1e-3 * largest);
    }
}

TEST_CASE("R2 and the penalty on interpolates join in proportion to their weights") {
    const auto none = first_gradient({});
    const auto added = [&](const std::vector<const char*>& assignments) {
        const auto with_penalty = first_gradient(assignments);
        std::vector<torch::Tensor> all;
        for (const auto& [name, gradient] : none) all.push_back((with_penalty.at(name) - gradient).flatten());
        return torch::cat(all);
    };
    struct Case {
        std::vector<const char*> small, large;
        double times;
    };
    for (const Case& one :
         {Case{{"loss.r2=0.5", "loss.penalty_every=1"}, {"loss.r2=2", "loss.penalty_every=1"}, 4},
          Case{{"loss.gradient_penalty=2"}, {"loss.gradient_penalty=10"}, 5}}) {
        const auto small = added(one.small), large = added(one.large);
        CHECK(small.abs().max().item<double>() > 1e-6);
        CHECK(torch::allclose(large, small * one.times, 1e-2, 1e-3 * large.abs().max().item<double>()));
    }
}

TEST_CASE("R1 and R2 at once are the sum, also where a batch's statistics join its pictures") {
    for (const char* normalisation :
         {"discriminator.normalisation=none", "discriminator.normalisation=batch"}) {
        CAPTURE(normalisation);
        const auto none = first_gradient({normalisation});
        const auto added = [&](std::vector<const char*> assignments) {
            assignments.insert(assignments.end(), {normalisation, "loss.penalty_every=1"});
            const auto with_penalty = first_gradient(assignments);
            std::vector<torch::Tensor> all;
            for (const auto& [name, gradient] : none)
                all.push_back((with_penalty.at(name) - gradient).flatten());
            return torch::cat(all);
        };
        const auto first = added({"loss.r1=0.5"}), second = added({"loss.r2=0.5"}),
                   both = added({"loss.r1=0.5", "loss.r2=0.5"});
        CHECK(both.abs().max().item<double>() > 1e-6);
        CHECK(torch::allclose(both, first + second, 1e-2, 1e-3 * both.abs().max().item<double>()));
    }
}
