/// A copied `ganvas …` line as a shell and the command line would take it, run by the operations behind it.
///
/// Only what copies of sweeps and lists of points hold: `interpolate` and `sample`, each option with one value.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "engine/api/operations.h"

namespace ganvas::testing {

inline std::vector<std::string> shell_words(const std::string& line) {
    FILE* pipe = ::popen(("printf '%s\\n' " + line).c_str(), "r");
    std::vector<std::string> words(1);
    for (int c; (c = std::fgetc(pipe)) != EOF;) {
        if (c == '\n')
            words.emplace_back();
        else
            words.back() += static_cast<char>(c);
    }
    ::pclose(pipe);
    words.pop_back();
    return words;
}

/// Writes to `out` in place of the line's own --out.
inline Result<PictureReport> run_typed(const std::string& line, const std::string& out) {
    const std::vector<std::string> words = shell_words(line);
    std::map<std::string, std::string> options;
    for (std::size_t at = 3; at + 1 < words.size(); at += 2) options[words[at]] = words[at + 1];
    const auto text = [&](const char* name, const char* usual) {
        return options.count(name) > 0 ? options[name] : std::string(usual);
    };
    const auto whole = [&](const char* name, const char* usual) {
        return std::strtoull(text(name, usual).c_str(), nullptr, 10);
    };
    PictureOptions picture;
    picture.checkpoint = words.at(2);
    picture.out = out;
    picture.columns = static_cast<int>(whole("--columns", "0"));
    if (words.at(1) == "interpolate") {
        InterpolateOptions sweep;
        sweep.from = whole("--from", "0");
        sweep.to = whole("--to", "0");
        sweep.steps = static_cast<int>(whole("--steps", "64"));
        sweep.space = text("--space", "z");
        const std::string alpha = text("--alpha", "0:1");
        const std::size_t colon = alpha.find(':');
        sweep.alpha_from = std::strtod(alpha.c_str(), nullptr);
        sweep.alpha_to = std::strtod(alpha.c_str() + (colon == alpha.npos ? 0 : colon + 1), nullptr);
        sweep.from_image = text("--from-image", "");
        sweep.to_image = text("--to-image", "");
        return interpolate(picture, sweep);
    }
    if (options.count("--points") == 0)
        return sample(picture, static_cast<std::int64_t>(whole("--count", "64")), whole("--seed", "0"));
    PointsOptions points;
    points.json = options["--points"];
    points.space = text("--space", "z");
    points.from_image = text("--from-image", "");
    points.to_image = text("--to-image", "");
    return sample_points(picture, points);
}

} // namespace ganvas::testing
