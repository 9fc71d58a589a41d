/// Numbers as people read them, and the fixes that several findings share. Internal to engine/core/health; pure.
#pragma once

#include <cstdint>
#include <string>

#include "engine/core/health/health.h"

namespace ganvas::health {

[[nodiscard]] std::string whole(std::int64_t number); ///< "1,840"
[[nodiscard]] std::string figure(double number);      ///< "0.004", "6.42", "184"
[[nodiscard]] std::string percent(double share);      ///< "21 %"
[[nodiscard]] std::string counted(std::int64_t number, const char* one, const char* many); ///< "3 looks"

/// The checkpoint nearest to `step` that training can be taken back to: not the newest state, and where `before` is set
/// earlier than `step`; -1: there is none.
[[nodiscard]] std::int64_t checkpoint_near(const HealthHistory& history, std::int64_t step, bool before);

} // namespace ganvas::health
