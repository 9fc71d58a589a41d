/// What is in a source and how its pictures are got at, before anything is decoded.
///
/// A Source is made and streamed by one thread; the loads that stream() hands out may run on any thread while the
/// Source lives. Layouts are told apart by names and first bytes alone. Errors: `bad_data` (nothing usable in it, or a
/// part asked for that it lacks), `interrupted`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/core/image.h"
#include "engine/core/result.h"
#include "engine/data/dataset.h"
#include "engine/data/file_tree.h"

namespace ganvas {

struct SourceTable {
    std::vector<std::string> names;      ///< one for each picture
    std::vector<std::int32_t> labels;    ///< one for each picture, or empty
    std::vector<std::int8_t> attributes; ///< [pictures, attribute names]
    std::vector<std::string> class_names;
    std::vector<std::string> attribute_names;
    std::vector<SkippedFile> notices; ///< what was left out while listing

    [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(names.size()); }
};

class Source {
public:
    virtual ~Source() = default;
    [[nodiscard]] const SourceTable& table() const { return table_; }

    using Load = std::function<Result<Image>()>;
    /// `cost`: bytes held until the load has run. False ends the stream.
    using Receive = std::function<bool(std::int64_t index, std::size_t cost, Load load)>;
    /// Hands out each picture of `selection` (ascending) at most once, in an order of the source's choosing; one that
    /// is not handed out could not be reached any more.
    [[nodiscard]] virtual Result<void> stream(std::span<const std::int64_t> selection,
                                              const Receive& receive) = 0;

protected:
    SourceTable table_;
};

using OwnedSource = std::unique_ptr<Source>;

/// `faces` and `faces:COUNT`.
inline constexpr std::int64_t default_face_count = 10'000;
inline constexpr std::uint64_t face_dataset_seed = 1;
[[nodiscard]] OwnedSource make_faces_source(std::int64_t count, const Preparation& preparation);
/// Changes whenever the faces are drawn differently, so that a cache of older ones is not used.
[[nodiscard]] std::string faces_state(const Preparation& preparation);

/// Picture files: CelebA layout, a folder a class, or just pictures. `outside` are folders where CelebA's lists may
/// lie when the tree has none.
[[nodiscard]] Result<OwnedSource> make_picture_source(std::shared_ptr<FileTree> tree,
                                                      std::span<const Path> outside, DataSplit split);
[[nodiscard]] Result<OwnedSource> make_idx_source(FileTree& tree, DataSplit split);
[[nodiscard]] Result<OwnedSource> make_cifar_source(FileTree& tree, DataSplit split);

/// Which of the layouts the tree has, by its names.
[[nodiscard]] Result<OwnedSource> make_source(std::shared_ptr<FileTree> tree, std::span<const Path> outside,
                                              DataSplit split);

[[nodiscard]] bool is_picture_name(std::string_view name);
[[nodiscard]] bool is_idx_name(std::string_view name);
[[nodiscard]] bool is_cifar_name(std::string_view name);
/// The labels' file of an IDX file of pictures has this key in common with it.
[[nodiscard]] std::string idx_pair_key(std::string_view name);

/// Error for a split that the source lacks.
[[nodiscard]] Error lacks_split(DataSplit split);

} // namespace ganvas
