/// Batches of training pictures, gathered ahead on a thread of its own.
///
/// next(), restart() and set_mirror() belong to the training thread. The order is a function of (seed, epoch): each epoch is one
/// shuffle of the data, read in batches; the last partial batch of an epoch is dropped (a data set smaller than a
/// batch is repeated instead), so every batch has one shape. Pictures are mirrored by (seed, epoch, picture).
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <thread>
#include <vector>

#include <torch/types.h>

#include "engine/core/thread_annotations.h"
#include "engine/data/dataset.h"

namespace ganvas {

/// Where the next batch begins: picture number `position` of the shuffle of `epoch`.
struct BatchCursor {
    std::int64_t epoch = 0;
    std::int64_t position = 0;
    bool operator==(const BatchCursor&) const = default;
};

/// The shuffle of one epoch.
[[nodiscard]] std::vector<std::int32_t> epoch_order(std::uint64_t seed, std::int64_t epoch,
                                                    std::int64_t size);

class BatchSource {
public:
    BatchSource(SharedDataset data, int batch, std::uint64_t seed, bool mirror);
    ~BatchSource();
    BatchSource(const BatchSource&) = delete;
    BatchSource& operator=(const BatchSource&) = delete;

    /// [N, C, S, S] float32 in [-1, 1], channels last. Waits when the thread is behind; throws what it
    /// met, and tries again with the next call.
    [[nodiscard]] torch::Tensor next();
    /// Classes of the pictures that next() gave last, as the data set has them (-1: none).
    [[nodiscard]] const std::vector<int>& labels() const { return labels_; }
    /// Of the batch that next() gives next.
    [[nodiscard]] BatchCursor cursor() const { return cursor_; }
    /// Goes on from there; batches made ahead are thrown away.
    void restart(BatchCursor cursor);
    /// From the next batch on.
    void set_mirror(bool mirror);
    /// Seconds that next() has waited in all.
    [[nodiscard]] double waited_seconds() const { return waited_seconds_; }

private:
    struct Prepared {
        torch::Tensor pictures;
        BatchCursor after;
        std::vector<int> labels;
    };
    void work(std::stop_token stop);
    [[nodiscard]] Prepared gather(BatchCursor from, bool mirror);

    const SharedDataset data_;
    const int batch_;
    const std::uint64_t seed_;
    BatchCursor cursor_;              ///< training thread only
    std::vector<int> labels_;         ///< training thread only
    double waited_seconds_ = 0;       ///< training thread only
    std::vector<std::int32_t> order_; ///< gathering thread only
    std::int64_t order_epoch_ = -1;   ///< gathering thread only

    Mutex mutex_;
    std::condition_variable_any changed_; ///< waits with mutex_
    bool mirror_ GANVAS_GUARDED_BY(mutex_);
    std::deque<Prepared> ready_ GANVAS_GUARDED_BY(mutex_);
    BatchCursor ahead_ GANVAS_GUARDED_BY(mutex_); ///< where the thread goes on
    std::uint64_t restarts_ GANVAS_GUARDED_BY(mutex_) = 0;
    std::exception_ptr failure_ GANVAS_GUARDED_BY(mutex_);
    std::jthread thread_; ///< last: stops before the rest goes
};

} // namespace ganvas
