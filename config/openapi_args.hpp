// Where the arguments of an operation come from: its parameters, and the properties of its body.
#pragma once

#include <string>
#include <vector>

#include "config/openapi_document.hpp"
#include "config/tool_checks.hpp"
#include "proxy/options.hpp"

namespace holdfast::config::openapi {

// Fills args, required_args, unclear_args and form_body of a tool whose path has `names`. A name that stands
// in two places of a request is no argument, and neither is one that a request writes in another way than as
// itself (`filter[status]`).
void read_arguments(Document& document, const Node& path_item, const Node& operation, const Names& names,
                    proxy::Tool& tool);

}  // namespace holdfast::config::openapi
