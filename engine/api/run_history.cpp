#include "engine/api/run_history.h"

#include "engine/export/layout.h"
#include "engine/export/picture.h"
#include "engine/runs/run_store.h"

namespace ganvas {

std::vector<SampleMark> read_marks(const Path& run_folder, const Progress& progress, std::int64_t only_step) {
    constexpr std::size_t most = 128;
    std::vector<SampleMark> marks;
    std::vector<RunSample> samples = run_samples(run_folder);
    if (only_step >= 0)
        std::erase_if(samples, [&](const RunSample& sample) { return sample.step != only_step; });
    const std::size_t stride = samples.size() / most + 1;
    for (std::size_t at = samples.empty() ? 0 : (samples.size() - 1) % stride; at < samples.size();
         at += stride) {
        if (progress.stop_requested()) break;
        const RunSample& sample = samples[at];
        auto sheet = read_png(sample.path);
        if (!sheet || sample.columns < 1) continue;
        auto tiles = untile(*sheet, sample.columns, sample.count);
        if (!tiles) continue;
        marks.push_back(
            {sample.step, sample.images, sample.seconds, std::make_shared<const ImageBatch>(tiles.take())});
        progress.report(static_cast<double>(at + 1) / static_cast<double>(samples.size()), "sample sheets");
    }
    return marks;
}

} // namespace ganvas
