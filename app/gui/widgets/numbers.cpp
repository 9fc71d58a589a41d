// Numbers for people; the declarations are in controls.h.
#include <array>
#include <cmath>
#include <cstdio>

#include "app/gui/widgets/controls.h"

namespace ganvas {
namespace {

template <class... Values>
std::string formatted(const char* format, Values... values) {
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), format, values...);
    return buffer.data();
}

} // namespace

std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t at = digits.size(); at > first + 3; at -= 3) digits.insert(at - 3, ",");
    return digits;
}

std::string shortened(double number) {
    const double size = std::fabs(number);
    if (size < 1000) return formatted("%.0f", number);
    if (size < 99950) return formatted("%.1fk", number / 1e3);
    if (size < 999500) return formatted("%.0fk", number / 1e3);
    if (size < 99.95e6) return formatted("%.1fM", number / 1e6);
    return formatted("%.0fM", number / 1e6);
}

std::string clock_text(double seconds) {
    if (!(seconds >= 0) || seconds > 1e9) return "–";
    const long whole = std::lround(seconds);
    if (whole >= 3600) return formatted("%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
    return formatted("%ld:%02ld", whole / 60, whole % 60);
}

std::string bytes_text(std::int64_t bytes) {
    const double size = static_cast<double>(bytes);
    if (bytes < 0) return "–";
    if (size < 1e6) return formatted("%.0f kB", size / 1e3);
    if (size < 1e9) return formatted("%.0f MB", size / 1e6);
    return formatted("%.1f GB", size / 1e9);
}

std::string fixed_text(double number, int digits) { return formatted("%.*f", digits, number); }

} // namespace ganvas
