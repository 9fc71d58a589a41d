/// Tensors in a file (safetensors): checkpoints, attribute directions, latents.
///
/// Free functions without state, any thread. The reader trusts nothing: sizes, offsets, shapes and nesting
/// are checked against the file's real length before anything is allocated, and a bad file is a clear
/// `bad_checkpoint` error. The writer streams to a temporary name, fsyncs and renames (see
/// engine/core/files.h), so the old file stays until the new one is whole; errors are `io`, or `internal` for
/// tensors that contradict themselves.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/result.h"

namespace ganvas {

enum class TensorType { float32, float16, bfloat16, float64, int64, int32, uint8, boolean };

[[nodiscard]] std::size_t byte_size(TensorType type);
[[nodiscard]] std::string_view name(TensorType type); ///< safetensors' name: "F32", "BF16" …

/// One tensor in row-major order, little endian; bytes.size() is the product of shape times byte_size(type).
struct TensorBlob {
    std::string name;
    TensorType type = TensorType::float32;
    std::vector<std::int64_t> shape; ///< empty for a scalar
    std::vector<std::uint8_t> bytes;
};

using TensorMetadata = std::map<std::string, std::string>;

struct TensorFile {
    std::vector<TensorBlob> tensors;
    TensorMetadata metadata; ///< UTF-8 text; without the checksum, which belongs to the file

    [[nodiscard]] const TensorBlob* find(std::string_view name) const; ///< null when there is none
    /// The bytes of a float32 tensor of exactly this shape, or `bad_checkpoint`.
    [[nodiscard]] Result<std::vector<float>> floats(std::string_view name,
                                                    const std::vector<std::int64_t>& shape) const;
    void add_floats(std::string name, std::vector<std::int64_t> shape, const std::vector<float>& values);
    /// Metadata value, or empty.
    [[nodiscard]] std::string text(std::string_view key) const;
};

/// Reads everything and verifies the checksum where there is one (files of other programs have none).
[[nodiscard]] Result<TensorFile> read_tensor_file(const Path& path);

/// Writes with a checksum over names, types, shapes, metadata and all tensor bytes (metadata
/// "ganvas.checksum").
[[nodiscard]] Result<void> write_tensor_file(const Path& path, const TensorFile& file);

/// Only the header: quick, for lists and cards; the checksum is not verified.
[[nodiscard]] Result<TensorMetadata> read_tensor_metadata(const Path& path);

/// Reads the file once in small pieces, keeping nothing, and says whether it is whole.
[[nodiscard]] Result<void> verify_tensor_file(const Path& path);

} // namespace ganvas
