/// Between plain values and torch tensors; for .cpp files of metrics and latent only.
///
/// Views do not own: the value must outlive the tensor.
#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "engine/core/image.h"
#include "engine/metrics/features.h"

namespace ganvas {

/// [N, C, H, W] uint8 view of the batch's bytes (channels_last by nature).
inline at::Tensor picture_view(const ImageBatch& images) {
    return at::from_blob(const_cast<std::uint8_t*>(images.pixels.data()),
                         {images.count, images.height, images.width, images.channels}, at::kByte)
        .permute({0, 3, 1, 2});
}

/// [N, 3, H, W] float, 0..255, channels_last.
inline at::Tensor rgb_tensor(const ImageBatch& images) {
    auto pictures = picture_view(images);
    if (images.channels == 1)
        pictures = pictures.expand({images.count, 3, images.height, images.width});
    else if (images.channels == 4)
        pictures = pictures.narrow(1, 0, 3);
    return pictures.to(at::kFloat).contiguous(at::MemoryFormat::ChannelsLast);
}

/// [N, channels, size, size] float in [-1, 1], channels_last: pictures as a network of that shape takes them. Grey is
/// repeated to RGB, RGB becomes grey by Rec. 601 luma; bilinear, antialiased when shrinking.
inline at::Tensor network_pictures(const ImageBatch& images, std::int64_t size, std::int64_t channels) {
    at::Tensor pictures;
    if (channels == 1 && images.channels == 1)
        pictures = picture_view(images).to(at::kFloat);
    else
        pictures = rgb_tensor(images);
    if (channels == 1 && pictures.size(1) == 3)
        pictures = (pictures.narrow(1, 0, 1) * 0.299 + pictures.narrow(1, 1, 1) * 0.587
                    + pictures.narrow(1, 2, 1) * 0.114);
    if (images.height > size || images.width > size)
        pictures = at::_upsample_bilinear2d_aa(pictures, {size, size}, false);
    else if (images.height != size || images.width != size)
        pictures = at::upsample_bilinear2d(pictures, {size, size}, false);
    return pictures.contiguous(at::MemoryFormat::ChannelsLast).div(127.5).sub_(1);
}

/// [N, D] float view.
inline at::Tensor matrix_view(const FeatureMatrix& features) {
    return at::from_blob(const_cast<float*>(features.values.data()), {features.count, features.dimension},
                         at::kFloat);
}

inline void append_rows(const at::Tensor& rows, FeatureMatrix& into) {
    auto plain = rows.to(at::kFloat).contiguous();
    into.dimension = static_cast<int>(plain.size(1));
    into.count += plain.size(0);
    const float* data = plain.data_ptr<float>();
    into.values.insert(into.values.end(), data, data + plain.numel());
}

/// Runs LAPACK's eigenvalue routines on one thread: their many small parallel regions cost more than they bring on few
/// cores, and twenty times more when another thread (the trainer) wants the same cores.
class OneThread {
public:
    OneThread() : threads_(at::get_num_threads()) { at::set_num_threads(1); }
    ~OneThread() { at::set_num_threads(threads_); }
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;

private:
    int threads_;
};

} // namespace ganvas
