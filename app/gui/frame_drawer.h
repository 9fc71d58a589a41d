/// FrameDrawer: one frame of the application into the window, with the picture that a hand has just asked for in it.
///
/// UI thread; borrows all that it is given. Drawn in software a frame takes two or three times as long as the picture that a
/// slider asks for. So the first frame of a movement is not put on the screen at once: the picture is waited for, a few
/// milliseconds at most, and slider and picture appear together, one frame sooner than the picture would in the frame after.
/// In a movement that goes on, pictures are made while frames are drawn, and a frame waits only for a picture that is late.
#pragma once

#include <atomic>

#include "app/gui/application.h"
#include "app/gui/image_drawer.h"
#include "app/gui/window.h"

namespace ganvas {

class FrameDrawer {
public:
    /// `published`: set by the workers, which then wake the window.
    FrameDrawer(GlWindow& window, GlImageDrawer& images, Application& application,
                std::atomic<bool>& published)
        : window_(window), images_(images), application_(application), published_(published) {}

    /// Handles what has come to the window, after waiting for it at most so many seconds, and takes what the workers
    /// published. True when there is something new to draw.
    bool take_news(double seconds);
    /// Milliseconds from the beginning to the end of the swap. `capture` gets the frame's pixels.
    double draw(const Theme& theme, double seconds_since_last, Image* capture = nullptr);
    /// Seconds that a frame which is due at `now` is better put off for: a picture that it would lack is about to come.
    [[nodiscard]] double patience(double now) const;

private:
    void build(const Theme& theme, double seconds_since_last);

    GlWindow& window_;
    GlImageDrawer& images_;
    Application& application_;
    std::atomic<bool>& published_;
    bool moved_ = false; ///< the last frame asked for a picture
    double asked_ = 0;   ///< when the last frame began that asked for a picture
    double cost_ = 0;    ///< milliseconds from the end of building to the end of the swap, smoothed
};

} // namespace ganvas
