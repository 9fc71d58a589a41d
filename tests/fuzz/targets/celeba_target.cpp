// CelebA's lists of attributes and parts, and the pictures that they stand for.
#include "engine/data/celeba.h"
#include "engine/data/source.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_tree.h"

namespace ganvas::fuzz {
namespace {

void check_list(const AttributeList& list) {
    expect(!list.names.empty() && list.values.size() % list.names.size() == 0, "whole rows");
    for (const auto& [name, row] : list.rows)
        expect((row + 1) * list.names.size() <= list.values.size(), "a row for each name");
    for (const std::int8_t value : list.values) expect(value == 1 || value == -1, "yes or no");
}

/// Reads the lists alone, as text and as Kaggle's CSV, then as a part of a source with three pictures.
std::size_t read(View bytes) {
    const TwoFiles files = split(bytes);
    const std::string attributes = text_of(files.first), partition = text_of(files.second);
    for (const char* ending : {".txt", ".csv"}) {
        if (const auto list = parse_attribute_list(attributes, std::string("list_attr_celeba") + ending))
            check_list(*list);
        for (const auto& [name, part] : parse_partition_list(partition))
            expect(part >= 0 && part <= 2, "one of three parts");
        const auto tree = std::make_shared<MemoryTree>(std::vector<std::pair<std::string, View>>{
            {std::string("list_attr_celeba") + ending, files.first},
            {std::string("list_eval_partition") + ending, files.second},
            {"img/000001.jpg", {}},
            {"img/000002.png", {}},
            {"img/3.jpg", {}}});
        for (const DataSplit part : {DataSplit::all, DataSplit::train, DataSplit::test})
            if (auto source = make_picture_source(tree, {}, part)) load_some(**source);
    }
    return 0;
}

std::vector<Bytes> seeds() {
    const Bytes text = bytes_of("3\nSmiling Male\n000001.jpg  1 -1\n000002.jpg -1  1\n000003.jpg 1 1\n");
    const Bytes table = bytes_of("image_id,Smiling,Male\n000001.jpg,1,-1\n000002.jpg,0,+1\r\n");
    const Bytes parts = bytes_of("000001.jpg 0\n000002.jpg 2\n3.jpg 1\n");
    std::string wide = "1\n";
    for (int k = 0; k < 20'000; ++k) wide += "a ";
    return {join(text, parts), join(table, bytes_of("image_id,partition\n000001.jpg,0\n000002.jpg,2\n")),
            join(bytes_of("\xef\xbb\xbf"
                          "99\nA\nx 7\ny 1 1\n"),
                 parts),
            join(bytes_of(wide), bytes_of(wide))};
}

} // namespace

FuzzTarget celeba_target() {
    return {.name = "celeba",
            .read = read,
            .seeds = seeds,
            .words = {"000001.jpg", " -1", ",1", "\r\n", "\xef\xbb\xbf", "9223372036854775808", "image_id,"}};
}

} // namespace ganvas::fuzz
