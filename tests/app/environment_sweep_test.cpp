// An error names the variable, never its value: the value of each scalar of docs/reference.yaml in turn, and
// of all of them at once, comes from the environment, and nothing that `holdfast check` would print holds it.
#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>

#include "app/configuration.hpp"
#include "config/shape.hpp"
#include "config/tree_text.hpp"
#include "config/yaml.hpp"
#include "tests/config/reference.hpp"

namespace holdfast::app {
namespace {

using config::Node;

void list_scalars(Node& node, std::vector<Node*>& out) {
  if (node.kind == Node::Kind::scalar) out.push_back(&node);
  for (Node& item : node.items)
    list_scalars(item, out);
  for (config::Member& member : node.members)
    list_scalars(member.value, out);
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

const auto kNoSecret =
    testing::Not(testing::AnyOf(testing::HasSubstr("s3cret"), testing::HasSubstr("73519264")));

class EnvironmentSweep : public testing::TestWithParam<const char*> {
 protected:
  // What is wrong with this configuration, as `check` prints it.
  std::string problems_of(const Node& tree) {
    std::string out;
    for (const Problem& problem : load_and_check(folder_.write("swept.yaml", config::to_yaml(tree))).problems)
      out += to_text(problem) + "\n";
    return lower(out);
  }
  Node reference() {
    Problems problems;
    config::write_reference(folder_);
    return *config::parse_yaml(config::reference_text(), "reference.yaml", &problems);
  }

  config::Folder folder_;
  const config::Environment environment_{config::reference_variables()};
  const config::Environment swept_{{{"HF_SWEPT", GetParam()}}};
};

TEST_P(EnvironmentSweep, NoValueOfOneKeyIsInAnError) {
  Node tree = reference();
  std::vector<Node*> scalars;
  list_scalars(tree, scalars);
  int wrong = 0;
  for (Node* scalar : scalars) {
    const Node before = *scalar;
    *scalar = config::plain("${HF_SWEPT}");
    const std::string problems = problems_of(tree);
    wrong += problems.empty() ? 0 : 1;
    EXPECT_THAT(problems, kNoSecret) << "instead of " << before.text;
    *scalar = before;
  }
  EXPECT_GT(wrong, 50);
}

TEST_P(EnvironmentSweep, NoValueOfAllKeysAtOnceIsInAnError) {
  Node tree = reference();
  std::vector<Node*> scalars;
  list_scalars(tree, scalars);
  for (Node* scalar : scalars) {
    if (scalar->text != "1") *scalar = config::plain("${HF_SWEPT}");
  }
  const std::string problems = problems_of(tree);
  EXPECT_THAT(problems, testing::HasSubstr("hf_swept"));
  EXPECT_THAT(problems, kNoSecret);
}

// Part of it would be too much: each holds one of these.
INSTANTIATE_TEST_SUITE_P(Values, EnvironmentSweep,
                         testing::Values("S3cret-s3cret-s3cret", "s3cret/With.. odd \"characters\" {in} it",
                                         "/s3cret-path/of-somebody/", "73519264051837",
                                         "([s3cret-s3cret-z-a])", "https://s3cret.example/token"));

}  // namespace
}  // namespace holdfast::app
