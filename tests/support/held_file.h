/// HeldFile: while it lives, the first file call of a kind on a path with certain words in it waits until it is let go: a
/// disk that takes its time.
///
/// One at a time in a process, and no FaultPlan beside it. Its end lets the call go.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>

#include "engine/core/file_calls.h"

namespace ganvas::testing {

class HeldFile final : public FileWatcher {
public:
    explicit HeldFile(std::string words, FileCall call = FileCall::open_to_write)
        : words_(std::move(words)), call_(call) {
        if (watch_file_calls(this) != nullptr) throw std::logic_error("one watcher at a time");
    }
    ~HeldFile() override {
        let_go();
        watch_file_calls(nullptr);
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !waiting_; });
    }
    HeldFile(const HeldFile&) = delete;
    HeldFile& operator=(const HeldFile&) = delete;

    int before(FileCall call, const std::filesystem::path* path, int descriptor, std::size_t&) override {
        if (call != call_ || place_of(path, descriptor).find(words_) == std::string::npos) return 0;
        std::unique_lock lock(mutex_);
        if (held_) return 0; // it was another one
        held_ = waiting_ = true;
        changed_.notify_all();
        changed_.wait(lock, [&] { return free_; });
        waiting_ = false;
        changed_.notify_all();
        return code_;
    }
    /// Whether the call has come, within a minute.
    [[nodiscard]] bool wait_held() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return held_; });
    }
    /// The call goes on, or fails with an error number.
    void let_go(int code = 0) {
        {
            const std::lock_guard lock(mutex_);
            if (free_) return;
            free_ = true;
            code_ = code;
        }
        changed_.notify_all();
    }

private:
    static std::string place_of(const std::filesystem::path* path, int descriptor) {
        if (path != nullptr) return path->string();
        std::error_code code;
        return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), code).string();
    }
    const std::string words_;
    const FileCall call_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false, waiting_ = false, free_ = false; ///< guarded by mutex_
    int code_ = 0;                                       ///< guarded by mutex_
};

} // namespace ganvas::testing
