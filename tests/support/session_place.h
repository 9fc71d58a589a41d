/// A folder of a test's own for a session's runs, cache and configuration, and what tests of sessions do all the time.
///
/// One Place at a time: it is told to the session by environment variables. Main thread.
#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "engine/api/session.h"
#include "engine/core/files.h"

namespace ganvas::testing {

struct Place {
    Path folder = std::filesystem::temp_directory_path() / ("ganvas-place-" + std::to_string(::getpid()));
    Place() {
        std::filesystem::create_directories(folder);
        ::setenv("GANVAS_RUNS", (folder / "runs").c_str(), 1);
        ::setenv("GANVAS_CACHE", (folder / "cache").c_str(), 1);
        ::setenv("GANVAS_CONFIG", (folder / "config").c_str(), 1);
    }
    ~Place() { std::filesystem::remove_all(folder); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    [[nodiscard]] std::int64_t runs() const {
        if (!std::filesystem::exists(folder / "runs")) return 0;
        return std::distance(std::filesystem::directory_iterator(folder / "runs"), {});
    }
};

/// A session that has opened nothing yet.
inline std::unique_ptr<Session> empty_session(const std::string& open = {}) {
    SessionOptions options;
    options.load_shipped_model = false;
    options.open = open;
    auto made = make_session(options);
    REQUIRE(made.ok());
    return made.take();
}

inline bool wait_for(Session& session, const std::function<bool(const View&)>& holds, double seconds = 60) {
    const auto start = std::chrono::steady_clock::now();
    while (std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < seconds) {
        if (holds(session.poll())) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

inline void change(Session& session, std::initializer_list<std::pair<const char*, const char*>> settings) {
    for (const auto& [key, value] : settings) session.send(ChangeSetting{key, value});
}

/// Networks that make many steps a second, and nothing measured beside them.
inline void make_small(Session& session) {
    change(session, {{"generator.width", "8"},
                     {"discriminator.width", "8"},
                     {"image.size", "32"},
                     {"latent.size", "16"},
                     {"train.batch", "8"},
                     {"train.threads", "1"},
                     {"train.log_every", "2"},
                     {"measure.live", "false"}});
}

inline bool in_state(const View& view, TrainingState state) { return view.snapshot.state == state; }

/// Training, with at least so many steps made; its folder.
inline std::string train_until(Session& session, std::int64_t step) {
    session.send(StartTraining{});
    REQUIRE(wait_for(session, [&](const View& v) {
        return in_state(v, TrainingState::running) && v.snapshot.step >= step;
    }));
    return session.poll().snapshot.run_folder;
}

inline void stop(Session& session) {
    session.send(StopTraining{});
    REQUIRE(wait_for(session, [](const View& v) { return in_state(v, TrainingState::paused); }));
}

inline nlohmann::json run_json_of(const Path& folder) {
    const auto text = read_text(folder / "run.json");
    REQUIRE(text.ok());
    return nlohmann::json::parse(*text);
}

/// The newest notice that offers this; null without one.
inline const Notice* offer_in(const View& view, NoticeAction action) {
    for (auto one = view.notices.rbegin(); one != view.notices.rend(); ++one)
        if (one->action == action) return &*one;
    return nullptr;
}

} // namespace ganvas::testing
