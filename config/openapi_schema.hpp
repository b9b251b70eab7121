// What an OpenAPI schema says of a value: the members it names, and whether it may be more than a text.
#pragma once

#include <map>
#include <string>

#include "config/openapi_document.hpp"

namespace holdfast::config::openapi {

struct Property {
  const Node* schema = nullptr;
  bool required = false;
};

// The named members of an object, by name: those of `properties`, there and in every schema it is composed
// of. Required are those that every value has, and that a request may send.
[[nodiscard]] std::map<std::string, Property> properties_of(Document& document, const Node& schema);

// Whether a value may be an object, or a list when `lists`. What says nothing is neither.
[[nodiscard]] bool may_be_structured(Document& document, const Node* schema, bool lists);

}  // namespace holdfast::config::openapi
