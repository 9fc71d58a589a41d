#include "tests/fuzz/fuzz_target.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/memory_meter.h"

namespace ganvas::fuzz {

const std::vector<FuzzTarget>& all_targets() {
    static const std::vector<FuzzTarget> targets = {
        archive_target(),        attributes_target(), cache_target(),
        celeba_target(),         cifar_target(),      idx_target(),
        image_target(),          latents_target(),    metrics_target(),
        picture_recipe_target(), recipe_target(),     run_json_target(),
        study_record_target(),   study_target(),      tensor_file_target()};
    return targets;
}

const FuzzTarget* find_target(std::string_view name) {
    for (const FuzzTarget& target : all_targets())
        if (target.name == name) return &target;
    return nullptr;
}

void read_within_memory(const FuzzTarget& target, View file) {
    const MemoryMeter meter;
    const std::size_t declared = std::max(target.read(file), file.size());
    const std::size_t peak = meter.peak();
    if (peak <= target.times * declared + target.overhead) return;
    std::fprintf(stderr, "%s: %zu bytes of memory for a file of %zu bytes that declares %zu\n", target.name,
                 peak, file.size(), declared);
    std::abort();
}

void expect(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "expected: %s\n", what);
    std::abort();
}

Bytes join(View first, View second) {
    Bytes out{static_cast<std::uint8_t>(first.size()), static_cast<std::uint8_t>(first.size() >> 8)};
    out.insert(out.end(), first.begin(), first.end());
    out.insert(out.end(), second.begin(), second.end());
    return out;
}

TwoFiles split(View joined) {
    if (joined.size() < 2) return {};
    const std::size_t length = std::min<std::size_t>(joined[0] | joined[1] << 8, joined.size() - 2);
    return {joined.subspan(2, length), joined.subspan(2 + length)};
}

} // namespace ganvas::fuzz
