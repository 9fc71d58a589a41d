// IDX files with their labels, and CIFAR's batches with their class names, read as a data set's source.
#include <algorithm>
#include <array>
#include <functional>
#include <numeric>

#include "engine/data/idx.h"
#include "engine/data/source.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_tree.h"
#include "tests/unit/data/file_makers.h"

namespace ganvas::fuzz {
namespace {

using testing::gzip;
using testing::idx;

/// What a reader keeps of each picture besides its pixels: a name, a label, where it lies.
constexpr std::size_t bytes_of_entry = 32;

/// Copied, so that the address sanitiser sees the end of each file.
FileBytes owned(View bytes) { return own_bytes(Bytes(bytes.begin(), bytes.end())); }

std::size_t read_idx(View bytes) {
    const TwoFiles files = split(bytes);
    std::size_t declared = 0;
    if (auto array = parse_idx(owned(files.first), "pictures")) {
        const std::int64_t product =
            std::accumulate(array->shape.begin(), array->shape.end(), std::int64_t(1), std::multiplies<>());
        expect(static_cast<std::size_t>(product) == array->values.size(), "as many values as the shape says");
        expect(looks_like_idx(files.first), "what parses looks like IDX");
        declared = array->values.size() + static_cast<std::size_t>(array->shape[0]) * bytes_of_entry;
    }
    MemoryTree tree({{"train-images-idx3-ubyte.gz", files.first}, {"train-labels-idx1-ubyte", files.second}});
    if (auto source = make_idx_source(tree, DataSplit::all)) load_some(**source);
    return declared;
}

std::size_t read_cifar(View bytes) {
    const TwoFiles files = split(bytes);
    for (const bool hundred : {false, true}) {
        MemoryTree tree({{hundred ? "train.bin" : "data_batch_1.bin", files.second},
                         {hundred ? "fine_label_names.txt" : "batches.meta.txt", files.first}});
        auto source = make_cifar_source(tree, DataSplit::all);
        if (!source) continue;
        const SourceTable& table = (*source)->table();
        expect(table.class_names.size() == (hundred ? 100 : 10), "a name for each class");
        for (const std::int32_t label : table.labels)
            expect(label >= 0 && label < static_cast<int>(table.class_names.size()), "labels are classes");
        load_some(**source);
    }
    return 0;
}

std::vector<Bytes> idx_seeds() {
    const Bytes pictures = idx({3, 4, 5}, Bytes(60, 9)), labels = idx({3}, {0, 1, 2});
    const Bytes colours = idx({2, 2, 2, 3}, Bytes(24, 200));
    const Bytes promises = idx({0x7fff, 0x7fff, 2}, Bytes(10, 0)); // 2 GB that are not there
    return {join(pictures, labels),
            join(gzip(pictures), gzip(labels)),
            join(gzip(colours), labels),
            join(colours, {}),
            join(promises, labels),
            join(gzip(promises), labels),
            join(gzip(idx({60'000, 1, 1}, Bytes(60'000, 0))), {}), // many tiny pictures of a few bytes
            join(labels, pictures)};
}

std::vector<Bytes> cifar_seeds() {
    Bytes ten(2 * 3073, 40), hundred(3074, 50);
    ten[0] = 3;
    ten[3073] = 9;
    hundred[0] = 1;
    hundred[1] = 99;
    return {join(bytes_of("airplane\ncat\r\ndog\n\n"), ten), join(bytes_of("apple"), hundred),
            join({}, Bytes(100, 1)), join(Bytes(300, 'x'), ten)};
}

/// The two sizes that CIFAR's files may have: whole records.
void whole_records(Bytes& file) {
    const TwoFiles files = split(file);
    const Bytes names(files.first.begin(), files.first.end());
    Bytes records(files.second.begin(), files.second.end());
    const std::size_t size = records.size() % 2 == 0 ? 3074 : 3073;
    records.resize(std::max<std::size_t>(1, records.size() / size) * size);
    for (std::size_t at = 0; at < records.size(); at += size) records[at] %= 10, records[at + 1] %= 100;
    file = join(names, records);
}

} // namespace

FuzzTarget idx_target() {
    return {.name = "idx",
            .read = read_idx,
            .seeds = idx_seeds,
            .words = {std::string("\0\0\x08\x03", 4), std::string("\0\0\x08\x01", 4),
                      std::string("\0\0\x08\x04", 4), "\x1f\x8b\x08", std::string("\0\0\0\1", 4),
                      "\xff\xff\xff\xff"}};
}

FuzzTarget cifar_target() {
    return {.name = "cifar",
            .read = read_cifar,
            .seeds = cifar_seeds,
            .words = {"\n", "\r\n"},
            .repair = whole_records,
            .longest = 10'000};
}

} // namespace ganvas::fuzz
