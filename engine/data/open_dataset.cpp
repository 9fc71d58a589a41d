#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "engine/core/mapped_file.h"
#include "engine/data/build_cache.h"
#include "engine/data/cache.h"
#include "engine/data/dataset.h"
#include "engine/data/hash.h"
#include "engine/data/idx.h"
#include "engine/data/source.h"

namespace ganvas {
namespace {

constexpr std::int64_t most_faces = 10'000'000;
constexpr int cache_version = 2; ///< of how pictures are prepared; raise it when pixels change

Error with_place(Error error, const std::string& source) {
    // A file inside the source is named after it; a whole path says enough.
    if (error.where.empty() || source.ends_with("/" + error.where))
        error.where = source;
    else if (error.where.find('/') == std::string::npos && error.where != source)
        error.where = source + ", " + error.where;
    return error;
}

Error no_source(const std::string& source) {
    return {
        ErrorCode::not_found, "no such data", source,
        "give `faces`, a folder of pictures, IDX files, a CIFAR folder or a .zip or .tar of one of these"};
}

std::string describe(const Preparation& p) {
    std::string text = "prepared v" + std::to_string(cache_version);
    for (const std::int64_t value :
         {std::int64_t(p.size), std::int64_t(p.channels), std::int64_t(p.crop), p.limit,
          p.limit > 0 ? static_cast<std::int64_t>(p.limit_seed) : 0, std::int64_t(p.split)})
        text += " " + std::to_string(value);
    return text;
}

Result<void> check(const Preparation& preparation) {
    const auto fail = [](const char* what, const char* hint) {
        return Error{ErrorCode::usage, what, "", hint};
    };
    if (preparation.size < 0 || preparation.size > 4096)
        return fail("picture size out of range", "0 to 4096 pixels");
    if (preparation.channels != 0 && preparation.channels != 1 && preparation.channels != 3)
        return fail("channels out of range", "1, 3, or 0 for the source's own");
    if (preparation.limit < 0) return fail("a negative limit of pictures", "0 means all");
    return {};
}

/// Says what and where a source is, and how to list it; made without looking into its files.
struct Place {
    enum class Kind { faces, folder, archive, idx, picture } kind = Kind::faces;
    std::int64_t face_count = default_face_count;
    Path path;                         ///< absolute
    std::vector<std::string> siblings; ///< IDX: the file and its labels, by name in the parent folder
    std::vector<Path> outside;         ///< where CelebA's lists may lie beside or above it
};

Result<Place> faces_place(const std::string& source) {
    Place place;
    if (source == "faces") return place;
    const char* start = source.data() + 6;
    const char* end = source.data() + source.size();
    const auto [stopped, failure] = std::from_chars(start, end, place.face_count);
    if (failure != std::errc() || stopped != end || place.face_count < 1 || place.face_count > most_faces)
        return Error{ErrorCode::usage, "not a number of faces", source,
                     "write faces:COUNT with COUNT from 1 to 10000000"};
    return place;
}

/// The first bytes decide between IDX and a picture; the labels of an IDX file are found by name beside it.
Result<Place> file_place(Place place, const std::string& source) {
    const std::string name = place.path.filename().string();
    auto map = MappedFile::open(place.path);
    if (!map) return with_place(map.error(), source);
    if (map->bytes().empty())
        return Error{ErrorCode::bad_data, "empty file", source, "check that the download is complete"};
    if (is_archive_name(name)) {
        place.kind = Place::Kind::archive;
    } else if (looks_like_idx(map->bytes()) || is_idx_name(name)) {
        place.kind = Place::Kind::idx;
        place.siblings.push_back(name);
        if (!is_idx_name(name)) return place;
        std::error_code failure;
        for (const auto& entry : std::filesystem::directory_iterator(place.path.parent_path(), failure)) {
            const std::string other = entry.path().filename().string();
            if (other != name && is_idx_name(other) && idx_pair_key(other) == idx_pair_key(name))
                place.siblings.push_back(other);
        }
        std::sort(place.siblings.begin() + 1, place.siblings.end());
    } else if (is_picture_name(name)) {
        place.kind = Place::Kind::picture;
        place.siblings.push_back(name);
    } else {
        return Error{ErrorCode::bad_data, "not an archive, an IDX file or a picture", source,
                     "give a folder, .zip, .tar or .tar.gz, an IDX file, or PNG, JPEG or BMP pictures"};
    }
    return place;
}

Result<Place> find_place(const std::string& source) {
    if (source == "faces" || source.starts_with("faces:")) return faces_place(source);
    if (source.empty()) return no_source(source);
    std::string text = source;
    if (text.starts_with("~/"))
        if (const char* home = std::getenv("HOME")) text = home + text.substr(1);
    std::error_code failure;
    Place place;
    place.path = std::filesystem::canonical(text, failure);
    if (failure) return no_source(source);
    const Path above = place.path.parent_path();
    place.outside = {above,
                     above / "Anno",
                     above / "Eval",
                     above.parent_path(),
                     above.parent_path() / "Anno",
                     above.parent_path() / "Eval"};
    if (std::filesystem::is_directory(place.path, failure)) {
        place.kind = Place::Kind::folder;
        return place;
    }
    if (!std::filesystem::is_regular_file(place.path, failure)) return no_source(source);
    return file_place(std::move(place), source);
}

/// Changes when anything changes that the source is read from.
Result<std::string> state_of(const Place& place, const Preparation& preparation, const Progress& progress) {
    if (place.kind == Place::Kind::faces) return faces_state(preparation);
    std::string state;
    std::vector<Path> parts;
    if (place.siblings.empty()) parts.push_back(place.path);
    for (const auto& name : place.siblings) parts.push_back(place.path.parent_path() / name);
    for (const Path& part : parts) {
        auto text = source_state(part, progress);
        if (!text) return text.error();
        state += part.string() + " " + text.take() + "\n";
    }
    for (const Path& folder : place.outside)
        for (const char* name : {"list_attr_celeba.txt", "list_attr_celeba.csv", "list_eval_partition.txt",
                                 "list_eval_partition.csv"}) {
            std::error_code failure;
            if (!std::filesystem::exists(folder / name, failure)) continue;
            if (auto text = source_state(folder / name, progress))
                state += (folder / name).string() + " " + text.take() + "\n";
        }
    return state;
}

Result<OwnedSource> list_source(const Place& place, const Preparation& preparation,
                                const Progress& progress) {
    if (place.kind == Place::Kind::faces) return make_faces_source(place.face_count, preparation);
    const Path above = place.path.parent_path();
    if (place.kind == Place::Kind::idx)
        return make_idx_source(*make_file_list(above, place.siblings), preparation.split);
    if (place.kind == Place::Kind::picture)
        return make_picture_source(make_file_list(above, place.siblings), {}, preparation.split);
    auto tree = place.kind == Place::Kind::archive ? open_archive_tree(place.path, progress)
                                                   : open_folder_tree(place.path, progress);
    if (!tree) return tree.error();
    return make_source(std::shared_ptr<FileTree>(tree.take()), place.outside, preparation.split);
}

/// Older caches of the same source and preparation are of no use any more.
void remove_older(const Path& cache, const std::string& same_start) {
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator(cache.parent_path(), failure)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(same_start) && name.ends_with(".cache") && entry.path() != cache)
            std::filesystem::remove(entry.path(), failure);
    }
}

} // namespace

Result<SharedDataset> open_dataset(const std::string& source, const Preparation& preparation,
                                   const Progress& progress) {
    if (auto fine = check(preparation); !fine) return fine.error();
    auto place = find_place(source);
    if (!place) return place.error();
    if (progress.stop_requested())
        return Error{ErrorCode::interrupted, "stopped while opening the data", source, ""};
    progress.report(0, "looking at " + source);
    auto state = state_of(*place, preparation, progress);
    if (!state) return with_place(state.error(), source);

    const bool faces = place->kind == Place::Kind::faces;
    const std::string what = (faces ? "faces:" + std::to_string(place->face_count) : place->path.string())
                             + "\n" + describe(preparation);
    const std::string key = what + "\n" + *state;
    ContentHash what_hash, key_hash;
    what_hash.add(std::string_view(what));
    key_hash.add(std::string_view(key));
    const std::string start = what_hash.hex().substr(0, 16) + "-";
    const Path cache = cache_folder() / "data" / (start + key_hash.hex().substr(0, 16) + ".cache");
    if (auto cached = open_cache(cache, key, source)) return cached;

    auto listed = list_source(*place, preparation, progress);
    if (!listed) return with_place(listed.error(), source);
    if (auto built = build_cache(cache, key, **listed, preparation, progress); !built)
        return with_place(built.error(), source);
    remove_older(cache, start);
    return open_cache(cache, key, source);
}

} // namespace ganvas
