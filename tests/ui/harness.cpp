#include "tests/ui/harness.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "engine/api/pictures.h"
#include "engine/core/files.h"

namespace ganvas::testing {

void FakeDialogs::ask(FileQuestion question, std::function<void(std::string)> answer) {
    asked.push_back(std::move(question));
    if (!next_answer.empty()) answer_ = std::move(answer);
}

bool FakeDialogs::poll() {
    if (auto answer = std::exchange(answer_, nullptr)) answer(next_answer);
    return false;
}

namespace {

constexpr double frame_seconds = 1.0 / 60;
constexpr int drawn_one_in = 10;

} // namespace

UiHarness::UiHarness(const Options& options) : session(options.content), preferences(options.preferences) {
    preferences.theme = options.theme;
    auto window = GlWindow::open({-1, -1, options.width, options.height, false});
    for (int attempt = 0; !window && attempt < 20;
         ++attempt) { // Xvfb starts afresh when its last client has gone
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        window = GlWindow::open({-1, -1, options.width, options.height, false});
    }
    REQUIRE_MESSAGE(window.ok(), (window.ok() ? "" : window.error().line()));
    window_ = window.take();
    ImFont *text = nullptr, *bold = nullptr;
    const auto fonts = window_->load_fonts(text, bold);
    REQUIRE_MESSAGE(fonts.ok(), (fonts.ok() ? "" : fonts.error().line()));
    auto images = GlImageDrawer::create();
    REQUIRE_MESSAGE(images.ok(), (images.ok() ? "" : images.error().line()));
    images_ = images.take();
    application_ = std::make_unique<Application>(options.session ? *options.session : session, *images_,
                                                 dialogs, preferences, make_all_panels());
    theme_ = make_theme(options.theme, options.scale);
    theme_.text_font = text;
    theme_.bold_font = bold;
    apply(theme_);

    engine_ = ImGuiTestEngine_CreateContext();
    ImGuiTestEngineIO& io = ImGuiTestEngine_GetIO(engine_);
    io.ConfigRunSpeed = ImGuiTestRunSpeed_Fast;
    io.ConfigNoThrottle = true;
    // Delays do not depend on how fast frames are here.
    io.ConfigFixedDeltaTime = static_cast<float>(frame_seconds);
    io.ConfigVerboseLevel = ImGuiTestVerboseLevel_Warning;
    io.ConfigVerboseLevelOnError = ImGuiTestVerboseLevel_Info;
    io.ConfigLogToTTY = true;
    io.ConfigRestoreFocusAfterTests = false;
    ImGuiTestEngine_Start(engine_, ImGui::GetCurrentContext());
    frames(14); // the default layout stands and has chosen its tabs
}

UiHarness::~UiHarness() {
    if (engine_) ImGuiTestEngine_Stop(engine_);
    application_.reset();
    images_.reset();
    window_.reset();
    if (engine_) ImGuiTestEngine_DestroyContext(engine_);
}

void UiHarness::frame(Image* capture) {
    const double began = GlWindow::now();
    window_->events(0);
    application_->poll();
    window_->begin_frame();
    time_ += frame_seconds;
    application_->draw(theme_, time_, frame_seconds);
    if (overlay_) overlay_();
    Image* const wanted = capture ? capture : keep_pixels ? &last_pixels_ : nullptr;
    if (wanted || draw_every_frame || frames_++ % drawn_one_in == 0)
        window_->end_frame(theme_.panel, wanted);
    else
        window_->drop_frame();
    images_->end_frame();
    slowest_frame_ms = std::max(slowest_frame_ms, (GlWindow::now() - began) * 1000);
    ImGuiTestEngine_PostSwap(engine_);
}

void UiHarness::frames(int count) {
    for (int index = 0; index < count; ++index) frame();
}

bool UiHarness::run(const char* name, const std::function<void(ImGuiTestContext*)>& body) {
    ImGuiTest* test = ImGuiTestEngine_RegisterTest(engine_, "ganvas", name);
    test->TestFunc = body;
    ImGuiTestEngine_QueueTest(engine_, test);
    constexpr int most_frames = 20000;
    int drawn = 0;
    while (!ImGuiTestEngine_IsTestQueueEmpty(engine_) && ++drawn < most_frames) frame();
    frame();
    const bool good = test->Output.Status == ImGuiTestStatus_Success;
    CHECK_MESSAGE(good, "window test: " << std::string(name));
    return good;
}

Image UiHarness::pixels() {
    Image image;
    frame(&image);
    return image;
}

Image UiHarness::pixels_of(const TextureRegion& region) {
    overlay_ = [&region] {
        ImDrawList* list = ImGui::GetForegroundDrawList();
        const CrispPixels crisp(list);
        list->AddImage(ImTextureRef(region.texture), ImVec2(0, 0),
                       ImVec2(static_cast<float>(region.width), static_cast<float>(region.height)),
                       region.uv0, region.uv1);
    };
    const Image all = pixels();
    overlay_ = nullptr;
    Image out(region.width, region.height, 3);
    for (int y = 0; y < region.height; ++y)
        std::copy_n(all.row(y), static_cast<std::size_t>(region.width) * 3, out.row(y));
    return out;
}

namespace {

void write_screenshot(const Image& image, const std::string& name) {
    const auto [darkest, brightest] = std::minmax_element(image.pixels.begin(), image.pixels.end());
    CHECK_MESSAGE(*brightest - *darkest > 100, "an empty window: " << name);
    const Path folder = Path(GANVAS_TEST_OUTPUT_DIR) / "window";
    REQUIRE(make_folder(folder).ok());
    const auto written = write_picture((folder / (name + ".png")).string(), image);
    CHECK_MESSAGE(written.ok(), (written.ok() ? "" : written.error().line()));
}

} // namespace

void UiHarness::screenshot(const std::string& name) {
    frames(3);
    write_screenshot(pixels(), name);
}

void UiHarness::screenshot_of_last(const std::string& name) const { write_screenshot(last_pixels_, name); }

} // namespace ganvas::testing
