#include "models/layers/winograd.h"

#include <ATen/record_function.h>
#include <torch/autograd.h>

#include <array>

#include "models/layers/winograd_transforms.h"

namespace ganvas {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

constexpr char winograd_product[] = "ganvas::winograd_convolution";

Tensor channels_last(const Tensor& of) { return of.contiguous(at::MemoryFormat::ChannelsLast); }

int tile_of(std::int64_t height, std::int64_t width) { return height % 4 == 0 && width % 4 == 0 ? 4 : 2; }

WinogradShape shape_of(const Tensor& small, const Tensor& large) {
    WinogradShape shape;
    shape.pictures = small.size(0);
    shape.small = small.size(1);
    shape.height = small.size(2);
    shape.width = small.size(3);
    shape.large = large.size(1);
    shape.tile = tile_of(shape.height, shape.width);
    shape.plane_rest = 80; // five cache lines
    return shape;
}

Tensor empty_like_channels_last(at::IntArrayRef sizes, const Tensor& like) {
    return at::empty(sizes, like.options(), at::MemoryFormat::ChannelsLast);
}

/// What a profiler is told of a product: multiply-adds of the convolution that it stands for.
std::array<c10::IValue, 1> replaced(const WinogradShape& shape) {
    return {c10::IValue(shape.pictures * shape.height * shape.width * shape.small * shape.large * 16)};
}

/// [points, rows, columns], the points' matrices a little further apart than they are large.
Tensor to_points(WinogradMap map, const WinogradShape& shape, std::int64_t rows, std::int64_t columns,
                 const Tensor& from) {
    RECORD_FUNCTION("ganvas::winograd_convolution_map", {});
    const Tensor dense = channels_last(from);
    const std::int64_t plane = rows * columns + shape.plane_rest;
    const Tensor flat = at::empty({shape.points() * plane}, from.options());
    winograd_map(map, shape, dense.const_data_ptr<float>(), flat.mutable_data_ptr<float>(), true);
    return flat.as_strided({shape.points(), rows, columns}, {plane, columns, 1});
}

Tensor large_points(const WinogradShape& shape, const Tensor& large) {
    return to_points(WinogradMap::large_to_points, shape, shape.tiles(), 4 * shape.large, large);
}
Tensor small_points(const WinogradShape& shape, const Tensor& small) {
    return to_points(WinogradMap::small_to_points, shape, shape.tiles(), shape.small, small);
}
Tensor weight_points(const WinogradShape& shape, const Tensor& weight) {
    return to_points(WinogradMap::weights_to_points, shape, shape.small, 4 * shape.large, weight);
}

Tensor from_points(WinogradMap map, const WinogradShape& shape, const Tensor& points, const Tensor& result) {
    winograd_map(map, shape, points.const_data_ptr<float>(), result.mutable_data_ptr<float>(), false);
    return result;
}

// The three products. large_ [points, tiles, 4C], small_ [points, tiles, O], weight_ [points, O, 4C].
Tensor small_of(const WinogradShape& shape, const Tensor& large_, const Tensor& weight_) {
    const auto products = replaced(shape);
    RECORD_FUNCTION(winograd_product, products);
    return from_points(
        WinogradMap::points_to_small, shape, at::bmm(large_, weight_.transpose(1, 2)),
        empty_like_channels_last({shape.pictures, shape.small, shape.height, shape.width}, large_));
}
Tensor large_of(const WinogradShape& shape, const Tensor& small_, const Tensor& weight_) {
    const auto products = replaced(shape);
    RECORD_FUNCTION(winograd_product, products);
    return from_points(
        WinogradMap::points_to_large, shape, at::bmm(small_, weight_),
        empty_like_channels_last({shape.pictures, shape.large, 2 * shape.height, 2 * shape.width}, small_));
}
Tensor weight_of(const WinogradShape& shape, const Tensor& small_, const Tensor& large_) {
    const auto products = replaced(shape);
    RECORD_FUNCTION(winograd_product, products);
    return from_points(WinogradMap::points_to_weights, shape, at::bmm(small_.transpose(1, 2), large_),
                       empty_like_channels_last({shape.small, shape.large, 4, 4}, small_));
}

// Each is linear in both of its arguments, and the gradients of each are the two others: so differentiating twice needs
// nothing more. A gradient that nobody differentiates is computed from what the first pass had already transformed.
struct Halve : torch::autograd::Function<Halve> {
    static Variable forward(AutogradContext* context, const Variable& large, const Variable& weight,
                            bool of_large, bool of_weight);
    static variable_list backward(AutogradContext* context, const variable_list& gradients);
};
struct Double : torch::autograd::Function<Double> {
    static Variable forward(AutogradContext* context, const Variable& small, const Variable& weight,
                            bool of_small, bool of_weight);
    static variable_list backward(AutogradContext* context, const variable_list& gradients);
};
struct OfWeight : torch::autograd::Function<OfWeight> {
    static Variable forward(AutogradContext* context, const Variable& small, const Variable& large);
    static variable_list backward(AutogradContext* context, const variable_list& gradients);
};

Tensor halve(const Tensor& large, const Tensor& weight) {
    const bool recorded = at::GradMode::is_enabled();
    return Halve::apply(large, weight, recorded && large.requires_grad(), recorded && weight.requires_grad());
}
Tensor doubled(const Tensor& small, const Tensor& weight) {
    const bool recorded = at::GradMode::is_enabled();
    return Double::apply(small, weight, recorded && small.requires_grad(),
                         recorded && weight.requires_grad());
}

Variable Halve::forward(AutogradContext* context, const Variable& large, const Variable& weight,
                        bool of_large, bool of_weight) {
    const Tensor result_sizes =
        at::empty({large.size(0), weight.size(0), large.size(2) / 2, large.size(3) / 2}, at::kMeta);
    const WinogradShape shape = shape_of(result_sizes, large);
    const Tensor large_ = large_points(shape, large), weight_ = weight_points(shape, weight);
    context->save_for_backward({large, weight, of_weight ? large_ : Tensor(), of_large ? weight_ : Tensor()});
    return small_of(shape, large_, weight_);
}

variable_list Halve::backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &large = saved[0], &weight = saved[1], &small = gradients[0];
    const bool of_large = context->needs_input_grad(0), of_weight = context->needs_input_grad(1);
    Tensor large_gradient, weight_gradient;
    if (at::GradMode::is_enabled()) {
        if (of_large) large_gradient = doubled(small, weight);
        if (of_weight) weight_gradient = OfWeight::apply(small, large);
    } else {
        const WinogradShape shape = shape_of(small, large);
        const Tensor small_ = small_points(shape, small);
        if (of_large) large_gradient = large_of(shape, small_, saved[3]);
        if (of_weight) weight_gradient = weight_of(shape, small_, saved[2]);
    }
    return {large_gradient, weight_gradient, Tensor(), Tensor()};
}

Variable Double::forward(AutogradContext* context, const Variable& small, const Variable& weight,
                         bool of_small, bool of_weight) {
    const WinogradShape shape = shape_of(small, weight);
    const Tensor small_ = small_points(shape, small), weight_ = weight_points(shape, weight);
    context->save_for_backward({small, weight, of_weight ? small_ : Tensor(), of_small ? weight_ : Tensor()});
    return large_of(shape, small_, weight_);
}

variable_list Double::backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &small = saved[0], &weight = saved[1], &large = gradients[0];
    const bool of_small = context->needs_input_grad(0), of_weight = context->needs_input_grad(1);
    Tensor small_gradient, weight_gradient;
    if (at::GradMode::is_enabled()) {
        if (of_small) small_gradient = halve(large, weight);
        if (of_weight) weight_gradient = OfWeight::apply(small, large);
    } else {
        const WinogradShape shape = shape_of(small, large);
        const Tensor large_ = large_points(shape, large);
        if (of_small) small_gradient = small_of(shape, large_, saved[3]);
        if (of_weight) weight_gradient = weight_of(shape, saved[2], large_);
    }
    return {small_gradient, weight_gradient, Tensor(), Tensor()};
}

Variable OfWeight::forward(AutogradContext* context, const Variable& small, const Variable& large) {
    context->save_for_backward({small, large});
    const WinogradShape shape = shape_of(small, large);
    return weight_of(shape, small_points(shape, small), large_points(shape, large));
}

variable_list OfWeight::backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &small = saved[0], &large = saved[1], &weight = gradients[0];
    return {context->needs_input_grad(0) ? halve(large, weight) : Tensor(),
            context->needs_input_grad(1) ? doubled(small, weight) : Tensor()};
}

} // namespace

bool winograd_pays(std::int64_t pictures, std::int64_t height, std::int64_t width, std::int64_t small,
                   std::int64_t large) {
    if (height % 2 != 0 || width % 2 != 0 || small % 16 != 0 || large % 16 != 0) return false;
    // The weights are transformed whatever there is to multiply them with: with batches of 8 that costs more than it saves.
    const std::int64_t tile = tile_of(height, width);
    return small >= 64 && large >= 32 && pictures * (height / tile) * (width / tile) >= 16;
}

Tensor winograd_halve(const Tensor& large, const Tensor& weight) { return halve(large, weight); }
Tensor winograd_double(const Tensor& small, const Tensor& weight) { return doubled(small, weight); }

} // namespace ganvas
