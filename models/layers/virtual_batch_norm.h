/// Virtual batch normalisation (Salimans et al. 2016, section 3.4), without scale and shift.
///
/// A torch module, one thread at a time. Each example is normalised with the statistics of a reference batch, fixed for
/// the whole training, and of itself: of R + 1 examples, itself one. The reference statistics depend on the network's
/// weights, so a pass of the reference batch through the network (recording) must come after every change of them;
/// as long as the weights stay, later passes use what was recorded. Recorded while gradients are on, the statistics
/// are part of the graph, and gradients flow through the reference pass as the paper has it.
#pragma once

#include <torch/nn.h>

namespace ganvas {

class VirtualBatchNorm : public torch::nn::Module {
public:
    explicit VirtualBatchNorm(int channels);

    /// [N, C, H, W] → the same shape. Recording: `maps` are the reference batch's, normalised with their own
    /// statistics. Before anything was recorded each example has its own statistics alone.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& maps);

    void set_recording(bool recording) { recording_ = recording; }

    // Buffers: what a checkpoint holds and what evaluation uses.
    torch::Tensor mean;   ///< [C] of the reference batch
    torch::Tensor square; ///< [C], mean of squares
    torch::Tensor size;   ///< scalar: R, 0 before the first recording

private:
    bool recording_ = false;
    torch::Tensor graph_mean_, graph_square_; ///< recorded with gradients on; else undefined
};

/// Switches every such layer in the network; true when there is one.
bool set_recording(torch::nn::Module& network, bool recording);

} // namespace ganvas
