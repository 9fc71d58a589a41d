/// The inference thread: renders what sliders ask for from the newest weights, newest request first.
///
/// Owned by the session. set_model, request and take_frames may be called on the UI thread; none waits for a picture.
/// Each channel keeps only its newest request; a request that follows the model is rendered again when weights come.
/// The single-picture channels are served before strips and sheets, so that a slider never waits for a strip.
/// It computes where training would (`device` as `--device`), on a GPU with a stream of high priority; a GPU that cannot
/// be used or has no memory left is said once (take_notice) and the CPU is used.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/api/values.h"
#include "engine/core/thread_annotations.h"
#include "engine/latent/latents.h"
#include "engine/training/model_snapshot.h"

namespace ganvas {

class Renderer; // engine/latent/renderer.h

/// What the thread renders with; directions stay while newer weights of the same run arrive.
struct ExplorerModel {
    SharedModel model;
    LatentPrior prior = LatentPrior::normal;
    std::vector<NamedDirection> attributes;
    std::vector<LatentVector> axes;
};

class Explorer {
public:
    explicit Explorer(std::function<void()> wake, std::string device = "auto");
    ~Explorer();

    void set_model(ExplorerModel model);
    void request(LatentRequest request);
    /// False while training runs: then pictures are computed with one core, else with all.
    void set_alone(bool alone);
    [[nodiscard]] std::vector<PreviewFrame> take_frames();
    /// Why not the GPU, once; empty when there is nothing to say.
    [[nodiscard]] std::string take_notice();

private:
    /// While training shares the processors, strips and sheets are made by so many, and what a slider asks for in between: it
    /// waits for a piece, never for a sheet. A GPU makes them in one batch.
    static constexpr std::size_t piece = 6;
    static constexpr int channels = static_cast<int>(PreviewChannel::count);
    struct Channel {
        std::optional<LatentRequest> request; ///< kept for following the model
        bool pending = false;
        std::optional<PreviewFrame> frame; ///< finished, not yet taken
    };
    struct Work {
        LatentRequest request;
        std::optional<ExplorerModel> new_model;
        bool alone = true;
    };

    void run(std::stop_token stop);
    [[nodiscard]] std::optional<Work> next(std::stop_token stop);
    /// The channel that is served next: the one with the fewest pictures; null when none waits.
    [[nodiscard]] Channel* smallest_pending() GANVAS_REQUIRES(mutex_);
    /// The next request of another channel that is no larger than a piece; its turn is then over.
    [[nodiscard]] std::optional<LatentRequest> take_small(PreviewChannel besides);
    [[nodiscard]] Result<ImageBatch> in_pieces(Renderer& renderer, const LatentRequest& request);
    /// Renders and publishes; on the CPU with all processors where nothing trains (`alone`).
    void serve(Renderer& renderer, const LatentRequest& request, bool alone);
    void publish(PreviewFrame frame);
    void say(std::string notice);

    std::function<void()> wake_;
    const std::string device_;
    Mutex mutex_;
    std::condition_variable_any changed_; ///< waits with mutex_
    Channel channels_[channels] GANVAS_GUARDED_BY(mutex_);
    std::optional<ExplorerModel> new_model_ GANVAS_GUARDED_BY(mutex_); ///< not yet taken by the thread
    bool alone_ GANVAS_GUARDED_BY(mutex_) = true;
    std::string notice_ GANVAS_GUARDED_BY(mutex_);
    std::jthread thread_;
};

} // namespace ganvas
