// Headers that repeat what the body says: whoever routes by them must not see another call than was judged.
#include <fmt/format.h>

#include "crypto/encoding.hpp"
#include "proxy/mcp/message.hpp"

namespace holdfast::proxy::mcp {
namespace {

using json::Value;
using net::HeaderLine;
using net::same_name;

constexpr std::string_view kPrefix = "Mcp-";
constexpr std::string_view kParam = "Mcp-Param-";

bool begins_with(std::string_view name, std::string_view prefix) {
  return name.size() >= prefix.size() && same_name(name.substr(0, prefix.size()), prefix);
}

// A text that cannot stand in a header is `=?base64?<its UTF-8>?=`.
bool says_text(std::string_view header, std::string_view text) {
  constexpr std::string_view kBegin = "=?base64?";
  constexpr std::string_view kEnd = "?=";
  if (!header.starts_with(kBegin)) return header == text;
  header.remove_prefix(kBegin.size());
  if (!header.ends_with(kEnd)) return false;
  const auto decoded = crypto::from_base64(header.substr(0, header.size() - kEnd.size()));
  return decoded && *decoded == text;
}

bool says(std::string_view header, const Value& value) {
  switch (value.kind()) {
    case json::Kind::boolean:
      return header == (value.boolean() ? "true" : "false");
    case json::Kind::number:
      return header == value.text();
    case json::Kind::string:
      return says_text(header, value.text());
    case json::Kind::null:
    case json::Kind::array:
    case json::Kind::object:
      return false;
  }
  return false;
}

// The argument that a header of this name speaks of; null when there is none, or more than one.
const Value* argument(const Message& message, std::string_view name) {
  if (message.params == nullptr || message.method != "tools/call") return nullptr;
  const Value* arguments = message.params->find("arguments");
  if (arguments == nullptr) return nullptr;
  const Value* found = nullptr;
  for (const json::Member& member : arguments->members()) {
    if (!same_name(member.name, name)) continue;
    if (found != nullptr) return nullptr;
    found = &member.value;
  }
  return found;
}

bool names_what_is_called(const Message& message, std::string_view header) {
  if (message.params == nullptr) return false;
  const Value* named = message.params->find(message.method == "resources/read" ? "uri" : "name");
  return named != nullptr && named->is(json::Kind::string) && header == named->text();
}

bool agrees(const Message& message, const HeaderLine& line) {
  if (same_name(line.name, "Mcp-Method")) return line.value == message.method;
  if (same_name(line.name, "Mcp-Name")) return names_what_is_called(message, line.value);
  if (!begins_with(line.name, kParam)) return false;
  const Value* value = argument(message, line.name.substr(kParam.size()));
  return value != nullptr && says(line.value, *value);
}

// The two that are about the connection between client and server, and not about the body.
bool is_compared(std::string_view name) {
  return begins_with(name, kPrefix) && !same_name(name, "Mcp-Session-Id") &&
         !same_name(name, "Mcp-Protocol-Version");
}

}  // namespace

Result<void> check_headers(const Message& message, const std::vector<HeaderLine>& headers) {
  for (const HeaderLine& line : headers) {
    if (!is_compared(line.name)) continue;
    // Readers make a third value of two.
    if (!agrees(message, line) || net::count_headers(headers, line.name) > 1)
      return fail(Code::malformed, fmt::format("the header {} differs from the body", line.name));
  }
  return {};
}

}  // namespace holdfast::proxy::mcp
