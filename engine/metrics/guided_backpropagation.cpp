#include "engine/metrics/guided_backpropagation.h"

#include <torch/autograd.h>

#include "engine/metrics/tensors.h"
#include "models/discriminator.h"
#include "models/layers/activation.h"

namespace ganvas {
namespace {

/// [N, C, S, S] gradients → pictures, each scaled by its own largest.
ImageBatch as_pictures(const at::Tensor& gradients) {
    auto largest = gradients.abs().amax({1, 2, 3}, true).clamp_min(1e-20);
    auto bytes = (gradients / largest * 127.5 + 127.5).round().clamp(0, 255).to(at::kByte);
    auto plain = bytes.permute({0, 2, 3, 1}).contiguous();
    ImageBatch batch{static_cast<int>(plain.size(0)),
                     static_cast<int>(plain.size(1)),
                     static_cast<int>(plain.size(2)),
                     static_cast<int>(plain.size(3)),
                     {}};
    const auto* data = plain.data_ptr<std::uint8_t>();
    batch.pixels.assign(data, data + plain.numel());
    return batch;
}

void append(ImageBatch& to, const ImageBatch& from, int index) {
    const auto pixels = from.image(index);
    to.pixels.insert(to.pixels.end(), pixels.begin(), pixels.end());
    ++to.count;
}

} // namespace

Result<ImageBatch> guided_backpropagation(Discriminator& discriminator, const ImageBatch& images,
                                          int filters) {
    const auto& spec = discriminator.spec();
    discriminator.eval();
    at::AutoGradMode gradients(true);
    auto pictures = network_pictures(images, spec.image_size, spec.channels).requires_grad_(true);
    at::Tensor last;
    {
        const GuidedScope guided;
        last = discriminator.layer_maps(pictures).back();
    }
    if (filters < 1 || filters > last.size(1))
        return Error{ErrorCode::usage, "the last convolution has not that many filters",
                     std::to_string(filters), "it has " + std::to_string(last.size(1))};
    std::vector<at::Tensor> of_filters;
    for (int f = 0; f < filters; ++f) {
        // Pictures do not mix in evaluation mode, so the sum's gradient holds each picture's own.
        auto answer = last.select(1, f).amax({1, 2}).sum();
        of_filters.push_back(torch::autograd::grad({answer}, {pictures}, {}, /*retain_graph=*/true)[0]);
    }
    auto all = at::stack(of_filters, 1); // [N, filters, C, S, S]
    return as_pictures(all.reshape({-1, spec.channels, spec.image_size, spec.image_size}));
}

Result<ImageBatch> filter_sheet(Discriminator& trained, Discriminator& untrained, const ImageBatch& images,
                                int filters) {
    auto first = guided_backpropagation(trained, images, filters);
    if (!first) return first.error();
    auto second = guided_backpropagation(untrained, images, filters);
    if (!second) return second.error();
    const auto& spec = trained.spec();
    at::InferenceMode inference;
    auto plain = network_pictures(images, spec.image_size, spec.channels);
    const ImageBatch shown = as_pictures(plain / plain.abs().amax({1, 2, 3}, true).clamp_min(1e-20));
    ImageBatch sheet{0, spec.image_size, spec.image_size, spec.channels, {}};
    for (int n = 0; n < images.count; ++n) {
        append(sheet, shown, n);
        for (const ImageBatch* side : {&*first, &*second})
            for (int f = 0; f < filters; ++f) append(sheet, *side, n * filters + f);
    }
    return sheet;
}

} // namespace ganvas
