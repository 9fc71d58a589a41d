// The rules of the Health panel on made histories: what they find, when they do not, and that they neither flicker nor
// cry wolf on curves like those of healthy runs.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "engine/core/health/loss_scale.h"
#include "engine/core/health/watch.h"
#include "engine/core/random.h"
#include "tests/unit/core/real_curves.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

constexpr std::int64_t apart_steps = 10; ///< of two loss points
constexpr double step_seconds = 0.2;

Settings settings_of(std::initializer_list<const char*> assignments) {
    Settings settings;
    for (const char* assignment : assignments) REQUIRE(settings.assign(assignment).ok());
    return settings;
}
Settings quick() { return settings_of({"loss.kind=relativistic"}); }
Settings dcgan() { return settings_of({"loss.kind=non_saturating"}); }

double noise(std::uint64_t stream, std::int64_t step) {
    return random_normal(stream, static_cast<std::uint64_t>(step));
}

/// A run to be: each point's losses are a function of its step.
struct Made {
    Settings settings;
    std::vector<TrainingPoint> losses;
    std::vector<DistancePoint> distances;
    std::vector<DiversityPoint> diversity;
    std::vector<TrainingIncident> incidents;
    std::vector<std::int64_t> checkpoints;
    std::optional<MemorisationFigure> memorisation;
    std::int64_t changed_at = 0, step = 0;
    bool paused = false;

    explicit Made(Settings own) : settings(std::move(own)) {}

    void train(std::int64_t until, const std::function<void(TrainingPoint&)>& shape) {
        while (step < until) {
            step += apart_steps;
            TrainingPoint point;
            point.step = step;
            point.images = step * 64;
            point.seconds = static_cast<double>(step) * step_seconds;
            point.epoch = static_cast<double>(step) / 128;
            shape(point);
            losses.push_back(point);
        }
    }
    void look(std::int64_t at, double apart, double batches = 40, int modes = -1) {
        DiversityPoint point;
        point.step = at;
        point.seconds = static_cast<double>(at) * step_seconds;
        point.epoch = static_cast<double>(at) / 128;
        point.data_pairwise = 10;
        point.pairwise = 10 * apart;
        point.between_batches = batches;
        point.modes = modes;
        point.classes = modes < 0 ? 0 : 10;
        point.count = 256;
        point.batch = 64;
        point.extractor = "lite0-96";
        diversity.push_back(point);
    }
    void measure(std::int64_t at, double value, double deviation = 2) {
        DistancePoint point;
        point.step = at;
        point.seconds = static_cast<double>(at) * step_seconds;
        point.value = value;
        point.deviation = deviation;
        point.count = 2048;
        point.extractor = "lite0-96";
        point.data = "faces";
        distances.push_back(point);
    }
    [[nodiscard]] HealthHistory history() const {
        return {.settings = settings,
                .losses = losses,
                .distances = distances,
                .diversity = diversity,
                .incidents = incidents,
                .checkpoints = checkpoints,
                .memorisation = memorisation,
                .changed_at = changed_at,
                .step = step,
                .paused = paused};
    }
    [[nodiscard]] HealthReport report() const { return examine_health(history()); }
    [[nodiscard]] std::string kinds() const {
        std::string all;
        for (const HealthFinding& finding : report().findings) all += std::string(name(finding.kind)) + " ";
        return all;
    }
};

/// As the quick recipe's curves look: D between guessing and certain, G a little above it, both noisy.
void healthy_relativistic(TrainingPoint& point) {
    const double early = std::exp(-static_cast<double>(point.step) / 800);
    point.discriminator_loss = float(0.6 + 0.05 * early + 0.03 * noise(1, point.step));
    point.generator_loss = float(0.9 + 0.2 * early + 0.1 * noise(2, point.step));
    point.real_score = float(0.6 + 0.1 * noise(3, point.step));
    point.fake_score = float(0.4 + 0.1 * noise(4, point.step));
}

/// DCGAN: D is strong, G's loss is high, and every so often D trips for some steps.
void healthy_dcgan(TrainingPoint& point) {
    const bool trips = random_uniform(7, static_cast<std::uint64_t>(point.step / 40)) < 0.08;
    point.discriminator_loss = float(std::max(0.01, 0.35 + 0.2 * noise(1, point.step)) + (trips ? 1.2 : 0));
    point.generator_loss = float(std::max(0.2, 3.6 + 0.9 * noise(2, point.step) + (trips ? 4 : 0)));
    point.real_score = float(std::min(0.99, 0.85 + 0.06 * noise(3, point.step)));
    point.fake_score = float(std::max(0.01, 0.12 + 0.06 * noise(4, point.step)));
}

/// D pulls away from step `from` on: its loss falls to nothing and G's climbs.
std::function<void(TrainingPoint&)> saturating(std::int64_t from) {
    return [from](TrainingPoint& point) {
        healthy_dcgan(point);
        if (point.step <= from) return;
        const double far = static_cast<double>(point.step - from);
        point.discriminator_loss = float(0.005 + 0.002 * std::fabs(noise(5, point.step)));
        point.generator_loss = float(5 + far / 400);
        point.real_score = 0.995f;
        point.fake_score = 0.004f;
    };
}

} // namespace

TEST_CASE("health: healthy runs have no findings, and the calm line says what was looked at") {
    for (const auto& [settings, shape] :
         {std::pair{quick(), &healthy_relativistic}, std::pair{dcgan(), &healthy_dcgan}}) {
        Made run(settings);
        run.train(40'000, shape);
        for (std::int64_t at = 500; at <= 40'000; at += 500) {
            const double early = std::exp(-static_cast<double>(at) / 3000);
            run.measure(at, 45 + 200 * early + 2 * noise(9, at));
            run.look(at, 0.95 - 0.8 * std::exp(-static_cast<double>(at) / 400) + 0.02 * noise(10, at),
                     40 + noise(11, at), 10);
        }
        CHECK_MESSAGE(run.kinds().empty(), settings.text("loss.kind") << ": " << run.kinds());
        const HealthReport report = run.report();
        CHECK(report.calm_line()
              == "Healthy: nothing is wrong in 4,000 loss points, 80 distances and 80 looks at diversity "
                 "since step 0.");
        REQUIRE(report.checks.size() == std::size_t(health_kinds));
        for (int kind = 0; kind < health_kinds; ++kind)
            CHECK(int(report.checks[std::size_t(kind)].kind) == kind);
        CHECK(report.checks[2].looked);
        CHECK_FALSE(report.checks[6].looked); // memorisation: on demand
        run.changed_at = 20'000;
        CHECK(run.report().calm_line()
              == "Healthy: nothing is wrong in 2,000 loss points, 40 distances and 40 looks at diversity "
                 "since step 20,000.");
    }
    CHECK(Made(quick()).report().empty());
}

TEST_CASE("health: the curves of real runs have no findings, nor has what goes on as they end") {
    const auto check = [](const Settings& settings, const auto& curves) {
        Made run(settings);
        std::size_t at = 0;
        const auto last = static_cast<std::int64_t>(curves.size());
        const std::int64_t apart = curves.back().step / last;
        // Once as it was, then its second half again and again for 30,000 steps.
        run.train(30'000, [&](TrainingPoint& point) {
            const std::int64_t index = point.step / apart;
            at = static_cast<std::size_t>(index < last ? index : last / 2 + index % (last / 2));
            point.discriminator_loss = curves[at].discriminator_loss;
            point.generator_loss = curves[at].generator_loss;
            point.real_score = curves[at].real_score;
            point.fake_score = curves[at].fake_score;
        });
        CHECK_MESSAGE(run.kinds().empty(), settings.text("loss.kind") << ": " << run.kinds());
        CHECK(run.report().checks[4].looked);
    };
    check(quick(), quick_curves);
    check(dcgan(), dcgan_curves);
}

TEST_CASE("health: a saturated D is found with its scores, its rate is halved, and a change gives it time") {
    Made run(dcgan());
    run.train(6'000, saturating(3'000));
    const HealthReport report = run.report();
    REQUIRE(report.findings.size() == 1);
    const HealthFinding& finding = report.findings.front();
    CHECK(finding.kind == HealthKind::discriminator_saturated);
    CHECK(finding.series == HealthSeries::scores);
    CHECK(finding.since_step > 3'000);
    CHECK(finding.since_step < 5'000);
    CHECK(finding.happened.find("D(x) 0.99, D(G(z)) 0.004") != std::string::npos);
    CHECK(finding.happened.find("guess costs 1.39") != std::string::npos);
    REQUIRE(finding.fix.action == HealthFix::Action::change_settings);
    REQUIRE(finding.fix.settings.size() == 1);
    CHECK(finding.fix.settings[0].first == "discriminator.learning_rate");
    CHECK(finding.fix.settings[0].second == "0.0001");

    run.changed_at = run.step; // the button was pressed
    CHECK(run.kinds().empty());
    run.train(6'500, saturating(3'000));
    CHECK(run.kinds().empty());
    run.train(9'000, saturating(3'000));
    CHECK(run.kinds() == "discriminator_saturated "); // it did not help
}

TEST_CASE("health: a strong D that G keeps up with is no finding, nor is a short stretch") {
    Made even(dcgan());
    even.train(12'000, [](TrainingPoint& point) {
        healthy_dcgan(point);
        point.discriminator_loss = 0.02f;
        point.generator_loss = float(5 + 0.2 * noise(2, point.step));
    });
    CHECK(even.kinds().empty());
    Made brief(dcgan());
    brief.train(20'000, [](TrainingPoint& point) {
        if (point.step % 4'000 < 1'000)
            saturating(0)(point);
        else
            healthy_dcgan(point);
    });
    CHECK(brief.kinds().empty());
}

TEST_CASE("health: findings do not flicker while the curve hovers at the threshold") {
    Made run(dcgan());
    run.train(8'000, saturating(2'000));
    HealthWatch watch;
    watch.follow(run.history());
    REQUIRE(watch.report().findings.size() == 1);
    int turns = 0;
    bool on = true;
    for (std::int64_t until = 8'010; until < 14'000; until += 10) {
        run.train(until, [](TrainingPoint& point) {
            saturating(2'000)(point);
            point.discriminator_loss =
                float(0.045 + 0.03 * noise(5, point.step)); // about the threshold of 0.04
        });
        watch.follow(run.history());
        turns += on != !watch.report().findings.empty();
        on = !watch.report().findings.empty();
    }
    CHECK(turns == 0);
    run.train(18'000, healthy_dcgan);
    watch.follow(run.history());
    CHECK(watch.report().findings.empty());
}

TEST_CASE("health: each loss is judged on its own scale") {
    const LossScale cross = loss_scale(dcgan()), pairs = loss_scale(quick());
    CHECK(cross.guess == doctest::Approx(2 * std::log(2.0)));
    CHECK(cross.certain == doctest::Approx(0).epsilon(1e-6));
    CHECK(pairs.guess == doctest::Approx(std::log(2.0)));
    const LossScale smooth =
        loss_scale(settings_of({"loss.kind=non_saturating", "loss.label_smoothing=0.1"}));
    CHECK(smooth.certain == doctest::Approx(-0.9 * std::log(0.9) - 0.1 * std::log(0.1))); // its entropy
    CHECK(smooth.certainty(smooth.certain) == doctest::Approx(1));
    const LossScale squares = loss_scale(settings_of({"loss.kind=least_squares"}));
    CHECK(squares.guess == doctest::Approx(0.25));
    const LossScale flipped = loss_scale(settings_of({"loss.kind=hinge", "loss.label_flip=0.1"}));
    CHECK(flipped.guess == doctest::Approx(2));
    CHECK(flipped.certain == doctest::Approx(0.4));
    // Squashed by a sigmoid and taken as a logit: even a D that is never wrong pays this much.
    const LossScale squashed =
        loss_scale(settings_of({"loss.kind=non_saturating", "discriminator.output=sigmoid"}));
    CHECK(squashed.certain == doctest::Approx(std::log1p(std::exp(-1.0)) + std::log(2.0)));

    // A hinge D that has won: losses near 0 and G's far below; as cross-entropy the same numbers would mean less.
    Made hinge(settings_of({"loss.kind=hinge"}));
    hinge.train(6'000, [](TrainingPoint& point) {
        point.discriminator_loss = 0.01f;
        point.generator_loss = float(2 + static_cast<double>(point.step) / 500);
        point.real_score = 0.8f; // sigmoid of little more than 1: nothing to judge by
        point.fake_score = 0.2f;
    });
    CHECK(hinge.kinds() == "discriminator_saturated ");
    CHECK(hinge.report().findings[0].series == HealthSeries::losses);

    // A critic's losses may be anything.
    Made critic(settings_of({"loss.kind=wasserstein"}));
    critic.train(30'000, [](TrainingPoint& point) {
        point.discriminator_loss =
            float(-6 * std::exp(-static_cast<double>(point.step) / 9000) + 0.3 * noise(1, point.step));
        point.generator_loss =
            float(40 * std::sin(static_cast<double>(point.step) / 3000) + noise(2, point.step));
        point.real_score = 1;
        point.fake_score = 0;
    });
    CHECK(critic.kinds().empty());
    CHECK_FALSE(critic.report().checks[2].looked);
}

TEST_CASE("health: losses that swing are found, their noise is not") {
    const auto swinging = [](TrainingPoint& point) {
        healthy_relativistic(point);
        const double phase = std::sin(2 * 3.14159 * static_cast<double>(point.step) / 600);
        point.generator_loss = float(2.2 + 2.4 * phase + 0.2 * noise(2, point.step));
        point.discriminator_loss = float(0.5 - 0.4 * phase);
    };
    Made run(quick());
    run.train(4'000, healthy_relativistic);
    CHECK(run.kinds().empty());
    run.train(9'000, swinging);
    CHECK(run.kinds() == "losses_oscillate ");
    const HealthFinding finding = run.report().findings.front();
    CHECK(finding.fix.settings.size() == 2);
    CHECK(finding.happened.find("3,000 steps") != std::string::npos);
    run.train(14'000, healthy_relativistic);
    CHECK(run.kinds().empty());
    Made noisy(quick());
    noisy.train(20'000, [](TrainingPoint& point) {
        healthy_relativistic(point);
        point.generator_loss = float(std::max(0.0, 1.5 + 1.2 * noise(2, point.step)));
    });
    CHECK(noisy.kinds().empty());
}

TEST_CASE("health: a collapse is found by distance, by batches and by classes; the untrained grey is none") {
    Made early(quick());
    early.train(1'000, healthy_relativistic);
    for (std::int64_t at = 100; at <= 1'000; at += 100) early.look(at, 0.05, 1);
    CHECK(early.kinds().empty());

    Made run(quick());
    run.train(9'000, healthy_relativistic);
    run.checkpoints = {1'500, 3'000, 4'500, 9'000};
    for (std::int64_t at = 500; at <= 4'000; at += 500) run.look(at, 0.9);
    run.look(4'500, 0.2);
    run.look(5'000, 0.2);
    CHECK(run.kinds().empty()); // not yet long enough
    run.look(5'500, 0.21);
    REQUIRE(run.kinds() == "generator_collapsed ");
    HealthFinding finding = run.report().findings.front();
    CHECK(finding.severity == HealthSeverity::serious);
    CHECK(finding.since_step == 4'500);
    CHECK(finding.series == HealthSeries::apart);
    CHECK(finding.happened.find("only 21 % as far apart") != std::string::npos);
    CHECK(finding.happened.find("90 % at best") != std::string::npos);
    CHECK(finding.fix.action == HealthFix::Action::go_back);
    CHECK(finding.fix.step == 3'000); // the newest from before
    CHECK(finding.fix.settings.size() == 2);
    run.checkpoints = {9'000};
    CHECK(run.report().findings[0].fix.action == HealthFix::Action::change_settings);
    run.look(6'000, 0.45); // between the thresholds: it stays
    run.look(6'500, 0.45);
    CHECK(run.kinds() == "generator_collapsed ");
    run.look(7'000, 0.8);
    run.look(7'500, 0.8);
    CHECK(run.kinds().empty());

    Made batches(quick());
    batches.train(9'000, healthy_relativistic);
    Made classes(quick());
    classes.train(9'000, healthy_relativistic);
    for (std::int64_t at = 500; at <= 8'000; at += 500) {
        batches.look(at, 0.7, at < 4'000 ? 40 : 3);
        classes.look(at, 0.7, 40, at < 4'000 ? 10 : 4);
    }
    CHECK(batches.kinds() == "generator_collapsed ");
    CHECK(batches.report().findings[0].series == HealthSeries::between_batches);
    CHECK(classes.kinds() == "generator_collapsed ");
    CHECK(classes.report().findings[0].happened.find("4 of the data's 10 classes") != std::string::npos);

    Made never(quick()); // long trained, and never became diverse
    never.train(9'000, healthy_relativistic);
    for (std::int64_t at = 500; at <= 9'000; at += 500) never.look(at, 0.1, 2);
    CHECK(never.kinds() == "generator_collapsed ");
}

TEST_CASE("health: a distance that was best long ago leads back to the checkpoint near it") {
    Made run(quick());
    run.train(20'000, healthy_relativistic);
    run.checkpoints = {4'000, 5'500, 19'000};
    for (std::int64_t at = 500; at <= 5'000; at += 500)
        run.measure(at, 50 + 200 * std::exp(-double(at) / 900));
    CHECK(run.kinds().empty());
    for (std::int64_t at = 5'500; at <= 12'000; at += 500) run.measure(at, 52 + 2 * noise(3, at));
    CHECK(run.kinds().empty()); // a plateau
    for (std::int64_t at = 12'500; at <= 16'000; at += 500) run.measure(at, 66 + double(at - 12'500) / 1000);
    REQUIRE(run.kinds() == "distance_rises ");
    HealthFinding finding = run.report().findings.front();
    CHECK(finding.severity == HealthSeverity::warning);
    CHECK(finding.fix.action == HealthFix::Action::go_back);
    CHECK((finding.fix.step == 4'000 || finding.fix.step == 5'500));
    CHECK(finding.happened.find("lite0-96 · N 2048 · faces") != std::string::npos);
    // Measured once with other features: another ruler changes nothing.
    run.measure(16'500, 12);
    run.distances.back().extractor = "lite0";
    CHECK(run.kinds() == "distance_rises ");
    run.measure(17'000, 40);
    run.measure(17'500, 39);
    CHECK(run.kinds().empty()); // better than ever
    Made brief(quick());        // some bad measurements say nothing yet
    brief.train(20'000, healthy_relativistic);
    for (std::int64_t at = 500; at <= 10'000; at += 500) brief.measure(at, 60 - double(at) / 1000);
    for (std::int64_t at = 10'500; at <= 12'500; at += 500) {
        brief.measure(at, 75);
        CHECK(brief.kinds().empty());
    }
    for (std::int64_t at = 13'000; at <= 14'500; at += 500) brief.measure(at, 75);
    CHECK(brief.kinds() == "distance_rises ");
    Made wild(quick()); // single bad measurements
    wild.train(20'000, healthy_relativistic);
    for (std::int64_t at = 500; at <= 20'000; at += 500) wild.measure(at, at % 2'000 == 0 ? 90 : 50);
    CHECK(wild.kinds().empty());
}

TEST_CASE("health: memorised images, steps that were taken back, and memory that did not suffice") {
    Made run(quick());
    run.train(5'000, healthy_relativistic);
    run.memorisation = MemorisationFigure{5'000, 128, 256, 400, 0.02, 0.08, 120};
    REQUIRE(run.kinds() == "memorising ");
    CHECK(run.report().findings[0].happened.find("25 %") != std::string::npos);
    CHECK(run.report().findings[0].fix.settings[0].first == "augment.translation");
    run.settings = settings_of({"loss.kind=relativistic", "augment.translation=true", "augment.colour=true"});
    CHECK(run.report().findings[0].fix.action == HealthFix::Action::other_data);
    // What was measured before a change says nothing of what came after it.
    run.changed_at = 5'000;
    CHECK(run.kinds() == "");
    run.changed_at = 0;
    run.memorisation->sample_distance = 0.09;
    CHECK(run.kinds().empty());
    CHECK(run.report().checks[6].looked);

    run.incidents = {{TrainingIncident::Kind::not_finite, 4'960, 4'900, 1, false}};
    REQUIRE(run.kinds() == "not_finite ");
    CHECK(run.report().findings[0].severity == HealthSeverity::note);
    CHECK(run.report().findings[0].fix.action == HealthFix::Action::none);
    run.train(7'000, healthy_relativistic);
    CHECK(run.kinds().empty()); // long over
    run.incidents.push_back({TrainingIncident::Kind::not_finite, 7'010, 7'000, 3, true});
    run.paused = true;
    REQUIRE(run.kinds() == "not_finite ");
    CHECK(run.report().findings[0].severity == HealthSeverity::serious);
    CHECK(run.report().findings[0].fix.go_on);
    CHECK(run.report().findings[0].fix.settings[0].second == "2e-05");

    run.incidents.push_back({TrainingIncident::Kind::out_of_memory, 7'000, 7'000, 0, true});
    REQUIRE(run.kinds() == "out_of_memory ");
    CHECK(run.report().findings[0].fix.action == HealthFix::Action::new_run); // nothing was saved
    run.checkpoints = {6'000, 7'000};
    CHECK(run.report().findings[0].fix.action == HealthFix::Action::go_back);
    CHECK(run.report().findings[0].fix.step == 7'000);
    CHECK(run.report().findings[0].fix.settings[0]
          == std::pair<std::string, std::string>{"train.batch", "32"});
    run.paused = false;
    CHECK(run.kinds().empty());
}

TEST_CASE(
    "health: a history that grows gives the report of the whole, and one that was taken back starts anew") {
    Made run(dcgan());
    HealthWatch watch;
    for (std::int64_t until = 200; until <= 8'000; until += 200) {
        run.train(until, saturating(3'000));
        if (until % 1'000 == 0) run.measure(until, 50), run.look(until, 0.9);
        watch.follow(run.history(), 1);
    }
    const HealthReport whole = run.report();
    REQUIRE(watch.report().findings.size() == 1);
    CHECK(watch.report().findings[0].happened == whole.findings[0].happened);
    for (std::size_t k = 0; k < whole.checks.size(); ++k)
        CHECK(watch.report().checks[k].words == whole.checks[k].words);
    CHECK_FALSE(watch.follow(run.history(), 1)); // nothing new
    while (run.losses.back().step > 3'000) run.losses.pop_back();
    run.step = 3'000;
    CHECK(watch.follow(run.history(), 2));
    CHECK(watch.report().findings.empty());
}
