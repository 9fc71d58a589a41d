/// Studies as TOML files: found, read and checked.
///
/// Free functions, any thread. Unknown names, keys and values out of range are `usage` errors that name file and line;
/// an unknown study is a `usage` error that names the nearest one. Reading checks the file against itself;
/// check_settings() also builds each row's settings, which needs its recipe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/result.h"
#include "engine/core/settings.h"
#include "engine/studies/study.h"

namespace ganvas {

/// assets_folder()/studies
[[nodiscard]] Path studies_folder();
/// Stems of the files there, sorted.
[[nodiscard]] std::vector<std::string> study_names();
/// A name of study_names(), or a path of a .toml file.
[[nodiscard]] Result<Study> load_study(const std::string& name_or_file);
/// `where` names the text in errors; `name` becomes the study's.
[[nodiscard]] Result<Study> parse_study(std::string_view text, const std::string& name,
                                        const std::string& where);

/// Recipe and settings of a row, then `extra` (the user's --set), as one set of settings.
[[nodiscard]] Result<Settings> row_settings(const StudyRow& row, const std::vector<std::string>& extra = {});

} // namespace ganvas
