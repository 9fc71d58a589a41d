/// Newest-wins hand-over of one value from a producer thread to a consumer thread.
///
/// Any thread may call any member. Neither side ever waits for the other (beyond a move under a lock): a value that
/// was not taken in time is replaced, which is right for state (a preview, a snapshot)
/// and wrong for history (use Queue).
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "engine/core/thread_annotations.h"

namespace ganvas {

template <class T>
class Latest {
public:
    void put(T value) {
        MutexLock lock(mutex_);
        value_ = std::move(value);
    }
    /// Empty when nothing new has come since the last take.
    [[nodiscard]] std::optional<T> take() {
        MutexLock lock(mutex_);
        return std::exchange(value_, std::nullopt);
    }

private:
    Mutex mutex_;
    std::optional<T> value_ GANVAS_GUARDED_BY(mutex_);
};

/// Lossless hand-over in order: what was put is taken exactly once. Any thread may call any member.
template <class T>
class Queue {
public:
    void put(T value) {
        MutexLock lock(mutex_);
        values_.push_back(std::move(value));
    }
    /// Everything that has come since the last call, oldest first; never waits.
    [[nodiscard]] std::vector<T> take_all() {
        MutexLock lock(mutex_);
        return std::exchange(values_, {});
    }

private:
    Mutex mutex_;
    std::vector<T> values_ GANVAS_GUARDED_BY(mutex_);
};

} // namespace ganvas
