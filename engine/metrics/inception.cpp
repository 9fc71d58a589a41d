#include "engine/metrics/inception.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "engine/data/hash.h"
#include "engine/metrics/tensors.h"
#include "engine/metrics/weight_reader.h"
#include "models/parallel.h"

namespace ganvas {
namespace {

constexpr int input_size = 299;
constexpr double batch_norm_epsilon = 1e-3;

/// Convolution, batch norm (folded in), ReLU.
struct Unit {
    at::Tensor weight, bias;
    std::array<std::int64_t, 2> padding{0, 0};
    std::int64_t stride = 1;

    at::Tensor operator()(const at::Tensor& x) const {
        return at::conv2d(x, weight, bias, {stride, stride}, {padding[0], padding[1]}).relu_();
    }
};

using Chain = std::vector<Unit>;

at::Tensor run(const Chain& chain, at::Tensor x) {
    for (const Unit& unit : chain) x = unit(x);
    return x;
}

at::Tensor average_of_three(const at::Tensor& x) { // padding does not count, as in TensorFlow
    return at::avg_pool2d(x, {3, 3}, {1, 1}, {1, 1}, false, /*count_include_pad=*/false);
}

/// Branches side by side on one input, joined along the channels; `pool` is what the pooling branch does first.
struct Mixed {
    enum class Pool { average, maximum, halving_maximum };
    std::vector<Chain> branches;
    /// A branch may end in two units side by side (1×3 and 3×1): branch k, its two ends.
    std::vector<std::pair<std::size_t, std::array<Unit, 2>>> forks;
    Pool pool = Pool::average;
    std::optional<Unit> after_pool;

    at::Tensor operator()(const at::Tensor& x) const {
        std::vector<at::Tensor> parts;
        for (std::size_t k = 0; k < branches.size(); ++k) {
            auto y = run(branches[k], x);
            const auto fork =
                std::find_if(forks.begin(), forks.end(), [k](const auto& entry) { return entry.first == k; });
            if (fork == forks.end()) {
                parts.push_back(y);
            } else {
                parts.push_back(fork->second[0](y));
                parts.push_back(fork->second[1](y));
            }
        }
        auto pooled = pool == Pool::average   ? average_of_three(x)
                      : pool == Pool::maximum ? at::max_pool2d(x, {3, 3}, {1, 1}, {1, 1})
                                              : at::max_pool2d(x, {3, 3}, {2, 2});
        parts.push_back(after_pool ? (*after_pool)(pooled) : pooled);
        return at::cat(parts, 1);
    }
};

/// Reads the units of one mixed block by the names of the published state dictionary.
class BlockReader {
public:
    BlockReader(WeightReader& reader, std::string prefix) : reader_(reader), prefix_(std::move(prefix)) {}

    Unit unit(const std::string& name, std::int64_t in, std::int64_t out, std::int64_t height,
              std::int64_t width, std::int64_t stride = 1, bool same = true) const {
        auto [w, b] = reader_.convolution(prefix_ + name + ".conv", prefix_ + name + ".bn",
                                          {out, in, height, width}, batch_norm_epsilon);
        Unit made{w, b, {0, 0}, stride};
        if (same) made.padding = {height / 2, width / 2};
        return made;
    }

    Mixed first_kind(std::int64_t in, std::int64_t pooled) const { // Mixed_5b, 5c, 5d
        Mixed block;
        block.branches = {{unit("branch1x1", in, 64, 1, 1)},
                          {unit("branch5x5_1", in, 48, 1, 1), unit("branch5x5_2", 48, 64, 5, 5)},
                          {unit("branch3x3dbl_1", in, 64, 1, 1), unit("branch3x3dbl_2", 64, 96, 3, 3),
                           unit("branch3x3dbl_3", 96, 96, 3, 3)}};
        block.after_pool = unit("branch_pool", in, pooled, 1, 1);
        return block;
    }
    Mixed first_reduction(std::int64_t in) const { // Mixed_6a
        Mixed block;
        block.branches = {{unit("branch3x3", in, 384, 3, 3, 2, false)},
                          {unit("branch3x3dbl_1", in, 64, 1, 1), unit("branch3x3dbl_2", 64, 96, 3, 3),
                           unit("branch3x3dbl_3", 96, 96, 3, 3, 2, false)}};
        block.pool = Mixed::Pool::halving_maximum;
        return block;
    }
    Mixed second_kind(std::int64_t in, std::int64_t narrow) const { // Mixed_6b … 6e
        Mixed block;
        block.branches = {
            {unit("branch1x1", in, 192, 1, 1)},
            {unit("branch7x7_1", in, narrow, 1, 1), unit("branch7x7_2", narrow, narrow, 1, 7),
             unit("branch7x7_3", narrow, 192, 7, 1)},
            {unit("branch7x7dbl_1", in, narrow, 1, 1), unit("branch7x7dbl_2", narrow, narrow, 7, 1),
             unit("branch7x7dbl_3", narrow, narrow, 1, 7), unit("branch7x7dbl_4", narrow, narrow, 7, 1),
             unit("branch7x7dbl_5", narrow, 192, 1, 7)}};
        block.after_pool = unit("branch_pool", in, 192, 1, 1);
        return block;
    }
    Mixed second_reduction(std::int64_t in) const { // Mixed_7a
        Mixed block;
        block.branches = {{unit("branch3x3_1", in, 192, 1, 1), unit("branch3x3_2", 192, 320, 3, 3, 2, false)},
                          {unit("branch7x7x3_1", in, 192, 1, 1), unit("branch7x7x3_2", 192, 192, 1, 7),
                           unit("branch7x7x3_3", 192, 192, 7, 1),
                           unit("branch7x7x3_4", 192, 192, 3, 3, 2, false)}};
        block.pool = Mixed::Pool::halving_maximum;
        return block;
    }
    Mixed third_kind(std::int64_t in, Mixed::Pool pool) const { // Mixed_7b, 7c
        Mixed block;
        block.branches = {{unit("branch1x1", in, 320, 1, 1)},
                          {unit("branch3x3_1", in, 384, 1, 1)},
                          {unit("branch3x3dbl_1", in, 448, 1, 1), unit("branch3x3dbl_2", 448, 384, 3, 3)}};
        block.forks = {
            {1, {unit("branch3x3_2a", 384, 384, 1, 3), unit("branch3x3_2b", 384, 384, 3, 1)}},
            {2, {unit("branch3x3dbl_3a", 384, 384, 1, 3), unit("branch3x3dbl_3b", 384, 384, 3, 1)}}};
        block.pool = pool;
        block.after_pool = unit("branch_pool", in, 192, 1, 1);
        return block;
    }

private:
    WeightReader& reader_;
    std::string prefix_;
};

class Inception final : public FeatureExtractor {
public:
    Inception(InceptionInput input, WeightReader& reader, const std::string& digest)
        : input_(input), name_(input == InceptionInput::tensorflow ? "inception" : "inception-pytorch"),
          identity_(name_ + "-" + digest) {
        const BlockReader whole(reader, "");
        first_ = {whole.unit("Conv2d_1a_3x3", 3, 32, 3, 3, 2, false),
                  whole.unit("Conv2d_2a_3x3", 32, 32, 3, 3, 1, false),
                  whole.unit("Conv2d_2b_3x3", 32, 64, 3, 3)};
        second_ = {whole.unit("Conv2d_3b_1x1", 64, 80, 1, 1),
                   whole.unit("Conv2d_4a_3x3", 80, 192, 3, 3, 1, false)};
        const auto block = [&](const char* name) { return BlockReader(reader, std::string(name) + "."); };
        mixed_ = {block("Mixed_5b").first_kind(192, 32),
                  block("Mixed_5c").first_kind(256, 64),
                  block("Mixed_5d").first_kind(288, 64),
                  block("Mixed_6a").first_reduction(288),
                  block("Mixed_6b").second_kind(768, 128),
                  block("Mixed_6c").second_kind(768, 160),
                  block("Mixed_6d").second_kind(768, 160),
                  block("Mixed_6e").second_kind(768, 192),
                  block("Mixed_7a").second_reduction(768),
                  block("Mixed_7b").third_kind(1280, Mixed::Pool::average),
                  block("Mixed_7c").third_kind(2048, Mixed::Pool::maximum)};
        classifier_ = reader.tensor("fc.weight", {1008, 2048});
    }

    const std::string& name() const override { return name_; }
    std::string identity() const override { return identity_; }
    int dimension() const override { return 2048; }
    bool has_classifier() const override { return true; }
    int best_batch() const override { return 8; } // maps stay in cache
    std::string resize() const override {
        return input_ == InceptionInput::tensorflow
                   ? "299x299 bilinear as in TensorFlow 1 (torch-fidelity)"
                   : "299x299 bilinear with half-pixel centres (pytorch-fid)";
    }

    Result<void> extract(const ImageBatch& images, FeatureMatrix& into, FeatureMatrix* logits) override {
        if (images.count == 0) return {};
        at::InferenceMode inference;
        auto x = run(first_, prepared(images));
        x = run(second_, at::max_pool2d(x, {3, 3}, {2, 2}));
        x = at::max_pool2d(x, {3, 3}, {2, 2});
        for (const auto& block : mixed_) x = block(x);
        auto features = x.mean({2, 3});
        append_rows(features, into);
        if (logits) append_rows(features.matmul(classifier_.t()), *logits);
        return {};
    }

private:
    at::Tensor prepared(const ImageBatch& images) const {
        if (input_ == InceptionInput::half_pixel) {
            auto pictures = rgb_tensor(images);
            if (images.height != input_size || images.width != input_size)
                pictures = at::upsample_bilinear2d(pictures, {input_size, input_size}, false);
            return pictures.div_(127.5).sub_(1);
        }
        auto values = resize_like_tensorflow(images, input_size);
        auto pictures =
            at::from_blob(values.data(), {images.count, input_size, input_size, images.channels}, at::kFloat)
                .permute({0, 3, 1, 2});
        if (images.channels == 1)
            pictures = pictures.expand({images.count, 3, input_size, input_size});
        else if (images.channels == 4)
            pictures = pictures.narrow(1, 0, 3);
        return ((pictures - 128) / 128).contiguous(at::MemoryFormat::ChannelsLast);
    }

    InceptionInput input_;
    std::string name_, identity_;
    Chain first_, second_;
    std::vector<Mixed> mixed_;
    at::Tensor classifier_;
};

/// For each place of the result along one axis: the two source places and the weight of the second.
struct Taps {
    std::vector<int> low, high;
    std::vector<float> weight;

    Taps(int from, int to) {
        const float scale = static_cast<float>(static_cast<double>(from) / to);
        for (int k = 0; k < to; ++k) {
            const float place = static_cast<float>(k) * scale;
            low.push_back(static_cast<int>(place));
            high.push_back(std::min(low.back() + 1, from - 1));
            weight.push_back(place - static_cast<float>(low.back()));
        }
    }
};

std::string digest_of(const TensorFile& file) {
    ContentHash hash;
    for (const auto& tensor : file.tensors) {
        hash.add(std::string_view(tensor.name));
        hash.add(std::span<const std::uint8_t>(tensor.bytes));
    }
    return hash.hex().substr(0, 16);
}

} // namespace

std::vector<float> resize_like_tensorflow(const ImageBatch& images, int size) {
    const Taps across(images.width, size), down(images.height, size);
    const int channels = images.channels;
    std::vector<float> out(static_cast<std::size_t>(images.count) * size * size * channels);
    parallel_parts(images.count, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t n = first; n < last; ++n) {
            const std::uint8_t* picture = images.image(static_cast<int>(n)).data();
            float* to = out.data() + n * size * size * channels;
            for (int y = 0; y < size; ++y) {
                const std::uint8_t* top =
                    picture + static_cast<std::size_t>(down.low[y]) * images.width * channels;
                const std::uint8_t* bottom =
                    picture + static_cast<std::size_t>(down.high[y]) * images.width * channels;
                for (int x = 0; x < size; ++x) {
                    const int left = across.low[x] * channels, right = across.high[x] * channels;
                    for (int c = 0; c < channels; ++c, ++to) {
                        const float a = static_cast<float>(top[left + c]);
                        const float b = static_cast<float>(bottom[left + c]);
                        const float upper = a + (static_cast<float>(top[right + c]) - a) * across.weight[x];
                        const float lower =
                            b + (static_cast<float>(bottom[right + c]) - b) * across.weight[x];
                        *to = upper + (lower - upper) * down.weight[y];
                    }
                }
            }
        }
    });
    return out;
}

Result<std::unique_ptr<FeatureExtractor>> make_inception(InceptionInput input, const Path& weights) {
    const std::string how = "make it from the published file with third_party/convert_inception.py";
    if (weights.empty())
        return Error{ErrorCode::usage, "Inception's weights are not part of this program", "--weights",
                     "give a safetensors file; " + how};
    auto file = read_tensor_file(weights);
    if (!file) {
        Error error = file.error();
        if (error.hint.empty()) error.hint = how;
        return error;
    }
    at::InferenceMode inference;
    WeightReader reader(*file);
    auto network = std::make_unique<Inception>(input, reader, digest_of(*file));
    if (reader.error())
        return Error{ErrorCode::bad_checkpoint, reader.error()->what, weights.string(),
                     "these are not the weights of the Inception-v3 that FID is defined on; " + how};
    return std::unique_ptr<FeatureExtractor>(std::move(network));
}

} // namespace ganvas
