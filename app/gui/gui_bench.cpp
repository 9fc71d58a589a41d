// `ganvas bench gui`; declared in gui.h.
#include "app/gui/gui.h"

namespace ganvas {

Result<BenchReport> bench_gui(const Progress&) {
    return Error{ErrorCode::unsupported, "the window cannot be measured yet", "", ""};
}

}  // namespace ganvas
