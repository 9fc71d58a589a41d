/// Generators with random weights, and faces to ask of them.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "engine/core/latent_point.h"
#include "engine/training/model_snapshot.h"
#include "models/initialisation.h"

namespace ganvas::testing {

inline std::shared_ptr<const ModelSnapshot> model(const GeneratorSpec& spec, std::uint64_t seed,
                                                  std::uint64_t id) {
    Generator generator(spec);
    initialise(generator, spec.initialisation, 0.05, make_random_generator(seed));
    auto snapshot = std::make_shared<ModelSnapshot>();
    snapshot->id = id;
    snapshot->generator = spec;
    for (const auto& item : generator.named_parameters())
        snapshot->parameters_and_buffers.emplace_back(item.key(), item.value().detach().clone());
    for (const auto& item : generator.named_buffers())
        snapshot->parameters_and_buffers.emplace_back(item.key(), item.value().detach().clone());
    return snapshot;
}

inline GeneratorSpec small_spec() {
    GeneratorSpec spec;
    spec.image_size = 32;
    spec.width = 8;
    spec.latent_size = 16;
    return spec;
}

inline std::vector<LatentPoint> faces(std::uint64_t first, int count) {
    std::vector<LatentPoint> points(static_cast<std::size_t>(count));
    for (int k = 0; k < count; ++k)
        points[static_cast<std::size_t>(k)].from = LatentSum::face(first + static_cast<std::uint64_t>(k));
    return points;
}

inline int largest_difference(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
    int most = 0;
    for (std::size_t k = 0; k < a.size(); ++k) most = std::max(most, std::abs(a[k] - b[k]));
    return most;
}

} // namespace ganvas::testing
