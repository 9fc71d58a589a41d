#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <numeric>
#include <thread>
#include <unistd.h>

#include "engine/core/files.h"
#include "engine/core/latest.h"
#include "engine/core/mapped_file.h"
#include "engine/core/quantile.h"
#include "engine/core/random.h"
#include "engine/core/settings.h"

using namespace ganvas;

TEST_CASE("every setting's default is accepted by its own check and reads back from its text") {
    Settings settings;
    for (const SettingDescription& d : setting_descriptions()) {
        CAPTURE(d.key);
        Settings copy;
        CHECK(copy.set(d.key, settings.as_text(d.key)).ok());
        CHECK(copy == settings);
        CHECK_FALSE(d.sentence.empty());
        CHECK_FALSE(d.label.empty());
    }
}

TEST_CASE("settings refuse unknown keys, wrong kinds and values out of range, and stay as they were") {
    Settings settings;
    const Settings before = settings;
    auto misspelt = settings.assign("generator.widht=32");
    REQUIRE_FALSE(misspelt.ok());
    CHECK(misspelt.error().code == ErrorCode::usage);
    CHECK(misspelt.error().hint.find("generator.width") != std::string::npos);
    CHECK_FALSE(settings.assign("train.batch=1").ok());
    CHECK_FALSE(settings.assign("train.batch=many").ok());
    CHECK_FALSE(settings.assign("train.batch=64x").ok());
    CHECK_FALSE(settings.assign("image.size=65").ok());
    CHECK_FALSE(settings.assign("generator.learning_rate=nan").ok());
    CHECK_FALSE(settings.assign("nonsense").ok());
    CHECK(settings == before);
    CHECK(settings.assign("image.size=128").ok());
    CHECK(settings.integer("image.size") == 128);
    CHECK(settings.differences(before) == std::vector<std::string>{"image.size"});
}

TEST_CASE(
    "a seed names the same normals for ever, with the right moments, and a longer fill keeps its prefix") {
    CHECK(random_bits(1, 0) == random_bits(1, 0));
    CHECK(random_bits(1, 0) != random_bits(0, 1));
    std::vector<float> few(10), many(20000);
    fill_normal(7, few);
    fill_normal(7, many);
    for (std::size_t k = 0; k < few.size(); ++k) CHECK(few[k] == many[k]);
    double mean = 0, square = 0;
    for (float x : many) {
        mean += x;
        square += double(x) * x;
    }
    CHECK(std::abs(mean / many.size()) < 0.03);
    CHECK(std::abs(square / many.size() - 1) < 0.05);
    for (std::uint64_t k = 0; k < 1000; ++k) CHECK(random_below(3, k, 7) < 7);
}

TEST_CASE("a failed write leaves the old file and no temporary") {
    const Path folder =
        std::filesystem::temp_directory_path() / ("ganvas-core-" + std::to_string(::getpid()));
    REQUIRE(make_folder(folder).ok());
    REQUIRE(write_file(folder / "a.txt", std::string_view("old")).ok());
    CHECK(read_text(folder / "a.txt").value() == "old");
    CHECK_FALSE(write_file(folder / "missing" / "a.txt", std::string_view("new")).ok());
    CHECK_FALSE(write_file("/dev/full", std::string_view("new")).ok());
    REQUIRE(make_folder(folder / "b").ok());
    CHECK_FALSE(write_file(folder / "b", std::string_view("a folder is in the way")).ok());
    CHECK(read_text(folder / "none").error().code == ErrorCode::not_found);
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) files += entry.is_regular_file();
    CHECK(files == 1);
    auto mapped = MappedFile::open(folder / "a.txt");
    REQUIRE(mapped.ok());
    CHECK(mapped->bytes().size() == 3);
    std::filesystem::remove_all(folder);
}

TEST_CASE("a file that is cut short while it is mapped reads as zeros from there on, and that is known") {
    const Path folder = std::filesystem::temp_directory_path() / "ganvas-core-mapped";
    REQUIRE(make_folder(folder).ok());
    constexpr std::size_t page = 4096, pages = 300;
    const std::vector<std::uint8_t> ones(page * pages, 1);
    REQUIRE(write_file(folder / "cut", ones).ok());
    REQUIRE(write_file(folder / "sound", ones).ok());
    auto cut = MappedFile::open(folder / "cut"), sound = MappedFile::open(folder / "sound");
    REQUIRE(cut.ok());
    REQUIRE(sound.ok());
    std::filesystem::resize_file(folder / "cut", page * 100);
    CHECK(cut->whole()); // nothing was missed yet
    MappedFile moved = cut.take();
    const auto sum = [](const MappedFile& file) {
        return std::accumulate(file.bytes().begin(), file.bytes().end(), std::size_t(0));
    };
    std::size_t other = 0;
    {
        std::jthread reader([&] { other = sum(moved); }); // two threads meet the end at once
        CHECK(sum(moved) == page * 100);
    }
    CHECK(other == page * 100);
    CHECK_FALSE(moved.whole());
    CHECK(sum(*sound) == page * pages);
    CHECK(sound->whole());
    std::filesystem::remove_all(folder);
}

TEST_CASE("latest keeps only the newest, queue keeps all in order, across threads") {
    Latest<int> latest;
    Queue<int> queue;
    {
        std::jthread producer([&] {
            for (int k = 0; k < 10000; ++k) {
                latest.put(k);
                queue.put(k);
            }
        });
    }
    CHECK(latest.take() == 9999);
    CHECK_FALSE(latest.take().has_value());
    const auto all = queue.take_all();
    REQUIRE(all.size() == 10000);
    for (int k = 0; k < 10000; ++k) REQUIRE(all[static_cast<std::size_t>(k)] == k);
}

TEST_CASE(
    "a quantile is a value or lies on the line between two; a median of an even number is their middle") {
    CHECK(quantile({3, 1, 2}, 0.5) == 2);
    CHECK(quantile({4, 1, 3, 2}, 0.5) == 2.5);
    CHECK(quantile({4, 1, 3, 2}, 0) == 1);
    CHECK(quantile({4, 1, 3, 2}, 1) == 4);
    CHECK(quantile({10, 20}, 0.95) == doctest::Approx(19.5));
    CHECK(quantile({7}, 0.99) == 7);
    CHECK(quantile({}, 0.5) == -1);
}
