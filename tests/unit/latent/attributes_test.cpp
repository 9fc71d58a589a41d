#include "engine/latent/attributes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "engine/runs/tensor_file.h"
#include "tests/unit/latent/fakes.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

AttributeOptions quick_options() {
    AttributeOptions options;
    options.images = 1500;
    options.epochs = 1;
    options.seconds = 600; // the step count decides, not the clock: the same answer on a busy machine
    options.samples = 800;
    return options;
}

const AttributeDirections& learned() {
    static const AttributeDirections found = [] {
        PlantedRenderer renderer(20);
        auto result = learn_attributes(std::make_shared<PlantedDataset>(1500), renderer, quick_options(), {});
        REQUIRE_MESSAGE(result.ok(), (result ? "" : result.error().line()));
        return result.take();
    }();
    return found;
}

} // namespace

TEST_CASE("planted directions are found, and what they do is told truly") {
    const PlantedRenderer truth(20);
    REQUIRE(learned().attributes.size() == 4);
    CHECK(learned().latent_size == 20);
    for (std::size_t k = 0; k < 3; ++k) {
        const auto& attribute = learned().attributes[k];
        CAPTURE(attribute.name);
        MESSAGE(attribute.name << ": accuracy " << attribute.classifier_accuracy << ", base "
                               << attribute.base_rate << ", flipped " << attribute.flipped << " of "
                               << attribute.fresh << ", cosine "
                               << dot(attribute.direction, truth.planted[k]));
        CHECK(norm(attribute.direction) == doctest::Approx(1).epsilon(1e-4));
        // A random direction of 20 numbers has 0.22; 800 samples of a one-epoch classifier gave 0.78 to 0.92.
        CHECK(dot(attribute.direction, truth.planted[k]) > 0.7);
        CHECK(attribute.classifier_accuracy > 0.95);
        CHECK(attribute.base_rate < 0.65);
        CHECK(attribute.fresh == 200);
        CHECK(attribute.flipped > 0.8);
        CHECK(attribute.works);
        for (std::size_t other = 0; other < 3; ++other)
            if (other != k) CHECK(std::abs(attribute.moved[other]) < 0.6 * attribute.moved[k]);
    }
}

TEST_CASE("an attribute that is not in the pictures is said not to work") {
    const auto& coin = learned().attributes[3];
    CHECK(coin.name == "Coin");
    CHECK(coin.classifier_accuracy < 0.65);
    CHECK_FALSE(coin.works);
}

TEST_CASE("an attribute that the generator cannot make is said not to work") {
    PlantedRenderer renderer(20);
    renderer.strength[2] = 0; // the spot is always half there
    auto found = learn_attributes(std::make_shared<PlantedDataset>(1500), renderer, quick_options(), {});
    REQUIRE(found.ok());
    CHECK(found->attributes[0].works);
    CHECK_FALSE(found->attributes[2].works);
}

TEST_CASE("the rule for what works") {
    LearnedAttribute attribute{"A", {1}, 0.9, 0.6, 0.5, 200, {0.4, 0.1}, false};
    CHECK(attribute_works(attribute, 0, 500));
    CHECK_FALSE(attribute_works(attribute, 1, 500)); // it moves another more than its own
    attribute.flipped = 0.3;
    CHECK_FALSE(attribute_works(attribute, 0, 500));
    attribute.flipped = 0.5;
    attribute.classifier_accuracy = 0.62;
    CHECK_FALSE(attribute_works(attribute, 0, 500)); // within chance of the majority answer
    CHECK(attribute_works(attribute, 0, 50000));
}

TEST_CASE("directions survive a file, alone or inside a checkpoint") {
    const auto folder = std::filesystem::path(GANVAS_TEST_OUTPUT_DIR) / "attributes";
    std::filesystem::create_directories(folder);
    REQUIRE(save_attributes(learned(), folder / "a.safetensors").ok());
    auto loaded = load_attributes(folder / "a.safetensors");
    REQUIRE_MESSAGE(loaded.ok(), (loaded ? "" : loaded.error().line()));
    REQUIRE(loaded->attributes.size() == 4);
    CHECK(loaded->data == "planted");
    for (std::size_t k = 0; k < 4; ++k) {
        CHECK(loaded->attributes[k].name == learned().attributes[k].name);
        CHECK(loaded->attributes[k].direction == learned().attributes[k].direction);
        CHECK(loaded->attributes[k].flipped == doctest::Approx(learned().attributes[k].flipped));
        CHECK(loaded->attributes[k].moved[0] == doctest::Approx(learned().attributes[k].moved[0]));
        CHECK(loaded->attributes[k].works == learned().attributes[k].works);
    }
    TensorFile checkpoint;
    checkpoint.add_floats("generator.weight", {2}, {1, 2});
    CHECK(attributes_from(checkpoint)->attributes.empty());
    add_attributes(learned(), checkpoint);
    add_attributes(learned(), checkpoint); // replaces, not doubles
    CHECK(checkpoint.tensors.size() == 3);
    CHECK(attributes_from(checkpoint)->attributes.size() == 4);
    checkpoint.metadata["attributes"] = R"({"data":"x","latent_size":21,"cards":[]})";
    CHECK(attributes_from(checkpoint).error().code == ErrorCode::bad_checkpoint);
    checkpoint.metadata["attributes"] = "{";
    CHECK(attributes_from(checkpoint).error().code == ErrorCode::bad_checkpoint);
}

TEST_CASE("what cannot be learned from is refused, and stopping stops") {
    PlantedRenderer renderer(20);
    auto unlabelled = std::make_shared<PlantedDataset>(100);
    unlabelled->forget_labels();
    CHECK(learn_attributes(unlabelled, renderer, quick_options(), {}).error().code == ErrorCode::usage);
    CHECK(learn_attributes(std::make_shared<PlantedDataset>(10), renderer, quick_options(), {}).error().code
          == ErrorCode::bad_data);
    std::stop_source stop;
    stop.request_stop();
    CHECK(learn_attributes(std::make_shared<PlantedDataset>(100), renderer, quick_options(),
                           {{}, stop.get_token()})
              .error()
              .code
          == ErrorCode::interrupted);
}
