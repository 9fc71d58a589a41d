#include "engine/device/device.h"

#include <unistd.h>

#include <cpuid.h>
#include <cstdio>

#include "engine/device/cuda_library.h"

namespace ganvas {
namespace {

/// The first usable GPU, or the reason why there is none in `notice`.
DeviceChoice find_gpu(const CudaLibrary& cuda) {
    DeviceChoice choice;
    if (!cuda.usable) {
        choice.notice = cuda.reason;
        return choice;
    }
    char error[256] = "";
    const int count = cuda.count(error, sizeof error);
    if (count <= 0) {
        choice.notice = count == 0 ? "no NVIDIA GPU was found" : error;
        return choice;
    }
    GanvasCudaDevice gpu{};
    if (cuda.describe(0, &gpu, error, sizeof error) != 0) {
        choice.notice = error;
        return choice;
    }
    // LibTorch says here whether its kernels run on this card and under this driver.
    if (cuda.use_stream(0, 0, error, sizeof error) != 0) {
        choice.notice = error;
        return choice;
    }
    choice.device = c10::Device(c10::kCUDA, 0);
    choice.description = std::string("cuda: ") + gpu.name;
    return choice;
}

} // namespace

Result<DeviceChoice> choose_device(const std::string& name, const CudaLibrary& (*library)()) {
    if (name == "cpu") return DeviceChoice{}; // the library is not even opened
    if (name != "auto" && name != "cuda")
        return Error{ErrorCode::usage, "unknown device: " + name, "--device", "use auto, cuda or cpu"};
    const CudaLibrary& cuda = library();
    DeviceChoice choice = find_gpu(cuda);
    if (choice.device.is_cuda()) return choice;
    // Asking for nothing in particular on a machine without a driver is no news.
    if (name == "auto" && !cuda.driver) return DeviceChoice{};
    choice.notice = "using the CPU: " + choice.notice;
    return choice;
}

bool cpu_has_bfloat16() {
#if defined(__x86_64__)
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    if (!__get_cpuid_count(1, 0, &eax, &ebx, &ecx, &edx) || !(ecx & (1u << 27))) return false; // OSXSAVE
    unsigned low = 0, high = 0;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    const bool saves_avx512 = (low & 0xe6) == 0xe6;
    const bool saves_tiles = (low & 0x60000) == 0x60000;
    if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) return false;
    const bool avx512 = (ebx & (1u << 16)) && (ebx & (1u << 30)) && (ebx & (1u << 31));
    const bool amx = (edx & (1u << 22)) && (edx & (1u << 24)) && saves_tiles;
    if (!avx512 || !saves_avx512) return false;
    if (amx) return true;
    if (!__get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx)) return false;
    return (eax & (1u << 5)) != 0;
#else
    return false;
#endif
}

Precision choose_precision(const std::string& name, c10::Device device, const CudaLibrary& (*library)()) {
    if (name == "float32") return Precision::float32;
    if (name == "bfloat16") return Precision::bfloat16;
    if (device.is_cuda()) {
        GanvasCudaDevice gpu{};
        char error[256] = "";
        const CudaLibrary& cuda = library();
        const bool described = cuda.usable && cuda.describe(device.index(), &gpu, error, sizeof error) == 0;
        return described && gpu.major >= 8 ? Precision::bfloat16 : Precision::float32;
    }
    return cpu_has_bfloat16() ? Precision::bfloat16 : Precision::float32;
}

const char* precision_name(Precision precision) {
    return precision == Precision::float32 ? "float32" : "bfloat16";
}

std::int64_t resident_bytes() {
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    if (!file) return 0;
    long long total = 0, resident = 0;
    const int read = std::fscanf(file, "%lld %lld", &total, &resident);
    std::fclose(file);
    return read == 2 ? resident * sysconf(_SC_PAGESIZE) : 0;
}

std::int64_t device_bytes(c10::Device device) {
    if (!device.is_cuda() || !cuda_library().usable) return -1;
    GanvasCudaMemory memory{};
    char error[256] = "";
    return cuda_library().memory(device.index(), &memory, error, sizeof error) == 0 ? memory.allocated_bytes
                                                                                    : -1;
}

} // namespace ganvas
