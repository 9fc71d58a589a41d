#include "app/gui/frame_drawer.h"

#include <algorithm>
#include <utility>

namespace ganvas {
namespace {

constexpr double longest_wait =
    0.022; ///< seconds, before the first frame of a movement is drawn without its picture
constexpr double longest_interval =
    0.033; ///< … between two frames of a movement, where pictures take longer than frames
constexpr double dear_frame = 6; ///< milliseconds; cheaper ones are drawn at once, and again with the picture

} // namespace

bool FrameDrawer::take_news(double seconds) {
    window_.events(seconds);
    return published_.exchange(false) && application_.poll();
}

void FrameDrawer::build(const Theme& theme, double seconds_since_last) {
    const double now = GlWindow::now();
    window_.begin_frame();
    application_.draw(theme, now, seconds_since_last);
    if (!application_.asked_for_picture()) return;
    moved_ = true;
    asked_ = now;
}

double FrameDrawer::draw(const Theme& theme, double seconds_since_last, Image* capture) {
    const double began = GlWindow::now();
    const bool goes_on = std::exchange(moved_, false);
    build(theme, seconds_since_last);
    if (cost_ > dear_frame && moved_ && !goes_on) {
        bool news = false;
        for (double left = longest_wait; left > 0 && application_.awaits_picture();
             left = began + longest_wait - GlWindow::now())
            news = take_news(left) || news;
        if (news) { // perhaps not the picture: what was built is old all the same
            window_.drop_frame();
            build(theme, GlWindow::now() - began);
        }
    }
    const double built = GlWindow::now();
    window_.end_frame(theme.panel, capture);
    images_.end_frame();
    const double ended = GlWindow::now(), cost = (ended - built) * 1000;
    cost_ = cost_ <= 0 ? cost : cost_ * 0.9 + cost * 0.1;
    return (ended - began) * 1000;
}

double FrameDrawer::patience(double now) const {
    return cost_ > dear_frame && application_.awaits_picture()
               ? std::max(0.0, asked_ + longest_interval - now)
               : 0;
}

} // namespace ganvas
