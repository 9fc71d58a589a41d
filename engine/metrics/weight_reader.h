/// Reads a pretrained network's tensors by name and shape, with each batch norm folded into its convolution.
///
/// For .cpp files of metrics. Remembers the first tensor that is missing or wrong and gives zeros from there on, so that
/// a network is built in one pass and asked once, at its end, whether it is sound. One thread; the file must outlive it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "engine/runs/tensor_file.h"

namespace ganvas {

class WeightReader {
public:
    explicit WeightReader(const TensorFile& file) : file_(file) {}

    at::Tensor tensor(const std::string& name, const std::vector<std::int64_t>& shape) {
        auto values = file_.floats(name, shape);
        if (!values) {
            if (!error_) error_ = values.error();
            return at::zeros(shape);
        }
        return at::tensor(*values).view(shape).clone();
    }

    struct Folded {
        at::Tensor weight; ///< [out, in / groups, h, w], channels last
        at::Tensor bias;   ///< [out]
    };
    /// w * x + b with the batch norm `norm` folded in, computed in double.
    Folded convolution(const std::string& weight, const std::string& norm,
                       const std::vector<std::int64_t>& shape, double epsilon) {
        auto w = tensor(weight + ".weight", shape).to(at::kDouble);
        auto scale = tensor(norm + ".weight", {shape[0]}).to(at::kDouble)
                     / (tensor(norm + ".running_var", {shape[0]}).to(at::kDouble) + epsilon).sqrt();
        auto bias = tensor(norm + ".bias", {shape[0]}).to(at::kDouble)
                    - tensor(norm + ".running_mean", {shape[0]}).to(at::kDouble) * scale;
        return {(w * scale.view({-1, 1, 1, 1})).to(at::kFloat).contiguous(at::MemoryFormat::ChannelsLast),
                bias.to(at::kFloat)};
    }

    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

private:
    const TensorFile& file_;
    std::optional<Error> error_;
};

} // namespace ganvas
