// What a rule can ask about: the fields of 02-policy, parsed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/complaint.hpp"
#include "policy/names.hpp"

namespace holdfast::policy {

enum class Source : std::uint8_t {
  tool,
  upstream,
  operation,
  method,
  path,
  host,
  header,
  query,
  path_parameter,
  agent_id,
  trust_tier,
  label,
  labels_seen,
  risk_level,
  args,
  body,
  context,
  read_only,
  destructive,
  idempotent,
  open_world,
  env,
};

// What kind of value a field has; a list is of texts; of args, body and context only the call knows.
enum class FieldType : std::uint8_t { text, number, boolean, list, json };

// One step into args, body or context.
struct Step {
  enum class Kind : std::uint8_t { member, length, each };
  Kind kind = Kind::member;
  Name name;  // of member and length (an object may have a member called `length`)
};

struct FieldPath {
  Source source = Source::tool;
  Name name;                // of header, query, path_parameter, label and env
  std::string_view value;   // of env, once it is known
  std::vector<Step> steps;  // of args, body and context

  [[nodiscard]] FieldType type() const;
  [[nodiscard]] bool in_document() const { return type() == FieldType::json; }
  // In what the tool is given, which has to be read for it.
  [[nodiscard]] bool in_body() const { return source == Source::args || source == Source::body; }
  // Said by somebody whom nobody has to believe: the server of its own tools, the agent of itself.
  [[nodiscard]] bool is_hint() const;
  // The position of the first `[*]` not before from, or steps.size().
  [[nodiscard]] std::size_t next_each(std::size_t from) const;
};

// Known of an agent and a tool before there is a call.
[[nodiscard]] bool precedes_calls(Source source);

[[nodiscard]] Checked<FieldPath> parse_field(std::string_view text);

}  // namespace holdfast::policy
