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

TEST(Schema, OfOneFileOfSeveralRequiresNothingAtTheTop) {
  EXPECT_NE(parsed_schema(false).find("required"), nullptr);
  EXPECT_EQ(parsed_schema(true).find("required"), nullptr);
}

}  // namespace
}  // namespace holdfast::config
