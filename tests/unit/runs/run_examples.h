/// Points, checkpoints and stores that the tests of run folders share.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "engine/runs/run_store.h"

namespace ganvas::testing {

inline TrainingPoint training(std::int64_t step) {
    TrainingPoint point;
    point.step = step;
    point.images = step * 64;
    point.seconds = 0.1 * static_cast<double>(step);
    point.epoch = static_cast<double>(step) / 59;
    point.discriminator_loss = 1.0f / 3.0f + static_cast<float>(step);
    point.generator_loss = -0.1f;
    point.real_score = 0.75f;
    point.fake_score = 1e-9f;
    return point;
}

inline DistancePoint distance(std::int64_t step, double value, const std::string& data = "faces") {
    return {step, step * 64, 0.1 * static_cast<double>(step), 0.5, value, 1.25, 4, 2048, "lite0-96", data};
}

inline TensorFile checkpoint(float value) {
    TensorFile file;
    file.add_floats("generator.weight", {256}, std::vector<float>(256, value));
    return file;
}

inline RunInfo info_of(std::int64_t step) {
    RunInfo info;
    info.recipe = "quick";
    info.data_source = "faces";
    info.data_name = "faces";
    info.step = step;
    return info;
}

inline std::unique_ptr<RunStore> make_store(const Path& folder) {
    auto store = RunStore::create(folder);
    REQUIRE(store.ok());
    REQUIRE((*store)->write_run(info_of(0)).ok());
    return store.take();
}

inline std::vector<std::int64_t> steps_of(const RunMetrics& metrics) {
    std::vector<std::int64_t> steps;
    for (const TrainingPoint& point : metrics.training) steps.push_back(point.step);
    return steps;
}

inline void damage(const Path& path) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-5, std::ios::end);
    file.put('\x55');
}

inline std::vector<std::string> file_names(const Path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace ganvas::testing
