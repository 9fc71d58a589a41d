/// Curves of any length, drawn from a few points a pixel: a pyramid of minima and maxima over the values.
///
/// Values, one thread (the window's), no drawing and no ImPlot: what a plot draws is asked for with thin(). The x values
/// live apart, because several curves share them; they must not decrease. Values that are not finite are gaps: they
/// count in no minimum and are never drawn. Appending costs amortised constant time, thin() O(pixels * log(points)).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace ganvas {

struct ValueRange {
    float minimum = std::numeric_limits<float>::infinity();
    float maximum = -std::numeric_limits<float>::infinity();
    [[nodiscard]] bool empty() const { return !(minimum <= maximum); }
    void include(float value);
    void include(const ValueRange& other);
};

/// Points to draw, in order of x.
struct DrawnPoints {
    std::vector<double> x, y;
    void clear() {
        x.clear();
        y.clear();
    }
};

class Curve {
public:
    void clear();
    void append(float value);
    [[nodiscard]] std::size_t size() const { return values_.size(); }
    [[nodiscard]] float operator[](std::size_t index) const { return values_[index]; }
    /// Least and greatest value of points [first, last), in O(log n).
    [[nodiscard]] ValueRange range(std::size_t first, std::size_t last) const;
    /// What looks in `columns` pixels from low to high like all points would: every extreme of every pixel is there.
    /// At most 2 * columns + 6 points; one point beyond each edge is kept, so that lines leave the plot as they should.
    void thin(const std::vector<double>& x, double low, double high, int columns, DrawnPoints& out) const;

private:
    static constexpr std::size_t factor_ = 8; ///< values below each entry of the next level
    std::vector<float> values_;
    std::vector<std::vector<ValueRange>>
        levels_; ///< levels_[k][i] summarises values [i, i + 1) * factor^(k + 1)
};

/// Exponential moving average without the pull towards zero at the start (Kingma and Ba 2015, section 3).
class Smoother {
public:
    /// `points`: how many points it looks back on, 1 changes nothing.
    explicit Smoother(double points = 1);
    [[nodiscard]] float next(float value); ///< a value that is not finite comes back and is not remembered

private:
    double keep_ = 0, sum_ = 0, weight_ = 0;
};

/// First index whose x is not below `value`.
[[nodiscard]] std::size_t first_at_or_after(const std::vector<double>& x, double value);
/// Index whose x is nearest; x must not be empty.
[[nodiscard]] std::size_t nearest_index(const std::vector<double>& x, double value);

/// Epoch numbers to mark so that at most `most` of them lie between first and last: every 1st, 2nd, 5th, 10th …
[[nodiscard]] std::int64_t epoch_stride(std::int64_t first, std::int64_t last, int most);

/// Limits with some air above and below; a flat curve gets a band around it. On a log axis the air is a factor.
[[nodiscard]] ValueRange with_margin(ValueRange range, bool logarithmic);

} // namespace ganvas
