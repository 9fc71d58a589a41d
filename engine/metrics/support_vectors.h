/// A linear classifier on features: one L2-regularised support vector machine with squared hinge loss a class, by dual
/// coordinate descent (LIBLINEAR, Fan et al. 2008), as in Radford et al. 2015, section 5.1, and the third report.
///
/// Rows are added batch by batch and held once, as LIBLINEAR wants them (16 bytes a number): most_rows() says how many
/// fit in the memory allowed, and what is beyond is the caller's to leave out and to say. Features are standardised by
/// the training rows and divided by sqrt(D), so that a row has length one or so and `cost` = 1 means the same for every
/// D. One thread. Errors: `usage` (fewer than two classes, rows of another length), `bad_data` (not finite).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/core/result.h"
#include "engine/metrics/features.h"

namespace ganvas {

struct SupportVectorOptions {
    double cost = 1;
    double tolerance = 0.01;                        ///< LIBLINEAR's eps
    bool standardise = true;                        ///< false: features as they are
    std::int64_t memory = std::int64_t(3000) << 20; ///< bytes that the rows may take
};

class SupportVectors {
public:
    SupportVectors(int dimension, SupportVectorOptions options);
    ~SupportVectors();
    SupportVectors(const SupportVectors&) = delete;
    SupportVectors& operator=(const SupportVectors&) = delete;

    [[nodiscard]] static std::int64_t most_rows(int dimension, std::int64_t memory);
    /// Room for that many rows, so that adding them never copies those that are there.
    void reserve(std::int64_t rows);
    [[nodiscard]] Result<void> add(const FeatureMatrix& features, std::span<const int> labels);
    [[nodiscard]] Result<void> train();
    /// The class of each row; after train().
    [[nodiscard]] Result<std::vector<int>> predict(const FeatureMatrix& features) const;
    /// Share of the training rows that get their own class.
    [[nodiscard]] double train_accuracy() const;

    [[nodiscard]] std::int64_t rows() const;
    [[nodiscard]] std::int64_t bytes() const; ///< that the rows take
    /// [classes, D + 1] weights and bias on standardised features, and the classes in that order.
    [[nodiscard]] const std::vector<double>& weights() const { return weights_; }
    [[nodiscard]] const std::vector<int>& classes() const { return classes_; }

private:
    struct Rows;
    void standardise_rows();
    [[nodiscard]] int best_class(std::span<const double> scores) const;

    int dimension_;
    SupportVectorOptions options_;
    std::unique_ptr<Rows> rows_;
    std::vector<double> centre_, scale_; ///< standardised = (x − centre) * scale
    std::vector<double> weights_;
    std::vector<int> classes_;
};

} // namespace ganvas
