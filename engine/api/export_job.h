/// Renders and writes what the window and the command line export; the recipe goes into the file.
///
/// Internal to engine/api; blocks (job threads and the command line). Errors: those of the renderer, `usage` for an
/// ending that the kind cannot have, `io`.
#pragma once

#include <string>
#include <vector>

#include "engine/api/session.h"
#include "engine/core/progress.h"
#include "engine/export/recipe_text.h"
#include "engine/latent/renderer.h"

namespace ganvas {

[[nodiscard]] ExportRecipe export_recipe(const ExportLatents& what, const std::string& checkpoint,
                                         std::int64_t step);

[[nodiscard]] Result<void> export_latents(Renderer& renderer, const ExportLatents& what,
                                          const std::string& checkpoint, std::int64_t step,
                                          const Progress& progress);

[[nodiscard]] Result<void> export_history(const std::vector<SampleMark>& marks, const ExportHistory& what,
                                          const std::string& checkpoint, const Progress& progress);

} // namespace ganvas
