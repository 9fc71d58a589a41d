/// From a run's settings to what its models and steps are made of. Pure, any thread, no torch.
///
/// Error `unsupported` (or `usage`) names the setting when the values describe no model that can be built.
#pragma once

#include "engine/core/result.h"
#include "engine/core/settings.h"
#include "engine/data/dataset.h"
#include "models/specs.h"

namespace ganvas {

[[nodiscard]] Result<GeneratorSpec> generator_spec(const Settings& settings);
[[nodiscard]] Result<DiscriminatorSpec> discriminator_spec(const Settings& settings);

/// How the data are prepared for such a model.
[[nodiscard]] Preparation training_preparation(const Settings& settings);

} // namespace ganvas
