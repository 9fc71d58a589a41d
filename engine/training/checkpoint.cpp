#include "engine/training/checkpoint.h"

#include <charconv>
#include <cstring>
#include <random>
#include <stdexcept>
#include <type_traits>

#include <nlohmann/json.hpp>

#include "engine/core/random.h"
#include "engine/training/specs_from_settings.h"

namespace ganvas {
namespace {

using torch::Tensor;
constexpr std::string_view average_prefix = "average.";

at::ScalarType scalar_type(TensorType type) {
    switch (type) {
    case TensorType::float32: return at::kFloat;
    case TensorType::float16: return at::kHalf;
    case TensorType::bfloat16: return at::kBFloat16;
    case TensorType::float64: return at::kDouble;
    case TensorType::int64: return at::kLong;
    case TensorType::int32: return at::kInt;
    case TensorType::uint8: return at::kByte;
    case TensorType::boolean: return at::kBool;
    }
    throw std::invalid_argument("unknown tensor type");
}

TensorType tensor_type(at::ScalarType type) {
    switch (type) {
    case at::kFloat: return TensorType::float32;
    case at::kHalf: return TensorType::float16;
    case at::kBFloat16: return TensorType::bfloat16;
    case at::kDouble: return TensorType::float64;
    case at::kLong: return TensorType::int64;
    case at::kInt: return TensorType::int32;
    case at::kByte: return TensorType::uint8;
    case at::kBool: return TensorType::boolean;
    default: throw std::invalid_argument("a tensor of this type cannot be saved");
    }
}

template <class Number>
Number number(const std::string& text) {
    Number value{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// Elements of `size` bytes in row-major order from wherever they lie; returns the end of what was written.
template <std::size_t size>
std::uint8_t* copy_row_major(const std::uint8_t* from, at::IntArrayRef extents, at::IntArrayRef strides,
                             std::uint8_t* to) {
    if (extents.empty()) {
        std::memcpy(to, from, size);
        return to + size;
    }
    const std::int64_t step = strides.front() * std::int64_t(size);
    if (extents.size() == 1) {
        for (std::int64_t i = 0; i < extents.front(); ++i, to += size) std::memcpy(to, from + i * step, size);
        return to;
    }
    for (std::int64_t i = 0; i < extents.front(); ++i)
        to = copy_row_major<size>(from + i * step, extents.slice(1), strides.slice(1), to);
    return to;
}

/// The same of a tensor on the CPU that has another layout. On the calling thread alone: torch's contiguous() would set up
/// a team of threads for each thread that calls it, beside the one that trains.
void copy_row_major(const Tensor& tensor, std::uint8_t* to) {
    const auto* from = static_cast<const std::uint8_t*>(tensor.const_data_ptr());
    const auto copy = [&]<std::size_t size>(std::integral_constant<std::size_t, size>) {
        (void)copy_row_major<size>(from, tensor.sizes(), tensor.strides(), to);
    };
    switch (tensor.element_size()) {
    case 1: return copy(std::integral_constant<std::size_t, 1>());
    case 2: return copy(std::integral_constant<std::size_t, 2>());
    case 4: return copy(std::integral_constant<std::size_t, 4>());
    case 8: return copy(std::integral_constant<std::size_t, 8>());
    default: throw std::invalid_argument("a tensor of this type cannot be saved");
    }
}

Error bad(std::string what, std::string where) {
    return {ErrorCode::bad_checkpoint, std::move(what), std::move(where), "use another checkpoint"};
}

} // namespace

TensorBlob to_blob(const std::string& name, const Tensor& tensor) {
    const Tensor value = tensor.detach().to(at::kCPU);
    TensorBlob blob{name, tensor_type(value.scalar_type()), value.sizes().vec(), {}};
    if (value.is_contiguous()) {
        const auto* bytes = static_cast<const std::uint8_t*>(value.const_data_ptr());
        blob.bytes.assign(bytes, bytes + value.nbytes());
    } else {
        blob.bytes.resize(value.nbytes());
        copy_row_major(value, blob.bytes.data());
    }
    return blob;
}

Tensor to_tensor(const TensorBlob& blob) {
    Tensor value = at::empty(blob.shape, scalar_type(blob.type));
    if (value.nbytes() != blob.bytes.size())
        throw std::invalid_argument("a tensor's size contradicts its shape");
    if (!blob.bytes.empty()) std::memcpy(value.mutable_data_ptr(), blob.bytes.data(), blob.bytes.size());
    return value;
}

// ---- what a checkpoint says about itself ---------------------------------------------------------------------------
void write_note(TensorFile& file, const CheckpointNote& note) {
    nlohmann::json settings = nlohmann::json::object();
    for (const auto& description : setting_descriptions())
        settings[description.key] = note.settings.as_text(description.key);
    file.metadata["settings"] = settings.dump();
    file.metadata["recipe"] = note.recipe;
    file.metadata["data"] = note.data;
    file.metadata["step"] = std::to_string(note.step);
    file.metadata["images"] = std::to_string(note.images);
    file.metadata["seconds"] = nlohmann::json(note.seconds).dump();
    write_class_names(file, note.class_names);
}

void write_class_names(TensorFile& file, const std::vector<std::string>& names) {
    // Names come from folders: bytes that are no UTF-8 are replaced.
    if (!names.empty())
        file.metadata["classes"] =
            nlohmann::json(names).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

Result<CheckpointNote> read_note(const TensorFile& file) {
    CheckpointNote note;
    const auto settings = nlohmann::json::parse(file.text("settings"), nullptr, false);
    if (!settings.is_object()) return bad("it holds no settings of a Ganvas model", "settings");
    for (const auto& [key, value] : settings.items()) {
        // A newer program's settings are passed over; a value that this one refuses is an error.
        if (!find_setting(key)) continue;
        if (!value.is_string()) return bad("a setting is damaged", key);
        if (auto set = note.settings.set(key, value.template get<std::string>()); !set)
            return bad("a setting is damaged", set.error().where.empty() ? key : set.error().where);
    }
    const auto classes = nlohmann::json::parse(file.text("classes"), nullptr, false);
    if (classes.is_array())
        for (const auto& name : classes)
            note.class_names.push_back(name.is_string() ? name.get<std::string>() : "");
    note.recipe = file.text("recipe");
    note.data = file.text("data");
    note.step = number<std::int64_t>(file.text("step"));
    note.images = number<std::int64_t>(file.text("images"));
    note.seconds = number<double>(file.text("seconds"));
    return note;
}

Result<int> classes_of(const CheckpointNote& note) {
    if (is_conditional(note.settings) && note.class_names.empty())
        return bad("it does not say what its classes are", "classes");
    return static_cast<int>(note.class_names.size());
}

// ---- generators ----------------------------------------------------------------------------------------------------
Result<SharedModel> load_generator(const TensorFile& file) {
    auto note = read_note(file);
    if (!note) return note.error();
    const auto classes = classes_of(*note);
    if (!classes) return classes.error();
    auto spec = generator_spec(note->settings, *classes);
    if (!spec) return spec.error();

    auto model = std::make_shared<ModelSnapshot>();
    model->class_names = note->class_names;
    model->step = note->step;
    model->images = note->images;
    model->generator = *spec;
    std::random_device entropy;
    model->id = mix_bits((std::uint64_t(entropy()) << 32) | entropy()) | 1;
    const Generator shapes(*spec);
    std::optional<Error> failure;
    const auto read = [&](const std::string& name, const Tensor& like) {
        if (failure) return;
        const std::string full = std::string(average_prefix) + name;
        const TensorBlob* blob = file.find(full);
        if (!blob) {
            failure = bad("the checkpoint lacks a tensor", full);
        } else if (at::IntArrayRef(blob->shape) != like.sizes()) {
            failure = bad("a tensor of the checkpoint has another shape", full);
        } else {
            Tensor value = to_tensor(*blob).to(like.scalar_type());
            if (!value.isfinite().all().item<bool>())
                failure = bad("a tensor of the checkpoint is not finite", full);
            model->parameters_and_buffers.emplace_back(name, std::move(value));
        }
    };
    for (const auto& item : shapes.named_parameters()) read(item.key(), item.value());
    for (const auto& item : shapes.named_buffers()) read(item.key(), item.value());
    if (failure) return *failure;
    return SharedModel(std::move(model));
}

TensorFile export_generator(const ModelSnapshot& model, const CheckpointNote& note) {
    TensorFile file;
    for (const auto& [name, value] : model.parameters_and_buffers)
        file.tensors.push_back(to_blob(std::string(average_prefix) + name,
                                       value.is_floating_point() ? value.to(at::kHalf) : value));
    file.metadata["ganvas.kind"] = "generator";
    write_note(file, note);
    file.metadata["step"] = std::to_string(model.step);
    file.metadata["images"] = std::to_string(model.images);
    return file;
}

// ---- pictures ------------------------------------------------------------------------------------------------------
ImageBatch to_images(const Tensor& pictures) {
    const Tensor bytes = ((pictures.detach() + 1) * 127.5)
                             .round()
                             .clamp(0, 255)
                             .to(at::kByte)
                             .permute({0, 2, 3, 1})
                             .contiguous();
    ImageBatch batch{int(bytes.size(0)), int(bytes.size(1)), int(bytes.size(2)), int(bytes.size(3)), {}};
    const auto* data = bytes.const_data_ptr<std::uint8_t>();
    batch.pixels.assign(data, data + bytes.numel());
    return batch;
}

Tensor from_images(const ImageBatch& images) {
    Tensor bytes = at::empty({images.count, images.height, images.width, images.channels}, at::kByte);
    std::memcpy(bytes.mutable_data_ptr(), images.pixels.data(), images.pixels.size());
    return bytes.permute({0, 3, 1, 2}).to(at::kFloat) / 127.5 - 1;
}

} // namespace ganvas
