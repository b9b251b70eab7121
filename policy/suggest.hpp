// "Did you mean ...?"
#pragma once

#include <span>
#include <string_view>

namespace holdfast::policy {

// The candidate nearest to what was written, at most two slips away (Levenshtein), or empty.
[[nodiscard]] std::string_view nearest(std::string_view written,
                                       std::span<const std::string_view> candidates);

}  // namespace holdfast::policy
