/// The C interface of the CUDA plug-in (libganvas_cuda.so), opened at run time when a driver exists.
///
/// Any thread. The plug-in is compiled against LibTorch's CUDA headers and links to none of its libraries: open
/// libtorch_cuda.so globally first. Functions that can fail return 0 for success and write a line into `error`
/// (`size` bytes, always terminated). No C++ type crosses, no exception leaves.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

enum { GANVAS_CUDA_ABI = 1 };

struct GanvasCudaDevice {
    char name[128];
    int major, minor; ///< compute capability
    std::int64_t total_bytes;
};

struct GanvasCudaMemory {
    std::int64_t allocated_bytes; ///< in tensors now
    std::int64_t reserved_bytes;  ///< held from the driver
    std::int64_t peak_bytes;
};

/// Pictures that travel: two pinned buffers and a copy stream, so that the next batch crosses while this one trains.
struct GanvasCudaUpload;

int ganvas_cuda_abi();
/// Number of usable devices, or -1 with a reason.
int ganvas_cuda_count(char* error, std::size_t size);
int ganvas_cuda_describe(int device, GanvasCudaDevice* out, char* error, std::size_t size);
int ganvas_cuda_memory(int device, GanvasCudaMemory* out, char* error, std::size_t size);
/// Gives the calling thread a stream of its own: high_priority 1 for the explorer, 0 for the trainer.
int ganvas_cuda_use_stream(int device, int high_priority, char* error, std::size_t size);
/// Waits until all that the calling thread's stream holds is done.
int ganvas_cuda_synchronize(int device, char* error, std::size_t size);
/// Hands cached memory back to the driver (after "out of memory").
void ganvas_cuda_empty_cache();

GanvasCudaUpload* ganvas_cuda_upload_new(int device, std::size_t bytes, char* error, std::size_t size);
void ganvas_cuda_upload_delete(GanvasCudaUpload* upload);
/// A pinned buffer of `bytes` to fill next; waits only when both are still travelling. Null with a reason on failure.
void* ganvas_cuda_upload_buffer(GanvasCudaUpload* upload, char* error, std::size_t size);
/// Starts copying the buffer got last to `device_memory`; the calling thread's stream will wait for it, the host does not.
int ganvas_cuda_upload_start(GanvasCudaUpload* upload, void* device_memory, std::size_t bytes, char* error,
                             std::size_t size);

} // extern "C"
