/// Feature sets and a small data set that the tests of this folder measure.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/data/dataset.h"
#include "engine/metrics/features.h"

namespace ganvas::testing {

/// The formula of tests/peers/distances_golden.py.
inline FeatureMatrix formula_features(std::int64_t count, int dimension, std::int64_t salt) {
    FeatureMatrix made{count, dimension, {}};
    for (std::int64_t k = 0; k < count; ++k)
        for (std::int64_t j = 0; j < dimension; ++j) {
            const std::int64_t v = (k * 7919 + j * 104729 + salt * 611953 + k * k * 31 + k * j * 17) % 10007;
            made.values.push_back(
                static_cast<float>((static_cast<double>(v) / 10007.0) * (1 + 0.1 * static_cast<double>(j % 5))
                                   + 0.02 * static_cast<double>(salt)));
        }
    return made;
}

inline FeatureMatrix rows(int dimension, std::vector<float> values) {
    const auto count = static_cast<std::int64_t>(values.size()) / dimension;
    return {count, dimension, std::move(values)};
}

/// Pictures of 8×8 pixels with a slope and some noise; `lift` brightens all of them.
class FormulaDataset : public Dataset {
public:
    FormulaDataset(std::int64_t size, int lift, std::string name = "formula")
        : name_(std::move(name)), size_(size) {
        pixels_.resize(static_cast<std::size_t>(size) * bytes);
        for (std::size_t k = 0; k < pixels_.size(); ++k)
            pixels_[k] =
                static_cast<std::uint8_t>((k / 24 % 8) * 10 + (k * k * 31 + k / bytes * 7919) % 101 + lift);
        fingerprint_ = name_ + std::to_string(size) + "x" + std::to_string(lift);
    }
    std::int64_t size() const override { return size_; }
    int channels() const override { return 3; }
    int height() const override { return 8; }
    int width() const override { return 8; }
    std::span<const std::uint8_t> image(std::int64_t index) const override {
        return {pixels_.data() + static_cast<std::size_t>(index) * bytes, bytes};
    }
    std::string image_name(std::int64_t index) const override { return "picture " + std::to_string(index); }
    std::span<const std::int8_t> attributes(std::int64_t) const override { return {}; }
    const std::vector<std::string>& attribute_names() const override { return none_; }
    int class_label(std::int64_t) const override { return -1; }
    const std::vector<std::string>& class_names() const override { return none_; }
    const std::string& source() const override { return name_; }
    const std::string& fingerprint() const override { return fingerprint_; }
    std::int64_t skipped_count() const override { return 0; }
    const std::vector<SkippedFile>& skipped() const override { return skipped_; }

private:
    static constexpr std::size_t bytes = 8 * 8 * 3;
    std::string name_, fingerprint_;
    std::int64_t size_;
    std::vector<std::uint8_t> pixels_;
    std::vector<std::string> none_;
    std::vector<SkippedFile> skipped_;
};

/// Pictures of 16×16 pixels of three classes: bars across, bars down, and a slope; each moved and with some noise.
class LabelledDataset : public Dataset {
public:
    explicit LabelledDataset(std::int64_t size, int channels = 1) : size_(size), channels_(channels) {
        for (std::int64_t k = 0; k < size; ++k)
            for (int y = 0; y < side; ++y)
                for (int x = 0; x < side; ++x)
                    for (int c = 0; c < channels; ++c) pixels_.push_back(pixel(k, y, x, c));
    }
    std::int64_t size() const override { return size_; }
    int channels() const override { return channels_; }
    int height() const override { return side; }
    int width() const override { return side; }
    std::span<const std::uint8_t> image(std::int64_t index) const override {
        const auto bytes = static_cast<std::size_t>(side * side * channels_);
        return {pixels_.data() + static_cast<std::size_t>(index) * bytes, bytes};
    }
    std::string image_name(std::int64_t index) const override { return "picture " + std::to_string(index); }
    std::span<const std::int8_t> attributes(std::int64_t) const override { return {}; }
    const std::vector<std::string>& attribute_names() const override { return none_; }
    int class_label(std::int64_t index) const override { return static_cast<int>(index % 3); }
    const std::vector<std::string>& class_names() const override { return classes_; }
    const std::string& source() const override { return name_; }
    const std::string& fingerprint() const override { return fingerprint_; }
    std::int64_t skipped_count() const override { return 0; }
    const std::vector<SkippedFile>& skipped() const override { return skipped_; }

private:
    static constexpr int side = 16;
    static std::uint8_t pixel(std::int64_t k, int y, int x, int c) {
        const int kind = static_cast<int>(k % 3), move = static_cast<int>(k / 3 % 2);
        const int along = kind == 0 ? y : kind == 1 ? x : 0;
        const int base = kind == 2 ? (x + y) * 6 : (along + move) / 2 % 2 * 180;
        return static_cast<std::uint8_t>(base + (k * 7919 + y * 131 + x * 17 + c * 5) % 40);
    }

    std::int64_t size_;
    int channels_;
    std::string name_ = "bars",
                fingerprint_ = "bars" + std::to_string(size_) + "x" + std::to_string(channels_);
    std::vector<std::string> classes_ = {"across", "down", "slope"}, none_;
    std::vector<SkippedFile> skipped_;
    std::vector<std::uint8_t> pixels_;
};

/// An empty cache of the test's own for as long as it lives.
struct OwnCache {
    explicit OwnCache(const std::string& name)
        : folder(std::filesystem::path(GANVAS_TEST_OUTPUT_DIR) / name) {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        if (const char* before = std::getenv("GANVAS_CACHE")) before_ = before;
        setenv("GANVAS_CACHE", folder.c_str(), 1);
    }
    ~OwnCache() { before_.empty() ? unsetenv("GANVAS_CACHE") : setenv("GANVAS_CACHE", before_.c_str(), 1); }
    /// Classifiers that another test of this process trained on the same pictures are used again: training is slow.
    void share_classifiers() const {
        static const std::filesystem::path shared = [] {
            const std::filesystem::path path = std::filesystem::path(GANVAS_TEST_OUTPUT_DIR) / "classifiers";
            std::filesystem::remove_all(path);
            std::filesystem::create_directories(path);
            return path;
        }();
        std::filesystem::create_directory_symlink(shared, folder / "classifiers");
    }
    std::filesystem::path folder;

private:
    std::string before_;
};

} // namespace ganvas::testing
