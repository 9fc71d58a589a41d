/// The header of a safetensors file: parsed from hostile bytes, and made.
///
/// Pure functions, any thread; used by tensor_file.cpp alone. Layout: 8 bytes little-endian header length,
/// that many bytes of JSON {"name": {"dtype", "shape", "data_offsets": [begin, end]}, "__metadata__": {text:
/// text}}, then data. Checked here: nesting and size of the JSON, names given twice, types, shapes that
/// overflow, offsets that overlap, leave holes, or do not add up to the data's real length.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/result.h"
#include "engine/runs/tensor_file.h"

namespace ganvas {

/// Bytes; some 20,000 tensors. Parsed, hostile JSON takes up to thirty times its length.
inline constexpr std::uint64_t longest_tensor_header = 2u << 20;
inline constexpr std::size_t most_tensors = 16'384;
inline constexpr const char* checksum_key = "ganvas.checksum";
/// Written beside the checksum: a file that has only one of the two was damaged just there.
inline constexpr const char* format_key = "ganvas.format";
inline constexpr const char* format_number = "1";

/// `bad_checkpoint`, with the hint that all damage of such a file has.
inline Error damaged_tensor_file(std::string what, const std::string& where) {
    return {ErrorCode::bad_checkpoint, std::move(what), where, "the file is damaged or not a checkpoint"};
}

struct TensorPlace {
    std::string name;
    TensorType type = TensorType::float32;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0, end = 0; ///< bytes from the start of the data
};

struct TensorHeader {
    std::vector<TensorPlace> places; ///< in order of their bytes
    TensorMetadata metadata;         ///< without checksum and format
    std::string checksum;            ///< as the file has it; empty for none
    std::string canonical;           ///< what the checksum covers before the data: the same JSON without it
};

/// `data_size`: bytes that really follow the header. `where` names the file in errors.
[[nodiscard]] Result<TensorHeader> parse_tensor_header(std::string_view json, std::uint64_t data_size,
                                                       const std::string& where);

/// The JSON for these places and metadata, without a checksum when that is empty. `bad_checkpoint` for text
/// that is not UTF-8 and for names given twice.
[[nodiscard]] Result<std::string> tensor_header_json(const std::vector<TensorPlace>& places,
                                                     const TensorMetadata& metadata,
                                                     const std::string& checksum, const std::string& where);

} // namespace ganvas
