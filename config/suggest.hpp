// What to write instead: the nearest known word, or word that a key belongs to a later version.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::config {

// "did you mean `x`?", or empty when nothing is near.
[[nodiscard]] std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

// True for a key that the design names and this version does not have.
[[nodiscard]] bool is_of_a_later_version(std::string_view key);

// What is `any`, `gt` or `matches` here and has another name in other languages, or nothing: `or`, `>`,
// `regex`.
[[nodiscard]] std::string_view combinator_for(std::string_view key);
[[nodiscard]] std::string_view operator_for(std::string_view word);

}  // namespace holdfast::config
