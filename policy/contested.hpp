// One name in several places of a request. Some servers read path, query and body as one (PHP's $_REQUEST,
// Flask's `values`, Rails, Laravel), and which of them counts is theirs to say.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/call.hpp"
#include "core/json.hpp"
#include "policy/names.hpp"

namespace holdfast::policy {

enum class Place : std::uint8_t { path, query, body };

// Whether another place than the one a value was read from has its name, in whatever spelling some reader
// takes for it, and says something else; `said` is what was read, null when nothing was. Where the tool's
// template has no such variable nothing in the path is contested, and its variable contests only what is
// there: no agent adds one. False of MCP.
[[nodiscard]] bool is_contested(const Call& call, Place place, const Name& name, const json::Value* said);

// Whether the value is this text, or a number that is written so.
[[nodiscard]] bool says(const json::Value* value, std::string_view text);

}  // namespace holdfast::policy
