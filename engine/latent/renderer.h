/// Turns latents into pictures with a generator's averaged weights.
///
/// A renderer belongs to one thread (the inference thread, a job, the command line); snapshots come in as
/// shared_ptr<const> and are never changed. Pictures are 8-bit NHWC, x ∈ [−1, 1] → round(127.5 (x + 1)). Float32,
/// evaluation mode, chunks of at most 64; the pixels of a latent do not depend on what else is in the batch.
/// Errors: `bad_checkpoint` (weights that do not fit their spec), `usage` (see latents.h), `internal` (torch threw).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

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
    /// `class_labels` is empty (all −1: a class by the model's own choice, 0) or one a latent.
    [[nodiscard]] virtual Result<ImageBatch> render_latents(std::span<const LatentVector> latents,
                                                            std::span<const int> class_labels = {}) = 0;
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

    [[nodiscard]] const LatentSpace& space() const override;
    [[nodiscard]] std::uint64_t model_id() const;
    [[nodiscard]] Result<ImageBatch> render(std::span<const LatentPoint> points);
    [[nodiscard]] Result<ImageBatch> render_latents(std::span<const LatentVector> latents,
                                                    std::span<const int> class_labels = {}) override;

private:
    Renderer();
    struct Network;
    std::unique_ptr<Network> network_;
    LatentSpace space_;
};

/// Samples for measuring: picture k is seed `first_seed` + k, truncation 1. The renderer must outlive the source.
[[nodiscard]] ImageSource sample_images(LatentRenderer& renderer, std::uint64_t first_seed);

} // namespace ganvas
