#include "engine/latent/latents.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/core/random.h"
#include "tests/unit/latent/fakes.h"

using namespace ganvas;
using ganvas::testing::dot;
using ganvas::testing::norm;

namespace {
const LatentSpace space{100, LatentPrior::normal, {}, {}};

LatentPoint sweep(std::uint64_t from, std::uint64_t to, double alpha, LatentPath path) {
    LatentPoint point;
    point.from = LatentSum::face(from);
    point.to = LatentSum::face(to);
    point.alpha = alpha;
    point.path = path;
    return point;
}
} // namespace

TEST_CASE("a seed names one latent for ever") {
    const auto z = latent_of_seed(5, space);
    CHECK(z.size() == 100);
    for (std::uint64_t k = 0; k < 100; ++k) CHECK(z[k] == static_cast<float>(random_normal(5, k)));
    CHECK(latent_of_seed(6, space) != z);
    const auto uniform = latent_of_seed(5, {1000, LatentPrior::uniform, {}, {}});
    double most = 0, mean = 0;
    for (const float v : uniform) most = std::max<double>(most, std::abs(v)), mean += v / 1000;
    CHECK(most <= 1);
    CHECK(most > 0.98);
    CHECK(std::abs(mean) < 0.06);
    // What the pad shows as a face's own coordinate is what the renderer computes with.
    for (std::uint64_t k = 0; k < 100; ++k) {
        CHECK(z[k] == static_cast<float>(latent_coordinate(LatentPrior::normal, 5, k)));
        CHECK(uniform[k] == static_cast<float>(latent_coordinate(LatentPrior::uniform, 5, k)));
    }
}

TEST_CASE("both paths start and end exactly on their faces") {
    const auto a = latent_of_seed(1, space), b = latent_of_seed(2, space);
    for (const auto path : {LatentPath::lerp, LatentPath::slerp}) {
        CHECK(*resolve(sweep(1, 2, 0, path), space) == a);
        CHECK(*resolve(sweep(1, 2, 1, path), space) == b);
    }
}

TEST_CASE("alpha weighs the far end and extrapolates") {
    const auto a = latent_of_seed(1, space), b = latent_of_seed(2, space);
    const auto quarter = lerp(a, b, 0.25), far = lerp(a, b, 10);
    for (std::size_t k = 0; k < a.size(); ++k) {
        CHECK(quarter[k] == doctest::Approx(0.75 * a[k] + 0.25 * b[k]));
        CHECK(far[k] == doctest::Approx(a[k] + 10.0 * (b[k] - a[k])));
    }
}

TEST_CASE("slerp keeps the length between its ends and turns evenly") {
    const auto a = latent_of_seed(1, space), b = latent_of_seed(2, space);
    const double whole = std::acos(dot(a, b) / (norm(a) * norm(b)));
    for (int k = 1; k < 10; ++k) {
        const double alpha = k / 10.0;
        const auto z = slerp(a, b, alpha);
        CHECK(norm(z) == doctest::Approx((1 - alpha) * norm(a) + alpha * norm(b)).epsilon(1e-5));
        CHECK(std::acos(dot(a, z) / (norm(a) * norm(z))) == doctest::Approx(alpha * whole).epsilon(1e-4));
        CHECK(norm(lerp(a, b, alpha)) < norm(z)); // which is what slerp is for
    }
    CHECK(norm(slerp(a, b, 3)) == doctest::Approx(norm(b)).epsilon(1e-5));
}

TEST_CASE("slerp without one great circle falls back to the straight line") {
    const auto a = latent_of_seed(1, space);
    LatentVector opposite = a, zero(100, 0.0f);
    for (float& v : opposite) v = -v;
    CHECK(slerp(a, a, 0.3) == lerp(a, a, 0.3));
    CHECK(slerp(a, opposite, 0.3) == lerp(a, opposite, 0.3));
    CHECK(slerp(a, zero, 0.3) == lerp(a, zero, 0.3));
}

TEST_CASE("arithmetic sums the means of its slots") {
    LatentPoint point;
    point.from.slots = {{1, {1, 2}}, {-1, {3}}, {1, {4, 5, 6}}, {2, {}}};
    const auto z = *resolve(point, space);
    for (std::uint64_t k = 0; k < 100; ++k) {
        const auto n = [k](std::uint64_t seed) { return random_normal(seed, k); };
        CHECK(z[k] == doctest::Approx((n(1) + n(2)) / 2 - n(3) + (n(4) + n(5) + n(6)) / 3).epsilon(1e-4));
    }
}

TEST_CASE("a mean is as long as a latent of the prior where that is asked for, a single face is left alone") {
    for (const LatentPrior prior : {LatentPrior::normal, LatentPrior::uniform}) {
        const LatentSpace wide{400, prior, {}, {}};
        const double wanted = prior == LatentPrior::normal ? 20 : 20 / std::sqrt(3.0);
        LatentPoint point;
        point.from.slots = {{1, {1, 2, 3, 4, 5, 6, 7, 8}}};
        const LatentVector plain = *resolve(point, wide);
        point.length = LatentLength::prior;
        const LatentVector scaled = *resolve(point, wide);
        CHECK(norm(scaled) == doctest::Approx(wanted));
        CHECK(norm(plain) < wanted / 2);
        CHECK(dot(plain, scaled) == doctest::Approx(norm(plain) * norm(scaled))); // the same way
        point.to = LatentSum::face(3);
        point.alpha = 1;
        CHECK(*resolve(point, wide) == latent_of_seed(3, wide));
        point.alpha = 0;
        point.from.slots = {{1, {3}}, {-1, {3}}}; // nowhere
        CHECK(norm(*resolve(point, wide)) == 0);
    }
}

TEST_CASE("directions, coordinates, noise and truncation come in the documented order") {
    LatentSpace with = space;
    LatentVector smile(100, 0.0f), axis(100, 0.0f);
    smile[3] = 1;
    axis[4] = 1;
    with.attributes = {{"Smiling", smile}};
    with.axes = {axis};
    LatentPoint point;
    point.from = LatentSum::face(9);
    point.attributes = {{"Smiling", 1.5}};
    point.axes = {{0, -2.0}};
    point.coordinates = {{3, 7.0}};
    point.noise = 0.5;
    point.noise_seed = 11;
    point.truncation = 0.5;
    const auto z = *resolve(point, with), plain = latent_of_seed(9, space);
    CHECK(z[3] == doctest::Approx(0.5 * (7.0 + 0.5 * random_normal(11, 3))));
    CHECK(z[4] == doctest::Approx(0.5 * (plain[4] - 2 + 0.5 * random_normal(11, 4))));
    CHECK(z[5] == doctest::Approx(0.5 * (plain[5] + 0.5 * random_normal(11, 5))));
    point.truncation = 0;
    const auto centre = *resolve(point, with);
    for (const float v : centre) CHECK(v == 0);
}

TEST_CASE("a move goes on from the face by so much of the way between two others") {
    LatentPoint point;
    point.from = LatentSum::face(9);
    point.moves = {{4, 5, 0.5}};
    const auto z = *resolve(point, space);
    const auto plain = latent_of_seed(9, space), from = latent_of_seed(4, space),
               to = latent_of_seed(5, space);
    for (std::size_t k = 0; k < z.size(); ++k)
        CHECK(z[k] == doctest::Approx(plain[k] + 0.5 * (to[k] - from[k])).epsilon(1e-4));
    point.from = LatentSum::face(4);
    point.moves = {{4, 5, 1}};
    const auto whole = *resolve(point, space);
    for (std::size_t k = 0; k < z.size(); ++k) CHECK(whole[k] == doctest::Approx(to[k]).epsilon(1e-4));
}

TEST_CASE("what the space lacks is a usage error that names it") {
    LatentPoint point;
    point.attributes = {{"Smiling", 1}};
    CHECK(resolve(point, space).error().line().find("Smiling") != std::string::npos);
    point.attributes.clear();
    point.axes = {{0, 1}};
    CHECK(resolve(point, space).error().code == ErrorCode::usage);
    point.axes.clear();
    point.coordinates = {{100, 1}};
    CHECK(resolve(point, space).error().code == ErrorCode::usage);
    point.coordinates = {{0, NAN}};
    CHECK(resolve(point, space).error().code == ErrorCode::usage);
}
