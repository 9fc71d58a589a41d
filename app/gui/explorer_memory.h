/// What of the explorer is there again at the next start: picks, slots, seeds, the sweep's place and the class.
///
/// Amounts along attributes and axes are not kept: they belong to directions that the next model may not have.
/// UI thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "app/gui/panels/explorer_state.h"

namespace ganvas {

[[nodiscard]] nlohmann::ordered_json explorer_to_json(const ExplorerState& explorer);

/// What is out of range or missing has its default. A picture of the user's comes back as its path alone: who opens
/// the model reads it for that. Throws nlohmann::json::exception where a value has another type.
[[nodiscard]] ExplorerState explorer_from_json(const nlohmann::json& object);

} // namespace ganvas
