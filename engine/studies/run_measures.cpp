#include "engine/studies/run_measures.h"

#include <algorithm>
#include <cmath>

namespace ganvas {
namespace {

constexpr double collapsed_distance = 1.5, collapsed_diversity = 0.25;

Reading value_of(double value, double deviation = 0) {
    Reading reading;
    reading.measured = std::isfinite(value);
    reading.value = value;
    reading.deviation = deviation;
    if (!reading.measured) reading.reason = "not a finite number";
    return reading;
}

Reading none(std::string reason) {
    Reading reading;
    reading.reason = std::move(reason);
    reading.settled = true; // made anew with the readings that it comes of
    return reading;
}

Reading no_collapse() {
    Reading reading = none("it did not collapse");
    reading.finding = "none";
    return reading;
}

using Losses = float TrainingPoint::*;

/// Mean of the rows from `first` on, with their standard deviation.
Reading mean_of(const std::vector<TrainingPoint>& rows, Losses member, std::size_t first) {
    double sum = 0, squares = 0;
    const auto count = static_cast<double>(rows.size() - first);
    for (std::size_t i = first; i < rows.size(); ++i) sum += static_cast<double>(rows[i].*member);
    for (std::size_t i = first; i < rows.size(); ++i) {
        const double away = static_cast<double>(rows[i].*member) - sum / count;
        squares += away * away;
    }
    Reading reading = value_of(sum / count, std::sqrt(squares / count));
    reading.spread = "the standard deviation over the logged steps";
    return reading;
}

Reading lowest_of(const std::vector<TrainingPoint>& rows, Losses member) {
    double lowest = static_cast<double>(rows.front().*member);
    for (const TrainingPoint& row : rows) lowest = std::min(lowest, static_cast<double>(row.*member));
    return value_of(lowest);
}

std::optional<Reading> logged_measure(const std::string& measure, const std::vector<TrainingPoint>& rows) {
    const std::size_t last_tenth = rows.size() - (rows.size() + 9) / 10;
    const TrainingPoint& end = rows.back();
    if (measure == "generator_loss_mean") return mean_of(rows, &TrainingPoint::generator_loss, 0);
    if (measure == "discriminator_loss_mean") return mean_of(rows, &TrainingPoint::discriminator_loss, 0);
    if (measure == "generator_loss_lowest") return lowest_of(rows, &TrainingPoint::generator_loss);
    if (measure == "discriminator_loss_lowest") return lowest_of(rows, &TrainingPoint::discriminator_loss);
    if (measure == "real_score") return mean_of(rows, &TrainingPoint::real_score, last_tenth);
    if (measure == "fake_score") return mean_of(rows, &TrainingPoint::fake_score, last_tenth);
    if (measure == "steps") return value_of(static_cast<double>(end.step));
    if (measure == "images") return value_of(static_cast<double>(end.images));
    if (measure == "epochs") return value_of(end.epoch);
    if (measure == "seconds") return value_of(end.seconds);
    if (measure == "images_per_second")
        return end.seconds > 0 ? value_of(static_cast<double>(end.images) / end.seconds)
                               : none("no time has passed");
    return std::nullopt;
}

bool is_logged_measure(const std::string& measure) {
    return logged_measure(measure, {TrainingPoint{}}).has_value();
}

/// "lowest:fd" → {"lowest", {"fd"}}.
struct CurveMeasure {
    std::string kind;
    std::vector<std::string> keys;
};

std::optional<CurveMeasure> curve_measure(const std::string& measure) {
    const std::size_t colon = measure.find(':');
    if (colon == std::string::npos) return std::nullopt;
    CurveMeasure parsed{measure.substr(0, colon), {}};
    for (const char* kind : {"lowest", "highest", "epoch_of_lowest", "epoch_of_highest", "rise",
                             "relative_spread", "collapse_epoch"}) {
        if (parsed.kind != kind) continue;
        for (std::size_t at = colon + 1; at <= measure.size();) {
            const std::size_t end = std::min(measure.find(',', at), measure.size());
            parsed.keys.push_back(measure.substr(at, end - at));
            at = end + 1;
        }
        return parsed;
    }
    return std::nullopt;
}

/// The points at which every key was measured, and what was.
struct Curve {
    std::vector<const PointRecord*> points;
    std::vector<std::vector<double>> values; ///< one list a key
};

Curve curve_of(const std::vector<PointRecord>& points, const std::vector<std::string>& keys) {
    Curve curve;
    curve.values.resize(keys.size());
    for (const PointRecord& point : points) {
        std::vector<double> row;
        for (const std::string& key : keys)
            if (const auto found = point.readings.find(key);
                found != point.readings.end() && found->second.measured)
                row.push_back(found->second.value);
        if (row.size() != keys.size()) continue;
        curve.points.push_back(&point);
        for (std::size_t k = 0; k < row.size(); ++k) curve.values[k].push_back(row[k]);
    }
    return curve;
}

/// How wide the error bars of a curve are beside its values, in percent: the mean over the points.
Reading relative_spread(const Curve& curve, const std::string& key) {
    double sum = 0;
    int count = 0;
    for (const PointRecord* point : curve.points) {
        const Reading& reading = point->readings.at(key);
        if (reading.deviation <= 0 || reading.value == 0) continue;
        sum += 100 * reading.deviation / std::abs(reading.value);
        ++count;
    }
    if (count == 0) return none("\"" + key + "\" has no error bars");
    Reading reading = curve.points.back()->readings.at(key);
    reading.value = sum / count;
    reading.deviation = 0;
    reading.spread.clear();
    reading.details.clear();
    return reading;
}

Reading measure_curve(const CurveMeasure& wanted, const std::vector<PointRecord>& points) {
    const Curve curve = curve_of(points, wanted.keys);
    if (curve.points.empty()) return none("\"" + wanted.keys.front() + "\" was measured at no point");
    const auto& values = curve.values.front();
    const auto low =
        static_cast<std::size_t>(std::min_element(values.begin(), values.end()) - values.begin());
    const auto high =
        static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
    // A lowest distance has the badge of the distance; an epoch has none.
    const auto with_badge = [&](std::size_t at) {
        Reading reading = curve.points[at]->readings.at(wanted.keys.front());
        reading.step = curve.points[at]->step;
        return reading;
    };
    if (wanted.kind == "lowest") return with_badge(low);
    if (wanted.kind == "highest") return with_badge(high);
    if (wanted.kind == "epoch_of_lowest") return value_of(curve.points[low]->epoch);
    if (wanted.kind == "epoch_of_highest") return value_of(curve.points[high]->epoch);
    if (wanted.kind == "rise") {
        if (values.size() < 2) return none("one point makes no curve");
        Reading reading = with_badge(values.size() - 1);
        reading.value = values.back() - values.front();
        reading.deviation = 0;
        return reading;
    }
    if (wanted.kind == "relative_spread") return relative_spread(curve, wanted.keys.front());
    const auto collapse =
        find_collapse(values, curve.values.size() > 1 ? curve.values[1] : std::vector<double>{});
    return collapse ? value_of(curve.points[*collapse]->epoch) : no_collapse();
}

} // namespace

std::optional<std::size_t> find_collapse(const std::vector<double>& distance,
                                         const std::vector<double>& diversity) {
    if (distance.size() < 2) return std::nullopt;
    const double best = *std::min_element(distance.begin(), distance.end());
    const double widest = diversity.empty() ? 0 : *std::max_element(diversity.begin(), diversity.end());
    const auto best_at =
        static_cast<std::size_t>(std::find(distance.begin(), distance.end(), best) - distance.begin());
    std::optional<std::size_t> found;
    for (std::size_t i = distance.size(); i > 0; --i) {
        const std::size_t at = i - 1;
        const bool far = at > best_at && distance[at] > collapsed_distance * best;
        const bool alike = !diversity.empty() && diversity[at] < collapsed_diversity * widest;
        if (!far && !alike) break;
        found = at;
    }
    return found;
}

bool is_run_measure(const std::string& measure) {
    return curve_measure(measure).has_value() || is_logged_measure(measure);
}

Reading run_measure(const std::string& measure, const std::vector<TrainingPoint>& training,
                    const std::vector<PointRecord>& points) {
    if (const auto wanted = curve_measure(measure)) return measure_curve(*wanted, points);
    if (training.empty()) return none("the run has logged nothing");
    return logged_measure(measure, training).value_or(none("unknown measure " + measure));
}

} // namespace ganvas
