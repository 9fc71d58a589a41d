/// Settings changed by a factor, for what makes training calmer by itself or by one click.
///
/// Pure functions, any thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/core/settings.h"

namespace ganvas {

/// Key and value, as Settings::set reads it: the setting's value times `factor`, within its range.
[[nodiscard]] std::pair<std::string, std::string> scaled_setting(const Settings& settings, const char* key,
                                                                 double factor);
/// G's learning rate and D's, in this order.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> scaled_rates(const Settings& settings,
                                                                            double factor);

} // namespace ganvas
