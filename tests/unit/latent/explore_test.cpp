#include <doctest/doctest.h>

#include <cmath>

#include "engine/latent/neighbours.h"
#include "engine/latent/principal_axes.h"
#include "tests/unit/latent/fakes.h"

using namespace ganvas;
using namespace ganvas::testing;

TEST_CASE("principal axes find the directions that change the pictures, the strongest first") {
    PlantedRenderer renderer(30);
    auto found = find_principal_axes(renderer, {600, 5, 3}, {});
    REQUIRE_MESSAGE(found.ok(), (found ? "" : found.error().line()));
    REQUIRE(found->axes.size() == 5);
    for (std::size_t a = 0; a < 5; ++a)
        for (std::size_t b = 0; b < 5; ++b)
            CHECK(dot(found->axes[a], found->axes[b]) == doctest::Approx(a == b ? 1 : 0).epsilon(1e-4));
    for (std::size_t k = 1; k < 5; ++k) CHECK(found->share[k] <= found->share[k - 1]);
    // Three planted directions make everything: the first three axes span them, the fourth has nothing left to say.
    CHECK(found->share[0] + found->share[1] + found->share[2] > 0.95);
    for (const auto& planted : renderer.planted) {
        double inside = 0;
        for (std::size_t k = 0; k < 3; ++k) inside += std::pow(dot(found->axes[k], planted), 2);
        CHECK(inside > 0.95);
    }
    // The left half is the largest part of the picture.
    CHECK(std::abs(dot(found->axes[0], renderer.planted[0])) > 0.9);
    CHECK(found->explained > 0.7);
    CHECK(find_principal_axes(renderer, {600, 5, 3}, {})->axes == found->axes);
}

TEST_CASE("the nearest picture of a training picture is itself, then those most alike") {
    auto data = std::make_shared<PlantedDataset>(300);
    auto index = NeighbourIndex::build(data, {});
    REQUIRE(index.ok());
    CHECK(index->serves(data->source(), side, 3));
    CHECK_FALSE(index->serves(data->source(), 2 * side, 3));
    CHECK_FALSE(index->serves(data->source(), side, 1));
    CHECK_FALSE(index->serves("others", side, 3));
    Image image(side, side, 3);
    const auto pixels = data->image(123);
    image.pixels.assign(pixels.begin(), pixels.end());
    auto found = index->find(image, 6);
    REQUIRE(found.ok());
    REQUIRE(found->size() == 6);
    CHECK((*found)[0].index == 123);
    CHECK((*found)[0].distance == 0);
    for (std::size_t k = 1; k < 6; ++k) {
        CHECK((*found)[k].distance >= (*found)[k - 1].distance);
        CHECK((*found)[k].distance > 0);
        // Brightness of the left half outweighs the rest of the picture: neighbours share it.
        CHECK(data->attributes((*found)[k].index)[0] == data->attributes(123)[0]);
    }
    CHECK(index->find(image, 1000)->size() == 300);
    CHECK(index->find(Image(8, 8, 3), 1).error().code == ErrorCode::usage);
}

TEST_CASE("the nearest pictures by features are those of the extractor, with the data's numbers and names") {
    auto data = std::make_shared<PlantedDataset>(60);
    auto extractor = make_extractor("pixels");
    REQUIRE(extractor.ok());
    auto index = NeighbourIndex::build(data, std::shared_ptr(extractor.take()), {});
    REQUIRE(index.ok());
    CHECK(index->features() == "pixels");
    CHECK(index->compared() == 60);
    CHECK(index->serves(data->source(), side, 3, "pixels"));
    CHECK_FALSE(index->serves(data->source(), side, 3));
    for (const std::int64_t wanted : {0, 17, 59}) {
        Image image(side, side, 3);
        const auto pixels = data->image(wanted);
        image.pixels.assign(pixels.begin(), pixels.end());
        auto found = index->find(image, 60);
        REQUIRE(found.ok());
        REQUIRE(found->size() == 60);
        CHECK((*found)[0].index == wanted);
        CHECK((*found)[0].distance == doctest::Approx(0));
        CHECK((*found)[1].distance > 0);
    }
}

TEST_CASE("block means weigh what lies across a border") {
    std::vector<std::uint8_t> ramp(24);
    for (int k = 0; k < 24; ++k) ramp[static_cast<std::size_t>(k)] = static_cast<std::uint8_t>(10 * k);
    const auto means = block_means(ramp.data(), 1, 24, 1); // 1.5 pixels a block
    REQUIRE(means.size() == 16);
    CHECK(means[0] == doctest::Approx((0 * 1 + 10 * 0.5) / 1.5));
    CHECK(means[1] == doctest::Approx((10 * 0.5 + 20 * 1) / 1.5));
}
