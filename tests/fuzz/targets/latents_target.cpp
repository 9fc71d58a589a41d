// Tables of latents that a user brings, as CSV and as safetensors; learned directions in a file.
#include <limits>

#include "engine/latent/attribute_file.h"
#include "engine/runs/latent_table.h"
#include "engine/runs/tensor_file.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_file.h"

namespace ganvas::fuzz {
namespace {

std::size_t read_table(View bytes) {
    const MemoryFile file(bytes);
    for (const char* ending : {".csv", ".safetensors"})
        if (const auto table = read_latents(file.path(ending)))
            for (const std::vector<float>& latent : table->latents)
                expect(latent.size() == table->latents.front().size(), "rows of one length");
    return 0;
}

/// One text with the metadata's cards, then the numbers: the frame around them is tensor_file's business.
std::size_t read_attributes(View bytes) {
    const TwoFiles parts = split(bytes);
    TensorFile file;
    file.metadata["attributes"] = text_of(parts.first);
    const auto byte = [&](std::size_t k) { return k < parts.second.size() ? parts.second[k] : 0; };
    const std::int64_t count = byte(0) % 8, size = byte(1);
    std::vector<float> directions(static_cast<std::size_t>(count * size), 0.5f);
    std::vector<float> moved(static_cast<std::size_t>(count * count), byte(2) / 255.0f);
    if (byte(3) == 1 && !directions.empty()) directions.back() = std::numeric_limits<float>::infinity();
    file.add_floats("attributes.directions", {count, size}, directions);
    file.add_floats("attributes.moved", {count, count}, moved);
    const auto found = attributes_from(file);
    if (!found) return 0;
    for (const LearnedAttribute& attribute : found->attributes) {
        expect(attribute.direction.size() == static_cast<std::size_t>(found->latent_size),
               "whole directions");
        expect(attribute.moved.size() == found->attributes.size(), "an effect on each attribute");
    }
    TensorFile copy;
    add_attributes(*found, copy);
    const auto again = attributes_from(copy);
    expect(again.ok() && again->attributes.size() == found->attributes.size(), "what is written reads back");
    return 0;
}

std::vector<Bytes> table_seeds() {
    return {bytes_of("# ganvas {\"a\":1}\nz0,z1\n0.5,-1e-3\n1,nan\r\n"), bytes_of("1,2,3\n4,5,6\n"),
            bytes_of("z0\n1e999\n"), bytes_of("1\n2,3\n")};
}

std::vector<Bytes> attribute_seeds() {
    AttributeDirections directions{2,
                                   "faces",
                                   {{"Smiling", {1, 0}, 0.9, 0.6, 0.5, 200, {0.5, 0.1}, true},
                                    {"Male", {0, 1}, 0.9, 0.6, 0.5, 200, {0.1, 0.5}, false}}};
    TensorFile file;
    add_attributes(directions, file);
    const Bytes text = bytes_of(file.metadata["attributes"]);
    return {join(text, Bytes{2, 2, 9, 0}), join(text, Bytes{2, 2, 9, 1}),
            join(bytes_of("{\"cards\":[]}"), Bytes{0, 0}),
            join(bytes_of(R"({"latent_size":1e300,"data":"x","cards":[]})"), Bytes{0, 0, 0, 0})};
}

} // namespace

FuzzTarget latents_target() {
    return {.name = "latents",
            .read = read_table,
            .seeds = table_seeds,
            .words = {"# ganvas ", "z0,z1", "1,", "\n", "\r\n", "nan", "1e39", "latents"}};
}

FuzzTarget attributes_target() {
    return {.name = "attributes",
            .read = read_attributes,
            .seeds = attribute_seeds,
            .words = {"\"latent_size\":", "\"cards\":[", "\"name\":", "\"fresh\":", "\"works\":true", "1e308",
                      "-1", "99999999999", "null"}};
}

} // namespace ganvas::fuzz
