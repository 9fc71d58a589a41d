#include "engine/latent/principal_axes.h"

#include <algorithm>

#include <ATen/ATen.h>

#include "engine/latent/neighbours.h"
#include "engine/metrics/tensors.h"

namespace ganvas {
namespace {

struct Observations {
    at::Tensor latents;  ///< [n, L] double
    at::Tensor pictures; ///< [n, P] double, block means 0..255
};

Result<Observations> observe(LatentRenderer& renderer, int samples, std::uint64_t seed,
                             const Progress& progress) {
    const int size = renderer.space().size;
    std::vector<double> latents;
    std::vector<float> pictures;
    for (int first = 0; first < samples; first += 64) {
        if (progress.stop_requested())
            return Error{ErrorCode::interrupted, "finding axes was stopped", "", ""};
        progress.report(0.9 * first / samples, "rendering samples");
        std::vector<LatentVector> batch;
        for (int k = first; k < std::min(first + 64, samples); ++k) {
            batch.push_back(latent_of_seed(seed + static_cast<std::uint64_t>(k), renderer.space()));
            latents.insert(latents.end(), batch.back().begin(), batch.back().end());
        }
        auto images = renderer.render_latents(batch);
        if (!images) return images.error();
        for (int k = 0; k < images->count; ++k) {
            const auto means =
                block_means(images->image(k).data(), images->height, images->width, images->channels);
            pictures.insert(pictures.end(), means.begin(), means.end());
        }
    }
    const auto columns = static_cast<std::int64_t>(pictures.size()) / samples;
    return Observations{at::tensor(latents, at::kDouble).view({samples, size}),
                        at::tensor(pictures).to(at::kDouble).view({samples, columns})};
}

} // namespace

Result<PrincipalAxes> find_principal_axes(LatentRenderer& renderer, const PrincipalAxesOptions& options,
                                          const Progress& progress) {
    const int size = renderer.space().size;
    const int samples = std::max(options.samples, 4 * size);
    at::InferenceMode inference;
    auto observed = observe(renderer, samples, options.seed, progress);
    if (!observed) return observed.error();
    auto z = observed->latents - observed->latents.mean(0, true);
    auto x = observed->pictures - observed->pictures.mean(0, true);

    // Ridge with a hundredth of the latents' variance: steadies the slopes when n is not much larger than L.
    OneThread one;
    auto gram = z.t().matmul(z);
    gram.diagonal().add_(gram.trace() / size * 0.01);
    auto factor = at::linalg_cholesky(gram);
    auto slopes = at::cholesky_solve(z.t().matmul(x), factor); // [L, P]
    auto [values, vectors] = at::linalg_eigh(slopes.matmul(slopes.t()));

    PrincipalAxes found;
    const double total = values.clamp_min(0).sum().item<double>();
    const double variance = x.square().sum().item<double>();
    auto residual = x - z.matmul(slopes);
    found.explained = variance > 0 ? std::max(0.0, 1 - residual.square().sum().item<double>() / variance) : 0;
    for (int k = 0; k < std::min(options.components, size); ++k) {
        auto axis = vectors.select(1, size - 1 - k);
        if ((axis.unsqueeze(0).matmul(slopes)).sum().item<double>() < 0) axis = -axis;
        auto plain = axis.to(at::kFloat).contiguous();
        found.axes.emplace_back(plain.data_ptr<float>(), plain.data_ptr<float>() + size);
        found.share.push_back(total > 0 ? std::max(0.0, values[size - 1 - k].item<double>()) / total : 0);
    }
    progress.report(1, "principal axes found");
    return found;
}

} // namespace ganvas
