#include "engine/core/scaled_settings.h"

#include <algorithm>
#include <cstdio>

namespace ganvas {

std::pair<std::string, std::string> scaled_setting(const Settings& settings, const char* key, double factor) {
    const SettingDescription* description = find_setting(key);
    const double value = std::clamp(settings.real(key) * factor, description->minimum, description->maximum);
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return {key, text};
}

std::vector<std::pair<std::string, std::string>> scaled_rates(const Settings& settings, double factor) {
    return {scaled_setting(settings, "generator.learning_rate", factor),
            scaled_setting(settings, "discriminator.learning_rate", factor)};
}

} // namespace ganvas
