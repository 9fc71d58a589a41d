/// The profile of a step: operations are counted as arithmetic says, and no time is lost or counted twice.
#include <doctest/doctest.h>

#include "engine/training/step_profile.h"
#include "tests/unit/training/trainer_support.h"

using namespace ganvas;
using namespace ganvas::test;

namespace {

double total(const StepProfile::Shares& shares) {
    double sum = 0;
    for (const auto& [name, seconds] : shares) sum += seconds;
    return sum;
}

bool has(const StepProfile::Shares& shares, const std::string& name) {
    for (const auto& [one, seconds] : shares)
        if (one == name) return seconds > 0;
    return false;
}

} // namespace

TEST_CASE("convolutions, their gradients and matrix products are counted by their closed forms") {
    const auto images = at::ones({3, 4, 10, 10}).requires_grad_(true);
    const auto weight = at::ones({5, 4, 4, 4}).requires_grad_(true);
    const auto transposed = at::ones({5, 2, 4, 4}).requires_grad_(true);
    const double forward = 3.0 * 5 * 5 * 5 * 4 * 4 * 4; // stride 2, padding 1: 5 x 5 places
    const double back_up = 3.0 * 5 * 5 * 5 * 2 * 4 * 4; // every input element meets 2 x 4 x 4 weights
    const StepProfiler profiler;
    const auto small = at::conv2d(images, weight, {}, 2, 1);
    CHECK(profiler.profile().floating_point_operations == 2 * forward);
    const auto large = at::conv_transpose2d(small, transposed, {}, 2, 1);
    CHECK(large.size(2) == 10);
    CHECK(profiler.profile().floating_point_operations == 2 * (forward + back_up));
    large.sum().backward();
    CHECK(profiler.profile().floating_point_operations == 2 * 3 * (forward + back_up));
    (void)at::mm(at::ones({6, 7}), at::ones({7, 8}));
    CHECK(profiler.profile().floating_point_operations == 2 * (3 * (forward + back_up) + 6 * 7 * 8));
}

TEST_CASE("the parts of a step and the kinds of operations each add up to the whole") {
    auto trainer = make_trainer(small_settings(), small_data());
    trainer->step();
    StepProfile profile;
    {
        const StepProfiler profiler;
        trainer->step();
        trainer->step();
        profile = profiler.profile();
    }
    CHECK(total(profile.phases) == doctest::Approx(profile.seconds).epsilon(0.02));
    CHECK(total(profile.kinds) == doctest::Approx(profile.seconds).epsilon(0.02));
    for (const char* part : {"data", "forward", "backward", "optimiser", "average", "bookkeeping"})
        CHECK_MESSAGE(has(profile.phases, part), part);
    for (const char* kind : {"convolution", "normalisation", "optimiser", "other"})
        CHECK_MESSAGE(has(profile.kinds, kind), kind);
    CHECK(profile.floating_point_operations > 0);
    trainer->step(); // and nobody watches any more
}
