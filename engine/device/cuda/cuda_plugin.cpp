#include "engine/device/cuda/cuda_plugin.h"

#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <cuda_runtime_api.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

void write_line(char* error, std::size_t size, const char* text) {
    if (!error || size == 0) return;
    std::snprintf(error, size, "%s", text);
    for (char* c = error; *c; ++c)
        if (*c == '\n') {
            *c = 0;
            break;
        }
}

/// Runs `work` and turns exceptions into `failure` with a line.
template <class Answer, class Work>
Answer guarded(Answer failure, char* error, std::size_t size, Work&& work) {
    try {
        return work();
    } catch (const c10::Error& caught) {
        write_line(error, size, caught.what_without_backtrace());
    } catch (const std::exception& caught) {
        write_line(error, size, caught.what());
    }
    return failure;
}

void check(cudaError_t result) {
    if (result != cudaSuccess) throw std::runtime_error(cudaGetErrorString(result));
}

} // namespace

struct GanvasCudaUpload {
    struct Buffer {
        void* memory = nullptr;
        cudaEvent_t copied = nullptr;
        bool travelling = false;
    };
    int device = 0;
    std::size_t bytes = 0;
    cudaStream_t stream = nullptr;
    Buffer buffers[2];
    int current = 1;

    GanvasCudaUpload(int device_, std::size_t bytes_) : device(device_), bytes(bytes_) {
        c10::cuda::CUDAGuard guard(static_cast<c10::DeviceIndex>(device));
        check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
        for (Buffer& buffer : buffers) {
            check(cudaMallocHost(&buffer.memory, bytes));
            check(cudaEventCreateWithFlags(&buffer.copied, cudaEventDisableTiming));
        }
    }
    GanvasCudaUpload(const GanvasCudaUpload&) = delete;
    GanvasCudaUpload& operator=(const GanvasCudaUpload&) = delete;
    ~GanvasCudaUpload() {
        if (stream) cudaStreamSynchronize(stream);
        for (Buffer& buffer : buffers) {
            if (buffer.copied) cudaEventDestroy(buffer.copied);
            if (buffer.memory) cudaFreeHost(buffer.memory);
        }
        if (stream) cudaStreamDestroy(stream);
    }
};

extern "C" {

int ganvas_cuda_abi() { return GANVAS_CUDA_ABI; }

int ganvas_cuda_count(char* error, std::size_t size) {
    int count = 0;
    const cudaError_t result = cudaGetDeviceCount(&count);
    if (result == cudaSuccess) return count;
    write_line(error, size, cudaGetErrorString(result));
    return -1;
}

int ganvas_cuda_describe(int device, GanvasCudaDevice* out, char* error, std::size_t size) {
    return guarded(1, error, size, [&] {
        cudaDeviceProp properties{};
        check(cudaGetDeviceProperties(&properties, device));
        std::snprintf(out->name, sizeof out->name, "%.*s", static_cast<int>(sizeof out->name) - 1,
                      properties.name);
        out->major = properties.major;
        out->minor = properties.minor;
        out->total_bytes = static_cast<std::int64_t>(properties.totalGlobalMem);
        return 0;
    });
}

int ganvas_cuda_memory(int device, GanvasCudaMemory* out, char* error, std::size_t size) {
    return guarded(1, error, size, [&] {
        using c10::CachingAllocator::StatType;
        const auto stats =
            c10::cuda::CUDACachingAllocator::getDeviceStats(static_cast<c10::DeviceIndex>(device));
        const auto all = static_cast<std::size_t>(StatType::AGGREGATE);
        out->allocated_bytes = stats.allocated_bytes[all].current;
        out->reserved_bytes = stats.reserved_bytes[all].current;
        out->peak_bytes = stats.allocated_bytes[all].peak;
        return 0;
    });
}

int ganvas_cuda_use_stream(int device, int high_priority, char* error, std::size_t size) {
    return guarded(1, error, size, [&] {
        const auto index = static_cast<c10::DeviceIndex>(device);
        c10::cuda::set_device(index);
        c10::cuda::setCurrentCUDAStream(c10::cuda::getStreamFromPool(high_priority != 0, index));
        return 0;
    });
}

int ganvas_cuda_synchronize(int device, char* error, std::size_t size) {
    return guarded(1, error, size, [&] {
        c10::cuda::getCurrentCUDAStream(static_cast<c10::DeviceIndex>(device)).synchronize();
        return 0;
    });
}

void ganvas_cuda_empty_cache() {
    guarded(1, nullptr, 0, [] {
        c10::cuda::CUDACachingAllocator::emptyCache();
        return 0;
    });
}

GanvasCudaUpload* ganvas_cuda_upload_new(int device, std::size_t bytes, char* error, std::size_t size) {
    return guarded(static_cast<GanvasCudaUpload*>(nullptr), error, size,
                   [&] { return std::make_unique<GanvasCudaUpload>(device, bytes).release(); });
}

void ganvas_cuda_upload_delete(GanvasCudaUpload* upload) { delete upload; }

void* ganvas_cuda_upload_buffer(GanvasCudaUpload* upload, char* error, std::size_t size) {
    return guarded(static_cast<void*>(nullptr), error, size, [&] {
        upload->current ^= 1;
        auto& buffer = upload->buffers[upload->current];
        if (buffer.travelling) check(cudaEventSynchronize(buffer.copied));
        buffer.travelling = false;
        return buffer.memory;
    });
}

int ganvas_cuda_upload_start(GanvasCudaUpload* upload, void* device_memory, std::size_t bytes, char* error,
                             std::size_t size) {
    return guarded(1, error, size, [&] {
        if (bytes > upload->bytes) throw std::runtime_error("a batch is larger than its pinned buffer");
        auto& buffer = upload->buffers[upload->current];
        const auto index = static_cast<c10::DeviceIndex>(upload->device);
        c10::cuda::CUDAGuard guard(index);
        const cudaStream_t training = c10::cuda::getCurrentCUDAStream(index).stream();
        // The memory may have been handed out while the training stream still reads its last contents: the copy
        // waits for that first, then training waits for the copy.
        check(cudaEventRecord(buffer.copied, training));
        check(cudaStreamWaitEvent(upload->stream, buffer.copied, 0));
        check(cudaMemcpyAsync(device_memory, buffer.memory, bytes, cudaMemcpyHostToDevice, upload->stream));
        check(cudaEventRecord(buffer.copied, upload->stream));
        check(cudaStreamWaitEvent(training, buffer.copied, 0));
        buffer.travelling = true;
        return 0;
    });
}

} // extern "C"
