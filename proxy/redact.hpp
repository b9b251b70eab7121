// `redact:` of a tool: what notices, lists and receipts show of its calls. What is judged, approved, signed
// and sent is the call as it is.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "policy/field.hpp"
#include "proxy/recognise.hpp"

namespace holdfast::proxy {

// A field of the arguments. Error: malformed, one sentence for the author.
[[nodiscard]] Result<policy::FieldPath> parse_redacted(std::string_view written);

[[nodiscard]] inline bool redacts(const Recognised& call) {
  return call.match.tool != nullptr && !call.match.tool->redact.empty();
}

// The arguments as JSON text with "[redacted]" in place of those values, and of whatever stands where they
// were expected. Of arguments that could not be read nothing is shown. For calls of a tool that redacts.
[[nodiscard]] std::string redacted_args(const Tool& tool, const Call& call);

// The target without its query, and with the template's parameters where such a value stands in the path. For
// calls of a tool that redacts.
[[nodiscard]] std::string redacted_target(const Recognised& call);

}  // namespace holdfast::proxy
