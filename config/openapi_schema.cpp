#include "config/openapi_schema.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace holdfast::config::openapi {
namespace {

constexpr std::size_t kMostSchemas = 1000;  // that one is composed of

// Every schema is looked at once, so a circle of them ends.
class Composed {
 public:
  explicit Composed(Document& document) : document_(document) {}

  // visit(schema, always): `always` when every value satisfies it.
  template <class Visit>
  void walk(const Node& schema, bool always, const Visit& visit) {
    if (schema.kind != Node::Kind::map || !seen_.insert(&schema).second) return;
    if (seen_.size() > kMostSchemas) {
      if (seen_.size() == kMostSchemas + 1)
        document_.error(schema.at, "a schema is composed of more than 1000 others");
      return;
    }
    visit(schema, always);
    if (const Node* target = document_.step(schema)) walk(*target, always, visit);
    if (const Node* parts = schema.find("allOf")) walk_list(*parts, always, visit);
    for (const char* key : {"anyOf", "oneOf"}) {
      if (const Node* parts = schema.find(key)) walk_list(*parts, false, visit);
    }
    for (const char* key : {"if", "then", "else"}) {
      if (const Node* part = schema.find(key)) walk(*part, false, visit);
    }
    if (const Node* parts = schema.find("dependentSchemas")) {
      for (const Member& part : parts->members)
        walk(part.value, false, visit);
    }
  }

 private:
  template <class Visit>
  void walk_list(const Node& parts, bool always, const Visit& visit) {
    for (const Node& part : parts.items)
      walk(part, always, visit);
  }

  Document& document_;
  std::set<const Node*> seen_;
};

bool says_type(const Node& schema, std::string_view type) {
  const Node* types = schema.find("type");
  if (types == nullptr) return false;
  return types->text == type || std::any_of(types->items.begin(), types->items.end(),
                                            [&](const Node& one) { return one.text == type; });
}

bool has_any(const Node& schema, std::initializer_list<const char*> keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const char* key) { return schema.find(key) != nullptr; });
}

}  // namespace

std::map<std::string, Property> properties_of(Document& document, const Node& schema) {
  std::map<std::string, Property> out;
  std::set<std::string> required;
  Composed(document).walk(schema, true, [&](const Node& part, bool always) {
    if (const Node* properties = part.find("properties")) {
      for (const Member& property : properties->members)
        out.try_emplace(property.key, Property{&property.value, false});
    }
    const Node* names = always ? part.find("required") : nullptr;
    if (names == nullptr) return;
    for (const Node& name : names->items)
      required.insert(name.text);
  });
  for (auto& [name, property] : out)
    property.required = required.contains(name) && !is_true(*property.schema, "readOnly");
  return out;
}

bool may_be_structured(Document& document, const Node* schema, bool lists) {
  if (schema == nullptr) return false;
  bool found = false;
  Composed(document).walk(*schema, true, [&](const Node& part, bool) {
    found = found || says_type(part, "object") ||
            has_any(part, {"properties", "additionalProperties", "patternProperties"});
    found = found || (lists && (says_type(part, "array") || has_any(part, {"items", "prefixItems"})));
  });
  return found;
}

}  // namespace holdfast::config::openapi
