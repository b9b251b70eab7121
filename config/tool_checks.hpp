// What a tool may be called and match, whether it is listed by hand or comes from an OpenAPI document.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/reader.hpp"
#include "proxy/options.hpp"

namespace holdfast::config {

using Names = std::set<std::string, std::less<>>;

// Letters, digits, `-` and `_`: what a rule can write after a dot.
[[nodiscard]] bool is_word(std::string_view text);
// Words with dots between them.
[[nodiscard]] bool is_dotted(std::string_view text);
[[nodiscard]] bool is_method(std::string_view method);

// What is wrong with a tool's name, or nothing. An MCP server names its tools as it likes.
[[nodiscard]] std::string wrong_with_name(const std::string& name, const proxy::Upstream& upstream);

// Checks `/v1/customers/{id}` and gathers its names. Says what is wrong, or nothing.
[[nodiscard]] std::string wrong_with_template(std::string_view path, Names& names);

// What in a `match` looks like the language of other routers, or like a slip: what to warn of, and what to
// write.
struct OddMatch {
  std::string message, hint;
};
[[nodiscard]] std::vector<OddMatch> odd_in_match(std::string_view method, std::string_view path);

// Two tools with one name, and two that match the same requests; a warning for two that a careless server
// would not tell apart.
void check_twice(Context& context, const proxy::Upstream& upstream);

}  // namespace holdfast::config
