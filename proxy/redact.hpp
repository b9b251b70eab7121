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

// Whether something of the call is not shown. Of an HTTP call that was refused before its tool was known, or
// is no tool's: when any tool of its upstream redacts.
[[nodiscard]] bool redacts(const Recognised& call);

// Whether what the field names may hold the redacted value, or be in it.
[[nodiscard]] bool may_tell(const policy::FieldPath& field, const policy::FieldPath& redacted);
// Of a field as it is written, and of all that the tool redacts.
[[nodiscard]] bool may_tell(std::string_view field, const Tool& tool);

// The arguments as JSON text with "[redacted]" in place of those values, and of whatever stands where they
// were expected. Of arguments that could not be read nothing is shown, nor of a call without a tool. For
// calls that redact.
[[nodiscard]] std::string redacted_args(const Tool* tool, const Call& call);

// The target without its query, and with the template's parameters where such a value stands in the path;
// without its path when no tool is known. For calls that redact.
[[nodiscard]] std::string redacted_target(const Recognised& call);

}  // namespace holdfast::proxy
