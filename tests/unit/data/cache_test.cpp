#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

#include "engine/data/cache_format.h"
#include "tests/unit/data/data_support.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

void write_pictures(const DataFolder& folder, int count) {
    for (int i = 0; i < count; ++i)
        folder.write("c" + std::to_string(i % 2) + "/" + std::to_string(i) + ".png",
                     encode(patterned(8, 8, 3, i)));
}

Bytes content(const Path& path) {
    std::ifstream file(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
}

void replace(const Path& path, const Bytes& bytes) {
    std::filesystem::remove(path); // not in place: the old one may be mapped
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// How many reports said that pictures were prepared: 0 means that the cache was used.
int preparing_reports(const Path& source, const Preparation& preparation = as_is()) {
    int count = 0;
    Progress progress;
    progress.on_report = [&](double, std::string_view text) { count += text.starts_with("preparing"); };
    const auto dataset = open_dataset(source.string(), preparation, progress);
    REQUIRE(dataset.ok());
    return count;
}

} // namespace

TEST_CASE("the second time the cache is used, and everything in it comes back") {
    const DataFolder folder;
    write_pictures(folder, 6);
    folder.write("c0/bad.png", Bytes{});
    const auto first = must_open(folder.path());
    REQUIRE(folder.cache_files().size() == 1);
    CHECK(preparing_reports(folder.path()) == 0);
    const auto second = must_open(folder.path());
    CHECK(names(*second) == names(*first));
    CHECK(second->class_names() == std::vector<std::string>{"c0", "c1"});
    for (std::int64_t i = 0; i < 6; ++i) {
        CHECK(pixels(*second, i) == pixels(*first, i));
        CHECK(second->class_label(i) == (i < 3 ? 0 : 1));
    }
    CHECK(second->fingerprint() == first->fingerprint());
    CHECK(second->fingerprint().size() == 32);
    CHECK(second->skipped_count() == 1);
    CHECK(second->skipped()[0].name == "c0/bad.png");
}

TEST_CASE("a changed source or preparation is prepared again, and the stale cache goes") {
    const DataFolder folder;
    write_pictures(folder, 4);
    const std::string before = must_open(folder.path())->fingerprint();

    folder.write("c0/new.png", encode(patterned(8, 8, 3, 77)));
    CHECK(must_open(folder.path())->size() == 5);
    CHECK(folder.cache_files().size() == 1);
    std::filesystem::remove(folder.path() / "c0/new.png");
    CHECK(must_open(folder.path())->fingerprint() == before); // what counts is what is in it

    folder.write("c0/0.png", encode(patterned(8, 8, 3, 99))); // the same name and, nearly, size
    CHECK(must_open(folder.path())->fingerprint() != before);

    Preparation smaller = as_is();
    smaller.size = 4;
    CHECK(preparing_reports(folder.path(), smaller) > 0);
    CHECK(preparing_reports(folder.path(), smaller) == 0);
    CHECK(preparing_reports(folder.path()) == 0);
    CHECK(folder.cache_files().size() == 2);
}

TEST_CASE("a file touched in place is noticed by its time") {
    const DataFolder folder;
    write_pictures(folder, 3);
    const auto first = must_open(folder.path());
    const Path file = folder.path() / "c0/0.png";
    std::filesystem::last_write_time(file, std::filesystem::last_write_time(file) + std::chrono::seconds(2));
    CHECK(preparing_reports(folder.path()) > 0);
    CHECK(must_open(folder.path())->fingerprint() == first->fingerprint());
}

TEST_CASE("a damaged or hostile cache is written anew") {
    const DataFolder folder;
    write_pictures(folder, 5);
    const std::string fingerprint = must_open(folder.path())->fingerprint();
    const Path cache = folder.cache_files().at(0);
    const Bytes good = content(cache);
    const auto rebuilt = [&](const Bytes& bytes) {
        replace(cache, bytes);
        const auto dataset = must_open(folder.path());
        CHECK(dataset->fingerprint() == fingerprint);
        CHECK(pixels(*dataset, 4) == patterned(8, 8, 3, 3).pixels); // c1/3.png
        CHECK(content(cache) == good);
    };
    rebuilt({});
    rebuilt(Bytes(100, 0));
    rebuilt(Bytes(good.size(), 0));
    rebuilt(Bytes(good.begin(), good.end() - 1));
    rebuilt(Bytes(good.begin(), good.begin() + 4096));
    for (const std::size_t at : {std::size_t(0), std::size_t(40), std::size_t(4096 + 100), good.size() - 3}) {
        Bytes damaged = good;
        damaged[at] ^= 0x40;
        CAPTURE(at);
        rebuilt(damaged);
    }
    // Lying numbers with checksums that fit: no offset may lead outside the map.
    for (std::size_t word = 3; word < 18; ++word)
        for (const std::uint64_t lie :
             {std::uint64_t(0), ~std::uint64_t(0), std::uint64_t(1) << 40, std::uint64_t(4096 * 7)}) {
            Bytes lying = good;
            CacheHeader header;
            std::memcpy(&header, lying.data(), sizeof(header));
            std::uint64_t old;
            std::memcpy(&old, lying.data() + word * 8, 8);
            if (old == lie) continue;
            std::memcpy(reinterpret_cast<std::uint8_t*>(&header) + word * 8, &lie, 8);
            header.header_checksum = header.checksum();
            std::memcpy(lying.data(), &header, sizeof(header));
            replace(cache, lying);
            const auto dataset = open_dataset(folder.path().string(), as_is());
            REQUIRE(dataset.ok());
            for (std::int64_t i = 0; i < (*dataset)->size(); ++i) {
                (void)(*dataset)->image_name(i);
                (void)pixels(**dataset, i);
            }
        }
}

TEST_CASE("an interrupted opening leaves no cache") {
    const DataFolder folder;
    write_pictures(folder, 30);
    std::stop_source stop;
    Progress progress;
    progress.stop = stop.get_token();
    progress.on_report = [&](double, std::string_view text) {
        if (text.starts_with("preparing")) stop.request_stop();
    };
    const auto dataset = open_dataset(folder.path().string(), as_is(), progress);
    REQUIRE(!dataset.ok());
    CHECK(dataset.error().code == ErrorCode::interrupted);
    CHECK(folder.cache_files().empty());
    CHECK(must_open(folder.path())->size() == 30);
}

TEST_CASE("progress rises to one") {
    const DataFolder folder;
    write_pictures(folder, 30);
    double last = 0;
    Progress progress;
    progress.on_report = [&](double fraction, std::string_view) {
        CHECK(fraction >= last);
        CHECK(fraction <= 1);
        last = fraction;
    };
    REQUIRE(open_dataset(folder.path().string(), as_is(), progress).ok());
    CHECK(last == 1);
}

TEST_CASE("leftovers of a killed process are removed") {
    const DataFolder folder;
    write_pictures(folder, 2);
    std::filesystem::create_directories(folder.cache());
    const Path dead = folder.cache() / "x.cache.abc.partial.2147483600";
    const Path alive = folder.cache() / ("y.cache.abc.partial." + std::to_string(getpid()));
    std::ofstream(dead) << "half";
    std::ofstream(alive) << "half";
    (void)must_open(folder.path());
    CHECK_FALSE(std::filesystem::exists(dead));
    CHECK(std::filesystem::exists(alive));
}

TEST_CASE("a cache that cannot be written is an io error that says what to do") {
    const DataFolder folder;
    write_pictures(folder, 2);
    folder.write("in-the-way", std::string("a file"));
    setenv("GANVAS_CACHE", (folder.path() / "in-the-way").c_str(), 1);
    const auto dataset = open_dataset(folder.path().string(), as_is());
    setenv("GANVAS_CACHE", folder.cache().parent_path().c_str(), 1);
    REQUIRE(!dataset.ok());
    CHECK(dataset.error().code == ErrorCode::io);
    CHECK(dataset.error().line().find("GANVAS_CACHE") != std::string::npos);
}
