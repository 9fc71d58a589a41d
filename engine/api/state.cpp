#include "engine/api/state.h"

namespace ganvas {

bool allowed(TrainingState state, TrainingAction action) { return reason_not_allowed(state, action).empty(); }

std::string_view reason_not_allowed(TrainingState state, TrainingAction action) {
    using S = TrainingState;
    using A = TrainingAction;
    if (action == A::open && (state == S::stopping)) return "the run is being saved";
    if (action == A::open || action == A::set) return {};
    switch (state) {
    case S::empty:
        if (action == A::start || action == A::step) return {};
        return "nothing is training yet";
    case S::opening:
        if (action == A::stop) return {};
        return "the data are still being opened";
    case S::running:
        if (action == A::pause || action == A::stop || action == A::save) return {};
        if (action == A::step) return "pause first to go step by step";
        return "training is already running";
    case S::paused:
        if (action == A::pause) return "training is already paused";
        return {};
    case S::stopping: return "the run is being saved";
    case S::finished:
    case S::failed:
        if (action == A::start || action == A::resume || action == A::step) return {};
        return "training is not running";
    }
    return {};
}

std::string_view name(TrainingState state) {
    switch (state) {
    case TrainingState::empty: return "not started";
    case TrainingState::opening: return "opening";
    case TrainingState::running: return "training";
    case TrainingState::paused: return "paused";
    case TrainingState::stopping: return "saving";
    case TrainingState::finished: return "finished";
    case TrainingState::failed: return "failed";
    }
    return "";
}

} // namespace ganvas
