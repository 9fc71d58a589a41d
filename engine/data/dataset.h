/// A data set: 8-bit pictures of one shape with optional labels, memory-mapped from the cache.
///
/// Immutable once opened, shared by `shared_ptr<const Dataset>`; any thread may read. Opening decodes once into the
/// cache (see cache.h) and later only maps it. Pixels are NHWC bytes; the trainer scales them to [-1, 1].
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/image.h"
#include "engine/core/progress.h"
#include "engine/core/result.h"

namespace ganvas {

enum class DataSplit { all, train, test };
/// automatic: CelebA's 108-pixel square for 178x218 pictures, else the centred square.
enum class CropKind { automatic, centre, celeba, none };

/// How pictures are prepared; part of the cache key.
struct Preparation {
    int size = 64;    ///< pixels a side; 0 keeps the source's own size when all pictures share one
    int channels = 3; ///< 1 (Rec. 601 luma), 3, or 0 for the source's own
    CropKind crop = CropKind::automatic;
    std::int64_t limit = 0; ///< at most this many, a seeded subset; 0 for all
    std::uint64_t limit_seed = 0;
    DataSplit split = DataSplit::all;
};

struct SkippedFile {
    std::string name;
    std::string reason;
};

/// Left out because it has another size than most, which only a preparation with a size would change.
[[nodiscard]] bool has_odd_size(const SkippedFile& file);

class Dataset {
public:
    virtual ~Dataset() = default;

    [[nodiscard]] virtual std::int64_t size() const = 0;
    [[nodiscard]] virtual int channels() const = 0;
    [[nodiscard]] virtual int height() const = 0;
    [[nodiscard]] virtual int width() const = 0;
    /// height * width * channels bytes, HWC, valid while the data set lives.
    [[nodiscard]] virtual std::span<const std::uint8_t> image(std::int64_t index) const = 0;
    /// False once pictures were read that are no longer there (the cache was cut short by another program); they are
    /// black. Ask after reading.
    [[nodiscard]] virtual bool whole() const { return true; }
    /// File name inside the source, or "face 17"; for messages and neighbours.
    [[nodiscard]] virtual std::string image_name(std::int64_t index) const = 0;

    /// Binary attributes (CelebA style), -1 or +1 each; empty span when there are none.
    [[nodiscard]] virtual std::span<const std::int8_t> attributes(std::int64_t index) const = 0;
    [[nodiscard]] virtual const std::vector<std::string>& attribute_names() const = 0;
    /// Class of the picture, or -1.
    [[nodiscard]] virtual int class_label(std::int64_t index) const = 0;
    [[nodiscard]] virtual const std::vector<std::string>& class_names() const = 0;

    [[nodiscard]] virtual const std::string& source() const = 0; ///< as the user wrote it
    [[nodiscard]] virtual const std::string&
    fingerprint() const = 0; ///< hex hash of the prepared pixels and labels
    [[nodiscard]] virtual std::int64_t skipped_count() const = 0;
    [[nodiscard]] virtual const std::vector<SkippedFile>& skipped() const = 0; ///< the first 1,000
};

using SharedDataset = std::shared_ptr<const Dataset>;

/// Opens any SRC of the contract: faces[:COUNT], folder, folder of classes, CelebA layout, IDX (gzip too), CIFAR-10/100
/// binary, zip/tar of these. May take minutes the first time: run it on a job thread. Errors: `not_found`, `bad_data`
/// (nothing readable in it), `io` (the cache cannot be written), `interrupted`.
[[nodiscard]] Result<SharedDataset> open_dataset(const std::string& source, const Preparation& preparation,
                                                 const Progress& progress = {});

/// Decodes one picture file (PNG, JPEG, BMP) with the header probed and limits checked first.
[[nodiscard]] Result<Image> read_image(const Path& path);

/// Crop + antialiased resize + channel conversion as the data sets do it.
[[nodiscard]] Image prepare_image(const Image& image, const Preparation& preparation);

} // namespace ganvas
