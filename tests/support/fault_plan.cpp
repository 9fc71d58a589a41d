#include "tests/support/fault_plan.h"

#include <algorithm>
#include <stdexcept>

namespace ganvas::testing {
namespace {

bool needs_space(FileCall call) {
    return call == FileCall::open_to_write || call == FileCall::write || call == FileCall::sync
           || call == FileCall::make_folder;
}

std::string place_of(const Path* path, int descriptor) {
    if (path != nullptr) return std::filesystem::absolute(*path).string();
    std::error_code code;
    return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), code).string();
}

} // namespace

const char* name(FileCall call) {
    constexpr const char* names[call_kinds] = {"open to read", "open to write", "read",       "write",
                                               "sync",         "close",         "cut",        "rename",
                                               "remove",       "make folder",   "sync folder"};
    return names[static_cast<std::size_t>(call)];
}

FaultPlan::FaultPlan(Path folder, Fault fault) : folder_(folder.string()), fault_(fault) {
    if (watch_file_calls(this) != nullptr) throw std::logic_error("one fault plan at a time");
}

FaultPlan::~FaultPlan() { watch_file_calls(nullptr); }

int FaultPlan::before(FileCall call, const Path* path, int descriptor, std::size_t& bytes) {
    const std::string place = place_of(path, descriptor);
    if (!place.starts_with(folder_)) return 0;
    const std::lock_guard lock(mutex_);
    const int number = ++counts_[static_cast<std::size_t>(call)];
    if (fault_.number == 0) return 0;
    if (fault_.lasting && !struck_.empty() && needs_space(call)) return fault_.code;
    if (call != fault_.call) return 0;
    if (number == fault_.number) struck_ = place;
    if (number == fault_.number && fault_.half) {
        bytes = std::max<std::size_t>(bytes / 2, 1);
        return 0;
    }
    return number == fault_.number + (fault_.half ? 1 : 0) ? fault_.code : 0;
}

int FaultPlan::count(FileCall call) const {
    const std::lock_guard lock(mutex_);
    return counts_[static_cast<std::size_t>(call)];
}

std::string FaultPlan::struck() const {
    const std::lock_guard lock(mutex_);
    return struck_;
}

void FaultPlan::mend() {
    const std::lock_guard lock(mutex_);
    fault_ = {};
}

} // namespace ganvas::testing
