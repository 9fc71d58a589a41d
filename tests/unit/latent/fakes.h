/// A generator and a labelled data set of known construction, so that what is learned can be compared with the truth.
///
/// Three independent answers decide a 24×24 picture: the left half is bright or dark, the middle band is red or blue, a
/// spot at the lower right is there or not. In the generator each is a linear function of the latent.
#pragma once

#include <cmath>
#include <vector>

#include "engine/core/random.h"
#include "engine/data/dataset.h"
#include "engine/latent/renderer.h"

namespace ganvas::testing {

constexpr int side = 24;

inline void draw(const double (&amount)[3], std::uint64_t noise, std::uint8_t* pixels) { // amounts in 0..1
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x)
            for (int c = 0; c < 3; ++c) {
                double v = x < side / 2 ? 60 + 130 * amount[0] : 120;
                if (y >= 10 && y < 14)
                    v = c == 0 ? 50 + 150 * amount[1] : c == 2 ? 200 - 150 * amount[1] : 90;
                if (x >= 16 && x < 22 && y >= 16 && y < 22) v = 120 + 110 * amount[2];
                v += 12 * random_normal(noise, static_cast<std::uint64_t>((y * side + x) * 3 + c));
                *pixels++ = static_cast<std::uint8_t>(std::lround(std::fmin(std::fmax(v, 0), 255)));
            }
}

class PlantedRenderer final : public LatentRenderer {
public:
    explicit PlantedRenderer(int size) {
        space_.size = size;
        for (int k = 0; k < 3; ++k) {
            LatentVector direction(static_cast<std::size_t>(size));
            fill_normal(900 + static_cast<std::uint64_t>(k), direction);
            double length = 0;
            for (const float v : direction) length += static_cast<double>(v) * v;
            for (float& v : direction) v = static_cast<float>(v / std::sqrt(length));
            planted.push_back(direction);
        }
    }
    const LatentSpace& space() const override { return space_; }
    Result<ImageBatch> render_latents(std::span<const LatentVector> latents, std::span<const int>) override {
        ImageBatch images{static_cast<int>(latents.size()), side, side, 3, {}};
        images.pixels.resize(images.image_bytes() * latents.size());
        for (std::size_t k = 0; k < latents.size(); ++k) {
            double amount[3];
            for (std::size_t a = 0; a < 3; ++a) {
                double dot = 0;
                for (std::size_t i = 0; i < latents[k].size(); ++i)
                    dot += static_cast<double>(planted[a][i]) * latents[k][i];
                amount[a] = 1 / (1 + std::exp(-strength[a] * dot));
            }
            draw(amount, 77, images.pixels.data() + k * images.image_bytes());
        }
        return images;
    }

    std::vector<LatentVector> planted;
    double strength[3] = {3, 3, 3};

private:
    LatentSpace space_;
};

class PlantedDataset : public Dataset {
public:
    /// The fourth attribute, Coin, is not in the picture.
    explicit PlantedDataset(std::int64_t size) : size_(size) {
        pixels_.resize(static_cast<std::size_t>(size) * bytes);
        for (std::int64_t k = 0; k < size; ++k) {
            double amount[3];
            for (int a = 0; a < 4; ++a)
                labels_.push_back(random_bits(5, static_cast<std::uint64_t>(k * 4 + a)) & 1 ? 1 : -1);
            for (int a = 0; a < 3; ++a)
                amount[a] = (labels_[static_cast<std::size_t>(k * 4 + a)] > 0 ? 0.6 : 0)
                            + 0.4 * random_uniform(6, static_cast<std::uint64_t>(k * 3 + a));
            draw(amount, 1000 + static_cast<std::uint64_t>(k),
                 pixels_.data() + static_cast<std::size_t>(k) * bytes);
        }
    }
    std::int64_t size() const override { return size_; }
    int channels() const override { return 3; }
    int height() const override { return side; }
    int width() const override { return side; }
    std::span<const std::uint8_t> image(std::int64_t index) const override {
        return {pixels_.data() + static_cast<std::size_t>(index) * bytes, bytes};
    }
    std::string image_name(std::int64_t index) const override { return std::to_string(index); }
    std::span<const std::int8_t> attributes(std::int64_t index) const override {
        if (names_.empty()) return {};
        return {labels_.data() + index * 4, 4};
    }
    const std::vector<std::string>& attribute_names() const override { return names_; }
    int class_label(std::int64_t) const override { return -1; }
    const std::vector<std::string>& class_names() const override { return none_; }
    const std::string& source() const override { return source_; }
    const std::string& fingerprint() const override { return source_; }
    std::int64_t skipped_count() const override { return 0; }
    const std::vector<SkippedFile>& skipped() const override { return skipped_; }
    void forget_labels() { names_.clear(); }

private:
    static constexpr std::size_t bytes = std::size_t(side) * side * 3;
    std::int64_t size_;
    std::vector<std::uint8_t> pixels_;
    std::vector<std::int8_t> labels_;
    std::vector<std::string> names_ = {"Bright", "Red", "Spot", "Coin"}, none_;
    std::string source_ = "planted";
    std::vector<SkippedFile> skipped_;
};

inline double dot(const LatentVector& a, const LatentVector& b) {
    double sum = 0;
    for (std::size_t k = 0; k < a.size(); ++k) sum += static_cast<double>(a[k]) * b[k];
    return sum;
}
inline double norm(const LatentVector& a) { return std::sqrt(dot(a, a)); }

} // namespace ganvas::testing
