#include "engine/data/build_cache.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <optional>
#include <tuple>

#include "engine/core/random.h"
#include "engine/core/thread_annotations.h"
#include "engine/data/cache_format.h"
#include "engine/data/task_pool.h"

namespace ganvas {
namespace {

constexpr std::size_t probed_pictures = 64;
constexpr std::size_t queued_tasks = 256;
constexpr std::size_t queued_bytes = std::size_t(256) << 20;

constexpr std::string_view odd_size_words = " pixels where the others have ";

std::string size_text(int width, int height) { return std::to_string(width) + "x" + std::to_string(height); }

Error interrupted() { return {ErrorCode::interrupted, "stopped while preparing the data", "", ""}; }

/// The shape of the cache's pictures. What the preparation leaves open is decided by the first pictures: the most
/// frequent size, and colour as soon as one of them has it.
Result<PictureShape> find_shape(Source& source, std::span<const std::int64_t> selection,
                                const Preparation& preparation) {
    if (preparation.size > 0 && preparation.channels > 0)
        return PictureShape{preparation.size, preparation.size, preparation.channels};
    std::map<std::pair<int, int>, int> sizes; // height, width -> how often
    int channels = 0;
    std::size_t probed = 0, tried = 0;
    auto done = source.stream(selection, [&](std::int64_t, std::size_t, const Source::Load& load) {
        ++tried;
        if (auto image = load()) {
            const Image prepared = prepare_image(*image, preparation);
            ++sizes[{prepared.height, prepared.width}];
            channels = std::max(channels, prepared.channels);
            ++probed;
        }
        return probed < probed_pictures && (probed == 0 || tried < probed_pictures * 8);
    });
    if (!done) return done.error();
    // With nothing readable so far the cache is built all the same, for the sake of the named reasons.
    if (sizes.empty()) return PictureShape{std::max(1, preparation.size), std::max(1, preparation.size), 3};
    const auto most = std::max_element(sizes.begin(), sizes.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    return PictureShape{most->first.first, most->first.second, channels};
}

/// What the decoding threads share.
class Builder {
public:
    Builder(CacheWriter& writer, const PictureShape& shape, const Preparation& preparation, std::size_t slots)
        : writer_(writer), shape_(shape), preparation_(preparation),
          grey_is_a_guess_(preparation.channels == 0 && shape.channels == 1) {
        preparation_.channels = shape.channels;
        outcome.written.assign(slots, 0);
        outcome.hashes.assign(slots, 0);
        reached_.assign(slots, 0);
    }

    /// Runs on a decoding thread; each slot once.
    void fill(std::size_t slot, const std::string& name, const Source::Load& load) {
        reached_[slot] = 1;
        std::string reason;
        try {
            reason = prepare(slot, load);
        } catch (const std::exception&) { // no memory for this picture
            reason = "too large for the memory";
        }
        if (!reason.empty()) {
            const MutexLock lock(mutex_);
            unreadable_.emplace_back(slot, SkippedFile{name, reason});
        }
        ++finished_;
    }

    [[nodiscard]] std::size_t finished() const { return finished_; }
    [[nodiscard]] bool failed() const { return failed_; }
    /// A picture in colour among those that seemed to be all grey: the cache is to be made anew.
    [[nodiscard]] bool met_colour() const { return met_colour_; }
    [[nodiscard]] std::optional<Error> failure() const {
        const MutexLock lock(mutex_);
        return failure_;
    }

    /// Once the pool is idle: skipped pictures in order, after what the listing left out.
    void close(const SourceTable& table, std::span<const std::int64_t> selection) {
        const MutexLock lock(mutex_);
        outcome.selection = selection;
        for (std::size_t slot = 0; slot < reached_.size(); ++slot)
            if (!reached_[slot])
                unreadable_.emplace_back(slot,
                                         SkippedFile{table.names[static_cast<std::size_t>(selection[slot])],
                                                     "cut off: the archive ends before it"});
        std::sort(unreadable_.begin(), unreadable_.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        outcome.skipped = table.notices;
        for (auto& [slot, skipped] : unreadable_) outcome.skipped.push_back(std::move(skipped));
    }

    BuildOutcome outcome;

private:
    /// The reason why the picture is left out, or "".
    std::string prepare(std::size_t slot, const Source::Load& load) {
        const auto image = load();
        if (!image) return image.error().what;
        if (grey_is_a_guess_ && image->channels == 3) {
            met_colour_ = failed_ = true;
            return "in colour";
        }
        const Image prepared = prepare_image(*image, preparation_);
        if (prepared.width != shape_.width || prepared.height != shape_.height)
            return size_text(prepared.width, prepared.height) + std::string(odd_size_words)
                   + size_text(shape_.width, shape_.height);
        if (auto done = writer_.write(static_cast<std::int64_t>(slot), prepared.pixels); !done) {
            const MutexLock lock(mutex_);
            if (!failure_) failure_ = done.error();
            failed_ = true;
            return done.error().what;
        }
        outcome.hashes[slot] = hash_of(prepared.pixels);
        outcome.written[slot] = 1;
        return "";
    }

    CacheWriter& writer_;
    PictureShape shape_;
    Preparation preparation_;
    const bool grey_is_a_guess_;
    std::vector<std::uint8_t> reached_;
    std::atomic<std::size_t> finished_ = 0;
    std::atomic<bool> failed_ = false, met_colour_ = false;
    mutable Mutex mutex_;
    std::vector<std::pair<std::size_t, SkippedFile>> unreadable_ GANVAS_GUARDED_BY(mutex_);
    std::optional<Error> failure_ GANVAS_GUARDED_BY(mutex_);
};

/// Says how far it is, at most every 50 ms.
class Meter {
public:
    Meter(const Progress& progress, std::size_t total) : progress_(progress), total_(total) {}
    void show(std::size_t finished) {
        const auto now = std::chrono::steady_clock::now();
        if (now < next_) return;
        next_ = now + std::chrono::milliseconds(50);
        progress_.report(
            static_cast<double>(finished) / static_cast<double>(std::max<std::size_t>(1, total_)),
            "preparing " + std::to_string(finished) + " of " + std::to_string(total_) + " pictures");
    }

private:
    const Progress& progress_;
    std::size_t total_;
    std::chrono::steady_clock::time_point next_{};
};

Result<void> decode_all(Source& source, std::span<const std::int64_t> selection, Builder& builder,
                        const Progress& progress) {
    Meter meter(progress, selection.size());
    TaskPool pool(decoding_threads(), queued_tasks, queued_bytes);
    const auto& names = source.table().names;
    auto done = source.stream(selection, [&](std::int64_t index, std::size_t cost, Source::Load load) {
        const auto slot = static_cast<std::size_t>(std::lower_bound(selection.begin(), selection.end(), index)
                                                   - selection.begin());
        pool.put(cost, [&builder, &names, slot, index, load = std::move(load)] {
            builder.fill(slot, names[static_cast<std::size_t>(index)], load);
        });
        meter.show(builder.finished());
        return !progress.stop_requested() && !builder.failed();
    });
    if (!done) return done;
    while (!progress.stop_requested() && !builder.failed() && !pool.wait_idle(std::chrono::milliseconds(50)))
        meter.show(builder.finished());
    if (progress.stop_requested()) return interrupted();
    if (const auto failure = builder.failure()) return *failure;
    return {};
}

Error none_readable(const std::vector<SkippedFile>& skipped) {
    std::string what = "no readable picture in it";
    if (!skipped.empty())
        what += "; " + std::to_string(skipped.size()) + " skipped, the first, " + skipped.front().name + ": "
                + skipped.front().reason;
    return {ErrorCode::bad_data, what, "", "give sound PNG, JPEG or BMP pictures"};
}

enum class Attempt { done, met_colour };

Result<Attempt> try_to_build(const Path& path, const std::string& key, Source& source,
                             const Preparation& preparation, std::span<const std::int64_t> selection,
                             const Progress& progress) {
    auto shape = find_shape(source, selection, preparation);
    if (!shape) return shape.error();
    auto writer = CacheWriter::create(path, *shape, static_cast<std::int64_t>(selection.size()));
    if (!writer) return writer.error();
    Builder builder(*writer, *shape, preparation, selection.size());
    if (auto done = decode_all(source, selection, builder, progress); !done) return done.error();
    if (builder.met_colour()) return Attempt::met_colour;
    builder.close(source.table(), selection);
    const auto& written = builder.outcome.written;
    if (std::find(written.begin(), written.end(), 1) == written.end())
        return none_readable(builder.outcome.skipped);
    progress.report(1, "writing the cache");
    if (auto finished = writer->finish(key, source.table(), builder.outcome); !finished)
        return finished.error();
    return Attempt::done;
}

} // namespace

bool has_odd_size(const SkippedFile& file) { return file.reason.find(odd_size_words) != std::string::npos; }

std::vector<std::int64_t> choose_subset(std::int64_t count, std::int64_t limit, std::uint64_t seed) {
    std::vector<std::int64_t> chosen(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) chosen[static_cast<std::size_t>(i)] = i;
    if (limit <= 0 || limit >= count) return chosen;
    const auto rank = [&](std::int64_t i) {
        return std::tuple(random_bits(seed, static_cast<std::uint64_t>(i)), i);
    };
    std::nth_element(chosen.begin(), chosen.begin() + limit, chosen.end(),
                     [&](std::int64_t a, std::int64_t b) { return rank(a) < rank(b); });
    chosen.resize(static_cast<std::size_t>(limit));
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

Result<void> build_cache(const Path& path, const std::string& key, Source& source,
                         const Preparation& preparation, const Progress& progress) {
    const auto selection = choose_subset(source.table().size(), preparation.limit, preparation.limit_seed);
    if (selection.empty()) return none_readable(source.table().notices);
    Preparation asked = preparation;
    auto done = try_to_build(path, key, source, asked, selection, progress);
    if (done && *done == Attempt::met_colour) {
        asked.channels = 3;
        done = try_to_build(path, key, source, asked, selection, progress);
    }
    if (!done) return done.error();
    return {};
}

} // namespace ganvas
