/// Something that holds on the calling thread while an object lives, such as how a layer computes.
#pragma once

namespace ganvas {

/// `Name` tells one such thing from another. They nest; outside of all it is off.
template <class Name>
class ThreadScope {
public:
    explicit ThreadScope(bool on = true) : before_(state()) { state() = on; }
    ~ThreadScope() { state() = before_; }
    ThreadScope(const ThreadScope&) = delete;
    ThreadScope& operator=(const ThreadScope&) = delete;

    [[nodiscard]] static bool on() { return state(); }

private:
    static bool& state() {
        thread_local bool on_now = false;
        return on_now;
    }

    bool before_;
};

} // namespace ganvas
