/// The CUDA side, opened when there is a driver: LibTorch's CUDA library and this project's plug-in.
///
/// Opened at most once a process and never closed (LibTorch cannot be unloaded). Any thread.
#pragma once

#include <string>

#include "engine/core/files.h"
#include "engine/device/cuda/cuda_plugin.h"

namespace ganvas {

/// The plug-in's functions; all are set when `usable`.
struct CudaLibrary {
    bool driver = false; ///< libcuda.so.1 is on this machine
    bool usable = false;
    std::string reason; ///< why it is not usable
    decltype(&ganvas_cuda_abi) abi = nullptr;
    decltype(&ganvas_cuda_count) count = nullptr;
    decltype(&ganvas_cuda_describe) describe = nullptr;
    decltype(&ganvas_cuda_memory) memory = nullptr;
    decltype(&ganvas_cuda_use_stream) use_stream = nullptr;
    decltype(&ganvas_cuda_synchronize) synchronize = nullptr;
    decltype(&ganvas_cuda_empty_cache) empty_cache = nullptr;
    decltype(&ganvas_cuda_upload_new) upload_new = nullptr;
    decltype(&ganvas_cuda_upload_delete) upload_delete = nullptr;
    decltype(&ganvas_cuda_upload_buffer) upload_buffer = nullptr;
    decltype(&ganvas_cuda_upload_start) upload_start = nullptr;
};

/// The first call opens everything; call it before anything else asks LibTorch about CUDA.
[[nodiscard]] const CudaLibrary& cuda_library();

/// Where the plug-in lies: beside the program (installed or in its build tree). It may not exist.
[[nodiscard]] Path cuda_plugin_path();

/// The folder of the LibTorch that this program runs with, whose CUDA library belongs to it; empty where it is linked in statically.
[[nodiscard]] Path torch_folder();

/// Resolves the plug-in's functions from an opened library; false with `reason` when one is missing or of another ABI.
[[nodiscard]] bool resolve_cuda_plugin(void* handle, CudaLibrary& library);

} // namespace ganvas
