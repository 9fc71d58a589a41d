#include "engine/training/uploader.h"

#include <cstring>
#include <stdexcept>

#include "engine/device/cuda_library.h"

namespace ganvas {

using torch::Tensor;

Uploader::~Uploader() {
    if (upload_) cuda_library().upload_delete(upload_);
}

Tensor Uploader::to_device(const Tensor& pictures) {
    if (device_.is_cpu()) return pictures;
    char error[256] = "";
    const std::size_t bytes = pictures.nbytes();
    if (!upload_ || bytes > bytes_) {
        if (upload_) cuda_library().upload_delete(upload_);
        upload_ = cuda_library().upload_new(device_.index(), bytes, error, sizeof error);
        if (!upload_) throw std::runtime_error(error);
        bytes_ = bytes;
    }
    void* pinned = cuda_library().upload_buffer(upload_, error, sizeof error);
    if (!pinned) throw std::runtime_error(error);
    std::memcpy(pinned, pictures.const_data_ptr(), bytes);
    Tensor target =
        at::empty(pictures.sizes(), at::device(device_).dtype(at::kFloat), at::MemoryFormat::ChannelsLast);
    if (cuda_library().upload_start(upload_, target.mutable_data_ptr(), bytes, error, sizeof error) != 0)
        throw std::runtime_error(error);
    return target;
}

} // namespace ganvas
