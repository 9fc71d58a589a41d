/// Mutexes of which the compiler knows what they guard.
///
/// With clang (-Wthread-safety; the `fuzz` preset turns warnings into errors) a member that is
/// GANVAS_GUARDED_BY a mutex may only be touched, and a function that GANVAS_REQUIRES one only be called,
/// while a MutexLock of it is held. Other compilers see a std::mutex and its lock. A condition waits with
/// std::condition_variable_any.
#pragma once

#include <mutex>

#if defined(__clang__)
#define GANVAS_THREAD_ATTRIBUTE(attribute) __attribute__((attribute))
#else
#define GANVAS_THREAD_ATTRIBUTE(attribute)
#endif
#define GANVAS_GUARDED_BY(mutex) GANVAS_THREAD_ATTRIBUTE(guarded_by(mutex))
#define GANVAS_REQUIRES(mutex) GANVAS_THREAD_ATTRIBUTE(requires_capability(mutex))
#define GANVAS_ACQUIRES(...) GANVAS_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define GANVAS_RELEASES(...) GANVAS_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))

namespace ganvas {

class GANVAS_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
public:
    void lock() GANVAS_ACQUIRES() { mutex_.lock(); }
    void unlock() GANVAS_RELEASES() { mutex_.unlock(); }

private:
    std::mutex mutex_;
};

/// Holds the mutex while it lives, but for the time between unlock() and lock().
class GANVAS_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
public:
    explicit MutexLock(Mutex& mutex) GANVAS_ACQUIRES(mutex) : mutex_(mutex) { mutex_.lock(); }
    ~MutexLock() GANVAS_RELEASES() {
        if (held_) mutex_.unlock();
    }
    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;
    void lock() GANVAS_ACQUIRES() {
        mutex_.lock();
        held_ = true;
    }
    void unlock() GANVAS_RELEASES() {
        held_ = false;
        mutex_.unlock();
    }

private:
    Mutex& mutex_;
    bool held_ = true;
};

} // namespace ganvas
