#include "engine/metrics/class_classifier.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>

#include <torch/optim.h>

#include "engine/core/random.h"
#include "engine/metrics/tensors.h"
#include "engine/runs/tensor_file.h"

namespace ganvas {
namespace {

constexpr int input_side = 32;
constexpr int widths[] = {32, 64, 128, 128};
constexpr int feature_count = 128;
constexpr std::int64_t batch_size = 64;
constexpr std::size_t fewest_pictures = 40;
constexpr std::int64_t most_epochs = 40; ///< where more than asked for are needed
constexpr std::size_t most_attributes = 4;
constexpr const char* kind =
    "ganvas.class_classifier.2"; ///< raise the number when the network or its training changes

/// The network's tensors by name, for the optimiser and the file alike.
struct Network {
    std::vector<std::pair<std::string, at::Tensor>> tensors;

    at::Tensor& tensor(const std::string& name) {
        for (auto& [key, value] : tensors)
            if (key == name) return value;
        tensors.emplace_back(name, at::Tensor());
        return tensors.back().second;
    }

    static at::Tensor normal(std::vector<std::int64_t> shape, double deviation, std::uint64_t seed) {
        auto values = at::empty(shape, at::kFloat);
        fill_normal(seed, {values.data_ptr<float>(), static_cast<std::size_t>(values.numel())});
        return values.mul_(deviation);
    }

    static Network create(int channels, std::int64_t classes, std::uint64_t seed) {
        Network made;
        int in = channels, number = 1;
        for (const int out : widths) {
            const std::string prefix = "convolution" + std::to_string(number++) + ".";
            made.tensor(prefix + "weight") = normal({out, in, 3, 3}, std::sqrt(2.0 / (9 * in)), seed++)
                                                 .contiguous(at::MemoryFormat::ChannelsLast);
            made.tensor(prefix + "scale") = at::ones({out});
            made.tensor(prefix + "shift") = at::zeros({out});
            made.tensor(prefix + "mean") = at::zeros({out});
            made.tensor(prefix + "variance") = at::ones({out});
            in = out;
        }
        made.tensor("features.weight") = normal({feature_count, in * 16}, std::sqrt(2.0 / (in * 16)), seed++);
        made.tensor("features.bias") = at::zeros({feature_count});
        made.tensor("classes.weight") = normal({classes, feature_count}, 0.05, seed);
        made.tensor("classes.bias") = at::zeros({classes});
        return made;
    }

    /// pictures [N, C, 32, 32] in [-1, 1] → features [N, 128].
    at::Tensor features(const at::Tensor& pictures, bool training) {
        at::Tensor x = pictures;
        for (std::size_t k = 0; k < std::size(widths); ++k) {
            const std::string prefix = "convolution" + std::to_string(k + 1) + ".";
            const std::int64_t stride = k == 0 ? 1 : 2;
            x = at::conv2d(x, tensor(prefix + "weight"), {}, {stride, stride}, {1, 1});
            x = at::relu(at::batch_norm(x, tensor(prefix + "scale"), tensor(prefix + "shift"),
                                        tensor(prefix + "mean"), tensor(prefix + "variance"), training, 0.05,
                                        1e-5, false));
        }
        x = x.contiguous().flatten(1);
        return at::relu(at::addmm(tensor("features.bias"), x, tensor("features.weight").t()));
    }
    at::Tensor logits(const at::Tensor& features) {
        return at::addmm(tensor("classes.bias"), features, tensor("classes.weight").t());
    }
    std::vector<at::Tensor> learnt() {
        std::vector<at::Tensor> parameters;
        for (auto& [name, tensor] : tensors)
            if (!name.ends_with(".mean") && !name.ends_with(".variance")) parameters.push_back(tensor);
        return parameters;
    }
};

class ClassExtractor final : public FeatureExtractor {
public:
    ClassExtractor(Network network, int channels, std::map<std::string, double> details, std::string identity)
        : network_(std::move(network)), channels_(channels), details_(std::move(details)),
          identity_(std::move(identity)) {}

    const std::string& name() const override { return name_; }
    std::string identity() const override { return identity_; }
    int dimension() const override { return feature_count; }
    bool has_classifier() const override { return true; }
    int best_batch() const override { return 64; }
    std::string resize() const override { return "32x32 bilinear, antialiased when shrinking"; }
    std::map<std::string, double> details() const override { return details_; }

    Result<void> extract(const ImageBatch& images, FeatureMatrix& into, FeatureMatrix* logits) override {
        if (images.count == 0) return {};
        at::NoGradGuard no_gradients;
        auto features = network_.features(network_pictures(images, input_side, channels_), false);
        append_rows(features, into);
        if (logits) append_rows(network_.logits(features), *logits);
        return {};
    }

private:
    Network network_;
    std::string name_ = "classifier";
    int channels_;
    std::map<std::string, double> details_;
    std::string identity_;
};

/// Pictures of `rows` as the network takes them, and their classes.
std::pair<at::Tensor, at::Tensor> gather(const Dataset& data, const ClassLabels& labels,
                                         std::span<const std::int64_t> rows) {
    ImageBatch batch{static_cast<int>(rows.size()), data.height(), data.width(), data.channels(), {}};
    batch.pixels.resize(batch.image_bytes() * rows.size());
    std::vector<std::int64_t> classes;
    for (std::size_t k = 0; k < rows.size(); ++k) {
        std::memcpy(batch.pixels.data() + k * batch.image_bytes(), data.image(rows[k]).data(),
                    batch.image_bytes());
        classes.push_back(labels.of_picture[static_cast<std::size_t>(rows[k])]);
    }
    return {network_pictures(batch, input_side, data.channels()), at::tensor(classes)};
}

/// The same pictures a little to the side, and a third of the batches softer: generated pictures are softer than real
/// ones, and the answers must not hang on that.
at::Tensor disturbed(at::Tensor pictures, std::uint64_t seed, std::uint64_t number) {
    const auto pick = [&](std::uint64_t which, std::uint64_t bound) {
        return static_cast<std::int64_t>(random_below(seed, number * 4 + which, bound));
    };
    auto padded = at::replication_pad2d(pictures, {2, 2, 2, 2});
    pictures = padded.narrow(2, pick(0, 5), input_side).narrow(3, pick(1, 5), input_side);
    if (pick(2, 3) == 0)
        pictures = at::avg_pool2d(at::replication_pad2d(pictures, {1, 1, 1, 1}), {3, 3}, {1, 1});
    return pictures.contiguous(at::MemoryFormat::ChannelsLast);
}

void shuffle(std::vector<std::int64_t>& rows, std::uint64_t seed, std::uint64_t round) {
    for (std::size_t i = rows.size(); i > 1; --i)
        std::swap(rows[i - 1], rows[random_below(seed, round * 1000003 + i, i)]);
}

/// Share of `rows` whose class the network names.
double accuracy_on(Network& network, const Dataset& data, const ClassLabels& labels,
                   std::span<const std::int64_t> rows) {
    at::NoGradGuard no_gradients;
    std::int64_t right = 0;
    for (std::size_t first = 0; first < rows.size(); first += 128) {
        auto [pictures, classes] =
            gather(data, labels, rows.subspan(first, std::min<std::size_t>(128, rows.size() - first)));
        auto answers = network.logits(network.features(pictures, false)).argmax(1);
        right += answers.eq(classes).sum().item<std::int64_t>();
    }
    return static_cast<double>(right) / static_cast<double>(rows.size());
}

struct Trained {
    Network network;
    std::map<std::string, double> details;
};

Result<Trained> train(const Dataset& data, const ClassLabels& labels, const ClassifierPlan& plan,
                      const Progress& progress) {
    std::vector<std::int64_t> rows;
    for (std::int64_t k = 0; k < data.size(); ++k)
        if (labels.of_picture[static_cast<std::size_t>(k)] >= 0) rows.push_back(k);
    shuffle(rows, plan.seed, 0);
    rows.resize(std::min<std::size_t>(rows.size(), static_cast<std::size_t>(plan.images)));
    if (rows.size() < fewest_pictures)
        return Error{ErrorCode::bad_data, "too few labelled pictures for a classifier", data.source(),
                     "at least 40 are needed"};
    const std::size_t held = std::max<std::size_t>(rows.size() / 10, 8);
    const std::vector<std::int64_t> held_rows(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(held));
    rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(held));

    const auto classes = static_cast<std::int64_t>(labels.names.size());
    Trained made{Network::create(data.channels(), classes, plan.seed + 10), {}};
    auto parameters = made.network.learnt();
    for (auto& parameter : parameters) parameter.set_requires_grad(true);
    torch::optim::Adam optimiser(parameters, torch::optim::AdamOptions(2e-3).weight_decay(1e-4));
    const auto batch = std::min<std::int64_t>(batch_size, static_cast<std::int64_t>(rows.size()));
    const std::int64_t per_epoch = static_cast<std::int64_t>(rows.size()) / batch;
    const std::int64_t steps = per_epoch * epochs_to_learn(per_epoch, plan.epochs, plan.fewest_steps);
    for (std::int64_t step = 0; step < steps; ++step) {
        if (progress.stop_requested())
            return Error{ErrorCode::interrupted, "learning was stopped", data.source(), ""};
        if (step % per_epoch == 0)
            shuffle(rows, plan.seed + 1, static_cast<std::uint64_t>(step / per_epoch) + 1);
        const double done = static_cast<double>(step) / static_cast<double>(steps);
        progress.report(done, "training the classifier");
        static_cast<torch::optim::AdamOptions&>(optimiser.param_groups()[0].options()).lr(2e-3 * (1 - done));
        const auto stepped = progress.part([&]() -> Result<void> {
            auto [pictures, answers] = gather(
                data, labels, {rows.data() + (step % per_epoch) * batch, static_cast<std::size_t>(batch)});
            pictures = disturbed(pictures, plan.seed + 2, static_cast<std::uint64_t>(step));
            optimiser.zero_grad();
            at::cross_entropy_loss(made.network.logits(made.network.features(pictures, true)), answers)
                .backward();
            optimiser.step();
            return {};
        });
        if (!stepped) return stepped.error();
    }
    for (auto& parameter : parameters) parameter.set_requires_grad(false);
    made.details = {{"held_out_accuracy", accuracy_on(made.network, data, labels, held_rows)},
                    {"held_out", static_cast<double>(held)},
                    {"classes", static_cast<double>(classes)}};
    return made;
}

Result<void> save(const Path& path, const Trained& trained) {
    TensorFile file;
    for (const auto& [name, tensor] : trained.network.tensors) {
        auto plain = tensor.detach().contiguous();
        const float* data = plain.data_ptr<float>();
        file.add_floats(name, plain.sizes().vec(), {data, data + plain.numel()});
    }
    file.metadata["kind"] = kind;
    for (const auto& [name, value] : trained.details) {
        char text[40];
        std::snprintf(text, sizeof text, "%.17g", value);
        file.metadata[name] = text;
    }
    return write_tensor_file(path, file);
}

/// Empty when the file is not there or does not belong to this network.
std::optional<Trained> load(const Path& path, int channels, std::int64_t classes) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return std::nullopt;
    auto file = read_tensor_file(path);
    if (!file || file->text("kind") != kind) return std::nullopt;
    Trained made{Network::create(channels, classes, 0), {}};
    for (auto& [name, tensor] : made.network.tensors) {
        auto values = file->floats(name, tensor.sizes().vec());
        if (!values) return std::nullopt;
        auto read = at::tensor(*values).view(tensor.sizes());
        if (!at::isfinite(read).all().item<bool>()) return std::nullopt;
        tensor.copy_(read);
    }
    for (const char* name : {"held_out_accuracy", "held_out", "classes"})
        made.details[name] = std::atof(file->text(name).c_str());
    return made;
}

std::string key_of(const Dataset& labelled, const ClassifierPlan& plan) {
    return labelled.fingerprint() + "-" + std::to_string(plan.images) + "-" + std::to_string(plan.epochs)
           + "-" + std::to_string(plan.fewest_steps) + "-" + std::to_string(plan.seed);
}

Path kept_file(const std::string& key) { return cache_folder() / "classifiers" / (key + ".safetensors"); }

/// The attributes that split the data most evenly.
std::vector<std::size_t> most_even(const Dataset& data) {
    std::vector<std::size_t> order(data.attribute_names().size());
    std::vector<double> unevenness(order.size());
    for (std::size_t a = 0; a < order.size(); ++a) {
        order[a] = a;
        std::int64_t yes = 0;
        for (std::int64_t k = 0; k < data.size(); ++k) yes += data.attributes(k)[a] > 0;
        unevenness[a] = std::abs(static_cast<double>(yes) / static_cast<double>(data.size()) - 0.5);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return unevenness[a] < unevenness[b]; });
    order.resize(std::min(order.size(), most_attributes));
    std::sort(order.begin(), order.end());
    return order;
}

} // namespace

Result<ClassLabels> class_labels(const Dataset& data) {
    ClassLabels labels;
    labels.of_picture.resize(static_cast<std::size_t>(data.size()));
    if (data.class_names().size() > 1) {
        labels.names = data.class_names();
        for (std::int64_t k = 0; k < data.size(); ++k)
            labels.of_picture[static_cast<std::size_t>(k)] = data.class_label(k);
        return labels;
    }
    if (data.attribute_names().empty())
        return Error{ErrorCode::usage, "the data set has no labels to learn a classifier on", data.source(),
                     "use `faces`, a CelebA layout, IDX files with labels or one sub-folder a class"};
    const auto chosen = most_even(data);
    for (std::size_t code = 0; code < (std::size_t(1) << chosen.size()); ++code) {
        std::string name;
        for (std::size_t a = 0; a < chosen.size(); ++a)
            name += data.attribute_names()[chosen[a]] + (code >> a & 1 ? "+" : "-");
        labels.names.push_back(name);
    }
    for (std::int64_t k = 0; k < data.size(); ++k) {
        int code = 0;
        for (std::size_t a = 0; a < chosen.size(); ++a)
            if (data.attributes(k)[chosen[a]] > 0) code |= 1 << a;
        labels.of_picture[static_cast<std::size_t>(k)] = code;
    }
    return labels;
}

std::int64_t epochs_to_learn(std::int64_t batches, std::int64_t epochs, std::int64_t fewest_steps) {
    return std::max(epochs, std::min(most_epochs, (fewest_steps + batches - 1) / batches));
}

bool classifier_is_kept(const Dataset& labelled, const ClassifierPlan& plan) {
    std::error_code ignored;
    return std::filesystem::exists(kept_file(key_of(labelled, plan)), ignored);
}

Result<std::unique_ptr<FeatureExtractor>> make_classifier(SharedDataset labelled, const ClassifierPlan& plan,
                                                          bool use_cache, const Progress& progress) {
    if (!labelled)
        return Error{ErrorCode::usage, "the classifier needs a labelled data set to learn on",
                     "--extractor classifier", "give one as --data"};
    auto labels = class_labels(*labelled);
    if (!labels) return labels.error();
    const std::string key = key_of(*labelled, plan);
    const Path path = kept_file(key);
    std::optional<Trained> trained;
    if (use_cache)
        trained = load(path, labelled->channels(), static_cast<std::int64_t>(labels->names.size()));
    if (!trained) {
        auto made = train(*labelled, *labels, plan, progress);
        if (!made) return made.error();
        trained = made.take();
        // A cache that cannot be written costs time, not the measurement.
        if (use_cache && make_folder(path.parent_path())) (void)save(path, *trained);
    }
    return std::unique_ptr<FeatureExtractor>(std::make_unique<ClassExtractor>(
        std::move(trained->network), labelled->channels(), trained->details, "classifier-" + key));
}

} // namespace ganvas
