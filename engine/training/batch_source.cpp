#include "engine/training/batch_source.h"

#include <array>
#include <chrono>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "engine/core/elapsed.h"
#include "engine/core/random.h"
#include "engine/device/thread_setup.h"

namespace ganvas {
namespace {

constexpr std::size_t batches_ahead = 2;
constexpr std::uint64_t order_stream = 0x6f72646572ULL;
constexpr const char* cut_short_words =
    "the prepared pictures went away while they were read: open the data again";
constexpr std::uint64_t mirror_stream = 0x6d6972726f72ULL;

std::array<float, 256> scale_table() {
    std::array<float, 256> table{};
    for (int i = 0; i < 256; ++i) table[std::size_t(i)] = float(i) / 127.5f - 1;
    return table;
}

} // namespace

std::vector<std::int32_t> epoch_order(std::uint64_t seed, std::int64_t epoch, std::int64_t size) {
    std::vector<std::int32_t> order(static_cast<std::size_t>(size));
    std::iota(order.begin(), order.end(), 0);
    const std::uint64_t stream = random_bits(seed ^ order_stream, std::uint64_t(epoch));
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_below(stream, i, i)]);
    return order;
}

BatchSource::BatchSource(SharedDataset data, int batch, std::uint64_t seed, bool mirror)
    : data_(std::move(data)), batch_(batch), seed_(seed), mirror_(mirror),
      thread_([this](std::stop_token stop) { work(stop); }) {}

BatchSource::~BatchSource() {
    thread_.request_stop();
    changed_.notify_all();
}

BatchSource::Prepared BatchSource::gather(BatchCursor from, bool mirror) {
    const std::int64_t size = data_->size();
    const bool repeats = size < batch_;
    if (!repeats && from.position + batch_ > size) from = {from.epoch + 1, 0};

    const int channels = data_->channels(), height = data_->height(), width = data_->width();
    auto pictures = at::empty({batch_, channels, height, width}, at::kFloat, at::MemoryFormat::ChannelsLast);
    const std::int64_t length = std::int64_t(channels) * height * width;
    float* out = pictures.mutable_data_ptr<float>();
    const auto table = scale_table();
    std::vector<int> labels;
    labels.reserve(std::size_t(batch_));
    for (int n = 0; n < batch_; ++n, out += length) {
        if (from.position >= size) from = {from.epoch + 1, 0};
        if (order_epoch_ != from.epoch) {
            order_ = epoch_order(seed_, from.epoch, size);
            order_epoch_ = from.epoch;
        }
        const std::int64_t index = order_[std::size_t(from.position)];
        const auto bytes = data_->image(index);
        labels.push_back(data_->class_label(index));
        const bool mirrored = mirror
                              && (random_bits(random_bits(seed_ ^ mirror_stream, std::uint64_t(from.epoch)),
                                              std::uint64_t(index))
                                  & 1);
        if (!mirrored) {
            for (std::int64_t i = 0; i < length; ++i) out[i] = table[bytes[std::size_t(i)]];
        } else {
            for (int y = 0; y < height; ++y)
                for (int x = 0; x < width; ++x)
                    for (int c = 0; c < channels; ++c)
                        out[(std::int64_t(y) * width + x) * channels + c] =
                            table[bytes[(std::size_t(y) * width + (width - 1 - x)) * channels + c]];
        }
        ++from.position;
    }
    if (!data_->whole()) throw std::runtime_error(cut_short_words);
    return {std::move(pictures), from, std::move(labels)};
}

void BatchSource::work(std::stop_token stop) {
    prepare_worker_thread(1);
    MutexLock lock(mutex_);
    while (!stop.stop_requested()) {
        if (!changed_.wait(lock, stop, [this]() GANVAS_REQUIRES(mutex_) {
                return ready_.size() < batches_ahead && !failure_;
            }))
            return;
        const BatchCursor from = ahead_;
        const std::uint64_t restarts = restarts_;
        const bool mirror = mirror_;
        lock.unlock();
        Prepared prepared;
        std::exception_ptr failure;
        try {
            prepared = gather(from, mirror);
        } catch (...) {
            failure = std::current_exception();
        }
        lock.lock();
        if (restarts != restarts_) continue;
        if (failure) {
            failure_ = failure;
        } else {
            ahead_ = prepared.after;
            ready_.push_back(std::move(prepared));
        }
        changed_.notify_all();
    }
}

torch::Tensor BatchSource::next() {
    MutexLock lock(mutex_);
    if (ready_.empty() && failure_) { // met ahead, perhaps long ago: what was missing may be there again
        failure_ = nullptr;
        changed_.notify_all();
    }
    if (ready_.empty()) {
        const auto start = std::chrono::steady_clock::now();
        changed_.wait(lock, [this]() GANVAS_REQUIRES(mutex_) { return !ready_.empty() || failure_; });
        waited_seconds_ += seconds_since(start);
    }
    if (ready_.empty()) std::rethrow_exception(failure_);
    Prepared prepared = std::move(ready_.front());
    ready_.pop_front();
    cursor_ = prepared.after;
    labels_ = std::move(prepared.labels);
    changed_.notify_all();
    return std::move(prepared.pictures);
}

void BatchSource::restart(BatchCursor cursor) {
    const MutexLock lock(mutex_);
    cursor_ = cursor;
    ahead_ = cursor;
    ready_.clear();
    failure_ = nullptr;
    ++restarts_;
    changed_.notify_all();
}

void BatchSource::set_mirror(bool mirror) {
    {
        const MutexLock lock(mutex_);
        if (mirror == std::exchange(mirror_, mirror)) return;
    }
    restart(cursor_); // what was made ahead is the other way round
}

} // namespace ganvas
