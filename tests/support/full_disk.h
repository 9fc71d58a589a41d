/// While it lives, no file of this process grows beyond a size: what a full disk or a quota does to a writer.
#pragma once

#include <csignal>
#include <sys/resource.h>

namespace ganvas::testing {

class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) {
        previous_handler_ = std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &previous_);
        rlimit limit = previous_;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &previous_);
        std::signal(SIGXFSZ, previous_handler_);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit previous_{};
    void (*previous_handler_)(int) = SIG_DFL;
};

} // namespace ganvas::testing
