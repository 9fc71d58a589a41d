/// A TrainLoop for tests: its folder, its options, and everything that came out of it.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "engine/runs/run_store.h"
#include "engine/training/train_loop.h"
#include "tests/unit/training/small_data.h"

namespace ganvas::test {

/// A run folder of its own, gone at the end.
struct Folder {
    Folder() {
        static std::atomic<int> number{0};
        path = std::filesystem::path(GANVAS_TEST_OUTPUT_DIR) / ("train-loop-" + std::to_string(number++));
        std::filesystem::remove_all(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::filesystem::path path;
};

/// The owner's side: everything that has come, gathered.
struct Watch {
    explicit Watch(TrainLoopOptions options) : loop(std::move(options)) {}
    TrainLoop loop;
    Snapshot last;
    std::vector<TrainingPoint> points;
    std::vector<SampleMark> marks;
    std::vector<Notice> notices;
    std::vector<TrainingState> states;
    std::vector<TrainingIncident> incidents;
    std::vector<SettingChange> changes;
    int models = 0;

    void take() {
        if (auto snapshot = loop.take_snapshot()) {
            if (states.empty() || states.back() != snapshot->state) states.push_back(snapshot->state);
            last = *snapshot;
        }
        for (auto& point : loop.take_points()) points.push_back(point);
        for (auto& mark : loop.take_marks()) marks.push_back(std::move(mark));
        for (auto& notice : loop.take_notices()) notices.push_back(std::move(notice));
        for (auto& incident : loop.take_incidents()) incidents.push_back(incident);
        for (auto& change : loop.take_changes()) changes.push_back(change);
        models += loop.take_model().has_value();
    }
    template <class Condition>
    bool until(Condition&& condition, double seconds = 60) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
        while (std::chrono::steady_clock::now() < end) {
            const bool over = !loop.running();
            take();
            if (condition()) return true;
            if (over) {
                MESSAGE("the loop has ended: " << last.message);
                return false;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        return false;
    }
    bool until_state(TrainingState state) {
        return until([&] { return last.state == state; });
    }
    /// Of a loop that starts paused: at that step, and saved there.
    void step_and_save(std::int64_t step) {
        REQUIRE(until_state(TrainingState::paused));
        loop.send(train_command::Step{static_cast<int>(step - last.step)});
        REQUIRE(until([&] { return last.step == step; }));
        const std::size_t said = notices.size();
        loop.send(train_command::Save{});
        REQUIRE(until([&] { return notices.size() > said; }));
    }
    void end() {
        loop.stop();
        loop.join();
        take();
    }
};

inline TrainLoopOptions small_options(const Folder& folder) {
    TrainLoopOptions options;
    options.settings = small_settings();
    options.recipe = "small";
    options.data = small_data();
    options.device = "cpu";
    options.run_folder = folder.path.string();
    return options;
}

} // namespace ganvas::test
