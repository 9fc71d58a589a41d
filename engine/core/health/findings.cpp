// From what the rules know to sentences and fixes, and to the line of each check.
#include <algorithm>

#include "engine/core/health/watch.h"
#include "engine/core/health/words.h"
#include "engine/core/scaled_settings.h"

namespace ganvas {
namespace {

using namespace health;
using Findings = std::vector<HealthFinding>;

constexpr std::int64_t incident_stays = 2000; ///< steps that a step which was taken back is told of

HealthFix slower(const Settings& settings) {
    return {HealthFix::Action::change_settings, "Halve both learning rates", scaled_rates(settings, 0.5)};
}

/// Back to a checkpoint with smaller steps (the same ones would lead to the same place), or at least the smaller steps.
HealthFix back_or(const HealthHistory& history, std::int64_t checkpoint, HealthFix otherwise) {
    if (checkpoint < 0) return otherwise;
    return {HealthFix::Action::go_back, "Go back to step " + whole(checkpoint) + " with half the rates",
            scaled_rates(history.settings, 0.5), checkpoint};
}

// ---- steps that went wrong -----------------------------------------------------------------------------------------
bool waits_at(const HealthHistory& history, const TrainingIncident& incident) {
    return incident.paused && history.paused && history.step == incident.back_to;
}

void tell_not_finite(const HealthHistory& history, const TrainingIncident& incident, Findings& findings) {
    const bool waits = waits_at(history, incident);
    if (!waits && history.step - incident.back_to > incident_stays) return;
    HealthFinding finding;
    finding.kind = HealthKind::not_finite;
    finding.since_step = incident.back_to;
    finding.meaning =
        "Numbers grew beyond what the computer can hold, most often because the steps were too large.";
    const std::string where =
        "At step " + whole(incident.step) + " a loss or a weight was no longer a number. ";
    if (waits) {
        finding.severity = HealthSeverity::serious;
        finding.title = "The losses are no longer numbers";
        finding.happened = where + "Going back with smaller steps did not help"
                           + (incident.attempt > 0 ? " " + std::to_string(incident.attempt) + " times" : "")
                           + ": training waits at step " + whole(incident.back_to) + ", where all was well.";
        finding.fix = {HealthFix::Action::change_settings, "Go on with a tenth of the learning rates",
                       scaled_rates(history.settings, 0.1), -1, true};
    } else {
        finding.severity = HealthSeverity::note;
        finding.title = "A step went wrong and was taken back";
        finding.happened = where + "Training went back to step " + whole(incident.back_to)
                           + (incident.paused        ? " and went on by hand."
                              : incident.attempt > 0 ? " and went on with half the learning rates."
                                                     : " and went on.");
    }
    findings.push_back(std::move(finding));
}

void tell_out_of_memory(const HealthHistory& history, const TrainingIncident& incident, Findings& findings) {
    if (!waits_at(history, incident)) return;
    HealthFinding finding;
    finding.kind = HealthKind::out_of_memory;
    finding.severity = HealthSeverity::serious;
    finding.title = "Out of memory";
    finding.since_step = incident.back_to;
    const std::int64_t batch = history.settings.integer("train.batch");
    finding.happened = "At step " + whole(incident.step) + " the memory did not suffice for "
                       + counted(batch, "picture", "pictures") + " at once. Training waits at step "
                       + whole(incident.back_to) + ".";
    finding.meaning =
        "A step needs memory for every picture of a batch in every layer. Smaller batches need less, and so "
        "do narrower networks; other programs may also have taken it.";
    if (batch >= 8) {
        const std::string half = std::to_string(batch / 2);
        finding.fix.settings = {{"train.batch", half}};
        finding.fix.label = "Go on with batches of " + half;
        finding.fix.step = history.checkpoints.empty() ? -1 : history.checkpoints.back();
        finding.fix.action = finding.fix.step < 0 ? HealthFix::Action::new_run : HealthFix::Action::go_back;
    } else {
        for (const char* key : {"generator.width", "discriminator.width"})
            finding.fix.settings.emplace_back(
                key, std::to_string(std::max<std::int64_t>(4, history.settings.integer(key) / 2)));
        finding.fix.label = "Begin again with half the width";
        finding.fix.action = HealthFix::Action::new_run;
    }
    findings.push_back(std::move(finding));
}

// ---- the rules -----------------------------------------------------------------------------------------------------
void tell_saturation(const HealthHistory& history, const HealthRules& rules, Findings& findings) {
    const SaturationRule& rule = rules.saturation;
    if (!rule.on()) return;
    HealthFinding finding;
    finding.kind = HealthKind::discriminator_saturated;
    finding.title = "The discriminator wins too easily";
    finding.since_step = rule.since();
    finding.series = rules.scale.scores_mean_chance ? HealthSeries::scores : HealthSeries::losses;
    const std::string scores =
        rules.scale.scores_mean_chance
            ? " (D(x) " + figure(rule.real_score) + ", D(G(z)) " + figure(rule.fake_score) + ")"
            : "";
    finding.happened = "Since step " + whole(rule.since()) + " D is hardly ever wrong" + scores
                       + ": its loss is " + figure(rule.discriminator_loss) + " where a guess costs "
                       + figure(rules.scale.guess) + ", and G's loss is " + figure(rule.generator_loss) + ".";
    finding.meaning =
        "A D that is always certain no longer shows G which way is better. A slower D lets G catch up.";
    finding.fix = {HealthFix::Action::change_settings,
                   "Halve D's learning rate",
                   {scaled_setting(history.settings, "discriminator.learning_rate", 0.5)}};
    findings.push_back(std::move(finding));
}

void tell_oscillation(const HealthHistory& history, const HealthRules& rules, Findings& findings) {
    const OscillationRule& rule = rules.oscillation;
    if (!rule.alarm().on()) return;
    HealthFinding finding;
    finding.kind = HealthKind::losses_oscillate;
    finding.title = "The losses swing";
    finding.since_step = rule.alarm().since();
    finding.happened = std::string("In the last ") + whole(OscillationRule::window_steps) + " steps "
                       + (rules.scale.bounded ? "G's" : "D's") + " loss has turned "
                       + std::to_string(rule.swings) + " times between " + figure(rule.lowest) + " and "
                       + figure(rule.highest) + ".";
    finding.meaning =
        "The networks win in turns, and each undoes what the other has learned. Smaller steps let both "
        "settle.";
    finding.fix = slower(history.settings);
    findings.push_back(std::move(finding));
}

std::string collapse_words(const CollapseRule& rule) {
    const DiversityPoint& now = rule.newest;
    const std::string since = "Since step " + whole(rule.alarm().since()) + " ";
    switch (rule.sign) {
    case CollapseRule::Sign::apart: {
        const std::string before = rule.most_apart >= CollapseRule::diverse_apart
                                       ? "; they were " + percent(rule.most_apart) + " at best"
                                       : "; they never came near it";
        return since + "two samples are only " + percent(now.pairwise / now.data_pairwise)
               + " as far apart as two pictures of the data" + before + " (N " + whole(now.count) + ").";
    }
    case CollapseRule::Sign::batches:
        return since + "two batches of samples differ by only " + figure(now.between_batches) + "; it was "
               + figure(rule.most_batches) + " at most (Fréchet distance, batches of " + whole(now.batch)
               + ").";
    case CollapseRule::Sign::modes: break;
    }
    return since + "the samples show " + std::to_string(now.modes) + " of the data's "
           + std::to_string(now.classes) + " classes; they showed " + std::to_string(rule.most_modes) + " (N "
           + whole(now.count) + ").";
}

void tell_collapse(const HealthHistory& history, const HealthRules& rules, Findings& findings) {
    const CollapseRule& rule = rules.collapse;
    if (!rule.alarm().on()) return;
    HealthFinding finding;
    finding.kind = HealthKind::generator_collapsed;
    finding.severity = HealthSeverity::serious;
    finding.title = "The samples have become alike";
    finding.since_step = rule.alarm().since();
    finding.happened = collapse_words(rule);
    finding.series = rule.sign == CollapseRule::Sign::apart     ? HealthSeries::apart
                     : rule.sign == CollapseRule::Sign::batches ? HealthSeries::between_batches
                                                                : HealthSeries::modes;
    finding.meaning =
        "This is mode collapse: G has found a few pictures that pass and makes them again and again. It "
        "seldom ends by itself.";
    finding.fix = back_or(history, checkpoint_near(history, finding.since_step, true),
                          {HealthFix::Action::change_settings,
                           "Halve G's learning rate",
                           {scaled_setting(history.settings, "generator.learning_rate", 0.5)}});
    findings.push_back(std::move(finding));
}

void tell_distance(const HealthHistory& history, const HealthRules& rules, Findings& findings) {
    const DistanceRule* rule = rules.distance();
    if (!rule || !rule->alarm().on()) return;
    HealthFinding finding;
    finding.kind = HealthKind::distance_rises;
    finding.severity = rule->grave() ? HealthSeverity::serious : HealthSeverity::warning;
    finding.title = "The distance gets worse";
    finding.since_step = rule->best.step;
    finding.series = HealthSeries::distance;
    const std::string best = "step " + whole(rule->best.step);
    finding.happened = "The Fréchet distance is " + figure(rule->now) + " now; it was best at " + best
                       + " with " + figure(rule->best.value) + " (" + distance_badge(rule->best).text()
                       + ").";
    finding.meaning = "Since then training has made the samples worse: the model of " + best
                      + " was the better one. From there, smaller steps often get further.";
    finding.fix =
        back_or(history, checkpoint_near(history, rule->best.step, false), slower(history.settings));
    findings.push_back(std::move(finding));
}

bool memorises(const MemorisationFigure& figure) {
    return figure.data_distance > 0 && figure.ratio() < MemorisationRule::bad_ratio;
}

void tell_memorisation(const HealthHistory& history, Findings& findings) {
    if (!history.memorisation || !memorises(*history.memorisation)) return;
    const MemorisationFigure& seen = *history.memorisation;
    if (history.changed_at > 0 && seen.step <= history.changed_at) return; // of other settings
    HealthFinding finding;
    finding.kind = HealthKind::memorising;
    finding.title = "The samples repeat training images";
    finding.since_step = seen.step;
    finding.series = HealthSeries::neighbours;
    finding.happened = "At step " + whole(seen.step) + " a sample is " + percent(seen.ratio())
                       + " as far from its nearest training image as that is from its own nearest; "
                       + whole(seen.nearer) + " of " + whole(seen.samples)
                       + " samples are nearer than half of them (" + whole(seen.images)
                       + " images searched).";
    finding.meaning =
        "The model remembers pictures instead of inventing some. Showing D varied pictures makes that "
        "harder; more pictures make it harder still.";
    for (const char* key : {"augment.translation", "augment.colour"})
        if (!history.settings.boolean(key)) finding.fix.settings.emplace_back(key, "true");
    finding.fix.action =
        finding.fix.settings.empty() ? HealthFix::Action::other_data : HealthFix::Action::change_settings;
    finding.fix.label = finding.fix.settings.empty() ? "Look at the data" : "Vary what D sees (DiffAugment)";
    findings.push_back(std::move(finding));
}

} // namespace

HealthReport health_report(const HealthHistory& history, const HealthRules& rules) {
    HealthReport report;
    // What came before a change is not judged, and not counted.
    const auto since = [&](const auto& points) {
        return std::count_if(points.begin(), points.end(),
                             [&](const auto& point) { return point.step > history.changed_at; });
    };
    report.points = since(history.losses);
    report.distances = since(history.distances);
    report.looks = since(history.diversity);
    report.since_step = history.changed_at;
    report.step = history.step;
    const auto reach = [&](const auto& points) {
        if (!points.empty()) report.step = std::max(report.step, points.back().step);
    };
    reach(history.losses);
    reach(history.distances);
    reach(history.diversity);
    if (history.losses.empty() && history.incidents.empty()) return report;
    Findings& findings = report.findings;
    if (!history.incidents.empty()) {
        const TrainingIncident& newest = history.incidents.back();
        if (newest.kind == TrainingIncident::Kind::not_finite)
            tell_not_finite(history, newest, findings);
        else
            tell_out_of_memory(history, newest, findings);
    }
    tell_collapse(history, rules, findings);
    tell_saturation(history, rules, findings);
    tell_distance(history, rules, findings);
    tell_oscillation(history, rules, findings);
    tell_memorisation(history, findings);
    std::stable_sort(findings.begin(), findings.end(),
                     [](const auto& a, const auto& b) { return a.severity > b.severity; });
    report.checks = health_checks(history, rules);
    return report;
}

std::string HealthReport::calm_line() const {
    std::string line = "Healthy: nothing is wrong in " + counted(points, "loss point", "loss points");
    if (distances > 0) line += (looks > 0 ? ", " : " and ") + counted(distances, "distance", "distances");
    if (looks > 0) line += " and " + counted(looks, "look at diversity", "looks at diversity");
    return line + " since step " + whole(since_step) + ".";
}

const char* name(HealthKind kind) {
    constexpr const char* names[] = {"not_finite",          "out_of_memory",    "discriminator_saturated",
                                     "generator_collapsed", "losses_oscillate", "distance_rises",
                                     "memorising"};
    return names[static_cast<int>(kind)];
}

const char* name(HealthSeries series) {
    constexpr const char* names[] = {"losses",          "scores", "distance",  "apart",
                                     "between_batches", "modes",  "neighbours"};
    return names[static_cast<int>(series)];
}

const char* name(HealthSeverity severity) {
    constexpr const char* names[] = {"note", "warning", "serious"};
    return names[static_cast<int>(severity)];
}

} // namespace ganvas
