/// A reader of files, as the fuzzers and the smoke test see it: bytes in, a value or an Error out, nothing
/// else.
///
/// One thread. `read` calls the reader with hostile bytes and checks what it gave (expect); an exception, a
/// crash, a sanitiser's report, a failed expect() or more memory than was declared is a finding. A target
/// opens nothing for writing and starts no program: the smoke test runs all of them where the kernel forbids
/// both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ganvas::fuzz {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

struct FuzzTarget {
    const char* name;
    /// Gives how many bytes the file declares to unpack to; 0 where it declares nothing beyond its own size.
    std::size_t (*read)(View file);
    /// Small sound files, and some that were findings once.
    std::vector<Bytes> (*seeds)();
    /// Pieces of the format for the mutators.
    std::vector<std::string> words;
    /// Makes checksums right again after a mutation, so that what lies behind them is reached; may be null.
    void (*repair)(Bytes& file) = nullptr;
    /// What reading may hold: so many times the larger of the file's size and what it declares, and besides. Texts
    /// declare nothing and are parsed into trees, which take more; their readers limit how long they may be.
    std::size_t times = 4;
    std::size_t overhead = std::size_t(1) << 20;
    std::size_t longest = 4096; ///< bytes of a file that the fuzzer makes
};

[[nodiscard]] const std::vector<FuzzTarget>& all_targets();
/// Null where there is none of that name.
[[nodiscard]] const FuzzTarget* find_target(std::string_view name);

/// Reads once and aborts with a line on stderr where that cost more memory than was declared.
void read_within_memory(const FuzzTarget& target, View file);

/// Aborts with `what` where it does not hold.
void expect(bool holds, const char* what);

[[nodiscard]] inline std::string text_of(View bytes) { return {bytes.begin(), bytes.end()}; }
[[nodiscard]] inline Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

/// An input that stands for two files: two bytes (little endian) say how long the first is.
[[nodiscard]] Bytes join(View first, View second);
struct TwoFiles {
    View first, second;
};
[[nodiscard]] TwoFiles split(View joined);

// One for each file in targets/.
[[nodiscard]] FuzzTarget archive_target();
[[nodiscard]] FuzzTarget attributes_target();
[[nodiscard]] FuzzTarget cache_target();
[[nodiscard]] FuzzTarget celeba_target();
[[nodiscard]] FuzzTarget cifar_target();
[[nodiscard]] FuzzTarget idx_target();
[[nodiscard]] FuzzTarget image_target();
[[nodiscard]] FuzzTarget latents_target();
[[nodiscard]] FuzzTarget metrics_target();
[[nodiscard]] FuzzTarget picture_recipe_target();
[[nodiscard]] FuzzTarget recipe_target();
[[nodiscard]] FuzzTarget run_json_target();
[[nodiscard]] FuzzTarget study_target();
[[nodiscard]] FuzzTarget study_record_target();
[[nodiscard]] FuzzTarget tensor_file_target();

} // namespace ganvas::fuzz
