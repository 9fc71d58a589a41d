/// How many processors this program may use: a container or a scheduler often gives it fewer than the machine has, and
/// more threads than processors wait for each other (five times slower with two threads on one).
///
/// Free functions, any thread.
#pragma once

#include <optional>
#include <string_view>

namespace ganvas {

/// At least 1: those that the calling thread's affinity allows, no more than the control group's quota gives time for.
/// The first call decides for the whole run of the program.
[[nodiscard]] int usable_processors();

/// The same, looked up anew.
[[nodiscard]] int count_processors();

/// Of a control group's cpu.max ("150000 100000": 1.5 processors, rounded up); none where it sets no limit.
[[nodiscard]] std::optional<int> quota_processors(std::string_view cpu_max);

} // namespace ganvas
