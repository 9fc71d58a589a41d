/// What a discriminator's loss can be: the scale on which "it wins too easily" has a meaning.
///
/// Pure, any thread. From the loss, D's output, smoothing and flipping of labels; penalties are in no logged loss.
#pragma once

#include "engine/core/settings.h"

namespace ganvas {

struct LossScale {
    bool bounded = false;            ///< false: Wasserstein, whose losses have no scale
    double guess = 0;                ///< D's loss when it cannot tell real from generated at all
    double certain = 0;              ///< … when it is never wrong
    double generator_guess = 0;      ///< G's loss against a D that guesses
    double generator_lost = 0;       ///< G's loss from which on it has next to nothing to learn from
    bool scores_mean_chance = false; ///< D(x) after the sigmoid is the probability that D gives a picture
    /// 0: D guesses, 1: D is never wrong.
    [[nodiscard]] double certainty(double discriminator_loss) const {
        return bounded ? (guess - discriminator_loss) / (guess - certain) : 0;
    }
};

[[nodiscard]] LossScale loss_scale(const Settings& settings);

} // namespace ganvas
