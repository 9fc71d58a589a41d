/// A data set in memory: what tests of models, training and directions make their own pictures for.
///
/// Built by one thread, read by any. A derived class fills pixels() and, where it wants them, attributes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/data/dataset.h"

namespace ganvas::testing {

class MemoryDataset : public Dataset {
public:
    MemoryDataset(std::string source, std::int64_t count, int side, int channels)
        : source_(std::move(source)), count_(count), side_(side), channels_(channels),
          pixels_(static_cast<std::size_t>(count) * image_bytes()) {}

    std::int64_t size() const override { return count_; }
    int channels() const override { return channels_; }
    int height() const override { return side_; }
    int width() const override { return side_; }
    std::span<const std::uint8_t> image(std::int64_t index) const override {
        return {pixels_.data() + static_cast<std::size_t>(index) * image_bytes(), image_bytes()};
    }
    std::string image_name(std::int64_t index) const override { return std::to_string(index); }
    std::span<const std::int8_t> attributes(std::int64_t index) const override {
        const std::size_t columns = attribute_names_.size();
        if (columns == 0) return {};
        return {attributes_.data() + static_cast<std::size_t>(index) * columns, columns};
    }
    const std::vector<std::string>& attribute_names() const override { return attribute_names_; }
    int class_label(std::int64_t) const override { return -1; }
    const std::vector<std::string>& class_names() const override { return class_names_; }
    const std::string& source() const override { return source_; }
    const std::string& fingerprint() const override { return source_; }
    std::int64_t skipped_count() const override { return 0; }
    const std::vector<SkippedFile>& skipped() const override { return skipped_; }

protected:
    [[nodiscard]] std::size_t image_bytes() const {
        return static_cast<std::size_t>(side_) * static_cast<std::size_t>(side_)
               * static_cast<std::size_t>(channels_);
    }
    [[nodiscard]] std::vector<std::uint8_t>& all_pixels() { return pixels_; }
    [[nodiscard]] std::uint8_t* pixels_of(std::int64_t index) {
        return pixels_.data() + static_cast<std::size_t>(index) * image_bytes();
    }

    std::vector<std::string> attribute_names_, class_names_;
    std::vector<std::int8_t> attributes_; ///< [pictures, attribute names], 1 or -1

private:
    std::string source_;
    std::int64_t count_;
    int side_, channels_;
    std::vector<std::uint8_t> pixels_;
    std::vector<SkippedFile> skipped_;
};

} // namespace ganvas::testing
