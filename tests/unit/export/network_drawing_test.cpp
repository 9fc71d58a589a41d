#include <doctest/doctest.h>

#include <filesystem>

#include "engine/core/files.h"
#include "engine/export/network_drawing.h"
#include "engine/export/picture.h"

using namespace ganvas;

namespace {

std::vector<DrawnNetwork> two_networks() {
    return {{"Generator",
             "#f0b878",
             {{"latent", 100, 1, 1, 0}, {"picture: transposed convolution 4x4, tanh", 3, 64, 64, 1536}}},
            {"Discriminator", "#7cc9bf", {{"logit: fully connected", 1, 1, 1, 2'097'152}}}};
}

} // namespace

TEST_CASE("both networks are drawn with what each layer does, its size and its parameters") {
    const Path folder = GANVAS_TEST_OUTPUT_DIR, drawing = folder / "networks.svg",
               file = folder / "networks.png";
    REQUIRE(write_networks(drawing, two_networks()).ok());
    const std::string svg = *read_text(drawing);
    for (const char* words : {"Generator", "Discriminator", ">100<", ">64×64×3<", ">1536<", ">2.10M<",
                              ">picture<", ">transposed convolution 4x4<", ">tanh<", ">2.10M parameters<"})
        CHECK_MESSAGE(svg.find(words) != svg.npos, words);
    REQUIRE(write_networks(file, two_networks()).ok());
    const auto picture = read_png(file);
    REQUIRE(picture.ok());
    const std::uint8_t* box = picture->row(2 * (16 + 28 + 66)) + std::size_t(3) * 2 * 58;
    CHECK(int(box[0]) == 0xf0); // the first layer's box
    CHECK(int(box[2]) == 0x78);
}

TEST_CASE("networks without layers and files of other kinds are refused, and nothing is written") {
    const Path folder = GANVAS_TEST_OUTPUT_DIR;
    const auto refused = write_networks(folder / "networks.gif", two_networks());
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::usage);
    CHECK_FALSE(std::filesystem::exists(folder / "networks.gif"));
    CHECK_FALSE(write_networks(folder / "none.svg", {}).ok());
    CHECK_FALSE(write_networks(folder / "none.svg", {{"Generator", "#f0b878", {}}}).ok());
    CHECK_FALSE(std::filesystem::exists(folder / "none.svg"));
}
