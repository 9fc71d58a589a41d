/// The arrows of ARCHITECTURE.md, held by a scan of every #include line.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct Rule {
    std::string folder;
    std::vector<std::string> forbidden; ///< beginnings of include paths
};

/// Folders from the outside in; api's headers (not its sources) are held apart from torch below.
const std::vector<Rule>& rules() {
    static const std::vector<Rule> table = {
        {"models", {"engine/", "app/", "imgui", "GLFW", "glad"}},
        {"engine/core",
         {"engine/api", "engine/data", "engine/training", "engine/metrics", "engine/latent", "engine/runs",
          "models/", "torch/", "ATen/", "c10/", "app/", "imgui"}},
        {"engine/data",
         {"torch/", "ATen/", "c10/", "models/", "app/", "imgui", "engine/training", "engine/latent"}},
        {"engine/runs", {"torch/", "ATen/", "models/", "app/", "imgui", "engine/training", "engine/latent"}},
        {"engine/export",
         {"torch/", "ATen/", "models/", "app/", "imgui", "engine/training", "engine/latent"}},
        {"engine/studies",
         {"torch/", "ATen/", "models/", "app/", "imgui", "engine/training", "engine/latent", "engine/metrics",
          "engine/api"}},
        {"engine/jobs", {"torch/", "ATen/", "models/", "app/", "imgui"}},
        {"engine", {"app/", "imgui", "implot", "GLFW", "glad"}},
        {"app/cli",
         {"torch/", "ATen/", "imgui", "glad", "GLFW", "app/gui", "engine/training", "engine/latent",
          "engine/metrics"}},
        {"app/gui/panels",
         {"torch/", "ATen/", "GLFW", "glad", "engine/training", "engine/latent", "engine/metrics",
          "engine/runs", "engine/data"}},
        {"app/gui/widgets", {"torch/", "ATen/", "engine/api", "engine/training", "GLFW", "glad"}},
    };
    return table;
}

std::vector<std::string> includes_of(const fs::path& file) {
    std::vector<std::string> found;
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        const auto at = line.find("#include");
        if (at != 0) continue;
        const auto open = line.find_first_of("<\"");
        if (open == std::string::npos) continue;
        const auto close = line.find_first_of(">\"", open + 1);
        found.push_back(line.substr(open + 1, close - open - 1));
    }
    return found;
}

bool is_source(const fs::path& path) {
    const std::string ending = path.extension().string();
    return ending == ".h" || ending == ".cpp" || ending == ".cu";
}

} // namespace

TEST_CASE("includes follow the arrows") {
    const fs::path root = GANVAS_SOURCE_DIR;
    int files = 0;
    for (const Rule& rule : rules())
        for (const auto& entry : fs::recursive_directory_iterator(root / rule.folder)) {
            if (!entry.is_regular_file() || !is_source(entry.path())) continue;
            ++files;
            for (const std::string& include : includes_of(entry.path()))
                for (const std::string& beginning : rule.forbidden) {
                    CAPTURE(entry.path().string());
                    CAPTURE(include);
                    CHECK(include.rfind(beginning, 0) != 0);
                }
        }
    CHECK(files > 100);
}

TEST_CASE("no header that app may include names torch") {
    const fs::path root = GANVAS_SOURCE_DIR;
    for (const char* name : {"session.h", "values.h", "state.h", "operations.h", "bench.h", "pictures.h",
                             "process.h", "reproduce.h"})
        for (const std::string& include : includes_of(root / "engine/api" / name)) {
            CAPTURE(name);
            const bool allowed = include.rfind("engine/core/", 0) == 0 || include.rfind("engine/api/", 0) == 0
                                 || include.find('/') == std::string::npos;
            CHECK(allowed);
        }
}
