/// A generator and a labelled data set of known construction, so that what is learned can be compared with the truth.
///
/// Three independent answers decide a 24×24 picture: the left half is bright or dark, the middle band is red or blue, a
/// spot at the lower right is there or not. In the generator each is a linear function of the latent.
#pragma once

#include <cmath>
#include <vector>

#include "engine/core/random.h"
#include "engine/latent/renderer.h"
#include "tests/support/memory_dataset.h"

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

class PlantedDataset : public MemoryDataset {
public:
    /// The fourth attribute, Coin, is not in the picture.
    explicit PlantedDataset(std::int64_t size) : MemoryDataset("planted", size, side, 3) {
        attribute_names_ = {"Bright", "Red", "Spot", "Coin"};
        for (std::int64_t k = 0; k < size; ++k) {
            double amount[3];
            for (int a = 0; a < 4; ++a)
                attributes_.push_back(random_bits(5, static_cast<std::uint64_t>(k * 4 + a)) & 1 ? 1 : -1);
            for (int a = 0; a < 3; ++a)
                amount[a] = (attributes_[static_cast<std::size_t>(k * 4 + a)] > 0 ? 0.6 : 0)
                            + 0.4 * random_uniform(6, static_cast<std::uint64_t>(k * 3 + a));
            draw(amount, 1000 + static_cast<std::uint64_t>(k), pixels_of(k));
        }
    }
    void forget_labels() { attribute_names_.clear(); }
};

inline double dot(const LatentVector& a, const LatentVector& b) {
    double sum = 0;
    for (std::size_t k = 0; k < a.size(); ++k) sum += static_cast<double>(a[k]) * b[k];
    return sum;
}
inline double norm(const LatentVector& a) { return std::sqrt(dot(a, a)); }

} // namespace ganvas::testing
