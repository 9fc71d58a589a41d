/// The networks that some settings describe, for panels: built anew only when the settings or the open data's channels
/// change, since building them each frame would cost too much.
#pragma once

#include <optional>

#include "engine/api/values.h"

namespace ganvas {

class NetworkSummary {
public:
    /// Valid until the next call. `data`: what is open, whose channels the networks may take.
    const ModelSummary& of(const Settings& settings, const std::optional<DataSummary>& data) {
        const int channels = data ? data->channels : 0;
        if (!settings_ || *settings_ != settings || channels_ != channels) {
            settings_ = settings;
            channels_ = channels;
            summary_ = summarise_model(settings, data);
        }
        return summary_;
    }

private:
    std::optional<Settings> settings_; ///< that summary_ is of
    int channels_ = 0;                 ///< of the data that were open; 0: none
    ModelSummary summary_;
};

} // namespace ganvas
