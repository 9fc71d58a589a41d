#include "engine/metrics/support_vectors.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <linear.h>

namespace ganvas {

/// Row r is nodes[r * stride] …: D numbers, the bias, the end mark.
struct SupportVectors::Rows {
    std::vector<feature_node> nodes;
    std::vector<double> labels;
    std::size_t stride = 0;

    [[nodiscard]] std::size_t count() const { return labels.size(); }
    feature_node* row(std::size_t index) { return nodes.data() + index * stride; }
    [[nodiscard]] const feature_node* row(std::size_t index) const { return nodes.data() + index * stride; }
};

namespace {

void say_nothing(const char*) {}

struct ModelDeleter {
    void operator()(model* made) const { free_and_destroy_model(&made); }
};

} // namespace

SupportVectors::SupportVectors(int dimension, SupportVectorOptions options)
    : dimension_(dimension), options_(options), rows_(std::make_unique<Rows>()),
      centre_(static_cast<std::size_t>(dimension), 0.0), scale_(static_cast<std::size_t>(dimension), 1.0) {
    rows_->stride = static_cast<std::size_t>(dimension) + 2;
}

SupportVectors::~SupportVectors() = default;

std::int64_t SupportVectors::most_rows(int dimension, std::int64_t memory) {
    const auto row = static_cast<std::int64_t>(sizeof(feature_node)) * (dimension + 2);
    return std::max<std::int64_t>(memory / row, 2);
}

std::int64_t SupportVectors::rows() const { return static_cast<std::int64_t>(rows_->count()); }

std::int64_t SupportVectors::bytes() const {
    return static_cast<std::int64_t>(rows_->count() * rows_->stride * sizeof(feature_node));
}

void SupportVectors::reserve(std::int64_t rows) {
    const auto count = static_cast<std::size_t>(std::min(rows, most_rows(dimension_, options_.memory)));
    rows_->nodes.reserve(count * rows_->stride);
    rows_->labels.reserve(count);
}

Result<void> SupportVectors::add(const FeatureMatrix& features, std::span<const int> labels) {
    if (features.dimension != dimension_ || static_cast<std::size_t>(features.count) != labels.size())
        return Error{ErrorCode::usage, "rows of another length, or without a class each", "", ""};
    if (rows() + features.count > most_rows(dimension_, options_.memory))
        return Error{ErrorCode::usage, "more rows than the memory allows",
                     std::to_string(rows() + features.count),
                     "at most " + std::to_string(most_rows(dimension_, options_.memory))};
    for (std::int64_t r = 0; r < features.count; ++r) {
        int index = 1;
        for (const float value : features.row(r)) {
            if (!std::isfinite(value))
                return Error{ErrorCode::bad_data, "the features are not finite", "",
                             "the pictures or the weights are broken"};
            rows_->nodes.push_back({index++, value});
        }
        rows_->nodes.push_back({index, 1.0}); // the bias
        rows_->nodes.push_back({-1, 0.0});
        rows_->labels.push_back(labels[static_cast<std::size_t>(r)]);
    }
    return {};
}

void SupportVectors::standardise_rows() {
    const auto n = static_cast<double>(rows_->count());
    std::vector<double> squares(centre_.size(), 0.0);
    for (std::size_t r = 0; r < rows_->count(); ++r)
        for (std::size_t k = 0; k < centre_.size(); ++k) centre_[k] += rows_->row(r)[k].value / n;
    for (std::size_t r = 0; r < rows_->count(); ++r)
        for (std::size_t k = 0; k < centre_.size(); ++k) {
            const double away = rows_->row(r)[k].value - centre_[k];
            squares[k] += away * away / n;
        }
    // A feature that never changes says nothing: its scale is zero.
    for (std::size_t k = 0; k < centre_.size(); ++k) {
        const double deviation = std::sqrt(squares[k]);
        const bool constant = deviation <= 1e-7 * std::abs(centre_[k]) || deviation == 0;
        scale_[k] = constant ? 0 : 1 / (deviation * std::sqrt(static_cast<double>(dimension_)));
    }
    for (std::size_t r = 0; r < rows_->count(); ++r)
        for (std::size_t k = 0; k < centre_.size(); ++k) {
            auto& node = rows_->row(r)[k];
            node.value = (node.value - centre_[k]) * scale_[k];
        }
}

Result<void> SupportVectors::train() {
    if (options_.standardise && rows_->count() > 0) standardise_rows();
    std::vector<feature_node*> pointers;
    for (std::size_t r = 0; r < rows_->count(); ++r) pointers.push_back(rows_->row(r));
    problem task{static_cast<int>(rows_->count()), dimension_ + 1, rows_->labels.data(), pointers.data(),
                 1.0};
    parameter how{};
    how.solver_type = L2R_L2LOSS_SVC_DUAL;
    how.C = options_.cost;
    how.eps = options_.tolerance;
    how.p = 0.1;
#if LIBLINEAR_VERSION >= 240
    how.regularize_bias = 1;
#endif
    if (const char* wrong = check_parameter(&task, &how))
        return Error{ErrorCode::usage, std::string("the classifier's options are wrong: ") + wrong, "", ""};
    bool differ = false;
    for (const double label : rows_->labels) differ = differ || label != rows_->labels.front();
    if (!differ)
        return Error{ErrorCode::usage, "a classifier needs pictures of at least two classes", "", ""};
    set_print_string_function(say_nothing);
    std::srand(1); // LIBLINEAR visits rows in an order from rand(): the same rows give the same answer
    const std::unique_ptr<model, ModelDeleter> made(::train(&task, &how));
    const int count = made->nr_class, columns = count == 2 ? 1 : count;
    classes_.assign(made->label, made->label + count);
    const auto width = static_cast<std::size_t>(dimension_) + 1;
    weights_.assign(static_cast<std::size_t>(count) * width, 0.0);
    for (std::size_t k = 0; k < width; ++k)
        for (int c = 0; c < columns; ++c)
            weights_[static_cast<std::size_t>(c) * width + k] =
                made->w[k * static_cast<std::size_t>(columns) + static_cast<std::size_t>(c)];
    if (count == 2) // one plane for two classes: the second class is its other side
        for (std::size_t k = 0; k < width; ++k) weights_[width + k] = -weights_[k];
    return {};
}

int SupportVectors::best_class(std::span<const double> scores) const {
    std::size_t best = 0;
    for (std::size_t c = 1; c < scores.size(); ++c)
        if (scores[c] > scores[best]) best = c;
    return classes_[best];
}

Result<std::vector<int>> SupportVectors::predict(const FeatureMatrix& features) const {
    if (features.dimension != dimension_ || classes_.empty())
        return Error{ErrorCode::usage, "rows of another length, or a classifier that was not trained", "",
                     ""};
    const auto width = static_cast<std::size_t>(dimension_) + 1;
    std::vector<int> found;
    std::vector<double> scores(classes_.size()), row(static_cast<std::size_t>(dimension_));
    for (std::int64_t r = 0; r < features.count; ++r) {
        const auto values = features.row(r);
        for (std::size_t k = 0; k < row.size(); ++k) row[k] = (values[k] - centre_[k]) * scale_[k];
        for (std::size_t c = 0; c < scores.size(); ++c) {
            const double* weights = weights_.data() + c * width;
            scores[c] = weights[width - 1];
            for (std::size_t k = 0; k < row.size(); ++k) scores[c] += weights[k] * row[k];
        }
        found.push_back(best_class(scores));
    }
    return found;
}

double SupportVectors::train_accuracy() const {
    if (classes_.empty()) return 0;
    const auto width = static_cast<std::size_t>(dimension_) + 1;
    std::vector<double> scores(classes_.size());
    std::size_t right = 0;
    for (std::size_t r = 0; r < rows_->count(); ++r) {
        for (std::size_t c = 0; c < scores.size(); ++c) {
            scores[c] = 0;
            for (std::size_t k = 0; k < width; ++k)
                scores[c] += weights_[c * width + k] * rows_->row(r)[k].value;
        }
        right += best_class(scores) == static_cast<int>(rows_->labels[r]);
    }
    return static_cast<double>(right) / static_cast<double>(rows_->count());
}

} // namespace ganvas
