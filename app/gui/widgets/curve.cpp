#include "app/gui/widgets/curve.h"

#include <algorithm>
#include <cmath>

namespace ganvas {

void ValueRange::include(float value) {
    if (!std::isfinite(value)) return;
    minimum = std::min(minimum, value);
    maximum = std::max(maximum, value);
}

void ValueRange::include(const ValueRange& other) {
    minimum = std::min(minimum, other.minimum);
    maximum = std::max(maximum, other.maximum);
}

void Curve::clear() {
    values_.clear();
    levels_.clear();
}

void Curve::append(float value) {
    values_.push_back(value);
    std::size_t covered = factor_;
    for (std::size_t level = 0; values_.size() > covered / factor_; ++level, covered *= factor_) {
        if (level == levels_.size()) {
            // A new top: it starts from what the level below already holds.
            ValueRange below;
            for (std::size_t index = 0; level > 0 && index < levels_[level - 1].size(); ++index)
                below.include(levels_[level - 1][index]);
            levels_.push_back({below});
        }
        const std::size_t slot = (values_.size() - 1) / covered;
        if (slot == levels_[level].size()) levels_[level].emplace_back();
        levels_[level][slot].include(value);
    }
}

ValueRange Curve::range(std::size_t first, std::size_t last) const {
    ValueRange found;
    last = std::min(last, values_.size());
    while (first < last) {
        // The widest block that starts here and ends in time.
        std::size_t width = 1, level = 0;
        while (level < levels_.size() && first % (width * factor_) == 0 && first + width * factor_ <= last) {
            width *= factor_;
            ++level;
        }
        if (level == 0)
            found.include(values_[first]);
        else
            found.include(levels_[level - 1][first / width]);
        first += width;
    }
    return found;
}

void Curve::thin(const std::vector<double>& x, double low, double high, int columns, DrawnPoints& out) const {
    out.clear();
    const std::size_t count = std::min(x.size(), values_.size());
    if (count == 0 || columns < 1 || !(high > low)) return;
    const auto put = [&](double at, float value) {
        if (!std::isfinite(value)) return;
        out.x.push_back(at);
        out.y.push_back(value);
    };
    const auto begin = x.begin(), end = x.begin() + static_cast<std::ptrdiff_t>(count);
    std::size_t first = static_cast<std::size_t>(std::lower_bound(begin, end, low) - begin);
    std::size_t last = static_cast<std::size_t>(std::upper_bound(begin, end, high) - begin);
    if (first > 0) --first;
    if (last < count) ++last;
    if (last - first <= 2 * static_cast<std::size_t>(columns) + 2) {
        for (std::size_t index = first; index < last; ++index) put(x[index], values_[index]);
        return;
    }
    // Columns lie on a grid fixed in x, so that a curve does not shimmer while it is moved.
    const double width = (high - low) / columns;
    double edge = (std::floor(low / width) + 1) * width;
    put(x[first], values_[first]);
    std::size_t at = first + 1;
    while (at + 1 < last) {
        while (edge <= x[at]) edge = std::max(edge + width, (std::floor(x[at] / width) + 1) * width);
        const auto until = std::lower_bound(begin + static_cast<std::ptrdiff_t>(at),
                                            begin + static_cast<std::ptrdiff_t>(last - 1), edge);
        const std::size_t next = std::max(at + 1, static_cast<std::size_t>(until - begin));
        const ValueRange extremes = range(at, next);
        if (!extremes.empty()) {
            const double middle = (x[at] + x[next - 1]) / 2;
            const bool down = !out.y.empty() && out.y.back() > (extremes.minimum + extremes.maximum) / 2;
            put(middle, down ? extremes.maximum : extremes.minimum);
            if (extremes.minimum != extremes.maximum) put(middle, down ? extremes.minimum : extremes.maximum);
        }
        at = next;
    }
    put(x[last - 1], values_[last - 1]);
}

Smoother::Smoother(double points) : keep_(points <= 1 ? 0 : 1 - 1 / points) {}

float Smoother::next(float value) {
    if (!std::isfinite(value)) return value;
    sum_ = keep_ * sum_ + (1 - keep_) * value;
    weight_ = keep_ * weight_ + (1 - keep_);
    return static_cast<float>(sum_ / weight_);
}

std::size_t first_at_or_after(const std::vector<double>& x, double value) {
    return static_cast<std::size_t>(std::lower_bound(x.begin(), x.end(), value) - x.begin());
}

std::size_t nearest_index(const std::vector<double>& x, double value) {
    const std::size_t after = first_at_or_after(x, value);
    if (after == 0) return 0;
    if (after == x.size() || value - x[after - 1] <= x[after] - value) return after - 1;
    return after;
}

std::int64_t epoch_stride(std::int64_t first, std::int64_t last, int most) {
    std::int64_t stride = 1;
    for (int turn = 0; (last - first) / stride > most && stride < (last - first); ++turn)
        stride = turn % 3 == 1 ? stride / 2 * 5 : stride * 2;
    return stride;
}

ValueRange with_margin(ValueRange range, bool logarithmic) {
    if (range.empty()) return {0, 1};
    if (logarithmic && range.minimum > 0) {
        const float factor = std::max(1.1f, std::pow(range.maximum / range.minimum, 0.06f));
        return {range.minimum / factor, range.maximum * factor};
    }
    const float size = range.maximum - range.minimum;
    const float air = size > 0 ? size * 0.06f : std::max(0.05f, std::fabs(range.maximum) * 0.1f);
    return {range.minimum - air, range.maximum + air};
}

} // namespace ganvas
