/// From a run's settings to what its models and steps are made of. Pure, any thread, no torch.
///
/// Error `unsupported` (or `usage`) names the setting when the values describe no model that can be built.
#pragma once

#include <optional>

#include "engine/core/result.h"
#include "engine/core/settings.h"
#include "engine/data/dataset.h"
#include "models/specs.h"

namespace ganvas {

/// Whether the settings describe a model that is told a class.
[[nodiscard]] bool is_conditional(const Settings& settings);

/// Before the data are open a conditional model is described with so many classes.
constexpr int assumed_classes = 10;

/// `classes` of the data set; read for conditional models only.
[[nodiscard]] Result<GeneratorSpec> generator_spec(const Settings& settings, int classes = assumed_classes);
[[nodiscard]] Result<DiscriminatorSpec> discriminator_spec(const Settings& settings,
                                                           int classes = assumed_classes);

/// image.channels as a number; `source` is that of the data, or colour while none are open.
[[nodiscard]] int model_channels(const Settings& settings, std::optional<int> data_channels = {});
/// The settings with that number in place of `source`: what a run is made with.
[[nodiscard]] Settings with_channels(Settings settings, std::optional<int> data_channels);

/// How the data are prepared for such a model; channels 0 (the source's own) for `source`.
[[nodiscard]] Preparation training_preparation(const Settings& settings);
/// Whether both make the same pictures of a source.
[[nodiscard]] bool prepares_alike(const Preparation& one, const Preparation& other);

} // namespace ganvas
