#include "engine/latent/attribute_classifier.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <numeric>

#include <torch/optim.h>

#include "engine/core/elapsed.h"
#include "engine/core/random.h"
#include "engine/metrics/class_classifier.h"
#include "engine/metrics/tensors.h"

namespace ganvas {
namespace {

/// The first keeps every pixel: a smile is two of them.
constexpr struct { int channels, stride; } convolutions[] = {{16, 1}, {32, 2}, {64, 2}, {128, 2}, {128, 2}};
constexpr int largest_side = 64;
constexpr int batch_size = 64;
constexpr std::int64_t fewest_images = 40;
constexpr std::int64_t fewest_steps = 400;

at::Tensor normal_weights(std::vector<std::int64_t> shape, double deviation, std::uint64_t seed) {
    auto values = at::empty(shape, at::kFloat);
    fill_normal(seed, {values.data_ptr<float>(), static_cast<std::size_t>(values.numel())});
    return values.mul_(deviation);
}

/// The pictures of `rows`, one after another, and their answers [N, questions] 0 or 1.
std::pair<ImageBatch, at::Tensor> gather(const Dataset& data, const Questions& questions,
                                         std::span<const std::int64_t> rows) {
    ImageBatch batch{static_cast<int>(rows.size()), data.height(), data.width(), data.channels(), {}};
    batch.pixels.resize(batch.image_bytes() * rows.size());
    auto answers = at::empty(
        {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(questions.names.size())});
    float* answer = answers.data_ptr<float>();
    for (std::size_t k = 0; k < rows.size(); ++k) {
        std::memcpy(batch.pixels.data() + k * batch.image_bytes(), data.image(rows[k]).data(),
                    batch.image_bytes());
        for (std::size_t q = 0; q < questions.names.size(); ++q)
            *answer++ = questions.answer(data, rows[k], q) ? 1 : 0;
    }
    return {std::move(batch), answers};
}

/// Mirrors, shifts by up to two pixels and softens a part of the batch: generated pictures are softer than real ones,
/// and the answers must not hang on that.
at::Tensor augmented(at::Tensor pictures, bool mirror, std::uint64_t seed, std::uint64_t number) {
    const auto pick = [&](std::uint64_t which, std::uint64_t bound) {
        return random_below(seed, number * 8 + which, bound);
    };
    if (mirror && pick(0, 2)) pictures = pictures.flip(3);
    const auto size_y = pictures.size(2), size_x = pictures.size(3);
    auto padded = at::replication_pad2d(pictures, {2, 2, 2, 2});
    pictures = padded.narrow(2, static_cast<std::int64_t>(pick(1, 5)), size_y)
                   .narrow(3, static_cast<std::int64_t>(pick(2, 5)), size_x);
    if (pick(3, 3) == 0)
        pictures = at::avg_pool2d(at::replication_pad2d(pictures, {1, 1, 1, 1}), {3, 3}, {1, 1});
    return pictures.contiguous(at::MemoryFormat::ChannelsLast);
}

} // namespace

bool Questions::answer(const Dataset& data, std::int64_t index, std::size_t question) const {
    if (from_classes) return data.class_label(index) == static_cast<int>(question);
    return data.attributes(index)[question] > 0;
}

Result<Questions> questions_of(const Dataset& data) {
    if (!data.attribute_names().empty()) return Questions{data.attribute_names(), false};
    if (data.class_names().size() > 1) {
        if (data.class_names().size() > 100)
            return Error{ErrorCode::usage, "too many classes to learn a direction for each", data.source(),
                         "at most 100"};
        return Questions{data.class_names(), true};
    }
    return Error{ErrorCode::usage, "the data set has no labels", data.source(),
                 "use `faces`, a CelebA layout or a folder with one sub-folder a class"};
}

AttributeClassifier::AttributeClassifier(int channels, int questions, std::uint64_t seed) {
    int in = channels;
    for (const auto& [out, stride] : convolutions) {
        Layer layer;
        layer.stride = stride;
        layer.weight = normal_weights({out, in, 3, 3}, std::sqrt(2.0 / (9 * in)), seed++)
                           .contiguous(at::MemoryFormat::ChannelsLast);
        layer.scale = at::ones({out});
        layer.shift = at::zeros({out});
        layer.mean = at::zeros({out});
        layer.variance = at::ones({out});
        layers_.push_back(std::move(layer));
        in = out;
    }
    weight_ = normal_weights({questions, in * 16}, 0.01, seed);
    bias_ = at::zeros({questions});
}

at::Tensor AttributeClassifier::forward(const at::Tensor& pictures, bool training) const {
    at::Tensor x = pictures;
    for (const auto& layer : layers_) {
        x = at::conv2d(x, layer.weight, {}, {layer.stride, layer.stride}, {1, 1});
        x = at::relu(at::batch_norm(x, layer.scale, layer.shift, layer.mean, layer.variance, training, 0.05,
                                    1e-5, false));
    }
    x = at::adaptive_avg_pool2d(x, {4, 4}).contiguous().flatten(1);
    return at::addmm(bias_, x, weight_.t());
}

at::Tensor AttributeClassifier::prepare(const ImageBatch& images) const {
    auto x = picture_view(images).to(at::kFloat).contiguous(at::MemoryFormat::ChannelsLast);
    if (x.size(2) > largest_side || x.size(3) > largest_side)
        x = at::adaptive_avg_pool2d(x, {largest_side, largest_side});
    return x.div_(127.5).sub_(1);
}

at::Tensor AttributeClassifier::logits(const ImageBatch& images) const {
    at::NoGradGuard no_gradients;
    return forward(prepare(images), false);
}

Result<ClassifierReport> AttributeClassifier::train(const Dataset& data, const Questions& questions,
                                                    const Plan& plan, const Progress& progress) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(data.size()));
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[random_below(plan.seed, i, i)]);
    order.resize(static_cast<std::size_t>(std::min<std::int64_t>(plan.images, data.size())));
    if (static_cast<std::int64_t>(order.size()) < fewest_images)
        return Error{ErrorCode::bad_data, "too few labelled pictures", data.source(),
                     "at least 40 are needed"};
    const std::size_t held = std::max<std::size_t>(order.size() / 10, 8);
    const std::span<const std::int64_t> held_rows(order.data(), held);
    std::vector<std::int64_t> train_rows(order.begin() + static_cast<std::ptrdiff_t>(held), order.end());

    std::vector<at::Tensor> parameters = {weight_, bias_};
    for (auto& layer : layers_) parameters.insert(parameters.end(), {layer.weight, layer.scale, layer.shift});
    for (auto& parameter : parameters) parameter.set_requires_grad(true);
    torch::optim::Adam optimiser(parameters, torch::optim::AdamOptions(2e-3).weight_decay(1e-4));

    const std::size_t batch = std::min<std::size_t>(batch_size, train_rows.size());
    const std::size_t batches = train_rows.size() / batch;
    const auto start = std::chrono::steady_clock::now();
    const auto spent = [&] { return seconds_since(start); };
    const auto epochs = epochs_to_learn(static_cast<std::int64_t>(batches), plan.epochs, fewest_steps);
    const auto steps = static_cast<double>(batches) * static_cast<double>(epochs);
    std::uint64_t number = 0;
    for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
        for (std::size_t i = train_rows.size(); i > 1; --i)
            std::swap(train_rows[i - 1], train_rows[random_below(plan.seed + 1, number * 1000003 + i, i)]);
        for (std::size_t k = 0; k < batches; ++k, ++number) {
            if (progress.stop_requested())
                return Error{ErrorCode::interrupted, "learning was stopped", data.source(), ""};
            // The rate falls to nothing by the end of the epochs or of the time, whichever is nearer.
            const double done =
                std::max(static_cast<double>(number) / steps, spent() / std::max(plan.seconds, 1.0));
            if (done >= 1) break;
            progress.report(done, "training the classifier");
            static_cast<torch::optim::AdamOptions&>(optimiser.param_groups()[0].options())
                .lr(2e-3 * (1 - done));
            auto [images, answers] = gather(data, questions, {train_rows.data() + k * batch, batch});
            auto pictures = augmented(prepare(images), !questions.from_classes, plan.seed + 2, number);
            optimiser.zero_grad();
            at::binary_cross_entropy_with_logits(forward(pictures, true), answers).backward();
            optimiser.step();
        }
    }
    for (auto& parameter : parameters) parameter.set_requires_grad(false);

    ClassifierReport report;
    report.held_out = static_cast<std::int64_t>(held);
    std::vector<at::Tensor> right, yes;
    for (std::size_t first = 0; first < held; first += 128) {
        auto [images, answers] =
            gather(data, questions, held_rows.subspan(first, std::min<std::size_t>(128, held - first)));
        right.push_back((logits(images) > 0).to(at::kFloat).eq(answers));
        yes.push_back(answers);
    }
    const auto accuracy = at::cat(right).to(at::kDouble).mean(0), rate = at::cat(yes).to(at::kDouble).mean(0);
    for (std::size_t q = 0; q < questions.names.size(); ++q) {
        const auto index = static_cast<std::int64_t>(q);
        report.accuracy.push_back(accuracy[index].item<double>());
        const double share = rate[index].item<double>();
        report.base_rate.push_back(std::max(share, 1 - share));
    }
    return report;
}

} // namespace ganvas
