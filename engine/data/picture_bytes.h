/// What the readers of picture files share.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "engine/core/result.h"

namespace ganvas {

/// An error of the file's own: where it is and what to do is the caller's to say.
inline Error damaged_picture(std::string what) { return {ErrorCode::bad_data, std::move(what), "", ""}; }

inline std::uint32_t big_endian(const std::uint8_t* p) {
    return std::uint32_t(p[0]) << 24 | std::uint32_t(p[1]) << 16 | std::uint32_t(p[2]) << 8 | p[3];
}

} // namespace ganvas
