/// run.json as text and back.
///
/// Pure functions, any thread; used by the run store. Settings that this version does not know are passed
/// over, so that an older program can show a newer run; anything else that does not fit is `bad_data`.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/result.h"
#include "engine/runs/run_values.h"

namespace ganvas {

[[nodiscard]] std::string run_json(const RunInfo& info);
[[nodiscard]] Result<RunInfo> parse_run_json(std::string_view text, const std::string& where);

[[nodiscard]] std::string sample_json(const RunSample& sample);
/// What cannot be read leaves the fields as they are.
void parse_sample_json(std::string_view text, RunSample& sample);

[[nodiscard]] std::string_view name(RunState state);

} // namespace ganvas
