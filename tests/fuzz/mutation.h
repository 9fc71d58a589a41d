/// Mutations of a file that are the same on every machine: for the short run in the test suite.
///
/// A pure function of its arguments, any thread. libFuzzer has better ones, but belongs to clang.
#pragma once

#include "tests/fuzz/fuzz_target.h"

namespace ganvas::fuzz {

/// Number `index` of the mutations of `target`'s files, starting from one of `seeds`; repaired for most
/// indices.
[[nodiscard]] Bytes mutation(const FuzzTarget& target, const std::vector<Bytes>& seeds, std::uint64_t index);

} // namespace ganvas::fuzz
