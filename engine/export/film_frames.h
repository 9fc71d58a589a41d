/// The frames of a film on their way into a file: one after another, each checked against the first.
///
/// Internal to engine/export, one thread. Errors: `usage` for a film without frames, of frames that differ in size or
/// are larger than the formats allow; else the frame's own.
#pragma once

#include <algorithm>
#include <cmath>

#include "engine/export/picture.h"

namespace ganvas {

class FilmFrames {
public:
    FilmFrames(const Film& film, const Path& path) : film_(film), path_(path) {}

    [[nodiscard]] Result<Image> next() {
        if (film_.count == 0) return usage("an animation needs a frame", "");
        auto frame = film_.frame(made_);
        if (!frame) return frame;
        constexpr int longest_side = 16'383;
        if (made_++ == 0) {
            width_ = frame->width;
            height_ = frame->height;
        }
        if (frame->empty() || frame->width != width_ || frame->height != height_ || width_ > longest_side
            || height_ > longest_side)
            return usage("frames of an animation differ in size or are too large", "");
        return frame;
    }
    [[nodiscard]] double rate(double highest) const {
        const double wanted = film_.frames_per_second;
        return std::clamp(std::isfinite(wanted) ? wanted : 16.0, 0.1, highest);
    }
    [[nodiscard]] Error too_large(std::size_t largest) const {
        return usage("the film is larger than " + std::to_string(largest >> 20) + " MB after "
                         + std::to_string(made_) + " of " + std::to_string(film_.count) + " frames",
                     "take fewer frames or a smaller scale");
    }

private:
    [[nodiscard]] Error usage(std::string what, std::string hint) const {
        return {ErrorCode::usage, std::move(what), path_.string(), std::move(hint)};
    }
    const Film& film_;
    const Path& path_;
    std::size_t made_ = 0;
    int width_ = 0, height_ = 0;
};

} // namespace ganvas
