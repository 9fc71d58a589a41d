#include "models/layers/attention.h"

namespace ganvas {
namespace {

/// [N, C, H, W], channels last → [N, H * W, C] without a copy.
torch::Tensor places(const torch::Tensor& maps) { return maps.permute({0, 2, 3, 1}).flatten(1, 2); }

} // namespace

SelfAttention::SelfAttention(int channels, WeightNormalisation weight_normalisation) {
    const int narrow = attention_channels(channels);
    const auto one_by_one = [&](const char* name, int inputs, int outputs) {
        return register_module(name, std::make_shared<Convolution>(ConvolutionOptions{
                                         inputs, outputs, 1, Resampling::same, false, weight_normalisation}));
    };
    f_ = one_by_one("f", channels, narrow);
    g_ = one_by_one("g", channels, narrow);
    h_ = one_by_one("h", channels, narrow);
    v_ = one_by_one("v", narrow, channels);
    gamma = register_parameter("gamma", torch::zeros({1}));
}

torch::Tensor SelfAttention::forward(const torch::Tensor& maps, torch::Tensor* attention) {
    const auto keys = places(f_->forward(maps)), queries = places(g_->forward(maps));
    const auto weights = at::softmax(at::bmm(queries, keys.transpose(1, 2)), 2); // [N, j, i]
    if (attention) *attention = weights.detach().to(torch::kFloat32);
    const auto seen = at::bmm(weights, places(h_->forward(maps))); // [N, H * W, C / 8]
    const auto seen_maps = seen.unflatten(1, {maps.size(2), maps.size(3)}).permute({0, 3, 1, 2});
    return maps + gamma.to(maps.scalar_type()) * v_->forward(seen_maps);
}

} // namespace ganvas
