/// How long work reports where it is, hears that it should stop, and where its heavy parts are computed.
///
/// A Progress is passed by reference into long functions, which call report() often (it is cheap to call: the
/// receiver thins out) and return Error{interrupted} soon after stop_requested(). Called on the worker's thread.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "engine/core/result.h"

namespace ganvas {

struct Progress {
    std::function<void(double fraction, std::string_view text)>
        on_report; ///< fraction in [0, 1]; may be empty
    std::stop_token stop;
    /// Computes a part of the work, on this thread or another, and returns when it is done; false: a stop came first, and
    /// it was not begun. Empty: on this thread.
    std::function<bool(const std::function<void()>& part)> compute = {};

    void report(double fraction, std::string_view text) const {
        if (on_report) on_report(fraction, text);
    }
    /// The Result of a part, computed where `compute` wants it; `interrupted` when it was not begun.
    template <class Part>
    [[nodiscard]] auto part(Part work) const -> decltype(work()) {
        if (!compute) return work();
        std::optional<decltype(work())> result;
        if (!compute([&] { result.emplace(work()); }))
            return Error{ErrorCode::interrupted, "the work was stopped", "", ""};
        return std::move(*result);
    }
    [[nodiscard]] bool stop_requested() const { return stop.stop_requested(); }
};

} // namespace ganvas
