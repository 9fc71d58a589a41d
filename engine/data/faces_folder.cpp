#include "engine/data/faces_folder.h"

#include <atomic>
#include <cstdio>
#include <optional>

#include "engine/core/bulk_folder.h"
#include "engine/core/thread_annotations.h"
#include "engine/data/celeba.h"
#include "engine/data/faces/faces.h"
#include "engine/data/task_pool.h"

namespace ganvas {
namespace {

constexpr std::int64_t most_files = 10'000'000;

std::string file_name(std::int64_t index) {
    char text[32];
    std::snprintf(text, sizeof(text), "%06lld.png", static_cast<long long>(index + 1));
    return text;
}

Result<void> draw_one(const BulkFolder& folder, std::int64_t index, const FaceParameters& parameters,
                      int size, const PngEncoder& encode) {
    Image image(size, size, 3);
    render_face(parameters, size, image.pixels);
    auto bytes = encode(image);
    if (!bytes) return bytes.error();
    return folder.write("img/" + file_name(index), *bytes);
}

Result<void> draw_all(const BulkFolder& folder, std::int64_t count, std::uint64_t seed, int size,
                      const PngEncoder& encode, const Progress& progress) {
    std::atomic<std::int64_t> finished = 0;
    std::atomic<bool> failed = false;
    Mutex mutex;
    std::optional<Error> failure; // guarded by mutex
    TaskPool pool(decoding_threads(), 256, 0);
    const auto show = [&] {
        progress.report(static_cast<double>(finished) / static_cast<double>(count),
                        "drawing " + std::to_string(finished.load()) + " of " + std::to_string(count)
                            + " faces");
    };
    for (std::int64_t index = 0; index < count && !failed && !progress.stop_requested(); ++index) {
        pool.put(0, [&, index] {
            const auto parameters = draw_face_parameters(seed, static_cast<std::uint64_t>(index));
            auto done = draw_one(folder, index, parameters, size, encode);
            if (!done) {
                const MutexLock lock(mutex);
                if (!failure) failure = done.error();
                failed = true;
            }
            ++finished;
        });
        if (index % 256 == 0) show();
    }
    while (!progress.stop_requested() && !pool.wait_idle(std::chrono::milliseconds(50))) show();
    if (progress.stop_requested())
        return Error{ErrorCode::interrupted, "stopped while drawing faces", "", ""};
    const MutexLock lock(mutex);
    if (failure) return *failure;
    return {};
}

std::string attribute_text(std::int64_t count, std::uint64_t seed) {
    std::vector<std::string> names;
    std::vector<std::int8_t> values;
    for (std::int64_t index = 0; index < count; ++index) {
        names.push_back(file_name(index));
        const auto row = face_attributes(draw_face_parameters(seed, static_cast<std::uint64_t>(index)));
        values.insert(values.end(), row.begin(), row.end());
    }
    return write_attribute_list(face_attribute_names(), names, values);
}

} // namespace

Result<void> write_faces_folder(const Path& folder, std::int64_t count, std::uint64_t seed, int size,
                                const PngEncoder& encode, const Progress& progress) {
    if (count < 1 || count > most_files)
        return Error{ErrorCode::usage, "number of faces out of range", std::to_string(count),
                     "1 to 10000000"};
    if (size < smallest_face || size > largest_face)
        return Error{ErrorCode::usage, "face size out of range", std::to_string(size), "16 to 256 pixels"};
    std::error_code none;
    if (std::filesystem::is_directory(folder, none) && !std::filesystem::is_empty(folder, none))
        return Error{ErrorCode::usage, "the folder is not empty", folder.string(), "name a new one"};
    auto files = BulkFolder::create(folder);
    if (!files) return files.error();
    if (auto made = files->add_folder("img"); !made) return made;
    if (auto drawn = draw_all(*files, count, seed, size, encode, progress); !drawn) return drawn;
    const std::string text = attribute_text(count, seed);
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    if (auto written = files->write("list_attr_celeba.txt", bytes); !written) return written;
    return files->commit();
}

} // namespace ganvas
