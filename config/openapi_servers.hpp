// Where the paths of an OpenAPI document begin.
#pragma once

#include <optional>
#include <string>

#include "config/openapi_document.hpp"

namespace holdfast::config::openapi {

// What stands before the document's paths in those that the upstream's url is put before: nothing when the
// url ends in the path of one of the `servers` (null: none are written), else that path. Absent when it
// cannot be told, which is reported.
[[nodiscard]] std::optional<std::string> path_prefix(Document& document, const Node* servers,
                                                     const std::string& url_path);

}  // namespace holdfast::config::openapi
