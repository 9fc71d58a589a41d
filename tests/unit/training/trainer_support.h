/// Trainers for tests: made, run, compared.
#pragma once

#include <doctest/doctest.h>

#include "engine/training/checkpoint.h"
#include "engine/training/trainer.h"
#include "tests/unit/training/small_data.h"

namespace ganvas::test {

inline std::unique_ptr<Trainer> make_trainer(const Settings& settings, SharedDataset data) {
    auto trainer = Trainer::create(settings, std::move(data), {});
    REQUIRE_MESSAGE(trainer.ok(), trainer.error().line());
    return trainer.take();
}

inline void run_steps(Trainer& trainer, int steps) {
    for (int i = 0; i < steps; ++i) trainer.step();
}

/// The first tensor that differs, "metadata", or nothing when the states are the same to the bit.
inline std::string difference(const TensorFile& a, const TensorFile& b) {
    if (a.metadata != b.metadata) return "metadata";
    if (a.tensors.size() != b.tensors.size()) return "number of tensors";
    for (std::size_t i = 0; i < a.tensors.size(); ++i)
        if (a.tensors[i].name != b.tensors[i].name || a.tensors[i].bytes != b.tensors[i].bytes)
            return a.tensors[i].name;
    return "";
}

/// `steps` in one go, and `before` of them, saved and loaded elsewhere, then the rest: what differs.
inline std::string resume_difference(const Settings& settings, const SharedDataset& data, int before,
                                     int steps) {
    auto whole = make_trainer(settings, data), first = make_trainer(settings, data),
         second = make_trainer(settings, data);
    run_steps(*whole, steps);
    CHECK(whole->take_losses().finite());
    run_steps(*first, before);
    const TensorFile saved = first->save_state();
    run_steps(*second, 1); // anything: the state replaces it
    const auto loaded = second->load_state(saved);
    REQUIRE_MESSAGE(loaded.ok(), loaded.error().line());
    run_steps(*second, steps - before);
    return difference(whole->save_state(), second->save_state());
}

} // namespace ganvas::test
