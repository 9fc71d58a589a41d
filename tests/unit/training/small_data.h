/// A data set in memory for tests: noisy discs, and one that breaks when told to.
#pragma once

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>

#include "engine/core/random.h"
#include "engine/core/settings.h"
#include "engine/data/dataset.h"

namespace ganvas::test {

class SmallData : public Dataset {
public:
    /// With `classes` picture n is of class n modulo that.
    SmallData(std::int64_t count, int size, int channels, int classes = 0)
        : count_(count), size_(size), channels_(channels) {
        for (int k = 0; k < classes; ++k) class_names_.push_back("class " + std::to_string(k));
        pixels_.resize(std::size_t(count) * size * size * channels);
        for (std::size_t i = 0; i < pixels_.size(); ++i) pixels_[i] = std::uint8_t(random_bits(7, i));
        for (std::int64_t n = 0; n < count; ++n)
            pixels_[std::size_t(n) * size * size * channels] = std::uint8_t(n);
    }
    std::int64_t size() const override { return count_; }
    int channels() const override { return channels_; }
    int height() const override { return size_; }
    int width() const override { return size_; }
    std::span<const std::uint8_t> image(std::int64_t index) const override {
        if (broken) throw std::runtime_error("the disc was taken away");
        const std::size_t bytes = std::size_t(size_) * size_ * channels_;
        return {pixels_.data() + std::size_t(index) * bytes, bytes};
    }
    std::string image_name(std::int64_t index) const override { return std::to_string(index); }
    std::span<const std::int8_t> attributes(std::int64_t) const override { return {}; }
    const std::vector<std::string>& attribute_names() const override { return none_; }
    int class_label(std::int64_t index) const override {
        if (class_names_.empty() || index == unlabelled) return -1;
        return int(index % std::int64_t(class_names_.size()));
    }
    const std::vector<std::string>& class_names() const override { return class_names_; }
    const std::string& source() const override { return source_; }
    const std::string& fingerprint() const override { return source_; }
    std::int64_t skipped_count() const override { return 0; }
    const std::vector<SkippedFile>& skipped() const override { return skipped_; }

    std::atomic<bool> broken{false};
    std::int64_t unlabelled = -1; ///< this picture has no class

private:
    std::int64_t count_;
    int size_, channels_;
    std::vector<std::uint8_t> pixels_;
    std::vector<std::string> none_, class_names_;
    std::vector<SkippedFile> skipped_;
    std::string source_ = "discs";
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
