/// Renders and writes what the window and the command line export; the recipe goes into the file.
///
/// Internal to engine/api; blocks (job threads and the command line). Errors: those of the renderer, `usage` for an
/// ending that the kind cannot have, `io`.
#pragma once

#include <string>
#include <vector>

#include "engine/api/session.h"
#include "engine/core/progress.h"
#include "engine/export/curves.h"
#include "engine/export/recipe_text.h"
#include "engine/latent/neighbours.h"
#include "engine/latent/renderer.h"

namespace ganvas {

/// The path from the root, without "." and ".." and a slash at its end; empty stays empty.
[[nodiscard]] std::string whole_path(const std::string& path);

/// Paths in it are whole, wherever the program was started; `checkpoint` may be empty.
[[nodiscard]] ExportRecipe export_recipe(const ExportLatents& what, const std::string& checkpoint,
                                         std::int64_t step);

[[nodiscard]] Result<void> export_latents(Renderer& renderer, const ExportLatents& what,
                                          const std::string& checkpoint, std::int64_t step,
                                          const Progress& progress);

/// `run` is the folder that opens when the file is dropped on the window.
[[nodiscard]] Result<void> export_history(const std::vector<SampleMark>& marks, const ExportHistory& what,
                                          const std::string& run, const Progress& progress);

/// How the curves of `run` are to be drawn, with the recipe that brings it back.
[[nodiscard]] CurveDrawing curve_drawing(const ExportCurves& what, const std::string& run, std::int64_t step);
/// `title` heads the drawing.
[[nodiscard]] Result<void> export_curves(const std::vector<TrainingPoint>& losses,
                                         const std::vector<DistancePoint>& distances,
                                         const ExportCurves& what, const std::string& title,
                                         const std::string& run);

/// What both the window and the command line look in: features are "blocks" or an extractor's name. Blocks for seconds to
/// minutes.
[[nodiscard]] Result<NeighbourIndex> make_neighbour_index(SharedDataset data, const std::string& features,
                                                          const Path& weights, const Progress& progress);
/// The picture of a point as the renderer draws it, then the pictures of the index nearest to it.
[[nodiscard]] Result<NeighbourResult> find_neighbours(Renderer& renderer, const NeighbourIndex& index,
                                                      const LatentPoint& point, int count);

} // namespace ganvas
