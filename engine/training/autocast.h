/// While one of these lives, LibTorch's products on this thread are computed in bfloat16 (when so chosen).
///
/// For one thread, in a block; gradients run outside the block. Weights stay float32.
#pragma once

#include <ATen/autocast_mode.h>

#include "engine/device/device.h"

namespace ganvas {

class AutocastScope {
public:
    AutocastScope(Precision precision, c10::DeviceType device)
        : active_(precision == Precision::bfloat16), device_(device) {
        if (!active_) return;
        at::autocast::set_autocast_dtype(device_, at::kBFloat16);
        at::autocast::set_autocast_enabled(device_, true);
    }
    ~AutocastScope() {
        if (!active_) return;
        at::autocast::set_autocast_enabled(device_, false);
        at::autocast::clear_cache();
    }
    AutocastScope(const AutocastScope&) = delete;
    AutocastScope& operator=(const AutocastScope&) = delete;

private:
    bool active_;
    c10::DeviceType device_;
};

} // namespace ganvas
