/// A study's TOML text as values, each of the right kind; whether they fit together is study_file.cpp's business.
///
/// A pure function, any thread. A key that no part has is a `usage` error with the nearest one, so that a misspelling
/// is never passed over.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/result.h"
#include "engine/studies/study.h"

namespace ganvas {

[[nodiscard]] Result<Study> read_study(std::string_view text, const std::string& where);

} // namespace ganvas
