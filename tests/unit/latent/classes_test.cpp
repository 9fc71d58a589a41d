// Classes of conditional models, from a point to pixels; attention for the window.
#include <doctest/doctest.h>

#include <torch/types.h>

#include "engine/core/latent_point.h"
#include "engine/latent/renderer.h"
#include "engine/training/model_snapshot.h"
#include "models/initialisation.h"

using namespace ganvas;

namespace {

std::shared_ptr<const ModelSnapshot> conditional_model(int classes) {
    GeneratorSpec spec;
    spec.image_size = 28;
    spec.channels = 1;
    spec.latent_size = 6;
    spec.width = 8;
    spec.attention_after = {2};
    spec.classes = classes;
    spec.condition = classes > 0 ? GeneratorCondition::one_hot : GeneratorCondition::none;
    spec.conditional_normalisation = classes > 0;
    Generator generator(spec);
    initialise(generator, WeightInitialisation::normal, 0.3, make_random_generator(3));
    auto snapshot = std::make_shared<ModelSnapshot>();
    snapshot->id = 1;
    snapshot->generator = spec;
    for (const auto& item : generator.named_parameters())
        snapshot->parameters_and_buffers.emplace_back(item.key(), item.value().detach().clone());
    for (const auto& item : generator.named_buffers())
        snapshot->parameters_and_buffers.emplace_back(item.key(), item.value().detach().clone());
    return snapshot;
}

std::unique_ptr<Renderer> renderer_of(int classes) {
    auto renderer = Renderer::create(conditional_model(classes));
    REQUIRE_MESSAGE(renderer.ok(), renderer.error().line());
    return renderer.take();
}

LatentPoint face(std::uint64_t seed, int label = -1) {
    LatentPoint point;
    point.from = LatentSum::face(seed);
    point.class_label = label;
    return point;
}

std::vector<std::uint8_t> pixels(Renderer& renderer, const LatentPoint& point) {
    auto images = renderer.render(std::span(&point, 1));
    REQUIRE_MESSAGE(images.ok(), images.error().line());
    return images->pixels;
}

} // namespace

TEST_CASE("a class changes the picture; without one the seed names it") {
    const auto renderer = renderer_of(5);
    CHECK(renderer->classes() == 5);
    CHECK(pixels(*renderer, face(7, 1)) != pixels(*renderer, face(7, 3)));
    CHECK(pixels(*renderer, face(7)) == pixels(*renderer, face(7, 2))); // 7 modulo 5
    auto sweep = face(7);
    sweep.to = LatentSum::face(9);
    sweep.alpha = 0;
    CHECK(pixels(*renderer, sweep) == pixels(*renderer, face(7, 2)));
    auto source = sample_images(*renderer, 5);
    CHECK(source.images(2, 1)->pixels == pixels(*renderer, face(7)));
}

TEST_CASE("classes mix by weight") {
    const auto renderer = renderer_of(4);
    auto mixed = face(3);
    mixed.class_mix = {{2, 1.0}};
    CHECK(pixels(*renderer, mixed) == pixels(*renderer, face(3, 2)));
    mixed.class_mix = {{1, 0.5}, {2, 0.5}};
    const auto between = pixels(*renderer, mixed);
    CHECK(between != pixels(*renderer, face(3, 1)));
    CHECK(between != pixels(*renderer, face(3, 2)));
    LatentSpace space;
    space.classes = 4;
    const auto row = class_row(mixed, space);
    REQUIRE(row.ok());
    CHECK(*row == std::vector<float>{0, 0.5f, 0.5f, 0});
}

TEST_CASE("a class that the model lacks is refused with what it has") {
    const auto renderer = renderer_of(3);
    const auto answer = [&](const LatentPoint& point) { return renderer->render(std::span(&point, 1)); };
    CHECK(answer(face(1, 3)).error().code == ErrorCode::usage);
    CHECK(answer(face(1, 3)).error().hint.find("0 to 2") != std::string::npos);
    auto mixed = face(1);
    mixed.class_mix = {{-1, 1}};
    CHECK_FALSE(answer(mixed).ok());
    const LatentVector latent(6, 0.1f);
    const int far = 9;
    CHECK(renderer->render_latents({&latent, 1}, {&far, 1}).error().code == ErrorCode::usage);
    const auto plain = renderer_of(0);
    const LatentPoint asked = face(1, 0);
    CHECK(plain->render(std::span(&asked, 1)).error().line().find("has no classes") != std::string::npos);
    CHECK(pixels(*plain, face(1)).size() == 28 * 28);
}

TEST_CASE("the attention of a point can be looked at, place by place") {
    const auto renderer = renderer_of(3);
    const auto views = renderer->attention(face(4));
    REQUIRE_MESSAGE(views.ok(), views.error().line());
    REQUIRE(views->size() == 1);
    const AttentionView& view = views->front();
    CHECK(view.layer == 2);
    CHECK(view.height == 14);
    REQUIRE(view.weights.size() == 196 * 196);
    for (const int place : {0, 100, 195}) {
        double sum = 0;
        for (int i = 0; i < 196; ++i) sum += view.weights[static_cast<std::size_t>(place * 196 + i)];
        CHECK(sum == doctest::Approx(1).epsilon(1e-4));
    }
    CHECK_FALSE(renderer->attention(face(4, 7)).ok());
}
