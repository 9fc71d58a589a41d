#include "models/initialisation.h"

#include <cmath>

#include <ATen/CPUGeneratorImpl.h>

#include "models/layers/attention.h"
#include "models/layers/class_embedding.h"
#include "models/layers/convolution.h"
#include "models/layers/dense.h"
#include "models/layers/minibatch_discrimination.h"
#include "models/layers/normalisation.h"
#include "models/layers/projection.h"

namespace ganvas {
namespace {

constexpr int first_power_iterations = 15;

/// `rows`: the weight as a matrix [outputs, inputs] that shares its memory or is copied back.
void fill_orthogonal(torch::Tensor& weight, bool outputs_second, at::Generator& random) {
    const auto shape = (outputs_second ? weight.transpose(0, 1) : weight).sizes().vec();
    std::int64_t rows = shape[0];
    std::int64_t columns = weight.numel() / rows;
    const bool wide = columns > rows;
    const auto gaussian = at::empty({wide ? columns : rows, wide ? rows : columns}).normal_(0, 1, random);
    auto [q, r] = at::linalg_qr(gaussian);
    q = q * at::sign(at::diagonal(r));
    if (wide) q = q.t();
    const auto values = q.reshape(shape);
    weight.copy_(outputs_second ? values.transpose(0, 1) : values);
}

/// Glorot and Bengio 2010, Keras's default: uniform within sqrt(6 / (inputs + outputs)) of a place of the kernel.
void fill_xavier(torch::Tensor& weight, at::Generator& random) {
    const double places =
        weight.dim() > 2 ? double(weight.numel()) / double(weight.size(0) * weight.size(1)) : 1;
    const double bound = std::sqrt(6 / (places * double(weight.size(0) + weight.size(1))));
    weight.copy_(at::empty(weight.sizes()).uniform_(-bound, bound, random));
}

void fill(torch::Tensor& weight, bool outputs_second, WeightInitialisation kind, double standard_deviation,
          at::Generator& random) {
    if (kind == WeightInitialisation::orthogonal)
        fill_orthogonal(weight, outputs_second, random);
    else if (kind == WeightInitialisation::xavier)
        fill_xavier(weight, random);
    else
        weight.copy_(at::empty(weight.sizes()).normal_(0, standard_deviation, random));
}

void warm_up(const torch::Tensor& matrix, torch::Tensor& u, at::Generator& random) {
    u.copy_(at::empty(u.sizes()).normal_(0, 1, random));
    u.div_(u.norm());
    (void)spectral_norm(matrix, u, first_power_iterations); // for what it does to u
}

/// The module itself (which may live on the stack), then everything in it, in the order of registration.
template <class Visit>
void for_each_layer(torch::nn::Module& module, Visit&& visit) {
    visit(module);
    for (const auto& child : module.modules(false)) visit(*child);
}

/// Layers beside convolutions: true when `layer` was one of them.
bool initialise_vectors(torch::nn::Module& layer, WeightInitialisation kind, double standard_deviation,
                        at::Generator& random) {
    if (auto* dense = dynamic_cast<Dense*>(&layer)) {
        fill(dense->weight, false, kind, standard_deviation, random);
        if (dense->bias.defined()) dense->bias.zero_();
        if (dense->u.defined()) warm_up(dense->weight, dense->u, random);
    } else if (auto* embedding = dynamic_cast<ClassEmbedding*>(&layer)) {
        if (embedding->unit_deviation())
            embedding->weight.copy_(at::empty(embedding->weight.sizes()).normal_(0, 1, random));
        else
            fill(embedding->weight, false, kind, standard_deviation, random);
        if (embedding->u.defined()) warm_up(embedding->weight, embedding->u, random);
    } else if (auto* minibatch = dynamic_cast<MinibatchDiscrimination*>(&layer)) {
        fill(minibatch->weight, true, kind, standard_deviation, random);
    } else if (auto* attention = dynamic_cast<SelfAttention*>(&layer)) {
        attention->gamma.zero_(); // its convolutions are layers of their own
    } else {
        return false;
    }
    return true;
}

} // namespace

void initialise(torch::nn::Module& module, WeightInitialisation kind, double standard_deviation,
                at::Generator random) {
    torch::NoGradGuard no_gradients;
    for_each_layer(module, [&](torch::nn::Module& layer) {
        if (initialise_vectors(layer, kind, standard_deviation, random)) return;
        if (auto* convolution = dynamic_cast<Convolution*>(&layer)) {
            const bool transposed = convolution->options().resampling == Resampling::double_size;
            fill(convolution->weight, transposed, kind, standard_deviation, random);
            if (convolution->bias.defined()) convolution->bias.zero_();
            if (convolution->u.defined())
                warm_up(weight_matrix(convolution->weight, transposed), convolution->u, random);
        } else if (auto* projection = dynamic_cast<LatentProjection*>(&layer)) {
            auto matrix = projection->weight.view({projection->weight.size(0), -1});
            fill(matrix, true, kind, standard_deviation, random);
            if (projection->bias.defined()) projection->bias.zero_();
            if (projection->u.defined()) warm_up(matrix.t(), projection->u, random);
        } else if (auto* readout = dynamic_cast<Readout*>(&layer)) {
            auto row = readout->weight.view({1, -1});
            fill(row, false, kind, standard_deviation, random);
            if (readout->bias.defined()) readout->bias.zero_();
        } else if (auto* normalise = dynamic_cast<NormalisationLayer*>(&layer)) {
            if (!normalise->weight.defined()) return;
            if (normalise->running_mean.defined()
                && kind != WeightInitialisation::xavier) // Keras begins with 1
                normalise->weight.copy_(at::empty(normalise->weight.sizes()).normal_(1, 0.02, random));
            else
                normalise->weight.fill_(1);
            normalise->bias.zero_();
        }
    });
}

void lay_out_channels_last(torch::nn::Module& module) {
    for_each_layer(module, [](torch::nn::Module& layer) {
        auto* convolution = dynamic_cast<Convolution*>(&layer);
        if (convolution && convolution->weight.size(1) > 1)
            convolution->weight.set_data(convolution->weight.contiguous(torch::MemoryFormat::ChannelsLast));
    });
}

at::Generator make_random_generator(std::uint64_t seed) { return at::detail::createCPUGenerator(seed); }

} // namespace ganvas
