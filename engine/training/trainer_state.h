/// TrainerState: what a trainer's next step depends on, as it was at one moment.
///
/// A value; as a SharedTrainerState it is not changed by anyone, so any thread may read it and write it to a file while
/// the trainer makes its next steps.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <torch/types.h>

#include "engine/runs/tensor_file.h"

namespace ganvas {

struct TrainerState {
    using Counters = std::array<std::int64_t, 7>;
    /// Networks, average and optimisers, by their names in a file (checkpoint.h).
    std::vector<std::pair<std::string, torch::Tensor>> tensors;
    Counters counters{};                  ///< steps first, in the order of their names in a file
    std::vector<std::string> class_names; ///< of a conditional model
};
using SharedTrainerState = std::shared_ptr<const TrainerState>;

/// The state as a checkpoint holds it, without a note. Tensors that are on the CPU are copied on the calling thread alone.
[[nodiscard]] TensorFile tensor_file(const TrainerState& state);

} // namespace ganvas
