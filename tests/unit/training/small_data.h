/// A data set in memory for tests: noisy discs, and one that breaks when told to.
#pragma once

#include <atomic>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

#include "engine/core/random.h"
#include "engine/core/settings.h"
#include "tests/support/memory_dataset.h"

namespace ganvas::test {

class SmallData : public ganvas::testing::MemoryDataset {
public:
    /// With `classes` picture n is of class n modulo that.
    SmallData(std::int64_t count, int size, int channels, int classes = 0)
        : MemoryDataset("discs", count, size, channels) {
        for (int k = 0; k < classes; ++k) class_names_.push_back("class " + std::to_string(k));
        auto& pixels = all_pixels();
        for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = std::uint8_t(random_bits(7, i));
        for (std::int64_t n = 0; n < count; ++n) *pixels_of(n) = std::uint8_t(n);
    }
    std::span<const std::uint8_t> image(std::int64_t index) const override {
        if (too_large) throw std::bad_alloc();
        if (broken) throw std::runtime_error("the disc was taken away");
        return MemoryDataset::image(index);
    }
    int class_label(std::int64_t index) const override {
        if (class_names_.empty() || index == unlabelled) return -1;
        return int(index % std::int64_t(class_names_.size()));
    }

    std::atomic<bool> broken{false}, too_large{false};
    std::int64_t unlabelled = -1; ///< this picture has no class
};

inline std::shared_ptr<SmallData> small_data(std::int64_t count = 40, int size = 28, int channels = 1,
                                             int classes = 0) {
    return std::make_shared<SmallData>(count, size, channels, classes);
}

/// A model that takes milliseconds, with everything switched on that a step can do.
inline Settings small_settings() {
    Settings settings;
    for (const char* assignment :
         {"image.size=28", "image.channels=1", "latent.size=8", "generator.width=4", "discriminator.width=4",
          "discriminator.normalisation=none", "loss.kind=relativistic", "loss.r1=0.5", "loss.r2=0.5",
          "loss.penalty_every=2", "augment.translation=true", "augment.colour=true", "augment.cutout=true",
          "data.flip=true", "train.batch=8", "train.precision=float32", "train.threads=1",
          "train.log_every=2"})
        if (auto set = settings.assign(assignment); !set) throw std::runtime_error(set.error().line());
    return settings;
}

inline void change(Settings& settings, const char* assignment) {
    if (auto set = settings.assign(assignment); !set) throw std::runtime_error(set.error().line());
}

} // namespace ganvas::test
