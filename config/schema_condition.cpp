// The schema of `when`: what ConditionReader (condition.cpp) takes, over the operators it knows.
#include "config/load.hpp"
#include "config/schema.hpp"

namespace holdfast::config::schema {
namespace {

Node ref(const char* name) {
  return map_of({{"$ref", quoted(std::string("#/definitions/") + name)}});
}

Node of_type(const char* type) {
  return map_of({{"type", quoted(type)}});
}

Node list_schema(Node items, bool may_be_empty) {
  Node list = map_of({{"type", quoted("array")}, {"items", std::move(items)}});
  if (!may_be_empty) list.members.push_back({"minItems", {}, plain("1")});
  return list;
}

// null is a value like another here: `eq: null`.
Node value() {
  return map_of({{"anyOf", list_of({of_type("string"), of_type("number"), of_type("boolean"), of_type("null"),
                                    list_schema(ref("value"), true)})}});
}

Node map_schema(Node properties) {
  return map_of({{"type", quoted("object")},
                 {"minProperties", plain("1")},
                 {"additionalProperties", plain("false")},
                 {"properties", std::move(properties)}});
}

enum class Place { field, items, length };

Node operators(Place place) {
  Node properties = map_of({});
  for (const std::string& word : operator_words()) {
    const bool of_items = word == "any_of_items" || word == "all_items";
    if (place != Place::field && (of_items || word == "missing")) continue;
    if (place == Place::length && word == "length") continue;
    Node taken = ref("value");
    if (of_items) taken = operators(Place::items);
    if (word == "length") taken = map_of({{"anyOf", list_of({ref("value"), operators(Place::length)})}});
    if (word == "missing") taken = flag();
    properties.members.push_back({word, {}, std::move(taken)});
  }
  return map_schema(std::move(properties));
}

Node field() {
  Node tests = operators(Place::field);
  tests.members.push_back(
      {"not", {}, map_of({{"propertyNames", map_of({{"enum", list_of({quoted("missing")})}})}})});
  return map_of({{"anyOf", list_of({ref("value"), std::move(tests)})}});
}

// What WindowReader (time_window.cpp) takes.
Node time() {
  const auto required = [](const char* key) { return map_of({{"required", list_of({quoted(key)})}}); };
  Node window =
      map_schema(map_of({{"days", map_of({{"anyOf", list_of({text(), list_schema(text(), false)})}})},
                         {"between", text()},
                         {"zone", text()}}));
  window.members.push_back({"anyOf", {}, list_of({required("days"), required("between")})});
  return window;
}

}  // namespace

Node condition_definitions() {
  Node fields = map_schema(map_of({{"all", list_schema(ref("condition"), false)},
                                   {"any", list_schema(ref("condition"), false)},
                                   {"not", ref("condition")},
                                   {"time", time()}}));
  for (Member& member : fields.members) {
    if (member.key == "additionalProperties") member.value = ref("field");
  }
  return map_of({{"condition", std::move(fields)}, {"field", field()}, {"value", value()}});
}

}  // namespace holdfast::config::schema
