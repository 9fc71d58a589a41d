#include <algorithm>

#include "engine/data/faces/faces.h"
#include "engine/data/hash.h"
#include "engine/data/source.h"

namespace ganvas {
namespace {

/// The size at which faces are drawn for a wanted size; outside the range of the drawing they are resized.
int drawn_size(const Preparation& preparation) {
    return std::clamp(preparation.size > 0 ? preparation.size : 64, smallest_face, largest_face);
}

Image draw(std::uint64_t seed, std::uint64_t index, int size) {
    Image image(size, size, 3);
    render_face(draw_face_parameters(seed, index), size, image.pixels);
    return image;
}

class FacesSource : public Source {
public:
    FacesSource(std::int64_t count, const Preparation& preparation)
        : seed_(preparation.split == DataSplit::test ? face_dataset_seed + 1 : face_dataset_seed),
          size_(drawn_size(preparation)) {
        table_.attribute_names = face_attribute_names();
        for (std::int64_t i = 0; i < count; ++i) {
            table_.names.push_back("face " + std::to_string(i));
            const auto values = face_attributes(draw_face_parameters(seed_, static_cast<std::uint64_t>(i)));
            table_.attributes.insert(table_.attributes.end(), values.begin(), values.end());
        }
    }

    Result<void> stream(std::span<const std::int64_t> selection, const Receive& receive) override {
        for (const std::int64_t index : selection) {
            auto load = [this, index]() -> Result<Image> {
                return draw(seed_, static_cast<std::uint64_t>(index), size_);
            };
            if (!receive(index, 0, std::move(load))) break;
        }
        return {};
    }

private:
    std::uint64_t seed_;
    int size_;
};

} // namespace

OwnedSource make_faces_source(std::int64_t count, const Preparation& preparation) {
    return std::make_unique<FacesSource>(count, preparation);
}

std::string faces_state(const Preparation& preparation) {
    ContentHash hash;
    for (std::uint64_t index = 0; index < 8; ++index) {
        hash.add(
            std::span<const std::uint8_t>(draw(face_dataset_seed, index, drawn_size(preparation)).pixels));
        for (const std::int8_t value : face_attributes(draw_face_parameters(face_dataset_seed, index)))
            hash.add(static_cast<std::uint64_t>(value > 0));
    }
    return hash.hex();
}

} // namespace ganvas
