#include "engine/core/processors.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <thread>

#include "engine/core/files.h"

namespace ganvas {
namespace {

/// The smallest quota from this program's control group (version 2) up to the root.
std::optional<int> smallest_quota() {
    const auto groups = read_text("/proc/self/cgroup");
    if (!groups) return std::nullopt;
    const std::size_t start = groups->find("0::/");
    if (start == groups->npos) return std::nullopt;
    const std::string name = groups->substr(start + 3, groups->find('\n', start) - start - 3);
    std::optional<int> least;
    const Path root = "/sys/fs/cgroup";
    for (Path group = root / Path(name).relative_path();; group = group.parent_path()) {
        if (const auto text = read_text(group / "cpu.max"))
            if (const auto quota = quota_processors(*text)) least = std::min(least.value_or(*quota), *quota);
        if (group == root || !group.string().starts_with(root.string() + "/")) return least;
    }
}

} // namespace

std::optional<int> quota_processors(std::string_view cpu_max) {
    const std::size_t blank = cpu_max.find(' ');
    if (blank == cpu_max.npos) return std::nullopt;
    const auto whole = [](std::string_view text) {
        long long value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        return error == std::errc() && end != text.data() ? value : 0;
    };
    const long long quota = whole(cpu_max.substr(0, blank)), period = whole(cpu_max.substr(blank + 1));
    if (quota <= 0 || period <= 0) return std::nullopt;
    return static_cast<int>(std::clamp((quota + period - 1) / period, 1LL, 4096LL));
}

int count_processors() {
    int count = static_cast<int>(std::thread::hardware_concurrency());
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) count = CPU_COUNT(&allowed);
    if (const auto quota = smallest_quota()) count = std::min(count, *quota);
    return std::max(1, count);
}

int usable_processors() {
    static const int count = count_processors();
    return count;
}

} // namespace ganvas
