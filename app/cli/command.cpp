#include "app/cli/command.h"

#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <thread>
#include <unistd.h>

namespace ganvas::cli {
namespace {

volatile std::sig_atomic_t interrupted = 0; // the only thing a signal handler may touch

void on_signal(int) {
    // The second signal ends the program at once: somebody means it.
    if (interrupted != 0) ::_exit(130);
    interrupted = 1;
}

/// Turns the signal flag into a stop token; one for the whole process, made on first use.
struct Interrupt {
    std::stop_source source;
    std::jthread watcher{[this](std::stop_token stop) {
        while (!stop.stop_requested()) {
            if (interrupted != 0) {
                source.request_stop();
                return;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }};
};

using Clock = std::chrono::steady_clock;

class ProgressPrinter {
public:
    ProgressPrinter(std::string title, TimeLeft left)
        : title_(std::move(title)), left_(left), terminal_(::isatty(STDERR_FILENO) == 1),
          start_(Clock::now()), last_(start_) {}
    void report(double fraction, std::string_view text) {
        const auto now = Clock::now();
        const double since = std::chrono::duration<double>(now - last_).count();
        if (drawn_ && since < (terminal_ ? 0.1 : 60.0)) return;
        if (!terminal_ && since < 60.0) return;
        last_ = now;
        drawn_ = true;
        const double elapsed = std::chrono::duration<double>(now - start_).count();
        const std::string left = left_ == TimeLeft::by_the_fraction && fraction > 0.01 && fraction < 1
                                     ? ", " + duration_text(elapsed / fraction - elapsed) + " left"
                                     : "";
        std::string detail(text);
        if (detail.find("/s") == std::string::npos && fraction > 0 && elapsed > 0.5)
            detail += format("%s%.1f %%/s", detail.empty() ? "" : ", ", 100 * fraction / elapsed);
        const bool known = fraction >= 0;
        if (!terminal_) {
            const std::string done = known ? format("%.0f %%, ", fraction * 100) : std::string();
            std::fprintf(stderr, "%s: %s%s%s\n", title_.c_str(), done.c_str(), detail.c_str(), left.c_str());
            return;
        }
        if (!known) {
            std::fprintf(stderr, "\r\033[K%s  %s", title_.c_str(), detail.c_str());
            std::fflush(stderr);
            return;
        }
        std::string bar;
        for (int k = 0; k < 24; ++k) bar += k < static_cast<int>(fraction * 24 + 0.5) ? "█" : "░";
        std::fprintf(stderr, "\r\033[K%s %s %3.0f %%  %s%s", title_.c_str(), bar.c_str(), fraction * 100,
                     detail.c_str(), left.c_str());
        std::fflush(stderr);
    }

private:
    std::string title_;
    TimeLeft left_;
    bool terminal_;
    bool drawn_ = false;
    Clock::time_point start_, last_;
};

} // namespace

void install_interrupt_handlers() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    // The terminal is closed, or the connection lost; under nohup it is to be passed over.
    struct sigaction before {};
    if (::sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
        ::sigaction(SIGHUP, &action, nullptr);
    (void)interrupt_token();
}

std::stop_token interrupt_token() {
    static Interrupt instance; // a signal is process-wide, so is its token
    return instance.source.get_token();
}

void clear_bar() {
    if (::isatty(STDERR_FILENO) == 1) std::fputs("\r\033[K", stderr);
}

int fail(const Error& error) {
    clear_bar();
    std::fprintf(stderr, "ganvas: error: %s\n", error.line().c_str());
    switch (error.code) {
    case ErrorCode::usage: return 2;
    case ErrorCode::interrupted: return 130;
    default: return 1;
    }
}

Progress Context::progress(const std::string& title, TimeLeft left) {
    auto printer = std::make_shared<ProgressPrinter>(title, left);
    return {[printer](double fraction, std::string_view text) { printer->report(fraction, text); },
            interrupt_token()};
}

void Context::print(const Json& object, const std::string& text) const {
    clear_bar();
    std::string out = json ? object.dump(-1, ' ', false, Json::error_handler_t::replace) : text;
    if (!out.empty() && (json || out.back() != '\n')) out += '\n';
    const bool whole = std::fputs(out.c_str(), stdout) >= 0;
    if ((!whole || std::fflush(stdout) != 0) && print_failure_ == 0) print_failure_ = errno;
}

Result<std::vector<std::uint64_t>> parse_seeds(const std::string& text) {
    std::vector<std::uint64_t> seeds;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (true) {
        std::uint64_t seed = 0;
        const auto parsed = std::from_chars(at, end, seed);
        if (parsed.ec != std::errc())
            return Error{ErrorCode::usage, "not a list of seeds", text,
                         "write whole numbers with commas, as in 3,17,42"};
        seeds.push_back(seed);
        if (parsed.ptr == end) return seeds;
        if (*parsed.ptr != ',')
            return Error{ErrorCode::usage, "not a list of seeds", text,
                         "write whole numbers with commas, as in 3,17,42"};
        at = parsed.ptr + 1;
    }
}

std::string format(const char* pattern, ...) {
    va_list arguments, again;
    va_start(arguments, pattern);
    va_copy(again, arguments);
    const int size = std::vsnprintf(nullptr, 0, pattern, arguments);
    va_end(arguments);
    std::string text(static_cast<std::size_t>(size > 0 ? size : 0), '\0');
    std::vsnprintf(text.data(), text.size() + 1, pattern, again);
    va_end(again);
    return text;
}

std::string short_number(double value) {
    if (value >= 1e6) return format("%.2f M", value / 1e6);
    if (value >= 1e4) return format("%.1f k", value / 1e3);
    return format("%.0f", value);
}

std::string duration_text(double seconds) {
    const long whole = static_cast<long>(seconds + 0.5);
    if (whole >= 3600) return format("%ld:%02ld:%02ld h", whole / 3600, whole / 60 % 60, whole % 60);
    if (whole >= 60) return format("%ld:%02ld min", whole / 60, whole % 60);
    return format("%ld s", whole);
}

} // namespace ganvas::cli
