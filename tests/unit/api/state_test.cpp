#include <doctest/doctest.h>

#include "engine/api/session.h"
#include "engine/api/state.h"

using namespace ganvas;

TEST_CASE("every refusal has a reason, and only allowed actions have none") {
    using S = TrainingState;
    using A = TrainingAction;
    for (S state : {S::empty, S::opening, S::running, S::paused, S::stopping, S::finished, S::failed})
        for (A action : {A::start, A::pause, A::resume, A::step, A::stop, A::save, A::set, A::open}) {
            CHECK(allowed(state, action) == reason_not_allowed(state, action).empty());
            CHECK_FALSE(name(state).empty());
        }
    CHECK(allowed(S::empty, A::start));
    CHECK_FALSE(allowed(S::empty, A::pause));
    CHECK(allowed(S::running, A::pause));
    CHECK_FALSE(allowed(S::running, A::start));
    CHECK_FALSE(allowed(S::running, A::step));
    CHECK(allowed(S::paused, A::step));
    CHECK(allowed(S::paused, A::resume));
    CHECK(allowed(S::finished, A::start));
    CHECK(allowed(S::failed, A::start));
    CHECK_FALSE(allowed(S::stopping, A::start));
}

TEST_CASE("the model table adds up to the stock DCGAN's parameters") {
    // radford 2015 at width 64, latent 100, 64x64x3: 3,576,704 in G and 2,765,568 in D.
    const ModelSummary summary = summarise_model(Settings{});
    CHECK(summary.error.empty());
    CHECK(summary.generator_parameters == 3576704);
    CHECK(summary.discriminator_parameters == 2765568);
    CHECK(summary.generator.back().width == 64);
}
