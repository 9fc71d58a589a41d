#include "engine/metrics/discriminator_features.h"

#include "engine/metrics/tensors.h"
#include "models/discriminator.h"

namespace ganvas {
namespace {

class DiscriminatorExtractor final : public FeatureExtractor {
public:
    DiscriminatorExtractor(std::shared_ptr<Discriminator> discriminator, const std::string& key)
        : discriminator_(std::move(discriminator)), identity_("discriminator-" + key) {
        const auto& spec = discriminator_->spec();
        c10::InferenceMode inference;
        discriminator_->eval();
        const auto example = at::zeros({1, spec.channels, spec.image_size, spec.image_size});
        for (const auto& maps : discriminator_->layer_maps(example)) {
            dimension_ += static_cast<int>(maps.size(1)) * discriminator_grid * discriminator_grid;
            ++layers_;
        }
    }

    const std::string& name() const override { return name_; }
    std::string identity() const override { return identity_; }
    int dimension() const override { return dimension_; }
    int best_batch() const override { return 64; }
    std::string resize() const override {
        const auto side = std::to_string(discriminator_->spec().image_size);
        return side + "x" + side + " bilinear, antialiased when shrinking";
    }
    std::map<std::string, double> details() const override { return {{"layers", layers_}}; }

    Result<void> extract(const ImageBatch& images, FeatureMatrix& into, FeatureMatrix*) override {
        if (images.count == 0) return {};
        c10::InferenceMode inference;
        const auto& spec = discriminator_->spec();
        std::vector<at::Tensor> parts;
        for (const auto& maps :
             discriminator_->layer_maps(network_pictures(images, spec.image_size, spec.channels)))
            parts.push_back(pooled(maps).contiguous().view({images.count, -1}));
        append_rows(at::cat(parts, 1), into);
        return {};
    }

private:
    static at::Tensor pooled(const at::Tensor& maps) {
        return std::get<0>(at::adaptive_max_pool2d(maps, {discriminator_grid, discriminator_grid}));
    }

    std::shared_ptr<Discriminator> discriminator_;
    std::string name_ = "discriminator", identity_;
    int dimension_ = 0, layers_ = 0;
};

} // namespace

Result<std::unique_ptr<FeatureExtractor>>
make_discriminator_extractor(std::shared_ptr<Discriminator> discriminator, const std::string& key) {
    if (!discriminator)
        return Error{ErrorCode::usage, "the discriminator's features need a checkpoint that holds one",
                     "--extractor discriminator", "measure a run's checkpoint, or name one with --weights"};
    return std::unique_ptr<FeatureExtractor>(
        std::make_unique<DiscriminatorExtractor>(std::move(discriminator), key));
}

} // namespace ganvas
