/// Pictures on their way to a GPU. One thread, that of the training.
#pragma once

#include <torch/types.h>

namespace ganvas {

/// Copies pictures to a GPU through pinned buffers; does nothing on a CPU.
class Uploader {
public:
    explicit Uploader(c10::Device device) : device_(device) {}
    ~Uploader();
    Uploader(const Uploader&) = delete;
    Uploader& operator=(const Uploader&) = delete;
    [[nodiscard]] torch::Tensor to_device(const torch::Tensor& pictures);

private:
    c10::Device device_;
    struct GanvasCudaUpload* upload_ = nullptr;
    std::size_t bytes_ = 0;
};

} // namespace ganvas
