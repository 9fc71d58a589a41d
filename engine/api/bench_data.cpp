// `ganvas bench data`: drawing faces, decoding pictures, opening data.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "engine/api/bench.h"
#include "engine/core/elapsed.h"
#include "engine/core/processors.h"
#include "engine/core/quantile.h"
#include "engine/core/random.h"
#include "engine/data/dataset.h"
#include "engine/data/faces/faces.h"
#include "engine/data/fast_jpeg.h"
#include "engine/data/image_codec.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wshadow"
#include <stb_image_write.h>
#pragma GCC diagnostic pop

namespace ganvas {
namespace {

using Clock = std::chrono::steady_clock;

Error interrupted() { return {ErrorCode::interrupted, "interrupted", "bench data", ""}; }

/// `work(k)` for k below `count`, by so many threads: how many a second.
template <class Work>
Result<double> rate(int count, int threads, const Progress& progress, const char* words, const Work& work) {
    std::atomic<int> next{0};
    const auto begin = Clock::now();
    const auto take = [&](bool tells) {
        for (int k = next++; k < count && !progress.stop_requested(); k = next++) {
            work(k);
            if (tells) progress.report(static_cast<double>(k) / count, words);
        }
    };
    std::vector<std::jthread> helpers;
    for (int k = 1; k < threads; ++k) helpers.emplace_back(take, false);
    take(true);
    helpers.clear(); // waits for them
    if (progress.stop_requested()) return interrupted();
    return count / seconds_since(begin);
}

Image drawn_face(int k, int side) {
    Image face(side, side, 3);
    render_face(draw_face_parameters(99, static_cast<std::uint64_t>(k)), side, face.pixels);
    return face;
}

/// Every pixel twice in both directions: faces are not drawn larger than 256 pixels.
Image doubled(const Image& image) {
    Image out(2 * image.width, 2 * image.height, image.channels);
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x)
            std::copy_n(image.row(y / 2) + x / 2 * image.channels, image.channels,
                        out.row(y) + x * out.channels);
    return out;
}

Result<double> faces_per_second(int threads, const Progress& progress) {
    return rate(2000, threads, progress, "drawing", [](int k) { (void)drawn_face(k, 64); });
}

/// Faces as JPEG files with halved colours. The grain is a photograph's: without it a file has next to no bytes to read.
std::vector<std::vector<std::uint8_t>> jpeg_files(int count, int side, int quality) {
    constexpr std::uint64_t grain = 5; ///< levels
    std::vector<std::vector<std::uint8_t>> files(static_cast<std::size_t>(count));
    for (int k = 0; k < count; ++k) {
        Image face = side > largest_face ? doubled(drawn_face(k, side / 2)) : drawn_face(k, side);
        std::uint64_t drawn = 0;
        for (std::uint8_t& value : face.pixels) {
            const int moved =
                value + static_cast<int>(random_below(7, drawn++, grain)) - static_cast<int>(grain / 2);
            value = static_cast<std::uint8_t>(std::clamp(moved, 0, 255));
        }
        stbi_write_jpg_to_func(
            [](void* context, void* data, int size) {
                const auto* bytes = static_cast<const std::uint8_t*>(data);
                auto& file = *static_cast<std::vector<std::uint8_t>*>(context);
                file.insert(file.end(), bytes, bytes + size);
            },
            &files[static_cast<std::size_t>(k)], side, side, 3, face.pixels.data(), quality);
    }
    return files;
}

/// stb_image on one core and what reads data here, on all of them, in turns: medians of five.
Result<void> add_decoding(BenchReport& report, const Progress& progress, const std::string& name, int side,
                          int quality) {
    constexpr int different = 50, turns = 5;
    const int count = side > 300 ? 400 : 1000;
    const auto files = jpeg_files(different, side, quality);
    const auto decoded = [&](PictureDecoder decoder, int threads) -> Result<double> {
        std::atomic<int> failed{0};
        auto a_second = rate(count, threads, progress, "decoding", [&](int k) {
            if (!decode_image(files[static_cast<std::size_t>(k % different)], decoder)) ++failed;
        });
        if (a_second && failed > 0) return Error{ErrorCode::internal, "a picture was not decoded", name, ""};
        return a_second;
    };
    std::vector<double> one_core, all_cores;
    for (int turn = 0; turn < turns; ++turn) {
        const auto stb = decoded(PictureDecoder::stb_image, 1);
        if (!stb) return stb.error();
        one_core.push_back(*stb);
        const auto here = decoded(PictureDecoder::fastest, usable_processors());
        if (!here) return here.error();
        all_cores.push_back(*here);
    }
    report.push_back({name + "_stb_per_second_one_core", quantile(one_core, 0.5)});
    report.push_back({name + "_per_second", quantile(all_cores, 0.5)});
    return {};
}

/// Bytes of this process that are no file's: the mapped cache does not count.
double anonymous_megabytes() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "RssAnon:") {
            double kilobytes = 0;
            status >> kilobytes;
            return kilobytes / 1024;
        }
    return 0;
}

} // namespace

Result<BenchReport> bench_data(std::int64_t images, const Progress& progress) {
    BenchReport report;
    const auto one_core = faces_per_second(1, progress);
    if (!one_core) return one_core.error();
    report.push_back({"faces_per_second_one_core", *one_core});
    const auto all_cores = faces_per_second(usable_processors(), progress);
    if (!all_cores) return all_cores.error();
    report.push_back({"faces_per_second", *all_cores});
    // Of about CelebA's size and bytes (1.4 bits a pixel), and a photograph of the usual kind.
    if (auto done = add_decoding(report, progress, "jpeg_200", 200, 82); !done) return done.error();
    if (auto done = add_decoding(report, progress, "jpeg_512", 512, 75); !done) return done.error();
    report.push_back({"libjpeg_turbo", has_fast_jpeg() ? 1.0 : 0.0});
    const auto open = [&](const char* name) {
        const auto start = Clock::now();
        auto data = open_dataset("faces:" + std::to_string(images), Preparation{}, progress);
        if (data) report.push_back({name, seconds_since(start)});
        return data;
    };
    if (auto data = open("faces_first_open_seconds"); !data) return data.error();
    const double before = anonymous_megabytes();
    auto data = open("faces_cached_open_seconds");
    if (!data) return data.error();
    for (std::int64_t k = 0; k < (*data)->size(); k += 97) (void)(*data)->image(k)[0]; // as batches do
    report.push_back({"faces_cached_anonymous_mb", anonymous_megabytes() - before});
    report.push_back({"faces_opened", static_cast<double>(images)});
    return report;
}

} // namespace ganvas
