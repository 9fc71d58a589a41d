// Every recipe that ships: takes steps on tiny data, stays finite, resumes to the bit.
#include <algorithm>
#include <cstdlib>

#include "engine/runs/recipe.h"
#include "engine/training/specs_from_settings.h"
#include "tests/unit/training/trainer_support.h"

using namespace ganvas;
using namespace ganvas::test;

namespace {

/// The recipe's layers, losses and sizes; narrow and in small batches, so that a test can afford them all.
Settings narrowed(Settings settings) {
    for (const char* assignment :
         {"generator.width=8", "discriminator.width=8", "train.batch=4", "train.reference_batch=6",
          "train.precision=float32", "train.threads=1", "loss.penalty_every=2"})
        change(settings, assignment);
    return settings;
}

struct Assets {
    Assets() { ::setenv("GANVAS_ASSETS", GANVAS_SOURCE_DIR "/assets", 1); }
    ~Assets() { ::unsetenv("GANVAS_ASSETS"); }
};

std::int64_t parameters(const std::vector<LayerDescription>& rows) {
    std::int64_t count = 0;
    for (const auto& row : rows) count += row.parameters;
    return count;
}

} // namespace

TEST_CASE("every recipe takes five steps with finite losses and resumes to the bit") {
    const Assets assets;
    const auto names = recipe_names();
    CHECK(names.size() >= 40);
    for (const std::string& name : names) {
        CAPTURE(name);
        const auto recipe = load_recipe(name);
        REQUIRE_MESSAGE(recipe.ok(), recipe.error().line());
        const Settings settings = narrowed(*recipe);
        const auto data = small_data(24, int(settings.integer("image.size")), model_channels(settings), 10);
        CHECK(resume_difference(settings, data, 2, 5) == "");
    }
}

TEST_CASE("the recipes of the reports are what the reports say") {
    const Assets assets;
    const auto recipe = [](const std::string& name) {
        auto settings = load_recipe(name);
        REQUIRE_MESSAGE(settings.ok(), settings.error().line());
        return settings.take();
    };
    const auto discriminator_parameters = [&](const std::string& name) {
        return parameters(describe(*discriminator_spec(recipe(name))));
    };
    for (const char* name : {"report2-1-dropout", "report2-2-batch", "report2-3-batch-sigmoid",
                             "report2-4-batch-dropout-sigmoid", "report2-5-batch-dropout"})
        CHECK(double(discriminator_parameters(name)) == doctest::Approx(200000).epsilon(0.1));
    CHECK(double(discriminator_parameters("report2-6-deep")) == doctest::Approx(1900000).epsilon(0.02));
    const auto count = [&](const std::string& prefix) {
        const auto names = recipe_names();
        return std::count_if(names.begin(), names.end(),
                             [&](const std::string& name) { return name.starts_with(prefix); });
    };
    CHECK(count("report2-") == 10);
    CHECK(count("report3-") == 13); // the baseline and twelve rows
    const Settings sagan = recipe("report4-sagan");
    const auto generator = generator_spec(sagan);
    const auto discriminator = discriminator_spec(sagan);
    CHECK(generator->attention_after == std::vector<int>{3, 4});
    CHECK(discriminator->weight_normalisation == WeightNormalisation::spectral);
    CHECK(discriminator->normalisation == Normalisation::batch);
    CHECK(sagan.real("discriminator.learning_rate") == 4e-4);
    CHECK(recipe("report5-features-100").integer("discriminator.features") == 100);
    for (const std::string& name : recipe_names()) {
        if (!name.starts_with("report")) continue;
        CAPTURE(name);
        const std::string report = "Report " + name.substr(6, 1);
        CHECK(recipe_description(name).starts_with(report));
    }
}

TEST_CASE("quick and dcgan are as they were measured") {
    const Assets assets;
    const auto of = [](const char* name) {
        const auto settings = load_recipe(name);
        return std::pair(parameters(describe(*generator_spec(*settings))),
                         parameters(describe(*discriminator_spec(*settings))));
    };
    CHECK(of("dcgan") == std::pair<std::int64_t, std::int64_t>(3576704, 2765568));
    for (const char* name : {"quick", "dcgan"}) {
        const auto settings = load_recipe(name);
        for (const auto& key : settings->differences(Settings()))
            for (const char* later : {"condition.", "attention", "depth", "features", "minibatch_d"})
                CHECK_MESSAGE(key.find(later) == std::string::npos, key);
    }
}
