/// Principal axes of latent → image: the latent directions along which the pictures change most.
///
/// `samples` latents are rendered, the pictures averaged down to 16×16 blocks (x, [n, P]) and regressed on the latents
/// (z, [n, L]) by ridge regression: x ≈ z W. The axes are the eigenvectors of W Wᵀ [L, L], strongest first: unit,
/// orthogonal directions in z, by how much image variance a step of one standard deviation along each makes. (As in
/// GANSpace the pictures decide, but the answer is linear in z itself, so a slider moves z and nothing else.)
/// Runs on a job thread; errors of the renderer, `interrupted`.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/progress.h"
#include "engine/core/result.h"
#include "engine/latent/renderer.h"

namespace ganvas {

struct PrincipalAxesOptions {
    int samples = 1024; ///< raised to 4 × latent size where that is more
    int components = 10;
    std::uint64_t seed = 0x9d5c0de; ///< sample k uses seed + k
};

struct PrincipalAxes {
    std::vector<LatentVector> axes; ///< unit, orthogonal; sign: the pictures brighten along +
    std::vector<double> share;      ///< of the linear response's variance, per axis
    double explained = 0;           ///< share of all image variance that the linear response explains, 0..1
};

[[nodiscard]] Result<PrincipalAxes>
find_principal_axes(LatentRenderer& renderer, const PrincipalAxesOptions& options, const Progress& progress);

} // namespace ganvas
