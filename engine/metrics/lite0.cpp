#include "engine/metrics/lite0.h"

#include <cmath>
#include <optional>

#include "engine/metrics/tensors.h"
#include "engine/metrics/weight_reader.h"

namespace ganvas {
namespace {

constexpr double lite0_epsilon = 1e-3;

enum class Activated { no, relu6 };

/// A convolution with its batch norm folded in: y = w * x + b.
struct FoldedConvolution {
    at::Tensor weight, bias;
    int kernel = 1, stride = 1;
    std::int64_t groups = 1;
    Activated activated = Activated::relu6;

    at::Tensor operator()(const at::Tensor& input) const {
        at::Tensor padded = input;
        std::int64_t padding = (kernel - 1) / 2;
        if (stride > 1) { // TensorFlow's "same": the odd pixel of padding goes to the right and the bottom
            const auto pad = [&](std::int64_t size) {
                return std::max<std::int64_t>(((size + stride - 1) / stride - 1) * stride + kernel - size, 0);
            };
            const auto down = pad(input.size(2)), across = pad(input.size(3));
            padded =
                at::constant_pad_nd(input, {across / 2, across - across / 2, down / 2, down - down / 2}, 0);
            padding = 0;
        }
        auto output = at::conv2d(padded, weight, bias, {stride, stride}, {padding, padding}, {1, 1}, groups);
        if (activated == Activated::relu6) at::hardtanh_(output, 0, 6);
        return output;
    }
};

/// Inverted bottleneck: (expand) → depthwise → project, added to its input where the shapes allow it.
struct Block {
    std::optional<FoldedConvolution> expand;
    FoldedConvolution depthwise, project;
    bool residual = false;

    at::Tensor operator()(const at::Tensor& input) const {
        auto x = expand ? (*expand)(input) : input;
        x = project(depthwise(x));
        return residual ? x.add_(input) : x;
    }
};

/// One row of the architecture: `repeats` blocks, the first with `stride`.
struct Stage {
    int repeats, kernel, stride, expansion, channels;
};
constexpr Stage stages[] = {{1, 3, 1, 1, 16},  {2, 3, 2, 6, 24},  {2, 5, 2, 6, 40}, {3, 3, 2, 6, 80},
                            {3, 5, 1, 6, 112}, {4, 5, 2, 6, 192}, {1, 3, 1, 6, 320}};

FoldedConvolution folded(WeightReader& reader, const std::string& weight, const std::string& norm,
                         std::int64_t out, std::int64_t in_per_group, int kernel, int stride,
                         Activated activated) {
    auto [w, b] = reader.convolution(weight, norm, {out, in_per_group, kernel, kernel}, lite0_epsilon);
    return {w, b, kernel, stride, 1, activated};
}

Block read_block(WeightReader& reader, const std::string& prefix, const Stage& stage, int in, int stride) {
    const int wide = in * stage.expansion;
    Block made;
    if (stage.expansion > 1)
        made.expand =
            folded(reader, prefix + "_expand_conv", prefix + "_bn0", wide, in, 1, 1, Activated::relu6);
    made.depthwise = folded(reader, prefix + "_depthwise_conv", prefix + "_bn1", wide, 1, stage.kernel,
                            stride, Activated::relu6);
    made.depthwise.groups = wide;
    made.project =
        folded(reader, prefix + "_project_conv", prefix + "_bn2", stage.channels, wide, 1, 1, Activated::no);
    made.residual = stride == 1 && in == stage.channels;
    return made;
}

class Lite0 final : public FeatureExtractor {
public:
    Lite0(int resolution, WeightReader& reader)
        : name_(resolution == 224 ? "lite0" : "lite0-" + std::to_string(resolution)),
          resolution_(resolution) {
        stem_ = folded(reader, "_conv_stem", "_bn0", 32, 3, 3, 2, Activated::relu6);
        int channels = 32, number = 0;
        for (const auto& stage : stages) {
            for (int k = 0; k < stage.repeats; ++k) {
                blocks_.push_back(read_block(reader, "_blocks." + std::to_string(number++) + ".", stage,
                                             channels, k == 0 ? stage.stride : 1));
                channels = stage.channels;
            }
        }
        head_ = folded(reader, "_conv_head", "_bn1", 1280, channels, 1, 1, Activated::relu6);
        classifier_weight_ = reader.tensor("_fc.weight", {1000, 1280});
        classifier_bias_ = reader.tensor("_fc.bias", {1000});
    }

    const std::string& name() const override { return name_; }
    int dimension() const override { return 1280; }
    bool has_classifier() const override { return true; }
    std::string resize() const override {
        const auto side = std::to_string(resolution_);
        return side + "x" + side + " bilinear, antialiased when shrinking";
    }
    int best_batch() const override { return resolution_ > 100 ? 8 : 16; } // maps stay in cache

    Result<void> extract(const ImageBatch& images, FeatureMatrix& into, FeatureMatrix* logits) override {
        if (images.count == 0) return {};
        at::InferenceMode inference;
        auto x = resized(images).sub_(127).div_(128);
        x = stem_(x);
        for (const auto& block : blocks_) x = block(x);
        auto features = head_(x).mean({2, 3});
        append_rows(features, into);
        if (logits) append_rows(at::addmm(classifier_bias_, features, classifier_weight_.t()), *logits);
        return {};
    }

private:
    at::Tensor resized(const ImageBatch& images) const {
        auto pictures = rgb_tensor(images);
        if (images.height == resolution_ && images.width == resolution_) return pictures;
        const std::int64_t size = resolution_;
        if (images.height > size || images.width > size)
            return at::_upsample_bilinear2d_aa(pictures, {size, size}, false);
        return at::upsample_bilinear2d(pictures, {size, size}, false);
    }

    std::string name_;
    int resolution_;
    FoldedConvolution stem_, head_;
    std::vector<Block> blocks_;
    at::Tensor classifier_weight_, classifier_bias_;
};

} // namespace

Path lite0_weights_path() { return assets_folder() / "features" / "efficientnet_lite0.safetensors"; }

Result<std::unique_ptr<FeatureExtractor>> make_lite0(int resolution, const Path& weights) {
    auto file = read_tensor_file(weights);
    if (!file) {
        Error error = file.error();
        if (error.code == ErrorCode::not_found)
            error.hint =
                "the EfficientNet-Lite0 weights come with the set-up (run.sh); is the program complete?";
        return error;
    }
    at::InferenceMode inference;
    WeightReader reader(*file);
    auto network = std::make_unique<Lite0>(resolution, reader);
    if (reader.error())
        return Error{ErrorCode::bad_checkpoint, reader.error()->what, weights.string(),
                     "these are not the weights of EfficientNet-Lite0; run the set-up again"};
    return std::unique_ptr<FeatureExtractor>(std::move(network));
}

} // namespace ganvas
