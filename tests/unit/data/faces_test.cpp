#include "engine/data/faces/faces.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <set>
#include <string>

namespace {

using ganvas::FaceAttribute;
using ganvas::FaceParameters;

/// Faces of 64 pixels a second: more than training takes. With a sanitiser, whose checks cost ten times the drawing, fewer.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
constexpr double fewest_faces = 40;
#else
constexpr double fewest_faces = 500;
#endif

/// That this process has taken: what other programs do meanwhile does not count.
double processor_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

std::vector<std::uint8_t> rendered(const FaceParameters& parameters, int size) {
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * 3);
    ganvas::render_face(parameters, size, pixels);
    return pixels;
}

std::vector<std::uint8_t> rendered(std::uint64_t seed, std::uint64_t index, int size) {
    return rendered(ganvas::draw_face_parameters(seed, index), size);
}

/// Means of a picture's `cells` x `cells` squares, [cells, cells, 3].
std::vector<double> means(const std::vector<std::uint8_t>& pixels, int size, int cells) {
    std::vector<double> result(static_cast<std::size_t>(cells * cells * 3));
    const int side = size / cells;
    for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
            for (int c = 0; c < 3; ++c) {
                result[static_cast<std::size_t>(((y / side) * cells + x / side) * 3 + c)] +=
                    pixels[static_cast<std::size_t>((y * size + x) * 3 + c)] / double(side * side);
            }
        }
    }
    return result;
}

/// Pixels in which some channel differs by more than `levels`.
int changed_pixels(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b, int levels) {
    int count = 0;
    for (std::size_t i = 0; i < a.size(); i += 3) {
        bool changed = false;
        for (std::size_t c = 0; c < 3; ++c) changed = changed || std::abs(a[i + c] - b[i + c]) > levels;
        count += changed;
    }
    return count;
}

} // namespace

TEST_CASE("faces: a seed and an index name one picture for ever") {
    CHECK(rendered(7, 42, 64) == rendered(7, 42, 64));
    CHECK(rendered(7, 42, 64) != rendered(7, 43, 64));
    CHECK(rendered(7, 42, 64) != rendered(8, 42, 64));
    // Drawing one face does not depend on having drawn another.
    const auto alone = rendered(3, 5, 48);
    for (std::uint64_t i = 0; i < 5; ++i) rendered(3, i, 48);
    CHECK(rendered(3, 5, 48) == alone);

    std::set<std::vector<std::uint8_t>> seen;
    for (std::uint64_t i = 0; i < 200; ++i) seen.insert(rendered(1, i, 16));
    CHECK(seen.size() == 200);
}

TEST_CASE("faces: every attribute has a CelebA name, a rate and a sign") {
    const auto names = ganvas::face_attribute_names();
    REQUIRE(names.size() >= 12);
    CHECK(std::is_sorted(names.begin(), names.end()));
    for (const char* wanted : {"Smiling", "Eyeglasses", "Blond_Hair", "Black_Hair", "Bangs", "Wearing_Hat",
                               "Male", "Young", "Pale_Skin", "Mouth_Slightly_Open", "Mustache"}) {
        CHECK_MESSAGE(std::count(names.begin(), names.end(), wanted) == 1, wanted);
    }
    CHECK(names[static_cast<std::size_t>(FaceAttribute::Young)] == "Young");
    CHECK(names[static_cast<std::size_t>(FaceAttribute::MouthSlightlyOpen)] == "Mouth_Slightly_Open");

    FaceParameters face;
    face.set(FaceAttribute::Smiling, true);
    const auto signs = ganvas::face_attributes(face);
    REQUIRE(signs.size() == names.size());
    for (std::size_t i = 0; i < signs.size(); ++i) CHECK(signs[i] == (names[i] == "Smiling" ? 1 : -1));
}

TEST_CASE("faces: attributes come at their rates and independently of each other") {
    constexpr std::size_t faces = 20000;
    constexpr std::size_t count = ganvas::face_attribute_count;
    std::array<double, count> sum{};
    std::array<std::array<double, count>, count> product{};
    for (std::size_t i = 0; i < faces; ++i) {
        const auto signs = ganvas::face_attributes(ganvas::draw_face_parameters(11, i));
        for (std::size_t a = 0; a < count; ++a) {
            sum[a] += signs[a];
            for (std::size_t b = 0; b < a; ++b) product[a][b] += signs[a] * signs[b];
        }
    }
    const auto rates = ganvas::face_attribute_rates();
    for (std::size_t a = 0; a < count; ++a) {
        const double mean_a = sum[a] / faces;
        CAPTURE(ganvas::face_attribute_table[a]);
        CHECK(std::abs(0.5 + 0.5 * mean_a - double(rates[a])) < 0.015);
        for (std::size_t b = 0; b < a; ++b) {
            const double mean_b = sum[b] / faces;
            const double spread = std::sqrt((1 - mean_a * mean_a) * (1 - mean_b * mean_b));
            CAPTURE(ganvas::face_attribute_table[b]);
            CHECK(std::abs(product[a][b] / faces - mean_a * mean_b) / spread < 0.03);
        }
    }
}

TEST_CASE("faces: nothing else about a face follows its attributes") {
    // The pose, the light and the skin of those who smile are the same as everyone's.
    std::array<double, 2> yaw{}, tone{}, light{}, count{};
    for (std::uint64_t i = 0; i < 20000; ++i) {
        const auto face = ganvas::draw_face_parameters(12, i);
        const std::size_t smiles = face.has(FaceAttribute::Smiling);
        yaw[smiles] += double(face.yaw);
        tone[smiles] += double(face.skin_tone);
        light[smiles] += double(face.light_azimuth);
        count[smiles] += 1;
    }
    CHECK(std::abs(yaw[0] / count[0] - yaw[1] / count[1]) < 0.015);
    CHECK(std::abs(tone[0] / count[0] - tone[1] / count[1]) < 0.02);
    CHECK(std::abs(light[0] / count[0] - light[1] / count[1]) < 0.04);
}

TEST_CASE("faces: each attribute can be seen at 64 pixels, with all else the same") {
    constexpr int faces = 60;
    for (std::size_t a = 0; a < ganvas::face_attribute_count; ++a) {
        int visible = 0;
        double least = 1e9;
        for (std::uint64_t i = 0; i < faces; ++i) {
            auto face = ganvas::draw_face_parameters(5, i);
            face.flags[a] = false;
            const auto without = rendered(face, 64);
            face.flags[a] = true;
            const int changed = changed_pixels(without, rendered(face, 64), 8);
            visible += changed >= 16;
            least = std::min(least, double(changed));
        }
        CAPTURE(ganvas::face_attribute_table[a]);
        CAPTURE(least);
        CHECK(visible >= faces * 9 / 10);
    }
}

TEST_CASE("faces: every size from the smallest to the largest is the same picture") {
    for (const std::uint64_t index : {0, 1, 2, 3}) {
        const auto large = means(rendered(2, index, 256), 256, 8);
        for (const int size : {16, 32, 64, 128}) {
            const auto small = means(rendered(2, index, size), size, 8);
            double difference = 0;
            for (std::size_t i = 0; i < small.size(); ++i)
                difference += std::abs(small[i] - large[i]) / double(small.size());
            CAPTURE(size);
            CHECK(difference < (size == 16 ? 9.0 : 4.0));
        }
    }
    // Sizes that four pixels do not divide, with a guard behind the last byte.
    for (const int size : {17, 28, 31, 254, 255}) {
        std::vector<std::uint8_t> pixels(static_cast<std::size_t>(size * size * 3 + 1), 0xAB);
        ganvas::render_face(ganvas::draw_face_parameters(2, 9), size,
                            std::span(pixels).first(static_cast<std::size_t>(size * size * 3)));
        CHECK(pixels.back() == 0xAB);
    }
}

TEST_CASE("faces: pictures use the whole range of light without drowning in either end") {
    double dark = 0, bright = 0, total = 0;
    for (std::uint64_t i = 0; i < 100; ++i) {
        for (const std::uint8_t value : rendered(6, i, 32)) {
            dark += value < 4;
            bright += value > 251;
            total += 1;
        }
    }
    CHECK(dark / total < 0.05);
    CHECK(bright / total < 0.05);
}

TEST_CASE("faces: the first faces of seed 0 are the ones that were shipped") {
    // Mean red, green and blue of the four quarters at 64 pixels. A change here changes every user's faces:
    // the shipped checkpoint and every recorded run name them by seed and index.
    constexpr std::array<std::array<double, 12>, 4> golden = {{
        {125.6, 107.1, 86.7, 133.8, 115.2, 95.7, 120.7, 98.4, 83.9, 129.7, 106.1, 91.3},
        {110.0, 102.2, 94.4, 123.9, 120.4, 112.3, 149.3, 132.6, 121.6, 141.2, 133.8, 126.2},
        {161.5, 141.1, 114.4, 140.8, 121.5, 98.4, 128.3, 94.6, 69.8, 136.3, 105.2, 80.8},
        {85.7, 84.8, 80.3, 89.9, 85.8, 78.8, 108.0, 88.1, 67.4, 113.1, 89.8, 64.7},
    }};
    for (std::size_t index = 0; index < golden.size(); ++index) {
        const auto quarters = means(rendered(0, index, 64), 64, 2);
        for (std::size_t i = 0; i < quarters.size(); ++i) {
            CAPTURE(index);
            CAPTURE(i);
            CHECK(std::abs(quarters[i] - golden[index][i]) < 0.5);
        }
    }
}

TEST_CASE("faces: drawing keeps up with training") {
    constexpr int count = 200;
    const double begin = processor_seconds();
    for (std::uint64_t i = 0; i < count; ++i) rendered(9, i, 64);
    const double rate = count / (processor_seconds() - begin);
    MESSAGE("faces a second of processor time: " << rate);
    CHECK(rate > fewest_faces);
}
