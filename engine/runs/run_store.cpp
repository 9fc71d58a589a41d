#include "engine/runs/run_store.h"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <thread>
#include <utility>

#include "engine/export/picture.h"
#include "engine/runs/metrics_table.h"
#include "engine/runs/output_file.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_json.h"

namespace ganvas {
namespace {

constexpr int rows_before_flush = 64;
constexpr auto time_before_flush = std::chrono::seconds(2);

std::string time_text(const char* format) {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[64];
    return {text, std::strftime(text, sizeof text, format, &parts)};
}

/// Letters, digits, '-', '_' and '.' of a name that becomes part of a folder's.
std::string folder_word(const std::string& name) {
    std::string word;
    for (const char c : name.substr(0, 40)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                           || c == '_' || c == '.';
        if (plain)
            word += c;
        else if (!word.empty() && word.back() != '-')
            word += '-';
    }
    return word.empty() ? "run" : word;
}

Result<Path> make_unique_folder(const std::string& name) {
    const Path parent = runs_folder();
    if (auto made = make_folder(parent); !made) return made.error();
    const std::string stem = time_text("%Y-%m-%d-%H%M%S-") + folder_word(name);
    for (int attempt = 1; attempt < 10'000; ++attempt) {
        const Path folder = parent / (attempt == 1 ? stem : stem + "-" + std::to_string(attempt));
        if (::mkdir(folder.c_str(), 0755) == 0) return folder;
        if (errno != EEXIST) return file_error("folder cannot be made", folder, errno);
    }
    return Error{ErrorCode::io, "no free name for a run", parent.string(), "clear the folder up"};
}

/// A descriptor that closes itself.
struct Handle {
    int value = -1;
    explicit Handle(int descriptor) : value(descriptor) {}
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() {
        if (value >= 0) ::close(value);
    }
};

/// Appends `text` whole, or takes back what was written of it. A new file gets the header first.
Result<void> append_whole(const Path& path, const std::string& header, const std::string& text) {
    const Handle file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (file.value < 0) return file_error("cannot be written", path, errno);
    struct stat info {};
    if (::fstat(file.value, &info) != 0) return file_error("cannot be written", path, errno);
    const std::string all = info.st_size == 0 ? header + text : text;
    for (std::size_t done = 0; done < all.size();) {
        const ssize_t written = ::write(file.value, all.data() + done, all.size() - done);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            const int code = written < 0 ? errno : ENOSPC;
            if (::ftruncate(file.value, info.st_size) != 0)
                return file_error("cannot be written nor repaired", path, code);
            return file_error("cannot be written", path, code);
        }
        done += static_cast<std::size_t>(written);
    }
    return {};
}

/// A crash may leave a last row without its end: it goes, so that the next row does not stick to it.
Result<void> trim_torn_row(const Path& path) {
    const Handle file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (file.value < 0) return errno == ENOENT ? Result<void>() : file_error("cannot be opened", path, errno);
    struct stat info {};
    if (::fstat(file.value, &info) != 0) return file_error("cannot be read", path, errno);
    off_t end = info.st_size;
    char piece[4096];
    while (end > 0) {
        const off_t start = std::max<off_t>(0, end - static_cast<off_t>(sizeof piece));
        const ssize_t got = ::pread(file.value, piece, static_cast<std::size_t>(end - start), start);
        if (got != end - start) return file_error("cannot be read", path, got < 0 ? errno : EIO);
        while (end > start && piece[end - start - 1] != '\n') --end;
        if (end > start) break;
    }
    if (end != info.st_size && ::ftruncate(file.value, end) != 0)
        return file_error("cannot be written", path, errno);
    return {};
}

Result<void> sync_file(const Path& path) {
    const Handle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.value >= 0 && ::fsync(file.value) != 0) return file_error("cannot be written", path, errno);
    return {};
}

Result<void> remove_file(const Path& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return file_error("cannot be removed", path, errno);
    return {};
}

} // namespace

/// The folder's lock: held as long as the descriptor is open, so a killed program leaves none behind.
class RunStore::Lock {
public:
    static Result<std::unique_ptr<Lock>> take(const Path& folder) {
        const Path path = lock_path(folder);
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (descriptor < 0) return file_error("run cannot be opened for writing", path, errno);
        auto lock = std::make_unique<Lock>(descriptor);
        // File systems without locks (ENOLCK, EOPNOTSUPP) are used as they are.
        // A look by run_in_use() holds it for an instant, so it is asked for more than once.
        bool taken = false;
        for (int attempt = 0; attempt < 5 && !taken; ++attempt) {
            if (attempt > 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
            taken = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
        }
        if (!taken) {
            char owner[32] = {};
            std::string process;
            if (::pread(descriptor, owner, sizeof owner - 1, 0) > 0)
                process = ", process " + std::string(owner);
            return Error{ErrorCode::io, "another program is working on this run" + process, folder.string(),
                         "stop it first, or choose another folder"};
        }
        const std::string own = std::to_string(::getpid());
        // Only for the message above; the lock holds without it.
        if (::ftruncate(descriptor, 0) == 0) (void)!::pwrite(descriptor, own.data(), own.size(), 0);
        return lock;
    }
    explicit Lock(int descriptor) : handle_(descriptor) {}

private:
    Handle handle_;
};

RunStore::RunStore(Path folder, std::unique_ptr<Lock> lock)
    : folder_(std::move(folder)), lock_(std::move(lock)) {}

RunStore::~RunStore() { (void)flush().ok(); }

Result<std::unique_ptr<RunStore>> RunStore::create(const Path& wanted, const std::string& name) {
    Path folder = wanted;
    if (folder.empty()) {
        auto made = make_unique_folder(name);
        if (!made) return made.error();
        folder = made.take();
    } else if (auto made = make_folder(folder); !made) {
        return made.error();
    }
    auto lock = Lock::take(folder);
    if (!lock) return lock.error();
    if (is_run_folder(folder))
        return Error{ErrorCode::io, "folder holds a run already", folder.string(),
                     "add --resume, or choose another folder"};
    for (const Path& part : {samples_folder(folder), checkpoints_folder(folder)})
        if (auto made = make_folder(part); !made) return made.error();
    return std::unique_ptr<RunStore>(new RunStore(folder, lock.take()));
}

Result<std::unique_ptr<RunStore>> RunStore::open(const Path& folder) {
    if (!is_run_folder(folder))
        return Error{ErrorCode::not_found, "not a run folder", folder.string(), "it has no run.json"};
    auto lock = Lock::take(folder);
    if (!lock) return lock.error();
    for (const Path& part : {samples_folder(folder), checkpoints_folder(folder)})
        if (auto made = make_folder(part); !made) return made.error();
    for (const Path& table : {metrics_csv_path(folder), diversity_csv_path(folder)})
        if (auto trimmed = trim_torn_row(table); !trimmed) return trimmed.error();
    return std::unique_ptr<RunStore>(new RunStore(folder, lock.take()));
}

Path RunStore::checkpoint_path(std::int64_t step) const {
    return step_file(checkpoints_folder(folder_), step, ".safetensors");
}

Result<void> RunStore::write_run(RunInfo info) {
    info.modified = time_text("%Y-%m-%dT%H:%M:%SZ");
    if (info.created.empty()) {
        const auto before = read_run();
        info.created = before && !before->created.empty() ? before->created : info.modified;
    }
    return write_file(run_json_path(folder_), run_json(info));
}

Result<RunInfo> RunStore::read_run() const { return ganvas::read_run(folder_); }

Result<void> RunStore::append(const TrainingPoint& point) { return append_row(rows_, metrics_row(point)); }
Result<void> RunStore::append(const DistancePoint& point) { return append_row(rows_, metrics_row(point)); }
Result<void> RunStore::append(const DiversityPoint& point) {
    return append_row(diversity_rows_, metrics_row(point));
}

Result<void> RunStore::append_row(std::string& rows, const std::string& row) {
    std::lock_guard lock(mutex_);
    rows += row;
    ++row_count_;
    const auto now = std::chrono::steady_clock::now();
    if (row_count_ < rows_before_flush && now - last_flush_ < time_before_flush) return {};
    return flush_locked();
}

Result<void> RunStore::flush() {
    std::lock_guard lock(mutex_);
    return flush_locked();
}

Result<void> RunStore::flush_locked() {
    last_flush_ = std::chrono::steady_clock::now();
    if (!rows_.empty())
        if (auto appended = append_whole(metrics_path(), metrics_header(), rows_); !appended) return appended;
    rows_.clear();
    if (!diversity_rows_.empty())
        if (auto appended = append_whole(diversity_csv_path(folder_), diversity_header(), diversity_rows_);
            !appended)
            return appended;
    diversity_rows_.clear();
    row_count_ = 0;
    return {};
}

Result<RunMetrics> RunStore::read_metrics() {
    if (auto flushed = flush(); !flushed) return flushed.error();
    return ganvas::read_metrics(folder_);
}

Result<void> RunStore::write_sample(const RunSample& sample, const Image& sheet) {
    return write_png(step_file(samples_folder(folder_), sample.step, ".png"), sheet,
                     {{sample_keyword, sample_json(sample)}});
}

std::vector<RunSample> RunStore::samples() const { return run_samples(folder_); }

Result<void> RunStore::write_checkpoint(std::int64_t step, const TensorFile& file) {
    // First the rows up to this step, on the disk: a run that goes on from here then lacks none.
    if (auto flushed = flush(); !flushed) return flushed;
    for (const Path& table : {metrics_path(), diversity_csv_path(folder_)})
        if (auto synced = sync_file(table); !synced) return synced;
    return write_tensor_file(checkpoint_path(step), file);
}

Result<RunCheckpoint> RunStore::newest_good_checkpoint() const {
    return ganvas::newest_good_checkpoint(folder_);
}

Result<void> RunStore::prune(const PrunePolicy& policy) {
    const auto files = step_files(checkpoints_folder(folder_), ".safetensors");
    const std::size_t last = static_cast<std::size_t>(std::max(1, policy.keep_last));
    if (files.size() <= last) return {};
    const auto newest = newest_good_checkpoint();
    if (!newest) return {}; // nothing whole is left: then nothing is removed either
    std::set<std::int64_t> kept{newest->step};
    for (std::size_t i = files.size() - last; i < files.size(); ++i) kept.insert(files[i].first);
    if (policy.keep_best) {
        const auto metrics = read_metrics();
        if (const DistancePoint* best = metrics ? best_distance(metrics->distances) : nullptr) {
            const auto nearest =
                std::min_element(files.begin(), files.end(), [&](const auto& a, const auto& b) {
                    return std::abs(a.first - best->step) < std::abs(b.first - best->step);
                });
            kept.insert(nearest->first);
        }
    }
    for (const auto& [step, path] : files) {
        if (kept.contains(step) || (policy.keep_every > 0 && step % policy.keep_every == 0)) continue;
        if (auto removed = remove_file(path); !removed) return removed;
    }
    return {};
}

Result<void> RunStore::rewind(std::int64_t step) {
    std::lock_guard lock(mutex_);
    if (auto flushed = flush_locked(); !flushed) return flushed;
    const auto metrics = ganvas::read_metrics(folder_);
    if (!metrics) return metrics.error();
    std::string text = metrics_header();
    auto distance = metrics->distances.begin();
    const auto add_distances = [&](std::int64_t until) {
        for (; distance != metrics->distances.end() && distance->step <= until; ++distance)
            text += metrics_row(*distance);
    };
    for (const TrainingPoint& point : metrics->training) {
        if (point.step > step) break;
        add_distances(point.step - 1);
        text += metrics_row(point);
    }
    add_distances(step);
    if (auto written = write_file(metrics_path(), text); !written) return written;
    if (!metrics->diversity.empty()) {
        text = diversity_header();
        for (const DiversityPoint& point : metrics->diversity)
            if (point.step <= step) text += metrics_row(point);
        if (auto written = write_file(diversity_csv_path(folder_), text); !written) return written;
    }
    for (const auto& [sample_step, path] : step_files(samples_folder(folder_), ".png"))
        if (sample_step > step)
            if (auto removed = remove_file(path); !removed) return removed;
    for (const auto& [checkpoint_step, path] : step_files(checkpoints_folder(folder_), ".safetensors")) {
        if (checkpoint_step <= step) continue;
        Path aside = path;
        aside += ".set-aside";
        if (::rename(path.c_str(), aside.c_str()) != 0) return file_error("cannot be renamed", path, errno);
    }
    return {};
}

} // namespace ganvas
