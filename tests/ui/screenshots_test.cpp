// Screenshots that a person can look at: the default layout in both themes and two sizes.
#include <doctest/doctest.h>

#include "tests/ui/harness.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

void shoot(const UiHarness::Options& options, const std::string& name) {
    UiHarness ui(options);
    ui.session.set_state(TrainingState::running);
    ui.frames(90);
    ui.screenshot(name);
}

} // namespace

TEST_CASE("screenshots of the default layout") {
    shoot({.content = FakeContent::small}, "default-1280-dark");
    shoot({.content = FakeContent::small, .theme = ThemeKind::light}, "default-1280-light");
    shoot({.content = FakeContent::small, .width = 2560, .height = 1440}, "default-2560-dark");
    shoot({.content = FakeContent::small, .width = 2560, .height = 1440, .theme = ThemeKind::light},
          "default-2560-light");
    shoot({.content = FakeContent::small, .width = 2560, .height = 1440, .scale = 2}, "scale-2-dark");
    shoot({.content = FakeContent::empty}, "empty-1280-dark");
    shoot({.content = FakeContent::huge}, "huge-1280-dark");
}
