/// A data source as it will still mean the same from another folder: a path becomes whole, "faces:64" stays.
///
/// Pure but for a look at the disk, any thread.
#pragma once

#include <filesystem>
#include <string>

namespace ganvas {

[[nodiscard]] inline std::string lasting_name(const std::string& source) {
    std::error_code code;
    if (source == "faces" || source.starts_with("faces:") || !std::filesystem::exists(source, code))
        return source;
    const auto path = std::filesystem::absolute(source, code);
    return code ? source : path.lexically_normal().string();
}

} // namespace ganvas
