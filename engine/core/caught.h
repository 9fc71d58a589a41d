/// An exception that a library threw, as an Error that a person can read. Any thread.
#pragma once

#include <exception>
#include <string>

#include "engine/core/result.h"

namespace ganvas {

/// bad_alloc, or words of LibTorch that say the same: its allocators have no type of their own for it.
[[nodiscard]] bool says_out_of_memory(const std::exception& caught);

/// The first line of what it says (LibTorch adds pages of its stack), or that memory ran out, with what to do then.
[[nodiscard]] Error error_of(const std::exception& caught, std::string where, std::string hint = "");

} // namespace ganvas
