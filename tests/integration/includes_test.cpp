/// The arrows of ARCHITECTURE.md, held by a scan of every #include line.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

const std::string torch = "torch, ATen, c10";

/// What a folder's files may include of the project and of the libraries that have an arrow of their own.
struct Rule {
    std::string folder;
    std::vector<std::string> allowed; ///< beginnings of include paths
};

const std::vector<Rule>& rules() {
    static const std::vector<Rule> table = {
        {"models", {"models/", torch}},
        {"engine/core", {"engine/core/"}},
        {"engine/data", {"engine/core/", "engine/data/"}},
        {"engine/device", {"engine/core/", "engine/device/", "models/parallel.h", torch}},
        {"engine/export", {"engine/core/", "engine/export/"}},
        {"engine/jobs", {"engine/core/", "engine/jobs/"}},
        {"engine/runs", {"engine/core/", "engine/runs/", "engine/export/"}},
        {"engine/studies", {"engine/core/", "engine/studies/", "engine/runs/", "engine/export/"}},
        {"engine/training",
         {"engine/core/", "engine/training/", "engine/data/", "engine/device/", "engine/jobs/",
          "engine/runs/", "models/", torch}},
        {"engine/metrics",
         {"engine/core/", "engine/metrics/", "engine/data/", "engine/device/", "engine/runs/", "models/",
          torch}},
        {"engine/latent",
         {"engine/core/", "engine/latent/", "engine/data/", "engine/device/", "engine/runs/",
          "engine/metrics/", "engine/training/model_snapshot.h", "models/", torch}},
        {"engine/api", {"engine/", "models/", torch}},
        {"app/cli", {"app/cli/", "engine/api/", "engine/core/"}},
        {"app/gui/gl", {"app/gui/gl/", "engine/core/", "glad"}},
        {"app/gui/widgets", {"app/gui/widgets/", "imgui", "implot"}},
        {"app/gui/panels",
         {"app/gui/panels/", "app/gui/widgets/", "app/gui/gl/texture", "engine/api/", "engine/core/", "imgui",
          "implot"}},
    };
    return table;
}

/// Beginnings that only the rules above may let in.
bool is_ruled(const std::string& include) {
    for (const char* beginning : {"engine/", "models/", "app/", "torch/", "ATen/", "c10/", "imgui", "implot",
                                  "GLFW", "glad", "tests/"})
        if (include.starts_with(beginning)) return true;
    return false;
}

bool is_allowed(const std::string& include, const Rule& rule) {
    for (const std::string& beginning : rule.allowed)
        if (beginning == torch
                ? include.starts_with("torch/") || include.starts_with("ATen/") || include.starts_with("c10/")
                : include.starts_with(beginning))
            return true;
    return false;
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
            for (const std::string& include : includes_of(entry.path())) {
                CAPTURE(entry.path().string());
                CAPTURE(include);
                CHECK((!is_ruled(include) || is_allowed(include, rule)));
            }
        }
    CHECK(files > 300);
}

TEST_CASE("panels have no threads and no locks") {
    for (const auto& entry : fs::directory_iterator(fs::path(GANVAS_SOURCE_DIR) / "app/gui/panels"))
        for (const std::string& include : includes_of(entry.path())) {
            CAPTURE(entry.path().string());
            for (const char* name : {"thread", "mutex", "condition_variable", "future", "atomic"})
                CHECK(include != name);
        }
}

TEST_CASE("no header that app includes leads to torch") {
    const fs::path root = GANVAS_SOURCE_DIR;
    std::set<std::string> seen, waiting;
    for (const auto& entry : fs::recursive_directory_iterator(root / "app"))
        if (entry.is_regular_file() && is_source(entry.path()))
            for (const std::string& include : includes_of(entry.path()))
                if (include.starts_with("engine/")) waiting.insert(include);
    while (!waiting.empty()) {
        const std::string header = *waiting.begin();
        waiting.erase(waiting.begin());
        if (!seen.insert(header).second) continue;
        CAPTURE(header);
        CHECK((header.starts_with("engine/core/") || header.starts_with("engine/api/")));
        for (const std::string& include : includes_of(root / header)) {
            CAPTURE(include);
            CHECK_FALSE((include.starts_with("torch/") || include.starts_with("ATen/")
                         || include.starts_with("c10/")));
            if (include.starts_with("engine/")) waiting.insert(include);
        }
    }
    CHECK(seen.size() > 20);
}
