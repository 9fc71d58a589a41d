/// How one latent vector is made: what requests, exports and commands carry instead of 100 numbers.
///
/// Value types, any thread. A seed names one latent for ever: coordinate k is random_normal(seed, k).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ganvas {

/// sum of weight * mean(latents of the seeds). One face is {{1, {seed}}}; DCGAN's arithmetic is {+1, …}, {-1, …}, {+1, …}.
struct LatentSum {
    struct Slot {
        double weight = 1;
        std::vector<std::uint64_t> seeds;
        bool operator==(const Slot&) const = default;
    };
    std::vector<Slot> slots;
    [[nodiscard]] static LatentSum face(std::uint64_t seed) { return {{Slot{1.0, {seed}}}}; }
    bool operator==(const LatentSum&) const = default;
};

enum class LatentPath { lerp, slerp };

/// How long a sum of latents is. A mean of n faces has about 1/√n of a face's length, where a generator that never saw
/// such latents draws fog; `prior` scales it to the length that latents of the prior have (√(size · variance)). A single
/// face stays what it is.
enum class LatentLength { sum, prior };

/// The straight way from one face to another, gone `amount` times: 1 adds z(to) - z(from).
struct LatentMove {
    std::uint64_t from = 0, to = 0; ///< seeds
    double amount = 0;
    bool operator==(const LatentMove&) const = default;
};

/// How one latent vector is made, in this order: from (→ to at alpha), attribute directions, principal axes,
/// moves from face to face, coordinates replaced, noise added, truncation (z * t). It is also what exports carry and commands spell out.
struct LatentPoint {
    LatentSum from;
    std::optional<LatentSum> to;
    double alpha = 0; ///< weight of `to`; outside 0..1 extrapolates
    LatentPath path = LatentPath::lerp;
    LatentLength length = LatentLength::sum;                ///< of `from` and `to`
    std::vector<std::pair<std::string, double>> attributes; ///< name, standard deviations along its direction
    std::vector<std::pair<int, double>> axes;               ///< principal axis number, standard deviations
    std::vector<LatentMove> moves;
    std::vector<std::pair<int, double>> coordinates; ///< latent coordinate, its new value
    double noise = 0;
    std::uint64_t noise_seed = 0;
    double truncation = 1; ///< 0..1 shrinks towards the mean face; 1 leaves alone
    int class_label = -1;  ///< of a conditional model; -1: the one that the first seed of `from` names
    /// Classes mixed by weight, in place of class_label when not empty: between 3 and 5 is {{3, 0.5}, {5, 0.5}}.
    std::vector<std::pair<int, double>> class_mix;
    bool operator==(const LatentPoint&) const = default;
};

/// The class that a seed's picture has when none is asked for: neighbouring seeds go through all classes in turn.
[[nodiscard]] constexpr int class_of_seed(std::uint64_t seed, int classes) {
    return classes > 0 ? static_cast<int>(seed % static_cast<std::uint64_t>(classes)) : -1;
}

} // namespace ganvas
