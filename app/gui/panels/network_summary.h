/// The networks that some settings describe, for panels: built anew only when the settings or the open data's channels and
/// classes change, since building them each frame would cost too much.
#pragma once

#include <cstddef>
#include <optional>

#include "engine/api/values.h"

namespace ganvas {

class NetworkSummary {
public:
    /// Valid until the next call. `data` and `classes` as summarise_model.
    const ModelSummary& of(const Settings& settings, const std::optional<DataSummary>& data,
                           int classes = 0) {
        const DataShape shape{data ? data->channels : 0, data ? data->class_names.size() : 0, classes};
        if (!settings_ || *settings_ != settings || shape_ != shape) {
            settings_ = settings;
            shape_ = shape;
            summary_ = summarise_model(settings, data, classes);
        }
        return summary_;
    }

private:
    struct DataShape {
        int channels = 0; ///< of the data that are open; 0: none
        std::size_t data_classes = 0;
        int classes = 0; ///< of the model
        bool operator==(const DataShape&) const = default;
    };
    std::optional<Settings> settings_; ///< that summary_ is of
    DataShape shape_;
    ModelSummary summary_;
};

} // namespace ganvas
