/// Where tensors live and compute: the choice between the CPU and a CUDA device, made once at the start.
///
/// Any thread. LibTorch's CUDA library is opened (never closed) only when a driver exists; every reason not to use a
/// GPU is a notice, and the CPU is used, unless nothing but a misspelt name was asked for (error `usage`).
#pragma once

#include <cstdint>
#include <string>

#include <c10/core/Device.h>

#include "engine/core/result.h"
#include "engine/device/cuda_library.h"

namespace ganvas {

struct DeviceChoice {
    c10::Device device{c10::kCPU};
    std::string description = "cpu"; ///< "cpu" or "cuda: NVIDIA …"
    std::string notice;              ///< why not what was asked for; empty when nothing is to be said
};

/// "auto" (a GPU when there is a usable one; says nothing without a driver), "cuda" (falls back with a notice), "cpu".
/// `library` gives the CUDA side, here and below; tests give one of their own.
[[nodiscard]] Result<DeviceChoice> choose_device(const std::string& name,
                                                 const CudaLibrary& (*library)() = cuda_library);

enum class Precision { float32, bfloat16 };
/// "auto": bfloat16 on a GPU of compute capability 8 or newer and on a CPU that multiplies bfloat16 in hardware
/// (elsewhere it is forty times slower); "float32"; "bfloat16" (whatever it costs).
[[nodiscard]] Precision choose_precision(const std::string& name, c10::Device device,
                                         const CudaLibrary& (*library)() = cuda_library);
[[nodiscard]] const char* precision_name(Precision precision);

/// AVX512_BF16 or AMX_BF16, usable under this system (cpuid and the saved registers both looked at).
[[nodiscard]] bool cpu_has_bfloat16();

/// Resident bytes of this process; GPU bytes in use by tensors, -1 on the CPU.
[[nodiscard]] std::int64_t resident_bytes();
[[nodiscard]] std::int64_t device_bytes(c10::Device device);

} // namespace ganvas
