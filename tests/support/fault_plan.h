/// FaultPlan: while it lives, Ganvas's file calls are counted, and the one that the plan names fails.
///
/// One at a time in a process. Calls of any thread count; only files below `folder` do.
#pragma once

#include <array>
#include <mutex>
#include <string>
#include <vector>

#include "engine/core/file_calls.h"
#include "engine/core/files.h"

namespace ganvas::testing {

constexpr std::size_t call_kinds = static_cast<std::size_t>(FileCall::sync_folder) + 1;
[[nodiscard]] const char* name(FileCall call);

struct Fault {
    FileCall call = FileCall::write;
    int number = 0;       ///< the how-manyth call of its kind, from 1; 0: none
    int code = 0;         ///< the error number it fails with; 0: it does not
    bool half = false;    ///< a read or write moves half of its bytes; it is the next one that fails
    bool lasting = false; ///< later calls that need space fail too, as on a disk that stays full
};

class FaultPlan final : public FileWatcher {
public:
    explicit FaultPlan(Path folder, Fault fault = {});
    ~FaultPlan() override;
    FaultPlan(const FaultPlan&) = delete;
    FaultPlan& operator=(const FaultPlan&) = delete;

    int before(FileCall call, const Path* path, int descriptor, std::size_t& bytes) override;
    [[nodiscard]] int count(FileCall call) const;
    [[nodiscard]] std::string struck() const; ///< the file that the fault happened to; empty: it did not
    /// From now on everything goes well.
    void mend();

private:
    const std::string folder_;
    mutable std::mutex mutex_;
    Fault fault_;
    std::array<int, call_kinds> counts_{};
    std::string struck_;
};

} // namespace ganvas::testing
