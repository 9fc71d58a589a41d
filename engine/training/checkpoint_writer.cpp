#include "engine/training/checkpoint_writer.h"

#include <exception>

#include "engine/core/caught.h"
#include "engine/device/thread_setup.h"

namespace ganvas {
namespace {

/// Behind training, which has the processors first; a save that is waited for has them for itself.
constexpr int writer_niceness = 10;

Error thrown(const std::string& what, const Path& where) {
    return {ErrorCode::internal, what.substr(0, what.find('\n')), where.string(), ""};
}

} // namespace

CheckpointWriter::CheckpointWriter(RunStore& store, std::function<void()> on_done)
    : store_(store), thread_(std::move(on_done)) {}

void CheckpointWriter::keep(std::int64_t step) {
    const MutexLock lock(mutex_);
    kept_.push_back(step);
}

bool CheckpointWriter::start(SaveOrder order) {
    return thread_.start([this, own = std::move(order)] {
        set_thread_niceness(writer_niceness);
        prepare_worker_thread(1);
        report_.put(write(own));
    });
}

std::optional<SaveReport> CheckpointWriter::wait() {
    thread_.wait();
    return take();
}

/// The only catch of its thread.
SaveReport CheckpointWriter::write(const SaveOrder& order) {
    SaveReport report;
    report.step = order.step;
    const Path where = store_.checkpoint_path(order.step);
    try {
        write_parts(order, report);
    } catch (const std::exception& caught) {
        const std::string what = says_out_of_memory(caught) ? "out of memory" : caught.what();
        report.parts.emplace_back("a checkpoint", thrown(what, where));
    } catch (...) {
        report.parts.emplace_back("a checkpoint", thrown("an unknown error", where));
    }
    return report;
}

void CheckpointWriter::write_parts(const SaveOrder& order, SaveReport& report) {
    // Rows that cannot be written stay in memory; they are no reason to lose the weights too.
    report.parts.emplace_back("the metrics", store_.sync_rows());
    report.saved = order.state == nullptr;
    if (order.state) {
        TensorFile file = tensor_file(*order.state);
        write_note(file, order.note);
        const auto written = store_.write_checkpoint(order.step, file);
        report.parts.emplace_back("a checkpoint", written);
        report.saved = written.ok();
    }
    report.parts.emplace_back("run.json", store_.write_run(order.info));
    if (report.saved) report.parts.emplace_back("old checkpoints", store_.prune(policy(order)));
}

PrunePolicy CheckpointWriter::policy(const SaveOrder& order) {
    PrunePolicy policy;
    policy.keep_last = order.keep_last;
    policy.keep_every = order.keep_every;
    const MutexLock lock(mutex_); // what somebody asked for while the checkpoint was being written counts
    policy.keep_also = kept_;
    return policy;
}

} // namespace ganvas
