// The records of a study that goes on after a stop.
#include "engine/studies/study_record.h"
#include "tests/fuzz/fuzz_target.h"

namespace ganvas::fuzz {
namespace {

std::size_t read(View bytes) {
    const auto record = parse_record(text_of(bytes));
    if (!record) return 0;
    const auto again = parse_record(record_json(*record));
    expect(again && record_json(*again) == record_json(*record), "what is written reads back");
    UnitRecord forgotten = *record;
    (void)forget_failures(forgotten);
    return 0;
}

std::vector<Bytes> seeds() {
    UnitRecord record;
    record.done = true;
    record.points.push_back({1, 10, 640, 1.5, 0.1, "step-10.safetensors", {}});
    record.points.back().readings["frechet"].value = 1.5;
    record.figures[1].pictures.push_back({"a.png", "A"});
    std::string many = "{";
    for (int k = 0; k < 40'000; ++k) many += "\"k" + std::to_string(k) + "\":1,";
    return {
        bytes_of(record_json(record)), bytes_of(many + "\"last\":1}"),
        bytes_of(
            R"({"points":[{"step":1e99,"readings":{"a":{"measured":true,"value":1e308}}}],"figures":{"x":{}}})")};
}

} // namespace

FuzzTarget study_record_target() {
    return {.name = "study_record",
            .read = read,
            .seeds = seeds,
            .words = {"\"points\":[", "\"readings\":{", "\"figures\":{", "\"measured\":true",
                      "\"value\":", "null", "99999999999999999999", "-1", "\"details\":{", "\"pictures\":["},
            .times = 32};
}

} // namespace ganvas::fuzz
