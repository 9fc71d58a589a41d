// Parts of a guest's work between a host's steps: on the host's thread, never during a step, in the share that was asked
// for; done by the guest where nobody makes steps; and nobody waits for ever.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <thread>

#include "engine/core/elapsed.h"
#include "engine/jobs/step_breaks.h"

using namespace ganvas;
using Clock = std::chrono::steady_clock;

namespace {

void spend(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

/// A host that makes steps of a millisecond until it is destroyed.
struct Host {
    StepBreaks& breaks;
    std::atomic<int> steps = 0;
    std::atomic<bool> inside = false;
    std::jthread thread;

    explicit Host(StepBreaks& shared) : breaks(shared) {
        breaks.open();
        thread = std::jthread([this](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                breaks.serve();
                inside = true;
                spend(0.001);
                inside = false;
                ++steps;
            }
            breaks.close();
        });
    }
};

} // namespace

TEST_CASE("a part is done on the host's thread between two steps") {
    StepBreaks breaks;
    Host host(breaks);
    for (int round = 0; round < 50; ++round) {
        std::thread::id where;
        int before = 0, after = 0;
        bool during_a_step = false;
        REQUIRE(breaks.run(
            [&] {
                where = std::this_thread::get_id();
                before = host.steps;
                spend(0.002);
                during_a_step = host.inside;
                after = host.steps;
            },
            {}));
        CHECK(where == host.thread.get_id());
        CHECK_FALSE(during_a_step);
        CHECK(before == after);
    }
    CHECK(host.steps >= 49); // the last may not be over
}

TEST_CASE("what a part throws is thrown where it was asked for, and the host goes on") {
    StepBreaks breaks;
    Host host(breaks);
    CHECK_THROWS_WITH_AS((void)breaks.run([] { throw std::runtime_error("no memory"); }, {}), "no memory",
                         std::runtime_error);
    const int before = host.steps;
    REQUIRE(breaks.run([] {}, {}));
    spend(0.02);
    CHECK(host.steps > before);
}

TEST_CASE("without steps a guest does its part itself, also when they end while it waits") {
    StepBreaks breaks;
    std::thread::id where;
    REQUIRE(breaks.run([&] { where = std::this_thread::get_id(); }, {}));
    CHECK(where == std::this_thread::get_id());
    breaks.open(); // and nobody serves
    std::thread::id guest_id;
    std::thread guest([&] {
        guest_id = std::this_thread::get_id();
        REQUIRE(breaks.run([&] { where = std::this_thread::get_id(); }, {}));
    });
    spend(0.02);
    breaks.close();
    guest.join();
    CHECK(where == guest_id);
}

TEST_CASE("a stop ends the wait for a break") {
    StepBreaks breaks;
    breaks.open();
    std::stop_source stop;
    std::optional<bool> done;
    bool begun = false;
    std::thread guest([&] { done = breaks.run([&] { begun = true; }, stop.get_token()); });
    spend(0.02);
    stop.request_stop();
    guest.join();
    CHECK(done == false);
    CHECK_FALSE(begun);
    breaks.serve(); // nothing waits any more
    CHECK_FALSE(begun);
}

TEST_CASE("while a hand is on the window no part begins, with or without steps") {
    for (const bool steps : {true, false}) {
        StepBreaks breaks;
        breaks.hold_off(true);
        std::optional<Host> host;
        if (steps) host.emplace(breaks);
        std::atomic<bool> begun = false;
        std::thread guest([&] { REQUIRE(breaks.run([&] { begun = true; }, {})); });
        spend(0.05);
        CHECK_FALSE(begun);
        if (steps) CHECK(host->steps > 5); // the host does not wait for a guest that must wait itself
        breaks.hold_off(false);
        guest.join();
        CHECK(begun);
    }
}

TEST_CASE("a visit has its share of the time, however long its parts are") {
    for (const double part : {0.004, 0.02}) {
        StepBreaks breaks;
        Host host(breaks);
        const auto start = Clock::now();
        StepVisit visit(breaks, 0.25, {});
        while (seconds_since(start) < 0.8) REQUIRE(visit.run([&] { spend(part); }));
        CAPTURE(part);
        const double share = visit.seconds() / seconds_since(start);
        CHECK(share > 0.12);
        CHECK(share < 0.35);
        CHECK(host.steps > 100);
    }
}

TEST_CASE("after a stop a visit neither rests nor works") {
    StepBreaks breaks;
    Host host(breaks);
    std::stop_source stop;
    const auto start = Clock::now();
    StepVisit visit(breaks, 0.01, stop.get_token());
    REQUIRE(visit.run([] { spend(0.05); }));
    std::jthread hand([&] {
        spend(0.05);
        stop.request_stop();
    });
    CHECK_FALSE(visit.run([] {})); // a rest of 5 s, were it not for the stop
    CHECK(seconds_since(start) < 2);
}
