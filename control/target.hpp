// A request target (RFC 9112 §3.2.1, origin form) taken apart: nothing is normalised, so what is not written
// as a route is not that route.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace holdfast::control {

struct Target {
  std::vector<std::string> segments;                       // percent-decoded; "/a/" is {"a", ""}
  std::vector<std::pair<std::string, std::string>> query;  // percent-decoded, `+` is a space
};

// Error: malformed.
[[nodiscard]] Result<Target> parse_target(std::string_view text);

// The path for logs, its first 200 bytes: without the query, where people put what does not belong there.
[[nodiscard]] std::string path_of(const Target& target);

using Query = std::map<std::string, std::string, std::less<>>;

// The parameters, each of them known and given once. Error: malformed.
[[nodiscard]] Result<Query> only(const Target& target, std::span<const std::string_view> known);

// The parameter, or nothing.
[[nodiscard]] std::string value_of(const Query& query, std::string_view name);

// `limit`: 1 to 1000, 100 when absent. Error: malformed.
[[nodiscard]] Result<std::size_t> limit_of(const Query& query);

}  // namespace holdfast::control
