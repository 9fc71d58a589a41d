/// The generator's averaged weights at one moment: what the explorer, measures and exports compute with.
///
/// Immutable once made, shared by `shared_ptr<const ModelSnapshot>`, any thread. Tensors are copies (CPU, float32;
/// counters int64), never views of the trainer's. build_generator throws c10::Error on tensors of another shape.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <torch/types.h>

#include "models/generator.h"
#include "models/specs.h"

namespace ganvas {

struct ModelSnapshot {
    std::uint64_t id = 0; ///< changes with the weights; drawn so that two models never share one
    std::int64_t step = 0;
    std::int64_t images = 0;
    GeneratorSpec generator;
    std::vector<std::string> class_names; ///< of a conditional model: generator.classes of them
    std::vector<std::pair<std::string, torch::Tensor>>
        parameters_and_buffers; ///< names as in the Generator module
};

using SharedModel = std::shared_ptr<const ModelSnapshot>;

/// Copies the snapshot's values into a generator that was built from the same spec.
inline void copy_weights(const ModelSnapshot& snapshot, Generator& generator) {
    torch::NoGradGuard no_gradients;
    auto parameters = generator.named_parameters();
    auto buffers = generator.named_buffers();
    if (snapshot.parameters_and_buffers.size() != parameters.size() + buffers.size())
        throw std::invalid_argument("the weights are of another model");
    for (const auto& [name, value] : snapshot.parameters_and_buffers) {
        torch::Tensor* target = parameters.find(name);
        if (!target) target = buffers.find(name);
        if (!target || target->sizes() != value.sizes())
            throw std::invalid_argument("the weights are of another model: " + name);
        target->copy_(value);
    }
}

/// A generator of its own in evaluation mode, on the CPU, without gradients.
[[nodiscard]] inline std::shared_ptr<Generator> build_generator(const ModelSnapshot& snapshot) {
    auto generator = std::make_shared<Generator>(snapshot.generator);
    copy_weights(snapshot, *generator);
    generator->eval();
    for (auto& parameter : generator->parameters()) parameter.set_requires_grad(false);
    return generator;
}

} // namespace ganvas
