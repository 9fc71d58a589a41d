/// ganvas data: what a source holds, and the program's own faces as files.
#include "app/cli/command.h"
#include "app/cli/options.h"
#include "engine/api/operations.h"

namespace ganvas::cli {
namespace {

int run_inspect(Context& context, const std::string& source, const std::vector<std::string>& assignments,
                const std::string& out) {
    auto summary = inspect_data(source, assignments, context.progress("reading"));
    if (!summary) return fail(summary.error());
    const DataSummary& s = *summary;
    std::string text =
        format("%lld images, %d channels, %dx%d, %lld skipped\n", static_cast<long long>(s.images),
               s.channels, s.width, s.height, static_cast<long long>(s.skipped));
    for (std::size_t k = 0; k < s.attribute_names.size(); ++k)
        text += format("  %-22s %lld\n", plain_line(s.attribute_names[k]).c_str(),
                       static_cast<long long>(s.attribute_counts[k]));
    for (std::size_t k = 0; k < s.class_names.size(); ++k)
        text += format("  class %-16s %lld\n", plain_line(s.class_names[k]).c_str(),
                       static_cast<long long>(s.class_counts[k]));
    for (const auto& [name, reason] : s.skipped_files)
        text += "  skipped " + plain_line(name + ": " + reason) + "\n";
    if (!out.empty()) {
        auto sheet = write_data_sheet(*s.thumbnails, out);
        if (!sheet) return fail(sheet.error());
        text += out + "\n";
    }
    Json skipped = Json::array();
    for (const auto& [name, reason] : s.skipped_files)
        skipped.push_back({{"name", name}, {"reason", reason}});
    Json json{{"images", s.images},   {"channels", s.channels},          {"width", s.width},
              {"height", s.height},   {"attributes", s.attribute_names}, {"classes", s.class_names.size()},
              {"skipped", s.skipped}, {"class_names", s.class_names},    {"skipped_files", skipped}};
    if (!out.empty()) json["out"] = out;
    context.print(json, text);
    return 0;
}

} // namespace

void add_data_command(CLI::App& app, Commands& commands) {
    CLI::App* data = app.add_subcommand("data", "look at a source, or write the program's own faces");
    data->require_subcommand(1);
    CLI::App* inspect = data->add_subcommand("inspect", "count, shape, labels and skipped files of a source");
    auto source = std::make_shared<std::string>();
    auto split = std::make_shared<std::string>(), sheet = std::make_shared<std::string>();
    auto assignments = std::make_shared<std::vector<std::string>>();
    inspect->add_option("source", *source, "faces[:COUNT], folder, CelebA, IDX, CIFAR or an archive of these")
        ->required();
    inspect->add_option("--set", *assignments, "image.size=…, image.channels=…, data.crop=…, data.limit=…");
    add_split(inspect, *split);
    inspect->add_option("--out", *sheet, "sheet of up to 64 pictures, evenly from the whole source (.png)");
    commands.push_back({inspect, [=](Context& context) {
                            if (!split->empty()) assignments->push_back("data.split=" + *split);
                            return run_inspect(context, *source, *assignments, *sheet);
                        }});

    CLI::App* make = data->add_subcommand("make", "write generated data sets");
    make->require_subcommand(1);
    CLI::App* faces = make->add_subcommand("faces", "PNG files and list_attr_celeba.txt");
    auto count = std::make_shared<std::int64_t>(1000);
    auto seed = std::make_shared<std::uint64_t>(1);
    auto size = std::make_shared<int>(64);
    auto out = std::make_shared<std::string>();
    add_number<std::int64_t>(faces, "--count", *count, 1, 10'000'000, "1 to 10000000", "how many");
    add_seed(faces, "--seed", *seed, "which faces");
    add_number(faces, "--size", *size, 16, 256, "16 to 256", "pixels a side");
    faces->add_option("--out", *out, "folder to write")->required();
    commands.push_back({faces, [=](Context& context) {
                            auto report = make_faces(*out, *count, *seed, *size, context.progress("drawing"));
                            if (!report) return fail(report.error());
                            context.print(Json{{"out", report->out},
                                               {"images", report->images},
                                               {"seconds", report->seconds}},
                                          report->out);
                            return 0;
                        }});
}

} // namespace ganvas::cli
