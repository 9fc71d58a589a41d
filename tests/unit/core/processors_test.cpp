// How many threads may work at once, whatever the machine has.
#include <doctest/doctest.h>

#include <sched.h>

#include <thread>

#include "engine/core/processors.h"

using namespace ganvas;

TEST_CASE("processors: no more than the affinity allows") {
    const int all = count_processors();
    CHECK(all >= 1);
    CHECK(usable_processors() >= 1);
    cpu_set_t allowed;
    REQUIRE(sched_getaffinity(0, sizeof allowed, &allowed) == 0);
    CHECK(all <= CPU_COUNT(&allowed));
    int first = 0;
    while (!CPU_ISSET(first, &allowed)) ++first;
    std::thread([first] { // the affinity is this thread's own
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(first, &one);
        REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
        CHECK(count_processors() == 1);
    })
        .join();
}

TEST_CASE("processors: a control group's quota") {
    CHECK(quota_processors("200000 100000\n") == 2);
    CHECK(quota_processors("150000 100000\n") == 2);
    CHECK(quota_processors("1000 100000\n") == 1);
    CHECK_FALSE(quota_processors("max 100000\n").has_value());
    for (const char* odd : {"", "200000", "0 100000", "-1 100000", "200000 0", "a b"})
        CHECK_FALSE(quota_processors(odd).has_value());
}
