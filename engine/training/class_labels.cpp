#include "engine/training/class_labels.h"

#include "engine/core/random.h"

namespace ganvas {

Result<int> count_classes(const Dataset& data) {
    const auto refuse = [&](std::string what) {
        return Error{ErrorCode::bad_data, std::move(what), data.source(),
                     "bring a folder with one sub-folder a class, IDX files with labels or CIFAR, or set "
                     "condition.generator and condition.discriminator to none"};
    };
    const int classes = int(data.class_names().size());
    if (classes == 0) return refuse("a conditional model needs pictures with classes");
    for (std::int64_t i = 0; i < data.size(); ++i)
        if (const int label = data.class_label(i); label < 0 || label >= classes)
            return refuse("a picture has no class: " + data.image_name(i));
    return classes;
}

std::vector<int> draw_classes(const Dataset& data, std::int64_t count, std::uint64_t seed) {
    std::vector<int> classes(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < classes.size(); ++i)
        classes[i] = data.class_label(std::int64_t(random_below(seed, i, std::uint64_t(data.size()))));
    return classes;
}

} // namespace ganvas
