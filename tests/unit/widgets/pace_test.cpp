// When the window draws: what a hand, news and motion ask for.
#include <doctest/doctest.h>

#include "app/gui/pace.h"

using namespace ganvas;

namespace {

/// Frames in ten seconds that nobody touches, each taking `cost` seconds.
int frames_untouched(double cost, bool news, Motion motion) {
    Pace pace;
    int frames = 0;
    for (double now = 100; now < 110;) {
        const double due = pace.due(now, 0, news, motion);
        if (due > 0) {
            now += due;
            if (pace.due(now, 0, news, motion) > 1e-9)
                continue; // it looked again, and there was nothing to do
        }
        pace.drew(now, now + cost);
        now += cost;
        ++frames;
    }
    return frames;
}

} // namespace

TEST_CASE("what is played has thirty frames a second, though frames are drawn in software") {
    CHECK(frames_untouched(0.004, false, Motion::played) >= 290);
    CHECK(frames_untouched(0.017, false, Motion::played) >= 280);
    const int dear = frames_untouched(0.060, false, Motion::played); // no more than two thirds of the time
    CHECK(dear * 0.060 <= 7);
    CHECK(dear >= 100);
}

TEST_CASE(
    "news and fading leave an untouched window's machine to training; without either nothing is drawn") {
    CHECK(frames_untouched(0.017, true, Motion::none) * 0.017 <= 10 * 0.025);
    CHECK(frames_untouched(0.017, true, Motion::settles) * 0.017 <= 10 * 0.05);
    CHECK(frames_untouched(0.002, true, Motion::none) >= 90); // ten a second where they are cheap
    CHECK(frames_untouched(0.017, false, Motion::none) <= 1);
}

TEST_CASE("after an input frames come at once, and once more for a tooltip") {
    Pace pace;
    pace.drew(10, 10.01);
    CHECK(pace.due(10.02, 10.015, false, Motion::none) <= active_interval);
    pace.drew(10.3, 10.31);
    CHECK(pace.due(10.815 + 1e-6, 10.015, false, Motion::none) <= 0);
    pace.drew(10.816, 10.82);
    CHECK(pace.due(10.9, 10.015, false, Motion::none) > 0);
}
