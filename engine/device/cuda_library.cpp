#include "engine/device/cuda_library.h"

#include <dlfcn.h>
#include <link.h>

#include <system_error>

namespace ganvas {
namespace {

std::string loader_error() {
    const char* text = dlerror();
    std::string line = text ? text : "unknown loader error";
    return line.substr(0, line.find('\n'));
}

template <class Function>
bool resolve(void* handle, const char* symbol, Function& function, std::string& reason) {
    function = reinterpret_cast<Function>(dlsym(handle, symbol));
    if (!function) reason = std::string("the CUDA plug-in lacks ") + symbol;
    return function != nullptr;
}

CudaLibrary open() {
    CudaLibrary library;
    if (!dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL)) {
        library.reason = "no NVIDIA driver was found";
        return library;
    }
    library.driver = true;
    const Path plugin = cuda_plugin_path();
    std::error_code ignored;
    if (!std::filesystem::exists(plugin, ignored)) {
        library.reason = "this build has no CUDA plug-in (./run.sh builds it once nvcc, of the CUDA Toolkit, "
                         "is on the PATH)";
        return library;
    }
    const Path torch_cuda = torch_folder() / "libtorch_cuda.so";
    if (!dlopen(torch_cuda.c_str(), RTLD_NOW | RTLD_GLOBAL)
        && !dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL)) {
        library.reason = "LibTorch's CUDA library does not open: " + loader_error();
        return library;
    }
    void* handle = dlopen(plugin.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        library.reason = "the CUDA plug-in does not open: " + loader_error();
        return library;
    }
    library.usable = resolve_cuda_plugin(handle, library);
    return library;
}

} // namespace

bool resolve_cuda_plugin(void* handle, CudaLibrary& library) {
    std::string& reason = library.reason;
    const bool found = resolve(handle, "ganvas_cuda_abi", library.abi, reason)
                       && resolve(handle, "ganvas_cuda_count", library.count, reason)
                       && resolve(handle, "ganvas_cuda_describe", library.describe, reason)
                       && resolve(handle, "ganvas_cuda_memory", library.memory, reason)
                       && resolve(handle, "ganvas_cuda_use_stream", library.use_stream, reason)
                       && resolve(handle, "ganvas_cuda_synchronize", library.synchronize, reason)
                       && resolve(handle, "ganvas_cuda_empty_cache", library.empty_cache, reason)
                       && resolve(handle, "ganvas_cuda_upload_new", library.upload_new, reason)
                       && resolve(handle, "ganvas_cuda_upload_delete", library.upload_delete, reason)
                       && resolve(handle, "ganvas_cuda_upload_buffer", library.upload_buffer, reason)
                       && resolve(handle, "ganvas_cuda_upload_start", library.upload_start, reason);
    if (found && library.abi() != GANVAS_CUDA_ABI) {
        reason = "the CUDA plug-in is of another version";
        return false;
    }
    return found;
}

Path torch_folder() {
    void* handle = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD);
    if (!handle) return {};
    link_map* map = nullptr;
    const bool known = dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 && map;
    const Path folder = known ? Path(map->l_name).parent_path() : Path();
    dlclose(handle); // a reference: the library stays
    return folder;
}

Path cuda_plugin_path() {
    std::error_code ignored;
    const Path program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    return program.parent_path().parent_path() / "lib" / "ganvas" / "libganvas_cuda.so";
}

const CudaLibrary& cuda_library() {
    static const CudaLibrary library =
        open(); // immutable once opened: LibTorch's CUDA side cannot be unloaded
    return library;
}

} // namespace ganvas
