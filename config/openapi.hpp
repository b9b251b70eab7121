// `openapi:` of an upstream: each operation of an OpenAPI 3.0 or 3.1 document is a tool of it.
#pragma once

#include <string>
#include <vector>

#include "config/reader.hpp"
#include "proxy/options.hpp"

namespace holdfast::config::openapi {

inline constexpr std::size_t kMostOperations = 10'000;
inline constexpr std::size_t kMostArguments = 1000;          // of one operation
inline constexpr std::size_t kMostArgumentsInAll = 200'000;  // of one document

// Takes the key and adds the document's tools to the upstream, whose name and url were read before. What is
// wrong with the document is reported at its own lines.
void read_key(Section& upstream, proxy::Upstream& into);

// Says which operations have no operationId, and no listed tool that names them.
void warn_of_nameless(Context& context, const proxy::Upstream& upstream);

// The tools of a document, in its order; `file` is the name its problems carry. An operation without
// operationId is a tool without a name: its requests are not those of another tool whose template fits, too.
[[nodiscard]] std::vector<proxy::Tool> import(const std::string& text, const std::string& file,
                                              const proxy::Upstream& upstream, Problems* problems);

// `repos/list for` is repos.list_for: a slash or colon becomes a dot, what else no tool name holds an
// underscore.
[[nodiscard]] std::string tool_name(std::string_view operation_id);

}  // namespace holdfast::config::openapi
