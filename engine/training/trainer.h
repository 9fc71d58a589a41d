/// Trainer: the networks, the optimisers and one step of the game between them.
///
/// Owns both networks, the generator's moving average, the optimisers and the thread that gathers batches. One thread
/// at a time (the training thread): it knows no window, no path and no command. Every random number comes from a
/// counter (seed, position), so the same seed makes the same losses at the same thread count, and a loaded state goes
/// on exactly as the saved run would have. Torch's exceptions pass through step(); expected failures are Results.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "engine/core/image.h"
#include "engine/core/result.h"
#include "engine/core/settings.h"
#include "engine/core/training_points.h"
#include "engine/data/dataset.h"
#include "engine/device/device.h"
#include "engine/runs/tensor_file.h"
#include "engine/training/model_snapshot.h"
#include "engine/training/trainer_state.h"

namespace ganvas {

/// Means since the last report; reading it waits for the device, so it is asked for every so many steps.
struct LossReport {
    float discriminator_loss = 0;
    float generator_loss = 0;
    float real_score = 0; ///< mean of sigmoid(D(x))
    float fake_score = 0; ///< mean of sigmoid(D(G(z)))
    int steps = 0;
    [[nodiscard]] bool finite() const;
};

class Trainer {
public:
    /// `unsupported` or `usage` when the settings describe no model; `bad_data` when the data do not fit it.
    [[nodiscard]] static Result<std::unique_ptr<Trainer>> create(const Settings& settings, SharedDataset data,
                                                                 const DeviceChoice& device);
    ~Trainer();

    /// One step of algorithm 1 of Goodfellow et al. 2014: D, then G, then the average of G.
    void step();

    [[nodiscard]] std::int64_t steps() const;
    [[nodiscard]] std::int64_t images() const; ///< real pictures seen by D
    [[nodiscard]] double epoch() const;        ///< images / size of the data set
    [[nodiscard]] LossReport take_losses();
    [[nodiscard]] double seconds_waited_for_data() const;
    [[nodiscard]] Precision precision() const;
    [[nodiscard]] bool uses_winograd() const; ///< convolutions with fewer multiplications
    [[nodiscard]] const Settings& settings() const;

    /// Copy of the averaged generator.
    [[nodiscard]] SharedModel snapshot() const;
    /// Pictures of the averaged generator from the latents of `seeds`.
    [[nodiscard]] ImageBatch sample(std::span<const std::uint64_t> seeds);

    /// Everything that the next step depends on: both networks, average, optimisers, counters.
    [[nodiscard]] TensorFile save_state() const;
    /// Error `bad_checkpoint` names what does not fit; this trainer is then as it was.
    [[nodiscard]] Result<void> load_state(const TensorFile& file);

    // ---- a good state in memory, for when a step goes wrong ----
    /// Whether every number of the state is one: no NaN, no infinity.
    [[nodiscard]] bool is_finite() const;
    /// The same of the losses since they were last taken.
    [[nodiscard]] bool losses_are_finite() const;
    /// Keeps a copy of the state as it is; the next call writes over it. The copy's memory is used again and again.
    void remember();
    /// remember(), with all that a checkpoint holds; a later copy leaves this one alone as long as anybody has it. On the
    /// CPU. Costs a copy of the state, which is what a checkpoint keeps training waiting for.
    [[nodiscard]] SharedTrainerState share_state();
    /// Everything as it was when it was remembered, but for the settings; false: nothing was.
    [[nodiscard]] bool recall();
    [[nodiscard]] std::int64_t remembered_step() const; ///< -1: none
    /// For tests of what is done about it: a weight of D is no longer a number.
    void spoil();

    /// A setting of scope live, already checked by Settings; takes effect with the next step.
    [[nodiscard]] Result<void> set_live(const std::string& key, const std::string& value);

private:
    struct Parts;
    explicit Trainer(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

} // namespace ganvas
