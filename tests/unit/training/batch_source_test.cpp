#include <doctest/doctest.h>
#include <torch/types.h>

#include <cmath>
#include <set>

#include "engine/training/batch_source.h"
#include "tests/unit/training/small_data.h"

using namespace ganvas;
using namespace ganvas::test;

TEST_CASE("an epoch shows every picture once, in an order of its own") {
    const auto order = epoch_order(1, 0, 1000);
    CHECK(std::set<std::int32_t>(order.begin(), order.end()).size() == 1000);
    CHECK(order == epoch_order(1, 0, 1000));
    CHECK(order != epoch_order(1, 1, 1000));
    CHECK(order != epoch_order(2, 0, 1000));
}

TEST_CASE("batches come in epochs, drop the rest, and can begin again anywhere") {
    auto data = small_data(21);
    BatchSource source(data, 8, 5, false);
    std::vector<torch::Tensor> batches;
    std::vector<BatchCursor> cursors;
    for (int i = 0; i < 5; ++i) {
        batches.push_back(source.next());
        cursors.push_back(source.cursor());
    }
    CHECK(batches[0].sizes() == torch::IntArrayRef({8, 1, 28, 28}));
    CHECK(batches[0].min().item<float>() >= -1);
    CHECK(batches[0].max().item<float>() <= 1);
    CHECK(cursors[1] == BatchCursor{0, 16});
    CHECK(cursors[2] == BatchCursor{1, 8}); // 5 pictures of epoch 0 were dropped
    std::set<int> seen;
    for (int i = 0; i < 2; ++i)
        for (int n = 0; n < 8; ++n)
            seen.insert(int(std::lround((batches[std::size_t(i)][n][0][0][0].item<float>() + 1) * 127.5)));
    CHECK(seen.size() == 16); // the first pixel is the picture's number
    source.restart(cursors[1]);
    CHECK(torch::equal(source.next(), batches[2]));
    CHECK(torch::equal(source.next(), batches[3]));

    BatchSource tiny(small_data(3), 8, 1, false);
    CHECK(tiny.next().size(0) == 8);
    CHECK(tiny.cursor() == BatchCursor{2, 2});

    BatchSource mirrored(data, 8, 5, true);
    const auto turned = mirrored.next();
    int flips = 0;
    for (int n = 0; n < 8; ++n) {
        const bool flipped = torch::equal(turned[n], batches[0][n].flip({2}));
        CHECK((flipped || torch::equal(turned[n], batches[0][n])));
        flips += flipped;
    }
    CHECK(flips > 0);
    CHECK(flips < 8);
    mirrored.set_mirror(false);
    CHECK(torch::equal(mirrored.next(), batches[1]));
    mirrored.restart({});
    mirrored.set_mirror(true); // also of what was made ahead
    CHECK(torch::equal(mirrored.next(), turned));
}

TEST_CASE("what goes wrong while a batch is gathered reaches the training thread") {
    auto data = small_data();
    data->broken = true;
    BatchSource source(data, 8, 1, false);
    CHECK_THROWS_WITH((void)source.next(), "the disc was taken away");
}
