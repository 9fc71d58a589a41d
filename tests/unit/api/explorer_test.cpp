#include "engine/api/explorer.h"

#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "engine/latent/renderer.h"
#include "tests/unit/latent/snapshots.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

LatentRequest request(PreviewChannel channel, std::uint64_t id, int count) {
    return {.id = id, .channel = channel, .points = faces(100, count), .follow_model = false};
}

/// Frames in the order in which they are published, until the wanted one is among them.
std::vector<PreviewFrame> frames_until(Explorer& explorer, std::uint64_t wanted) {
    std::vector<PreviewFrame> all;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < end) {
        for (PreviewFrame& frame : explorer.take_frames()) all.push_back(std::move(frame));
        for (const PreviewFrame& frame : all)
            if (frame.id == wanted) return all;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return all;
}

} // namespace

TEST_CASE("beside training a slider's picture comes in the middle of a sheet, and the sheet is whole") {
    constexpr int sheet_size = 2000;
    const auto weights = model(small_spec(), 1, 7);
    Explorer explorer({}, "cpu");
    explorer.set_model({weights, LatentPrior::normal, {}, {}});
    explorer.set_alone(false);
    explorer.request(request(PreviewChannel::sweep_current, 1, 1));
    REQUIRE(frames_until(explorer, 1).back().images); // the thread works, and has this model

    explorer.request(request(PreviewChannel::random_grid, 2, sheet_size));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    for (std::uint64_t id = 3; id < 6; ++id) {
        explorer.request(request(PreviewChannel::sweep_current, id, 1));
        const auto frames = frames_until(explorer, id);
        REQUIRE(frames.size() == 1); // the sheet is not among them
        CHECK(frames[0].images->count == 1);
    }
    const PreviewFrame sheet = frames_until(explorer, 2).back();
    REQUIRE(sheet.images);
    CHECK(sheet.channel == PreviewChannel::random_grid);
    CHECK(sheet.model_id == 7);
    auto renderer = Renderer::create(weights).take();
    const auto whole = renderer->render(faces(100, sheet_size));
    REQUIRE(whole.ok());
    REQUIRE(sheet.images->count == whole->count);
    REQUIRE(sheet.images->pixels.size() == whole->pixels.size());
    CHECK(largest_difference(sheet.images->pixels, whole->pixels) <= 1);
}

TEST_CASE("a point that the model has no direction for is the frame's error, of a picture and of a sheet") {
    Explorer explorer({}, "cpu");
    explorer.set_model({model(small_spec(), 1, 7), LatentPrior::normal, {}, {}});
    explorer.set_alone(false);
    for (const int count : {1, 20}) {
        LatentRequest wrong = request(PreviewChannel::sweep_strip, std::uint64_t(count), count);
        wrong.points.back().attributes = {{"Smiling", 1.0}};
        explorer.request(wrong);
        const auto frames = frames_until(explorer, std::uint64_t(count));
        REQUIRE(frames.size() == 1);
        CHECK(!frames[0].images);
        CHECK(frames[0].error);
    }
}
