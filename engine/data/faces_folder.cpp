#include "engine/data/faces_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <optional>

#include "engine/data/celeba.h"
#include "engine/data/faces/faces.h"
#include "engine/data/task_pool.h"

namespace ganvas {
namespace {

constexpr std::int64_t most_files = 10'000'000;

Error cannot_write(const Path& path) {
    return {ErrorCode::io, "cannot write", path.string(), "check the free space and the permissions"};
}

std::string file_name(std::int64_t index) {
    char text[32];
    std::snprintf(text, sizeof(text), "%06lld.png", static_cast<long long>(index + 1));
    return text;
}

/// Without a sync of its own: the folder is synced as a whole.
Result<void> write_plainly(const Path& path, const char* data, std::size_t size) {
    std::ofstream file(path, std::ios::binary);
    file.write(data, static_cast<std::streamsize>(size));
    file.close();
    if (!file) return cannot_write(path);
    return {};
}

Result<void> draw_one(const Path& folder, std::int64_t index, const FaceParameters& parameters, int size,
                      const PngEncoder& encode) {
    Image image(size, size, 3);
    render_face(parameters, size, image.pixels);
    auto bytes = encode(image);
    if (!bytes) return bytes.error();
    return write_plainly(folder / "img" / file_name(index), reinterpret_cast<const char*>(bytes->data()),
                         bytes->size());
}

Result<void> draw_all(const Path& folder, std::int64_t count, std::uint64_t seed, int size,
                      const PngEncoder& encode, const Progress& progress) {
    std::atomic<std::int64_t> finished = 0;
    std::atomic<bool> failed = false;
    std::mutex mutex;
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
                const std::lock_guard lock(mutex);
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
    const std::lock_guard lock(mutex);
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

Result<void> sync_and_rename(const Path& temporary, const Path& folder) {
    const int descriptor = open(temporary.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && syncfs(descriptor) == 0;
    if (descriptor >= 0) close(descriptor);
    if (!synced || std::rename(temporary.c_str(), folder.c_str()) != 0) return cannot_write(folder);
    return {};
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
    Path target = std::filesystem::weakly_canonical(folder, none);
    if (!target.has_filename()) target = target.parent_path(); // it was written with a '/' at the end
    if (std::filesystem::exists(target, none) && !std::filesystem::is_empty(target, none))
        return Error{ErrorCode::usage, "the folder is not empty", folder.string(), "name a new one"};
    Path temporary = target;
    temporary += ".partial." + std::to_string(getpid());
    std::filesystem::remove_all(temporary, none);
    if (auto made = make_folder(temporary / "img"); !made) return made;
    auto done = draw_all(temporary, count, seed, size, encode, progress);
    if (done) {
        const std::string text = attribute_text(count, seed);
        done = write_plainly(temporary / "list_attr_celeba.txt", text.data(), text.size());
    }
    if (done) done = sync_and_rename(temporary, target);
    if (!done) std::filesystem::remove_all(temporary, none);
    return done;
}

} // namespace ganvas
