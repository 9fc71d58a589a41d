#include "engine/training/step_profile.h"

#include <ATen/ATen.h>
#include <ATen/record_function.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string_view>

#include "engine/core/elapsed.h"

namespace ganvas {
namespace {

using Clock = std::chrono::steady_clock;

enum class Kind { convolution, normalisation, other };

Kind kind_of(std::string_view operation) {
    // Strings of names: LibTorch has a dozen convolutions and their gradients, and one may be new tomorrow.
    if (operation.find("conv") != std::string_view::npos) return Kind::convolution;
    // DCGAN's layers at 1×1 are convolutions that are computed as products; so are the fully connected layers of others.
    if (operation == "aten::mm" || operation == "aten::addmm") return Kind::convolution;
    if (operation.find("norm") != std::string_view::npos
        && operation.find("linalg") == std::string_view::npos)
        return Kind::normalisation;
    return Kind::other;
}

double elements(const at::Tensor& tensor) { return tensor.defined() ? double(tensor.numel()) : 0; }

/// Multiply-adds of one convolution: each element of the smaller-stepped side meets the kernel and the channels of the
/// other. Weights are [out, in, k, k], transposed [in, out, k, k].
double convolution_products(const at::Tensor& input, double outputs, const at::Tensor& weight,
                            bool transposed) {
    const double kernel = elements(weight) / double(std::max<std::int64_t>(1, weight.size(0)));
    return transposed ? elements(input) * kernel : outputs * kernel;
}

double output_elements(const at::Tensor& input, const at::Tensor& weight, at::IntArrayRef stride,
                       at::IntArrayRef padding, at::IntArrayRef dilation) {
    double count = double(input.size(0)) * double(weight.size(0));
    for (std::size_t i = 0; i < stride.size(); ++i) {
        const std::int64_t reach = dilation[i] * (weight.size(std::int64_t(i) + 2) - 1) + 1;
        count *= double((input.size(std::int64_t(i) + 2) + 2 * padding[i] - reach) / stride[i] + 1);
    }
    return count;
}

/// Numbers come as a list of plain or of symbolic integers, one for both directions or one each.
std::vector<std::int64_t> sizes_in(const c10::IValue& value) {
    std::vector<std::int64_t> sizes;
    if (value.isList())
        for (const c10::IValue& one : value.toListRef())
            sizes.push_back(one.isInt() ? one.toInt() : one.toSymInt().guard_int(__FILE__, __LINE__));
    if (sizes.size() == 1) sizes.push_back(sizes.front());
    return sizes;
}

/// Multiply-adds of the operations that have nearly all of them; 0 for others.
double products_of(const at::RecordFunction& record) {
    const std::string_view name = record.name();
    if (name == "ganvas::winograd_convolution") return double(record.inputs()[0].toInt());
    if (name != "aten::convolution" && name != "aten::convolution_backward" && name != "aten::mm"
        && name != "aten::addmm" && name != "aten::bmm")
        return 0; // inputs() may not be asked of every operation
    const auto in = record.inputs();
    const auto tensor = [&](std::size_t i) {
        return i < in.size() && in[i].isTensor() ? in[i].toTensor() : at::Tensor{};
    };
    if (name == "aten::convolution" && in.size() > 6) {
        const auto stride = sizes_in(in[3]), padding = sizes_in(in[4]), dilation = sizes_in(in[5]);
        const bool transposed = in[6].toBool();
        const at::Tensor input = tensor(0), weight = tensor(1);
        if (stride.size() != 2 || padding.size() != 2 || dilation.size() != 2 || input.dim() != 4) return 0;
        return convolution_products(
            input, transposed ? 0 : output_elements(input, weight, stride, padding, dilation), weight,
            transposed);
    }
    if (name == "aten::convolution_backward" && in.size() > 10 && in[10].isBoolList()) {
        const auto wanted = in[10].toBoolList();
        const double one = convolution_products(tensor(1), elements(tensor(0)), tensor(2), in[7].toBool());
        return one * (double(wanted.get(0)) + double(wanted.get(1)));
    }
    const at::Tensor left = tensor(name == "aten::addmm" ? 1 : 0),
                     right = tensor(name == "aten::addmm" ? 2 : 1);
    return right.defined() ? elements(left) * double(right.size(-1)) : 0;
}

struct Frame {
    std::string name;
    bool phase;
    Kind kind;
    Clock::time_point start;
    double inside; ///< seconds of the frames within
};

} // namespace

struct StepProfiler::Watch {
    std::vector<Frame> frames;
    std::map<std::string, double> phases, operations;
    double seconds_of[3] = {};
    double optimiser = 0, products = 0;
    Clock::time_point start = Clock::now();
    at::CallbackHandle handle{};
    static thread_local Watch* current; ///< of this thread; callbacks are plain functions

    [[nodiscard]] std::string phase() const {
        for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame)
            if (frame->phase) return frame->name;
        return "bookkeeping";
    }

    void enter(const at::RecordFunction& record) {
        const bool phase = record.scope() == at::RecordScope::USER_SCOPE;
        Kind kind = phase ? Kind::other : kind_of(record.name());
        if (!phase && !frames.empty() && frames.back().kind != Kind::other) kind = frames.back().kind;
        const bool counted = kind == Kind::convolution && std::string_view(record.name()) == "aten::bmm";
        if (!phase && !counted)
            products += products_of(record); // Winograd's products stand for more than they are
        frames.push_back({record.name(), phase, kind, Clock::now(), 0});
    }

    void leave() {
        if (frames.empty()) return;
        const Frame done = frames.back();
        const double whole = seconds_since(done.start);
        const double own = whole - done.inside;
        const std::string part = phase();
        phases[part] += own;
        if (part == "optimiser")
            optimiser += own;
        else
            seconds_of[int(done.kind)] += own;
        if (done.kind == Kind::other && part != "optimiser")
            operations[done.phase ? "between operations" : done.name] += own;
        frames.pop_back();
        if (!frames.empty()) frames.back().inside += whole;
    }
};

namespace {

StepProfile::Shares sorted(const std::map<std::string, double>& values) {
    StepProfile::Shares shares(values.begin(), values.end());
    std::stable_sort(shares.begin(), shares.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    return shares;
}

} // namespace

thread_local StepProfiler::Watch* StepProfiler::Watch::current = nullptr;

StepProfiler::StepProfiler() : watch_(std::make_unique<Watch>()) {
    Watch::current = watch_.get();
    watch_->handle = at::addThreadLocalCallback(
        at::RecordFunctionCallback(
            [](const at::RecordFunction& record) -> std::unique_ptr<at::ObserverContext> {
                if (Watch::current) Watch::current->enter(record);
                return nullptr;
            },
            [](const at::RecordFunction&, at::ObserverContext*) {
                if (Watch::current) Watch::current->leave();
            })
            .needsInputs(true)
            .scopes({at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION,
                     at::RecordScope::USER_SCOPE}));
}

StepProfiler::~StepProfiler() {
    at::removeCallback(watch_->handle);
    Watch::current = nullptr;
}

StepProfile StepProfiler::profile() const {
    const Watch& w = *watch_;
    StepProfile profile;
    profile.seconds = seconds_since(w.start);
    auto phases = w.phases;
    double named = 0;
    for (const auto& [name, seconds] : phases) named += seconds;
    phases["bookkeeping"] += std::max(0.0, profile.seconds - named);
    profile.phases = sorted(phases);
    profile.kinds = {{"convolution", w.seconds_of[int(Kind::convolution)]},
                     {"normalisation", w.seconds_of[int(Kind::normalisation)]},
                     {"optimiser", w.optimiser}};
    double known = 0;
    for (const auto& [name, seconds] : profile.kinds) known += seconds;
    profile.kinds.emplace_back("other", std::max(0.0, profile.seconds - known));
    profile.operations = sorted(w.operations);
    profile.floating_point_operations = 2 * w.products;
    return profile;
}

} // namespace ganvas
