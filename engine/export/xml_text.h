/// Text inside XML: SVG drawings and the XMP packet of a WebP.
///
/// Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

namespace ganvas {

/// Fit for an element or a quoted attribute; control characters, which XML cannot hold, are left out.
[[nodiscard]] std::string xml_escape(std::string_view text);
/// The five named entities back to their characters; all else stays as it is.
[[nodiscard]] std::string xml_unescape(std::string_view text);

} // namespace ganvas
