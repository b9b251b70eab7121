// `glob` and `matches`: both become RE2, which is linear in the text whatever the pattern.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string_view>

#include "policy/complaint.hpp"

namespace holdfast::policy {

using Regex = std::unique_ptr<re2::RE2>;

// `*` is anything but a slash, `**` anything; the rest is literal. Always about the whole text.
[[nodiscard]] Checked<Regex> compile_glob(std::string_view glob);

// RE2's syntax. About the whole text, unless the pattern begins with `^` or ends with `$`: then as written.
[[nodiscard]] Checked<Regex> compile_regex(std::string_view pattern);

// The text must be UTF-8.
[[nodiscard]] bool matches(const re2::RE2& regex, std::string_view text);

}  // namespace holdfast::policy
