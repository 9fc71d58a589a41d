#include "tests/fuzz/memory_tree.h"

#include <algorithm>
#include <numeric>

#include "engine/data/image_codec.h"

namespace ganvas::fuzz {

MemoryTree::MemoryTree(const std::vector<std::pair<std::string, View>>& files) {
    for (const auto& [name, bytes] : files) {
        files_.push_back({name, bytes.size()});
        contents_.push_back(own_bytes(Bytes(bytes.begin(), bytes.end())));
    }
}

Result<std::vector<FileBytes>> MemoryTree::read(std::span<const std::size_t> indices, std::size_t) {
    std::vector<FileBytes> out;
    for (const std::size_t index : indices) out.push_back(contents_[index]);
    return out;
}

Result<void> MemoryTree::stream(std::span<const std::size_t> indices, std::size_t, const Receive& receive) {
    for (const std::size_t index : indices)
        if (!receive(index, 0, [this, index]() -> Result<FileBytes> { return contents_[index]; })) break;
    return {};
}

void load_some(Source& source, std::int64_t most) {
    const SourceTable& table = source.table();
    expect(table.labels.empty() || table.labels.size() == table.names.size(), "a label for each picture");
    expect(table.attributes.size() == table.names.size() * table.attribute_names.size(),
           "whole attribute rows");
    std::vector<std::int64_t> selection(static_cast<std::size_t>(std::min(table.size(), most)));
    std::iota(selection.begin(), selection.end(), 0);
    std::int64_t before = -1;
    (void)source
        .stream(selection,
                [&](std::int64_t index, std::size_t, const Source::Load& load) {
                    expect(index >= 0 && index < table.size(), "a picture that was asked for");
                    expect(index != before, "each picture once");
                    before = index;
                    if (const auto image = load())
                        expect(image->pixels.size()
                                   == static_cast<std::size_t>(image->width) * image->height
                                          * image->channels,
                               "as many pixels as the size says");
                    return true;
                })
        .ok();
}

std::size_t declared_pixels(View file) {
    const auto header = probe_image(file);
    if (!header) return 0;
    const auto area = static_cast<std::size_t>(header->area());
    const bool png = file.size() > 24 && file[0] == 0x89;
    if (png) return area * static_cast<std::size_t>(header->channels) * (file[24] == 16 ? 2 : 1);
    // JPEG: up to four components, each padded to blocks of at most 32 pixels; BMP has at most four bytes a
    // pixel.
    const auto padded = [](int side) { return static_cast<std::size_t>((side + 31) / 32 * 32); };
    return 4 * padded(header->width) * padded(header->height);
}

} // namespace ganvas::fuzz
