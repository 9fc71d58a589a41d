#include "engine/training/reference_batch.h"

#include "engine/core/random.h"
#include "engine/training/batch_source.h"
#include "models/layers/class_embedding.h"

namespace ganvas {
namespace {
constexpr std::uint64_t reference_stream = 0x7265666572656e63ULL;
} // namespace

void fill_latent(std::uint64_t seed, std::span<float> latent, bool uniform_prior) {
    if (!uniform_prior) return fill_normal(seed, latent);
    for (std::size_t k = 0; k < latent.size(); ++k) latent[k] = float(2 * random_uniform(seed, k) - 1);
}

ReferenceBatch make_reference_batch(const SharedDataset& data, const ReferenceOptions& options) {
    const std::uint64_t seed = random_bits(options.seed ^ reference_stream, 0);
    ReferenceBatch batch;
    batch.latents = at::empty({options.size, options.latent_size}, at::kFloat);
    fill_latent(seed, {batch.latents.mutable_data_ptr<float>(), std::size_t(batch.latents.numel())},
                options.uniform_prior);
    BatchSource source(data, int(options.size), seed, options.mirror);
    batch.pictures = source.next();
    if (options.classes > 0) batch.class_rows = one_hot_rows(source.labels(), options.classes);
    return batch;
}

} // namespace ganvas
