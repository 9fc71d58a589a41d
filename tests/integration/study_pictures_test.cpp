/// What studies draw and measure of a conditional model, on a generator whose pictures are known: the class alone decides
/// the brightness, the latent alone a bright or dark corner.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/api/checkpoint_model.h"
#include "engine/api/study_engine.h"
#include "engine/export/layout.h"
#include "engine/export/picture.h"
#include "engine/training/reference_batch.h"
#include "engine/training/specs_from_settings.h"
#include "tests/support/session_place.h"

using namespace ganvas;
using ganvas::testing::Place;

namespace {

using Shades = std::array<double, 3>; ///< added to the ground by each class; 1 is half the range of a picture
constexpr Shades ordered = {0, 0.5, 1}, swapped = {0.5, 0, 1};
constexpr double ground = 0.1, corner_weight = 0.05;
constexpr int side = 28, latent_size = 8;

Settings conditional_settings() {
    Settings settings;
    for (const char* assignment :
         {"image.size=28", "image.channels=1", "latent.size=8", "generator.width=4", "generator.kernel=3",
          "generator.upsampling=nearest", "generator.output=relu", "discriminator.width=4",
          "condition.normalisation=true", "condition.discriminator=projection"}) {
        const auto set = settings.assign(assignment);
        REQUIRE_MESSAGE(set.ok(), set.error().line());
    }
    return settings;
}

/// Channel 0 carries the first number of the latent in one place of the first map, 2 everywhere else; channel 1 the
/// class. Convolutions have their middle tap alone, so that nothing spreads.
void plant(Generator& generator, const Shades& shades) {
    torch::NoGradGuard no_gradients;
    auto weights = generator.named_parameters();
    for (auto& item : weights) item.value().zero_();
    weights["project.weight"][0][0][0][0].fill_(1);
    weights["normalise0.weight"].select(1, 0).fill_(1);
    weights["normalise0.bias"].select(1, 0).fill_(2);
    weights["up1.weight"][0][0][1][1].fill_(1);
    weights["normalise1.weight"].select(1, 0).fill_(corner_weight);
    for (std::size_t label = 0; label < shades.size(); ++label)
        weights["normalise1.bias"][static_cast<std::int64_t>(label)][1].fill_(shades[label]);
    weights["picture.weight"][0][0][1][1].fill_(1);
    weights["picture.weight"][0][1][1][1].fill_(1);
}

std::string planted_checkpoint(const Path& file, const Shades& shades) {
    CheckpointNote note;
    note.settings = conditional_settings();
    note.class_names = {"ash", "birch", "cedar"};
    const auto spec = generator_spec(note.settings, static_cast<int>(shades.size()));
    REQUIRE_MESSAGE(spec.ok(), spec.error().line());
    Generator generator(*spec);
    plant(generator, shades);
    ModelSnapshot model;
    model.generator = *spec;
    model.class_names = note.class_names;
    for (const auto& item : generator.named_parameters())
        model.parameters_and_buffers.emplace_back(item.key(), item.value().detach().clone());
    for (const auto& item : generator.named_buffers())
        model.parameters_and_buffers.emplace_back(item.key(), item.value().detach().clone());
    const auto written = write_tensor_file(file, kept_generator(model, note, {}, {}));
    REQUIRE_MESSAGE(written.ok(), written.error().line());
    return file.string();
}

/// Away from the corner.
double expected_shade(int label) { return 127.5 * (ground + ordered[static_cast<std::size_t>(label)]); }

double expected_corner(int label, std::uint64_t seed) {
    std::array<float, latent_size> latent;
    fill_latent(seed, latent, false);
    const double carried = corner_weight * std::max(0.0, 2.0 + static_cast<double>(latent[0]));
    return 127.5 * (carried + ordered[static_cast<std::size_t>(label)]);
}

/// The picture of this class and seed, to a rounding.
void check_picture(std::span<const std::uint8_t> picture, int label, std::uint64_t seed) {
    CAPTURE(label);
    CAPTURE(seed);
    CHECK(std::abs(picture[side * side - 1] - expected_shade(label)) <= 1);
    CHECK(std::abs(picture[side * side / 2] - expected_shade(label)) <= 1);
    CHECK(std::abs(picture[0] - expected_corner(label, seed)) <= 1);
}

struct DrawnFigure {
    ImageBatch tiles;
    std::string caption;
};

DrawnFigure draw(const Path& folder, const std::string& kind, int columns, int rows) {
    FigureJob job;
    job.figure.kind = kind;
    job.checkpoint = planted_checkpoint(folder / "planted.safetensors", ordered);
    job.out = (folder / kind).string();
    LabelShelf labels;
    const auto drawn = draw_for_study(job, labels, {});
    REQUIRE_MESSAGE(drawn.ok(), (drawn ? "" : drawn.error().line()));
    REQUIRE(drawn->size() == 1);
    const auto sheet = read_png(drawn->front().file);
    REQUIRE(sheet.ok());
    CHECK(sheet->width == columns * (side + 1) - 1);
    CHECK(sheet->height == rows * (side + 1) - 1);
    auto tiles = untile(with_channels(*sheet, 1), columns, columns * rows, 1);
    REQUIRE(tiles.ok());
    return {tiles.take(), drawn->front().caption};
}

/// A folder of classes whose pictures have the shades of `ordered`; each corner is another.
void write_class_folders(const Path& folder) {
    const char* names[] = {"ash", "birch", "cedar"};
    for (int label = 0; label < 3; ++label) {
        std::filesystem::create_directories(folder / names[label]);
        for (std::uint64_t k = 0; k < 16; ++k) {
            Image picture(side, side, 1,
                          static_cast<std::uint8_t>(std::lround(expected_shade(label)) + long(k % 3)));
            for (int y = 0; y < 4; ++y)
                std::fill_n(picture.row(y), 4,
                            static_cast<std::uint8_t>(std::lround(expected_corner(label, 500 + k))));
            REQUIRE(write_png(folder / names[label] / (std::to_string(k) + ".png"), picture).ok());
        }
    }
}

Reading class_accuracy_of(const std::string& checkpoint, const Path& data, StudyShelves& shelves) {
    MeasureJob job;
    job.measure = "class_accuracy";
    job.checkpoint = checkpoint;
    job.data = data.string();
    job.count = 30;
    const auto reading = measure_for_study(job, shelves, {});
    REQUIRE_MESSAGE(reading.ok(), (reading ? "" : reading.error().line()));
    return *reading;
}

} // namespace

TEST_CASE("the figure class_rows has one class a row, and one latent a column") {
    const Place place;
    const DrawnFigure figure = draw(place.folder, "class_rows", 10, 3);
    for (int label = 0; label < 3; ++label)
        for (int column = 0; column < 10; ++column)
            check_picture(figure.tiles.image(label * 10 + column), label, static_cast<std::uint64_t>(column));
    CHECK(figure.caption == "one class a row, one latent a column: ash, birch, cedar");
}

TEST_CASE("the figure class_columns has one latent a row, and one class a column") {
    const Place place;
    const DrawnFigure figure = draw(place.folder, "class_columns", 3, 8);
    for (int row = 0; row < 8; ++row)
        for (int label = 0; label < 3; ++label)
            check_picture(figure.tiles.image(row * 3 + label), label, static_cast<std::uint64_t>(row));
    CHECK(figure.caption == "one latent a row, one class a column: ash, birch, cedar");
}

TEST_CASE("class accuracy is the share of pictures that show the class that was asked for") {
    const Place place;
    const Path data = place.folder / "trees";
    write_class_folders(data);
    StudyShelves shelves; // the class network is trained once for both
    const Reading obeys =
        class_accuracy_of(planted_checkpoint(place.folder / "obeys.safetensors", ordered), data, shelves);
    CHECK(obeys.measured);
    CHECK(obeys.value == doctest::Approx(100));
    CHECK(obeys.deviation == doctest::Approx(0));
    CHECK(obeys.count == 30);
    // Two of three classes exchanged: the third is still right.
    const Reading confused =
        class_accuracy_of(planted_checkpoint(place.folder / "confused.safetensors", swapped), data, shelves);
    CHECK(confused.value == doctest::Approx(100.0 / 3));
    CHECK(confused.deviation == doctest::Approx(100 * std::sqrt(2.0 / 9 / 30)));
}

TEST_CASE("what studies measure beside the metrics of eval") {
    const Place place;
    const Path data = place.folder / "trees";
    write_class_folders(data);
    const std::string one = planted_checkpoint(place.folder / "one.safetensors", ordered);
    const Shades paler = {0.3, 0.6, 1};
    const std::string other = planted_checkpoint(place.folder / "other.safetensors", paler);
    StudyShelves shelves;
    const auto measured = [&](const char* name, const std::string& before) {
        MeasureJob job;
        job.measure = name;
        job.checkpoint = one;
        job.previous_checkpoint = before;
        job.data = data.string();
        job.extractor = "pixels";
        job.count = 24;
        job.batches = 3;
        const auto reading = measure_for_study(job, shelves, {});
        REQUIRE_MESSAGE(reading.ok(), (reading ? "" : reading.error().line()));
        return *reading;
    };
    const auto evaluated = [&](const std::string& against, const char* metric) {
        EvaluateOptions options;
        options.samples = one;
        options.data = against;
        options.metrics = {metric};
        options.extractor = "pixels";
        options.count = 24;
        const auto values = evaluate(options);
        REQUIRE_MESSAGE(values.ok(), (values ? "" : values.error().line()));
        return values->front();
    };
    // To the point before: nothing where the weights are the same.
    const Reading still = measured("consecutive_fd", one), moved = measured("consecutive_fd", other);
    CHECK(std::abs(still.value) < 0.01); // roots of 768 numbers from 24 pictures
    CHECK(moved.value > 100 * std::abs(still.value));
    CHECK(moved.against == "the point before");
    // Accuracy on the pictures that the support vectors learned from, not on those they did not see.
    const MeasuredValue machine = evaluated(data.string(), "svm");
    const Reading learned = measured("svm_train", "");
    CHECK(learned.value == doctest::Approx(machine.details.at("train_accuracy")));
    CHECK(learned.count == std::int64_t(machine.details.at("train_count")));
    CHECK(learned.split == "train");
    // In percent of the mean, for the batch that was asked for.
    const Reading spread = measured("fd_relative_deviation", "");
    CHECK(spread.value > 0);
    CHECK(spread.value < 200);
    CHECK(spread.count == 24);
    CHECK(spread.details.contains("drawn_from")); // 48 pictures have no three batches of 24
}
