/// The ending of a file's name as everything that chooses by it must see it: ".PNG" is ".png".
///
/// Pure functions, any thread.
#pragma once

#include <filesystem>
#include <string>

namespace ganvas {

/// With its dot, ASCII letters lower case; empty without one.
[[nodiscard]] inline std::string file_ending(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    for (char& letter : ending)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return ending;
}

/// The kinds of film that can be written.
[[nodiscard]] inline bool is_film(const std::filesystem::path& path) {
    const std::string ending = file_ending(path);
    return ending == ".gif" || ending == ".webp";
}

/// The kinds of table in which latents can be written.
[[nodiscard]] inline bool is_latent_table(const std::filesystem::path& path) {
    const std::string ending = file_ending(path);
    return ending == ".csv" || ending == ".safetensors";
}

} // namespace ganvas
