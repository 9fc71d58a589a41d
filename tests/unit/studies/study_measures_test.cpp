/// What a study measures by itself: curves, collapse, movement; against closed forms.
#include <doctest/doctest.h>

#include <cmath>

#include "engine/studies/picture_measures.h"
#include "engine/studies/run_figures.h"
#include "engine/studies/run_measures.h"

using namespace ganvas;

namespace {

PointRecord point(double epoch, double distance, double diversity = -1) {
    PointRecord made;
    made.epoch = epoch;
    made.step = static_cast<std::int64_t>(100 * epoch);
    Reading reading;
    reading.measured = true;
    reading.value = distance;
    reading.extractor = "lite0";
    made.readings["fd"] = reading;
    if (diversity >= 0) {
        reading.value = diversity;
        made.readings["diversity"] = reading;
    }
    return made;
}

ImageBatch flat(std::initializer_list<int> values) {
    ImageBatch images{static_cast<int>(values.size()), 4, 4, 3, {}};
    for (const int value : values)
        images.pixels.insert(images.pixels.end(), 48, static_cast<std::uint8_t>(value));
    return images;
}

} // namespace

TEST_CASE("losses: means and lowest of what was logged") {
    std::vector<TrainingPoint> rows(20);
    for (int i = 0; i < 20; ++i) {
        rows[i].step = i + 1;
        rows[i].discriminator_loss = static_cast<float>(i);
        rows[i].real_score = i >= 18 ? 0.75F : 0.0F;
    }
    CHECK(run_measure("discriminator_loss_mean", rows, {}).value == doctest::Approx(9.5));
    CHECK(run_measure("discriminator_loss_mean", rows, {}).deviation
          == doctest::Approx(std::sqrt(399.0 / 12)));
    CHECK(run_measure("discriminator_loss_mean", rows, {}).spread.find("logged") != std::string::npos);
    CHECK(run_measure("discriminator_loss_lowest", rows, {}).value == 0);
    CHECK(run_measure("real_score", rows, {}).value == doctest::Approx(0.75));
    CHECK(run_measure("steps", rows, {}).value == 20);
    CHECK_FALSE(run_measure("steps", {}, {}).measured);
    CHECK_FALSE(is_run_measure("fd"));
    CHECK(is_run_measure("generator_loss_mean"));
    rows[3].discriminator_loss = std::nanf("");
    CHECK_FALSE(run_measure("discriminator_loss_mean", rows, {}).measured);
}

TEST_CASE("the curve of a measure: lowest, where, rise") {
    const std::vector<PointRecord> points = {point(1, 90), point(2, 40), point(3, 70)};
    CHECK(run_measure("lowest:fd", {}, points).value == 40);
    CHECK(run_measure("lowest:fd", {}, points).extractor == "lite0");
    CHECK(run_measure("lowest:fd", {}, points).step == 200);
    CHECK(run_measure("highest:fd", {}, points).value == 90);
    CHECK(run_measure("highest:fd", {}, points).step == 100);
    CHECK(run_measure("epoch_of_lowest:fd", {}, points).value == 2);
    CHECK(run_measure("epoch_of_highest:fd", {}, points).value == 1);
    CHECK(run_measure("rise:fd", {}, points).value == -20);
    CHECK_FALSE(run_measure("lowest:kid", {}, points).measured);
}

TEST_CASE("the error bars of a curve beside its values, in percent") {
    std::vector<PointRecord> points = {point(1, 50), point(2, 40), point(3, 70)};
    CHECK_FALSE(run_measure("relative_spread:fd", {}, points).measured); // none has one
    points[0].readings["fd"].deviation = 5;
    points[1].readings["fd"].deviation = 8;
    const Reading spread = run_measure("relative_spread:fd", {}, points); // of 10 % and 20 %
    CHECK(spread.value == doctest::Approx(15));
    CHECK(spread.deviation == 0);
}

TEST_CASE("the point of collapse is where it stays bad to the end") {
    using List = std::vector<double>;
    CHECK(find_collapse(List{200, 150, 160, 240, 300}, {}) == 3);
    CHECK_FALSE(find_collapse(List{200, 150, 300, 160}, {})); // it recovered
    CHECK_FALSE(find_collapse(List{300, 200, 100}, {}));      // far only before its best
    CHECK_FALSE(find_collapse(List{100}, {}));
    CHECK(find_collapse(List{200, 150, 160, 170}, List{0.4, 0.4, 0.05, 0.01}) == 2); // all pictures alike
    CHECK_FALSE(find_collapse(List{200, 150, 160, 170}, List{0.4, 0.4, 0.05, 0.3}));
    const std::vector<PointRecord> points = {point(4, 200, 0.3), point(12, 148, 0.3), point(18, 230, 0.2),
                                             point(25, 400, 0.0)};
    CHECK(run_measure("collapse_epoch:fd,diversity", {}, points).value == 18);
    const Reading none = run_measure("collapse_epoch:fd", {}, {point(1, 3), point(2, 2)});
    CHECK_FALSE(none.measured);
    CHECK(none.finding == "none");
}

TEST_CASE("distances of flat pictures are the differences of their greys") {
    CHECK(mean_picture_distance(flat({0, 255})).value == doctest::Approx(1));
    CHECK(mean_picture_distance(flat({51, 51, 51})).value == 0);
    CHECK(mean_picture_distance(flat({0, 51, 102})).value == doctest::Approx((0.2 + 0.4 + 0.2) / 3));
    CHECK(mean_picture_distance(flat({7})).value == 0);
    // Left out in turn: 0.2, 0.4, 0.2 with mean 4/15; the jackknife's error is sqrt(2/3 · 2/75).
    CHECK(mean_picture_distance(flat({0, 51, 102})).error == doctest::Approx(std::sqrt(2.0 / 3 * 2 / 75)));
    CHECK(mean_picture_distance(flat({51, 51, 51})).error == 0);
    CHECK(mean_picture_distance(flat({0, 255})).error == 0); // two pictures say nothing of their spread
}

TEST_CASE("movement with the class, beside movement with the latent") {
    CHECK(class_movement(flat({10, 10, 200, 200}), 2).value == 0);                 // the class does nothing
    CHECK(class_movement(flat({0, 100, 50, 150}), 2).value == doctest::Approx(2)); // twice the latent's
    CHECK(class_movement(flat({0, 50, 50, 100}), 2).value == doctest::Approx(1));
    CHECK(class_movement(flat({5, 5, 5, 5}), 2).value == 0);
    // Three latents 50 apart and classes 100 apart: 1.5; without one of the latents 2, 1 and 2.
    const PictureMeasure moved = class_movement(flat({0, 100, 50, 150, 100, 200}), 2);
    CHECK(moved.value == doctest::Approx(1.5));
    CHECK(moved.error == doctest::Approx(2.0 / 3));
}

TEST_CASE("progress shows the marks nearest to the moments, each once") {
    const std::vector<std::int64_t> steps = {0, 10, 20, 30, 40, 100};
    CHECK(nearest_marks(steps, {0.0, 0.02, 0.2, 1.0}) == std::vector<std::size_t>{0, 2, 5});
    CHECK(nearest_marks({}, {0.5}).empty());
    CHECK(nearest_marks({7}, {0.1, 0.9}) == std::vector<std::size_t>{0});
}
