#include "models/augmentation.h"

#include <torch/autograd.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/parallel.h"

namespace ganvas {
namespace {

using torch::Tensor;
using Draw = AugmentationDraw;

/// What happens to one picture: out(y, x) = k * (s * in + (1 - s) * grey(in)) + (1 - k) * mean(in) + b, taken at
/// (y + shift_y, x + shift_x), zero outside and in the hole. Its linear part is symmetric but for the shift.
struct Change {
    float brightness = 0, saturation = 1, contrast = 1;
    int shift_y = 0, shift_x = 0;
    int hole_y = 0, hole_x = 0; ///< first row and column; may be negative
};

int hole_size(const AugmentationSpec& spec, int size) {
    return spec.cutout ? int(size * spec.hole + 0.5) : 0;
}
int widest_shift(const AugmentationSpec& spec, int size) { return int(size * spec.shift + 0.5); }

/// A whole number of 0 … count - 1 from a uniform in [0, 1).
int whole(float uniform, int count) { return std::min(int(uniform * float(count)), count - 1); }

std::vector<Change> plan(const AugmentationSpec& spec, const Tensor& uniforms, int size) {
    const Tensor table = uniforms.to(torch::kCPU, torch::kFloat32).contiguous();
    const auto columns = table.size(1);
    const float* numbers = table.const_data_ptr<float>();
    const int hole = hole_size(spec, size);
    const int shift = widest_shift(spec, size);
    std::vector<Change> changes(std::size_t(table.size(0)));
    for (std::size_t n = 0; n < changes.size(); ++n) {
        const auto draw = [&](Draw column) { return numbers[std::int64_t(n) * columns + int(column)]; };
        Change& change = changes[n];
        if (spec.colour) {
            change.brightness = (draw(Draw::brightness) - 0.5f) * 2 * float(spec.brightness);
            change.saturation = draw(Draw::saturation) * float(spec.saturation);
            change.contrast = draw(Draw::contrast) + 0.5f;
        }
        if (spec.translation) {
            change.shift_y = whole(draw(Draw::shift_y), 2 * shift + 1) - shift;
            change.shift_x = whole(draw(Draw::shift_x), 2 * shift + 1) - shift;
        }
        if (spec.cutout) {
            change.hole_y = whole(draw(Draw::hole_y), size + 1 - hole % 2) - hole / 2;
            change.hole_x = whole(draw(Draw::hole_x), size + 1 - hole % 2) - hole / 2;
        }
    }
    return changes;
}

/// Moves one picture [S, S, C]: out(y, x) = in(y + shift), zero outside; the hole is in the output (backwards: in the
/// input, and the shift is undone).
void move(const float* in, float* out, const Change& change, int size, int channels, int hole,
          bool backwards) {
    const int shift_y = backwards ? -change.shift_y : change.shift_y;
    const int shift_x = backwards ? -change.shift_x : change.shift_x;
    std::fill_n(out, std::size_t(size) * size * channels, 0.0f);
    const int first = std::max(0, -shift_x), last = std::min(size, size - shift_x);
    for (int y = std::max(0, -shift_y); y < std::min(size, size - shift_y); ++y) {
        const int held_y = backwards ? y + shift_y : y; // the row in the picture with the hole
        const bool holed = held_y >= change.hole_y && held_y < change.hole_y + hole;
        const int offset = backwards ? shift_x : 0;
        const int hole_first = holed ? std::clamp(change.hole_x - offset, first, last) : last;
        const int hole_last = holed ? std::clamp(change.hole_x + hole - offset, first, last) : last;
        const float* source = in + (std::int64_t(y + shift_y) * size + shift_x) * channels;
        float* target = out + std::int64_t(y) * size * channels;
        std::copy(source + first * channels, source + hole_first * channels, target + first * channels);
        std::copy(source + hole_last * channels, source + last * channels, target + hole_last * channels);
    }
}

/// The colour change of one picture [S * S, C]; `brightness` 0 gives the linear part, which is its own adjoint.
void recolour(const float* in, float* out, const Change& change, float brightness, int pixels, int channels) {
    double total = 0;
    for (int i = 0; i < pixels * channels; ++i) total += in[i];
    const float mean = float(total / (double(pixels) * channels));
    const float constant = (1 - change.contrast) * mean + brightness;
    if (channels == 1) {
        for (int i = 0; i < pixels; ++i) out[i] = change.contrast * in[i] + constant;
        return;
    }
    const float own = change.contrast * change.saturation;
    const float grey = change.contrast * (1 - change.saturation) / float(channels);
    for (int i = 0; i < pixels; ++i) {
        const float* pixel = in + std::int64_t(i) * channels;
        float sum = 0;
        for (int c = 0; c < channels; ++c) sum += pixel[c];
        const float common = grey * sum + constant;
        for (int c = 0; c < channels; ++c) out[std::int64_t(i) * channels + c] = own * pixel[c] + common;
    }
}

struct Plan : torch::CustomClassHolder {
    std::vector<Change> changes;
    bool colour = false;
    int hole = 0;
};

Tensor run(const Tensor& pictures, const Plan& plan, bool backwards) {
    const Tensor source = pictures.contiguous(torch::MemoryFormat::ChannelsLast);
    const int channels = int(source.size(1)), size = int(source.size(2));
    Tensor result = at::empty(source.sizes(), source.options(), torch::MemoryFormat::ChannelsLast);
    const float* in = source.const_data_ptr<float>();
    float* out = result.mutable_data_ptr<float>();
    const std::int64_t length = std::int64_t(size) * size * channels;
    parallel_parts(source.size(0), [&](std::int64_t begin, std::int64_t end) {
        std::vector<float> between(plan.colour ? std::size_t(length) : 0);
        for (std::int64_t n = begin; n < end; ++n) {
            const Change& change = plan.changes[std::size_t(n)];
            const float* from = in + n * length;
            float* to = out + n * length;
            if (!plan.colour) {
                move(from, to, change, size, channels, plan.hole, backwards);
            } else if (!backwards) {
                recolour(from, between.data(), change, change.brightness, size * size, channels);
                move(between.data(), to, change, size, channels, plan.hole, false);
            } else {
                move(from, between.data(), change, size, channels, plan.hole, true);
                recolour(between.data(), to, change, 0, size * size, channels);
            }
        }
    });
    return result;
}

/// One pass over the pictures' memory, and its adjoint for the gradient (which is linear: its own derivative is the
/// linear part again).
class AugmentOnCpu : public torch::autograd::Function<AugmentOnCpu> {
public:
    static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& pictures,
                          const c10::intrusive_ptr<Plan>& plan, bool backwards) {
        context->saved_data["plan"] = torch::IValue::make_capsule(plan);
        context->saved_data["backwards"] = backwards;
        return run(pictures, *plan, backwards);
    }
    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradients) {
        auto saved = context->saved_data["plan"].toCapsule();
        auto plan = c10::static_intrusive_pointer_cast<Plan>(saved);
        const bool backwards = context->saved_data["backwards"].toBool();
        if (backwards) { // the derivative of the adjoint: forwards without the constant
            auto linear = c10::make_intrusive<Plan>();
            *linear = *plan;
            for (Change& change : linear->changes) change.brightness = 0;
            plan = linear;
        }
        return {AugmentOnCpu::apply(gradients[0], plan, !backwards), Tensor(), Tensor()};
    }
};

} // namespace

Tensor augment(const Tensor& pictures, const AugmentationSpec& spec, const Tensor& uniforms) {
    if (!spec.any()) return pictures;
    if (!pictures.device().is_cpu()) return augment_by_operations(pictures, spec, uniforms);
    const int size = int(pictures.size(2));
    auto plan_of_batch = c10::make_intrusive<Plan>();
    plan_of_batch->changes = plan(spec, uniforms, size);
    plan_of_batch->colour = spec.colour;
    plan_of_batch->hole = hole_size(spec, size);
    return AugmentOnCpu::apply(pictures, plan_of_batch, false);
}

Tensor augment_by_operations(const Tensor& pictures, const AugmentationSpec& spec, const Tensor& uniforms) {
    if (!spec.any()) return pictures;
    const int size = int(pictures.size(2));
    const int hole = hole_size(spec, size);
    const auto changes = plan(spec, uniforms, size);
    const auto column = [&](auto member) {
        std::vector<float> values;
        values.reserve(changes.size());
        for (const Change& change : changes) values.push_back(float(change.*member));
        return at::tensor(values).to(pictures.device()).view({-1, 1, 1, 1});
    };
    Tensor out = pictures;
    if (spec.colour) {
        out = out + column(&Change::brightness);
        const Tensor grey = out.mean(1, true);
        out = (out - grey) * column(&Change::saturation) + grey;
        const Tensor mean = out.mean({1, 2, 3}, true);
        out = (out - mean) * column(&Change::contrast) + mean;
    }
    const Tensor line = at::arange(size, at::device(pictures.device()).dtype(torch::kFloat32));
    const Tensor rows = line.view({1, 1, -1, 1}), columns = line.view({1, 1, 1, -1});
    if (spec.translation) {
        const Tensor y = rows + column(&Change::shift_y),
                     x = columns + column(&Change::shift_x); // [N, 1, S, 1], …
        const Tensor inside = (y >= 0) & (y < size) & (x >= 0) & (x < size);
        const Tensor index =
            (y.clamp(0, size - 1) * size + x.clamp(0, size - 1)).to(torch::kLong); // [N, 1, S, S]
        const auto shape = out.sizes().vec();
        out = out.reshape({shape[0], shape[1], -1})
                  .gather(2, index.view({shape[0], 1, -1}).expand({-1, shape[1], -1}))
                  .view(shape)
              * inside;
    }
    if (spec.cutout) {
        const Tensor y = column(&Change::hole_y), x = column(&Change::hole_x);
        out = out * ~((rows >= y) & (rows < y + hole) & (columns >= x) & (columns < x + hole));
    }
    return out;
}

} // namespace ganvas
