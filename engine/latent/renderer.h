/// Turns latents into pictures with a generator's averaged weights.
///
/// A renderer belongs to one thread (the inference thread, a job, the command line); snapshots come in as
/// shared_ptr<const> and are never changed. Pictures are 8-bit NHWC, x ∈ [−1, 1] → round(127.5 (x + 1)). Float32,
/// evaluation mode, chunks of at most 64; the pixels of a latent do not depend on what else is in the batch.
/// It computes on the CPU until use_device; on a GPU that runs out of memory it goes on with the CPU (see device()).
/// Errors: `bad_checkpoint` (weights that do not fit their spec), `usage` (see latents.h; a class that the model lacks),
/// `internal` (torch threw).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <c10/core/Device.h>

#include "engine/core/image.h"
#include "engine/core/latent_point.h"
#include "engine/core/result.h"
#include "engine/latent/latents.h"
#include "engine/metrics/features.h"

namespace ganvas {

struct ModelSnapshot; // engine/training/model_snapshot.h

/// What learning directions and axes needs of a generator; tests plant their own.
class LatentRenderer {
public:
    virtual ~LatentRenderer() = default;
    [[nodiscard]] virtual const LatentSpace& space() const = 0;
    /// `class_labels` is empty or one a latent; −1 is class 0. Unconditional models leave them unread.
    [[nodiscard]] virtual Result<ImageBatch> render_latents(std::span<const LatentVector> latents,
                                                            std::span<const int> class_labels = {}) = 0;
};

/// Where one layer's self-attention looks while a picture is made.
struct AttentionView {
    int layer = 0; ///< as generator.attention counts
    int height = 0, width = 0;
    std::vector<float>
        weights; ///< [height * width][height * width]: row y * width + x is what that place looks at
};

class Renderer final : public LatentRenderer {
public:
    [[nodiscard]] static Result<std::unique_ptr<Renderer>>
    create(std::shared_ptr<const ModelSnapshot> snapshot, LatentPrior prior = LatentPrior::normal);
    ~Renderer() override;

    /// Newer weights; of another shape they rebuild the network and drop directions that no longer fit.
    [[nodiscard]] Result<void> load(std::shared_ptr<const ModelSnapshot> snapshot);
    /// Directions of another latent size are refused (`usage`).
    [[nodiscard]] Result<void> attach_attributes(std::vector<NamedDirection> attributes);
    [[nodiscard]] Result<void> attach_axes(std::vector<LatentVector> axes);

    /// Moves the network there; on a GPU the calling thread gets a stream of high priority, so that a picture does not
    /// wait behind the trainer's kernels. On failure (`device`) the network stays on the CPU and works.
    [[nodiscard]] Result<void> use_device(c10::Device device);
    [[nodiscard]] c10::Device device() const;

    [[nodiscard]] const LatentSpace& space() const override;
    [[nodiscard]] std::uint64_t model_id() const;
    [[nodiscard]] Result<ImageBatch> render(std::span<const LatentPoint> points);
    [[nodiscard]] Result<ImageBatch> render_latents(std::span<const LatentVector> latents,
                                                    std::span<const int> class_labels = {}) override;

    /// Empty for a model without self-attention.
    [[nodiscard]] Result<std::vector<AttentionView>> attention(const LatentPoint& point);
    /// How many classes the model has; 0 when it is unconditional.
    [[nodiscard]] int classes() const;

private:
    Renderer();
    /// `class_rows`: latents.size() rows of classes() weights.
    [[nodiscard]] Result<ImageBatch> render_rows(std::span<const LatentVector> latents,
                                                 std::span<const float> class_rows);
    /// One chunk, `first` the index of its first latent; throws what LibTorch throws.
    void render_chunk(std::span<const LatentVector> latents, std::span<const float> class_rows,
                      std::size_t first, ImageBatch& images);
    void leave_gpu();
    struct Network;
    std::unique_ptr<Network> network_;
    LatentSpace space_;
};

/// Samples for measuring: picture k is seed `first_seed` + k, truncation 1, of the class that the seed names. The renderer must outlive the source.
[[nodiscard]] ImageSource sample_images(LatentRenderer& renderer, std::uint64_t first_seed);

} // namespace ganvas
