/// How long work reports where it is and hears that it should stop.
///
/// A Progress is passed by reference into long functions, which call report() often (it is cheap to call: the
/// receiver thins out) and return Error{interrupted} soon after stop_requested(). Called on the worker's thread.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace ganvas {

struct Progress {
    std::function<void(double fraction, std::string_view text)>
        on_report; ///< fraction in [0, 1]; may be empty
    std::stop_token stop;

    void report(double fraction, std::string_view text) const {
        if (on_report) on_report(fraction, text);
    }
    [[nodiscard]] bool stop_requested() const { return stop.stop_requested(); }
};

} // namespace ganvas
