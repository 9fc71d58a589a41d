// What a run folder says of itself: run.json, the notes of samples, metrics.csv and diversity.csv.
#include "engine/runs/metrics_table.h"
#include "engine/runs/run_json.h"
#include "tests/fuzz/fuzz_target.h"

namespace ganvas::fuzz {
namespace {

std::size_t read_run_json(View bytes) {
    const std::string text = text_of(bytes);
    RunSample sample;
    parse_sample_json(text, sample);
    expect(sample.columns >= 0 && sample.count >= 0, "no negative counts");
    const auto info = parse_run_json(text, "run.json");
    if (!info) return 0;
    const auto again = parse_run_json(run_json(*info), "again");
    expect(again.ok() && run_json(*again) == run_json(*info), "what is written reads back");
    return 0;
}

template <class Point>
void check_order(const std::vector<Point>& points) {
    for (std::size_t k = 1; k < points.size(); ++k)
        expect(points[k - 1].step < points[k].step, "steps rise and none comes twice");
}

std::size_t read_metrics(View bytes) {
    const std::string text = text_of(bytes);
    RunMetrics metrics = parse_metrics(text);
    parse_diversity(text, metrics);
    check_order(metrics.training);
    check_order(metrics.diversity);
    std::string rows = metrics_header(), looks = diversity_header();
    for (const TrainingPoint& point : metrics.training) rows += metrics_row(point);
    for (const DistancePoint& point : metrics.distances) rows += metrics_row(point);
    for (const DiversityPoint& point : metrics.diversity) looks += metrics_row(point);
    RunMetrics again = parse_metrics(rows);
    expect(again.damaged_rows == 0 && again.training.size() == metrics.training.size()
               && again.distances.size() == metrics.distances.size(),
           "rows that are written read back");
    parse_diversity(looks, again);
    expect(again.damaged_rows == 0 && again.diversity.size() == metrics.diversity.size(),
           "looks at diversity that are written read back");
    return 0;
}

std::vector<Bytes> json_seeds() {
    RunInfo info;
    info.recipe = "dcgan";
    info.data_source = "faces:100";
    info.versions["ganvas"] = "0.1.0";
    info.changes = {{10, "train.learning_rate", "0.001"}};
    std::string many = R"({"format":"ganvas run 1","settings":{)";
    for (int k = 0; k < 40'000; ++k) many += "\"k" + std::to_string(k) + "\":1,";
    return {bytes_of(run_json(info)),
            bytes_of(sample_json({10, 640, 1.5, 8, 64, {}})),
            bytes_of(R"({"format":"ganvas run 1","state":"training","step":18446744073709551615})"),
            bytes_of(R"({"format":"ganvas run 1","seconds":1e999,"data":[],"parent":{"run":1}})"),
            bytes_of(R"({"format":"ganvas run 1","settings":{"generator.width":1e300,"train.batch":[]}})"),
            bytes_of(many + "\"last\":1}}"),
            bytes_of(std::string(100'000, '['))};
}

std::vector<Bytes> metrics_seeds() {
    const TrainingPoint training{100, 6400, 1.5, 0.25, 0.5f, 0.75f, 0.9f, 0.1f};
    const DistancePoint distance{100, 6400, 1.5,        0.25,         33.5,   0.5,
                                 4,   2048, "lite0-96", "a \"b\", c", "area", "all"};
    DiversityPoint look;
    look.step = 100;
    look.data = "faces";
    const std::string rows = metrics_header() + metrics_row(training) + metrics_row(distance);
    return {bytes_of(rows + rows + metrics_row(training)), bytes_of(diversity_header() + metrics_row(look)),
            bytes_of("training,0,0,0,0,nan,inf,-inf,1e999,,,,,,\n"),
            bytes_of("distance,1,1,1,1,,,,,1,1,1,1,x,y\ndistance,1,1,1,1,,,,,2,1,1,1,x,y\n"),
            bytes_of("training,5,1,1,1,1,1,1,1,,,,,,,,\r\ntraining,4,1,1,1,1,1,1,1,,,,,,,,\n\"\"\"")};
}

} // namespace

FuzzTarget run_json_target() {
    return {.name = "run_json",
            .read = read_run_json,
            .seeds = json_seeds,
            .words = {"\"format\":\"ganvas run 1\"", "\"settings\":{", "\"changes\":[",
                      "\"state\":\"stopped\"", "\"data\":{", "\"parent\":{", "\"versions\":{",
                      "\"step\":", "18446744073709551615", "-1", "1e999", "null", "\\ud800", "\\u0000",
                      "[[[[", "\"generator.width\":"},
            .times = 32};
}

FuzzTarget metrics_target() {
    return {.name = "metrics",
            .read = read_metrics,
            .seeds = metrics_seeds,
            .words = {"training,", "distance,", "diversity,", "nan", "-inf", "1e999", "\"\"", ",,", "\r\n",
                      "9223372036854775807", "-1"}};
}

} // namespace ganvas::fuzz
