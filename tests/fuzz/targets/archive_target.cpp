// Zip and tar archives as data sets: listed, their layout told, their first pictures decoded.
#include <algorithm>

#include "engine/data/source.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/memory_tree.h"
#include "tests/unit/data/file_makers.h"

namespace ganvas::fuzz {
namespace {

using testing::archive_of;
using testing::ArchiveFormat;
using testing::encode;
using testing::Entries;
using testing::idx;
using testing::patterned;

constexpr std::size_t limit = std::size_t(64) << 20; ///< of one file that is read whole

std::size_t read(View bytes) {
    auto tree = open_archive_tree(MemoryFile(bytes).path(), {});
    if (!tree) return 0;
    const std::shared_ptr<FileTree> shared = tree.take();
    std::size_t declared = 0, index = 0;
    std::vector<std::size_t> all;
    for (const TreeFile& file : shared->files()) {
        expect(!file.name.empty() && file.name.front() != '/' && !file.name.starts_with("../")
                   && file.name.find("/../") == std::string::npos,
               "names that stay inside");
        declared += std::min<std::size_t>(file.size, limit);
        if (all.size() < 4) all.push_back(index++);
    }
    (void)shared->read(all, limit).ok();
    if (auto source = make_source(shared, {}, DataSplit::all)) load_some(**source, 4);
    return declared;
}

std::vector<Bytes> seeds() {
    const Bytes picture = encode(patterned(4, 4, 3)), list = bytes_of("1\nSmiling\na.png 1\n");
    const Entries pictures = {{"a/a.png", picture}, {"b/b.png", picture}, {"list_attr_celeba.txt", list}};
    const Entries odd = {{"../../out.png", picture},    {"/etc/x.png", picture},  {"C:\\x.png", picture},
                         {"a\\..\\..\\x.png", picture}, {".hidden.png", picture}, {"./in.png", picture}};
    const Entries numbers = {{"train-images-idx3-ubyte", idx({1, 2, 2}, {1, 2, 3, 4})},
                             {"train-labels-idx1-ubyte", idx({1}, {5})}};
    std::vector<Bytes> out;
    for (const Entries& entries : {pictures, odd, numbers, Entries{{"data_batch_1.bin", Bytes(3073, 1)}}})
        for (const ArchiveFormat format : {ArchiveFormat::tar, ArchiveFormat::tar_gz, ArchiveFormat::zip})
            out.push_back(archive_of(entries, format));
    return out;
}

} // namespace

FuzzTarget archive_target() {
    return {.name = "archive",
            .read = read,
            .seeds = seeds,
            .words = {"PK\3\4", "PK\1\2", "PK\5\6", "ustar", "ustar  ",
                      std::string("ustar\0"
                                  "00",
                                  8),
                      "././@LongLink", "GNU.sparse.major=1", "GNU.sparse.map=0,1", "30 size=99999999999\n",
                      "../", "\x1f\x8b\x08", "BZh9",
                      std::string("\xfd"
                                  "7zXZ\0",
                                  6),
                      "\x28\xb5\x2f\xfd"},
            // What libarchive and its decompressors hold by themselves: windows (zstd: 128 MB) and blocks.
            .overhead = std::size_t(160) << 20,
            .longest = 16'384};
}

} // namespace ganvas::fuzz
