/// What the readers of exported pictures say of a file that is not one.
#pragma once

#include "engine/core/files.h"
#include "engine/core/result.h"

namespace ganvas {

inline Error damaged_export(const Path& path, const char* what) {
    return {ErrorCode::bad_data, what, path.string(), "export or download it again"};
}

} // namespace ganvas
