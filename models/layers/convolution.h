/// One convolution of a network: plain, strided or transposed, with or without spectral normalisation.
///
/// A torch module; parameters `weight` and `bias`, buffer `u` (spectral). Output sizes are exact for every kernel of
/// 3–7: `same` keeps, `halve` halves and `double_size` doubles, with asymmetric padding where an even kernel asks for it.
#pragma once

#include <torch/nn.h>

#include "models/specs.h"

namespace ganvas {

enum class Resampling { same, halve, double_size };

struct ConvolutionOptions {
    int inputs = 0;
    int outputs = 0;
    int kernel = 4;
    Resampling resampling = Resampling::same;
    bool bias = false;
    WeightNormalisation weight_normalisation = WeightNormalisation::none;
};

class Convolution : public torch::nn::Module {
public:
    explicit Convolution(const ConvolutionOptions& options);

    /// [N, inputs, H, W] → [N, outputs, H', W'], H' = H, H/2 or 2H (halve wants even sizes).
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& maps);

    torch::Tensor weight; ///< [outputs, inputs, k, k]; transposed (double_size): [inputs, outputs, k, k]
    torch::Tensor bias;   ///< [outputs] or undefined
    torch::Tensor
        u; ///< [outputs], unit length: the left singular vector's estimate; undefined without spectral

    [[nodiscard]] const ConvolutionOptions& options() const { return options_; }

private:
    [[nodiscard]] torch::Tensor used_weight();

    ConvolutionOptions options_;
};

/// The weight as the matrix whose norm is meant: [outputs, everything else].
[[nodiscard]] torch::Tensor weight_matrix(const torch::Tensor& weight, bool transposed);

/// Miyato et al. 2018: refines u in place by `iterations` power iterations (none: uses it as it is) and returns the
/// estimate u' W v of the largest singular value, differentiable in the matrix. matrix [O, K], u [O].
[[nodiscard]] torch::Tensor spectral_norm(const torch::Tensor& matrix, const torch::Tensor& u,
                                          int iterations);

} // namespace ganvas
