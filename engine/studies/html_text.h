/// Text for HTML, and bytes as data URIs.
///
/// Pure functions, any thread. Every text that goes into a page goes through escape_html: names of rows, settings and
/// paths are the user's. Control characters become spaces and bytes that are not UTF-8 a replacement mark.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ganvas {

/// Safe between tags and inside quoted attributes.
[[nodiscard]] std::string escape_html(std::string_view text);
/// "data:image/png;base64,…"
[[nodiscard]] std::string data_uri(std::string_view media_type, std::span<const std::uint8_t> bytes);
[[nodiscard]] std::string data_uri(std::string_view media_type, std::string_view text);
/// A CSV field: quoted where it has to be.
[[nodiscard]] std::string csv_field(std::string_view text);

} // namespace ganvas
