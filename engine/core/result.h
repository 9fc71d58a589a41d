/// Result<T>: a value or an Error, for every failure that a user can cause or meet.
///
/// Value types; any thread. Exceptions are left to torch and to broken invariants: bad input, full disks and
/// missing files come back as a Result. An Error is either logged or passed on, never both.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace ganvas {

/// What kind of failure it is; the command line turns `usage` into exit code 2, `interrupted` into 130, the rest into 1.
enum class ErrorCode {
    usage,
    not_found,
    bad_data,
    bad_checkpoint,
    io,
    device,
    unsupported,
    interrupted,
    internal
};

/// One line without what a terminal acts on (names out of files may hold that), and of a length to be read.
inline std::string plain_line(std::string text) {
    constexpr std::size_t longest = 4000;
    if (text.size() > longest) {
        std::size_t end = longest;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end; // whole letters
        text.resize(end);
        text += "…";
    }
    for (std::size_t k = 0; k < text.size(); ++k) {
        const auto c = static_cast<unsigned char>(text[k]);
        const auto next = k + 1 < text.size() ? static_cast<unsigned char>(text[k + 1]) : 0;
        if (c < 0x20 || c == 0x7f) text[k] = ' ';
        if (c == 0xc2 && next >= 0x80 && next < 0xa0) text[k] = text[k + 1] = ' '; // U+0080 to U+009F
    }
    return text;
}

/// One line for a person: `WHAT (WHERE): HINT`.
struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string what;  ///< what went wrong, lower case, no full stop: "not an IDX file"
    std::string where; ///< path, key or place; may be empty
    std::string hint;  ///< what to do about it; may be empty

    [[nodiscard]] std::string line() const { // a plain_line
        std::string text = what;
        if (!where.empty()) text += " (" + where + ")";
        if (!hint.empty()) text += ": " + hint;
        return plain_line(std::move(text));
    }
};

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool ok() const { return content_.index() == 0; }
    explicit operator bool() const { return ok(); }
    T& value() { return std::get<0>(content_); }
    const T& value() const { return std::get<0>(content_); }
    T& operator*() { return value(); }
    const T& operator*() const { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    T take() { return std::move(std::get<0>(content_)); }
    const Error& error() const { return std::get<1>(content_); }

private:
    std::variant<T, Error> content_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}
    [[nodiscard]] bool ok() const { return !error_.has_value(); }
    explicit operator bool() const { return ok(); }
    const Error& error() const { return *error_; }

private:
    std::optional<Error> error_;
};

} // namespace ganvas
