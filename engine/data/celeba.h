/// CelebA's label files: list_attr_celeba (.txt or Kaggle's .csv) and list_eval_partition.
///
/// Pure functions over the text, any thread. Rows are looked up by the file name without folder and ending, so that a
/// list of .jpg names fits the .png edition. A wrong count line or a bad row is reported and passed over; a list that
/// gives no usable row at all is an error `bad_data`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/core/result.h"
#include "engine/data/dataset.h"

namespace ganvas {

struct AttributeList {
    std::vector<std::string> names;
    std::vector<std::int8_t> values;                   ///< [rows, names], -1 or +1
    std::unordered_map<std::string, std::size_t> rows; ///< stem ("000001") -> row
    std::vector<SkippedFile> notices;                  ///< wrong counts and bad rows
};

[[nodiscard]] Result<AttributeList> parse_attribute_list(std::string_view text, const std::string& file_name);

/// Stem -> 0 training, 1 validation, 2 test. Bad rows are passed over.
[[nodiscard]] std::unordered_map<std::string, int> parse_partition_list(std::string_view text);

/// What was said about the list as a whole or a row of it: no picture of its own was left out by it.
[[nodiscard]] bool is_about_list(const SkippedFile& file);

/// The name without folder and last ending.
[[nodiscard]] std::string stem(std::string_view name);

/// The text of list_attr_celeba.txt for these pictures; `values` is [file names, names].
[[nodiscard]] std::string write_attribute_list(const std::vector<std::string>& names,
                                               const std::vector<std::string>& file_names,
                                               const std::vector<std::int8_t>& values);

} // namespace ganvas
