#include "engine/metrics/checkerboard.h"

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

namespace ganvas {
namespace {

constexpr double least_share = 1e-9;

/// Rec. 601 luma without its mean, times the window. H * W numbers.
std::vector<double> windowed_grey(const ImageBatch& pictures, int index, const std::vector<double>& window_x,
                                  const std::vector<double>& window_y) {
    const auto places = static_cast<std::size_t>(pictures.height) * static_cast<std::size_t>(pictures.width);
    const auto channels = static_cast<std::size_t>(pictures.channels);
    const std::uint8_t* pixels = pictures.pixels.data() + static_cast<std::size_t>(index) * places * channels;
    std::vector<double> grey(places);
    double mean = 0;
    for (std::size_t i = 0; i < places; ++i) {
        const std::uint8_t* p = pixels + i * channels;
        grey[i] = channels < 3 ? p[0] : 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
        mean += grey[i] / static_cast<double>(places);
    }
    for (std::size_t y = 0; y < window_y.size(); ++y)
        for (std::size_t x = 0; x < window_x.size(); ++x) {
            double& value = grey[y * window_x.size() + x];
            value = (value - mean) * window_y[y] * window_x[x];
        }
    return grey;
}

std::vector<double> hann(int size) {
    std::vector<double> window(static_cast<std::size_t>(size));
    for (std::size_t i = 0; i < window.size(); ++i)
        window[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * (static_cast<double>(i) + 0.5) / size);
    return window;
}

/// |F|^2 at (u / stride, v / stride) cycles a pixel. The phase repeats every `stride` pixels, so the picture is folded.
double folded_energy(const std::vector<double>& folded, int stride, int u, int v) {
    std::complex<double> sum = 0;
    for (int y = 0; y < stride; ++y)
        for (int x = 0; x < stride; ++x)
            sum += folded[static_cast<std::size_t>(y * stride + x)]
                   * std::polar(1.0, -2 * std::numbers::pi * (u * x + v * y) / stride);
    return std::norm(sum);
}

double share_of(const std::vector<double>& grey, int width, int stride) {
    double all = 0;
    std::vector<double> folded(static_cast<std::size_t>(stride * stride));
    const auto row = static_cast<std::size_t>(width), step = static_cast<std::size_t>(stride);
    for (std::size_t i = 0; i < grey.size(); ++i) {
        all += grey[i] * grey[i];
        folded[(i / row % step) * step + i % row % step] += grey[i];
    }
    if (all < 1e-9) return 0;
    double energy = 0;
    for (int v = 0; v < stride; ++v)
        for (int u = 0; u < stride; ++u)
            if (u != 0 || v != 0) energy += folded_energy(folded, stride, u, v);
    return energy
           / (all
              * static_cast<double>(grey.size())); // Parseval: all frequencies together have H W times `all`
}

} // namespace

Result<CheckerboardShare> checkerboard_share(const ImageBatch& pictures, int stride) {
    if (pictures.count < 1) return Error{ErrorCode::usage, "there are no pictures to measure", "", ""};
    if (stride < 2 || pictures.width % stride != 0 || pictures.height % stride != 0)
        return Error{ErrorCode::usage, "the stride does not divide the pictures", std::to_string(stride),
                     "use 2, 4 or 8"};
    const auto window_x = hann(pictures.width), window_y = hann(pictures.height);
    double sum = 0, squares = 0;
    for (int k = 0; k < pictures.count; ++k) {
        const double share = share_of(windowed_grey(pictures, k, window_x, window_y), pictures.width, stride);
        sum += share;
        squares += share * share;
    }
    const double count = pictures.count, mean = sum / count;
    const double variance =
        pictures.count > 1 ? std::fmax(0, squares - count * mean * mean) / (count - 1) : 0;
    return CheckerboardShare{mean, std::sqrt(variance / count), pictures.count};
}

Result<CheckerboardRatio> checkerboard_ratio(const ImageBatch& generated, const ImageBatch& data,
                                             int stride) {
    auto of_generated = checkerboard_share(generated, stride);
    if (!of_generated) return of_generated.error();
    auto of_data = checkerboard_share(data, stride);
    if (!of_data) return of_data.error();
    const double base = std::fmax(of_data->share, least_share);
    CheckerboardRatio answer;
    answer.generated = *of_generated;
    answer.data = *of_data;
    answer.ratio = of_generated->share / base;
    answer.error = std::hypot(of_generated->error / base, answer.ratio * of_data->error / base);
    return answer;
}

} // namespace ganvas
