#include "config/schema.hpp"

#include <algorithm>

#include "config/schema_patterns.hpp"

namespace holdfast::config {
namespace {

Node* find(Node* map, std::string_view key) {
  const auto found = std::find_if(map->members.begin(), map->members.end(),
                                  [&](const Member& member) { return member.key == key; });
  return found == map->members.end() ? nullptr : &found->value;
}

Node* find_or_add(Node* map, std::string_view key, Node value) {
  if (Node* found = find(map, key)) return found;
  map->members.push_back({std::string(key), {}, std::move(value)});
  return &map->members.back().value;
}

Node of_type(const char* type) {
  return map_of({{"type", quoted(type)}});
}

Node number(std::int64_t value) {
  return plain(std::to_string(value));
}

// Any single value may come from the environment; what it then is, the schema cannot know.
Node from_environment() {
  return map_of({{"type", quoted("string")}, {"pattern", quoted(R"((^|[^$])\$\{[A-Za-z_][A-Za-z0-9_]*\})")}});
}

Node or_from_environment(std::vector<Node> alternatives) {
  alternatives.push_back(from_environment());
  return map_of({{"anyOf", list_of(std::move(alternatives))}});
}

Node whole_number(std::int64_t least, std::int64_t most) {
  return map_of({{"type", quoted("integer")}, {"minimum", number(least)}, {"maximum", number(most)}});
}

Node matching(std::string pattern) {
  return map_of({{"type", quoted("string")}, {"pattern", quoted(std::move(pattern))}});
}

Node words_of(const std::vector<std::string>& words) {
  std::vector<Node> items;
  for (const std::string& word : words)
    items.push_back(quoted(word));
  return map_of({{"enum", list_of(std::move(items))}});
}

Node list_schema(Node items) {
  return map_of({{"type", quoted("array")}, {"items", std::move(items)}});
}

Node texts(const std::vector<std::string>& words, std::int64_t least) {
  Node list = list_schema(words.empty() ? schema::text() : or_from_environment({words_of(words)}));
  if (least > 0) list.members.push_back({"minItems", {}, number(least)});
  list.members.push_back({"uniqueItems", {}, plain("true")});
  return list;
}

// A secret is its text, whatever else that text could be read as.
Node secret() {
  return map_of({{"anyOf", list_of({schema::text(), of_type("number"), of_type("boolean")})}});
}

Node free_map(Node values) {
  return map_of({{"type", quoted("object")}, {"additionalProperties", std::move(values)}});
}

Node schema_of(const Shape& shape) {
  switch (shape.kind) {
    case Shape::Kind::text:
    case Shape::Kind::path:
      return schema::text();
    case Shape::Kind::secret:
      return secret();
    case Shape::Kind::flag:
      return schema::flag();
    case Shape::Kind::integer:
      return or_from_environment({whole_number(shape.least, shape.most)});
    case Shape::Kind::size:
      return or_from_environment(
          {whole_number(shape.least, shape.most), matching(size_pattern(shape.least, shape.most))});
    case Shape::Kind::duration:
      return or_from_environment({matching(duration_pattern(shape.least, shape.most))});
    case Shape::Kind::choice:
      return or_from_environment({words_of(shape.words)});
    case Shape::Kind::texts:
      return texts(shape.words, shape.least);
    case Shape::Kind::secrets:
      return list_schema(secret());
    case Shape::Kind::map:
      return schema::no_keys();
    case Shape::Kind::list:
      return list_schema(schema::no_keys());
    case Shape::Kind::maps:
      return free_map(schema::no_keys());
    case Shape::Kind::secret_members:
      return free_map(secret());
    case Shape::Kind::members:
      return free_map(shape.schema());
    case Shape::Kind::custom:
      return shape.schema();
  }
  return {};
}

// Where the shape's own map stands in its schema.
Node* inner_map(Node* value, Shape::Kind kind) {
  if (kind == Shape::Kind::map) return value;
  if (kind == Shape::Kind::list) return find(value, "items");
  if (kind == Shape::Kind::maps) return find(value, "additionalProperties");
  return nullptr;
}

bool is_required(Node* map, std::string_view key) {
  const Node* required = find(map, "required");
  return required != nullptr && std::any_of(required->items.begin(), required->items.end(),
                                            [&](const Node& item) { return item.text == key; });
}

}  // namespace

Node* describe(Node* map, std::string_view key, const Shape& shape) {
  Node* properties = find(map, "properties");
  if (Node* known = find(properties, key)) return inner_map(known, shape.kind);
  Node value = schema_of(shape);
  if (shape.fallback && !is_required(map, key)) value.members.push_back({"default", {}, *shape.fallback});
  return inner_map(find_or_add(properties, key, std::move(value)), shape.kind);
}

void describe_required(Node* map, std::string_view key) {
  if (!is_required(map, key))
    find_or_add(map, "required", list_of({}))->items.push_back(quoted(std::string(key)));
}

void describe_exactly_one(Node* map, std::string_view one, std::string_view other) {
  const auto alone = [](std::string_view key) {
    return map_of({{"required", list_of({quoted(std::string(key))})}});
  };
  map->members.push_back({"oneOf", {}, list_of({alone(one), alone(other)})});
}

void describe_together(Node* map, std::string_view one, std::string_view other) {
  Node* needs = find_or_add(map, "dependencies", map_of({}));
  find_or_add(needs, one, list_of({quoted(std::string(other))}));
  find_or_add(needs, other, list_of({quoted(std::string(one))}));
}

namespace schema {

Node no_keys() {
  return map_of(
      {{"type", quoted("object")}, {"additionalProperties", plain("false")}, {"properties", map_of({})}});
}

Node text() {
  return map_of({{"type", quoted("string")}, {"minLength", number(1)}});
}

Node any_text() {
  return of_type("string");
}

Node flag() {
  return or_from_environment({of_type("boolean")});
}

Node tier_number() {
  return or_from_environment({whole_number(1, 5)});
}

Node amount() {
  return or_from_environment({map_of({{"type", quoted("number")}, {"minimum", plain("0")}})});
}

Node tier() {
  return map_of({{"anyOf", list_of({whole_number(1, 5), matching("[^0-9]")})}});
}

Node list_of_words(const std::vector<std::string>& words, std::size_t count) {
  Node list = list_schema(words_of(words));
  list.members.push_back({"minItems", {}, plain(std::to_string(count))});
  list.members.push_back({"maxItems", {}, plain(std::to_string(count))});
  return list;
}

Node condition() {
  return map_of({{"$ref", quoted("#/definitions/condition")}});
}

}  // namespace schema
}  // namespace holdfast::config
