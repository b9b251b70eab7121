// The schema is the loader's own: every key of the reference is in it, as the walk saw it.
#include "config/schema.hpp"

#include <gmock/gmock.h>

#include "config/json_tree.hpp"
#include "config/load.hpp"
#include "tests/config/reference.hpp"

namespace holdfast::config {
namespace {

// The keys of a schema of a map, as the loader names them.
void add_keys(const Node& schema, const std::string& pattern, std::set<std::string>& keys) {
  if (const Node* items = schema.find("items")) add_keys(*items, pattern + "[]", keys);
  if (const Node* chosen = schema.find("additionalProperties")) add_keys(*chosen, pattern + ".*", keys);
  const Node* properties = schema.find("properties");
  if (properties == nullptr) return;
  for (const Member& member : properties->members) {
    const std::string key = pattern.empty() ? member.key : pattern + "." + member.key;
    keys.insert(key);
    add_keys(member.value, key, keys);
  }
}

Node parsed_schema(bool part) {
  Problems problems;
  auto tree = parse_json_tree(schema_text(part), "schema", &problems, {1U << 20U, 64});
  EXPECT_THAT(problems, testing::IsEmpty());
  return tree ? *tree : Node();
}

TEST(Schema, HasEveryKeyTheLoaderAsksForInTheReferenceAndNoOther) {
  const Environment environment(reference_variables());
  Folder folder;
  const Asked asked = load_and_list_keys(write_reference(folder));
  std::set<std::string> walked;
  add_keys(parsed_schema(false), "", walked);
  EXPECT_THAT(walked, testing::ContainerEq(asked.keys));
}

TEST(Schema, SaysOfAKeyWhatTheReferenceSays) {
  const Node schema = parsed_schema(false);
  const auto said = [&](std::initializer_list<const char*> path) {
    const Node* at = &schema;
    for (const char* step : path)
      at = at == nullptr ? nullptr : at->find(step);
    const Node* text = at == nullptr ? nullptr : at->find("description");
    return text == nullptr ? std::string() : text->text;
  };
  EXPECT_EQ(said({"properties", "hold", "properties", "wait"}),
            "how long a call waits before it is answered 202");
  EXPECT_EQ(said({"properties", "upstreams", "items", "properties", "name"}),
            "required: the first segment of its tools' names");
  EXPECT_EQ(said({"properties", "upstreams"}), "What stands behind Holdfast (examples).");
  EXPECT_EQ(said({"properties", "digest", "properties", "ignore_headers"}), "");
}

TEST(Schema, OfOneFileOfSeveralRequiresNothingAtTheTop) {
  EXPECT_NE(parsed_schema(false).find("required"), nullptr);
  EXPECT_EQ(parsed_schema(true).find("required"), nullptr);
}

}  // namespace
}  // namespace holdfast::config
