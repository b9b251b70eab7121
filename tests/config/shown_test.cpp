// `config show`: read again it says the same, and no secret is in it.
#include "config/shown.hpp"

#include <gmock/gmock.h>

#include "config/load.hpp"
#include "config/tree_text.hpp"
#include "tests/config/reference.hpp"

namespace holdfast::config {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string shown_text(const std::filesystem::path& path) {
  const Shown shown = show(path);
  EXPECT_TRUE(shown.tree) << path;
  return shown.tree ? to_yaml(*shown.tree) : "";
}

TEST(Shown, TheReferenceReadAgainIsTheSameConfiguration) {
  const Environment environment(reference_variables());
  Folder folder;
  const std::string once = shown_text(write_reference(folder));
  const auto again = folder.write("elsewhere/shown.yaml", once);
  EXPECT_THAT(folder.texts(load(again).problems), IsEmpty());
  EXPECT_EQ(shown_text(again), once);
}

TEST(Shown, EveryDefaultIsFilledIn) {
  Folder folder;
  const std::string text = shown_text(folder.write("a.yaml", "version: 1\ndata_dir: d\nupstreams: []\n"));
  for (const char* line :
       {"version: 1\n", "agent_plane:\n  listen: \"127.0.0.1:8080\"\n", "default: deny\n",
        "  header_bytes: 32KiB\n", "  redeem_ttl: 15m\n", "  high: [high, high, high, critical, critical]\n",
        "  url: \"http://127.0.0.1:8081\"\n", "loops: 0\n", "upstreams: []\n"})
    EXPECT_THAT(text, HasSubstr(line));
  EXPECT_THAT(text, HasSubstr("data_dir: " + (folder.root() / "d").string() + "\n"));
  EXPECT_THAT(text, Not(HasSubstr("approvers")));
}

TEST(Shown, NoSecretOfTheReferenceIsInIt) {
  auto variables = reference_variables();
  const Environment environment(variables);
  Folder folder;
  const Shown shown = show(write_reference(folder));
  ASSERT_TRUE(shown.tree);
  for (const auto& [name, value] : variables) {
    EXPECT_THAT(to_yaml(*shown.tree), Not(HasSubstr(value))) << name;
    EXPECT_THAT(to_json(*shown.tree), Not(HasSubstr(value))) << name;
    EXPECT_THAT(to_yaml(*shown.tree), HasSubstr("${" + name + "}")) << name;
  }
}

TEST(Shown, ASecretIsShownByItsSourceOrNotAtAll) {
  const Environment environment(
      {{"HF_TOKEN", "token-of-an-agent-0123"}, {"HF_PART", "half-of-a-token-0123"}});
  Folder folder;
  folder.write("conf/secret", "token-in-a-file-0123456\n");
  const std::string text = shown_text(folder.write("conf/a.yaml",
                                                   "version: 1\ndata_dir: d\nupstreams: []\nagents:\n"
                                                   "  - {id: a, token: '${HF_TOKEN}'}\n"
                                                   "  - {id: b, token: 'file:secret'}\n"
                                                   "  - {id: c, token: 'x-${HF_PART}'}\n"
                                                   "  - {id: d, token: written-in-the-file-0123}\n"));
  EXPECT_THAT(text, HasSubstr("token: \"${HF_TOKEN}\"\n"));
  EXPECT_THAT(text, HasSubstr("token: \"file:" + (folder.root() / "conf/secret").string() + "\"\n"));
  EXPECT_THAT(text, HasSubstr("id: c\n    trust_tier: 5\n    token: \"***\"\n"));
  EXPECT_THAT(text, HasSubstr("id: d\n    trust_tier: 5\n    token: \"***\"\n"));
  for (const char* secret : {"token-of", "half-of", "x-", "in-a-file", "written-in"})
    EXPECT_THAT(text, Not(HasSubstr(secret)));
}

TEST(Shown, ASecretInAListOrAMapAndOneThatOnlyBeginsWithAVariableAreMasked) {
  const Environment environment({{"HF_KEY", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="},
                                 {"HF_PART", "half-of-a-token-0123"}});
  Folder folder;
  const std::string text = shown_text(folder.write(
      "a.yaml",
      "version: 1\ndata_dir: d\nagents: [{id: a, token: '${HF_PART}-and-more'}]\n"
      "upstreams:\n  - name: crm\n    protocol: http\n    url: http://127.0.0.1:9001\n    path: /crm/\n"
      "    inject: {Authorization: Bearer written-in-the-file, X-Key: '${HF_KEY}'}\n"
      "approvals: {plans: {default: {require: 1, from: [ops]}}}\n"
      "approvers:\n  - id: alice\n    groups: [ops]\n"
      "    webhook: {url: 'http://127.0.0.1:9/', secrets: ['${HF_KEY}', "
      "whsec_d3JpdHRlbi1pbi10aGUtZmlsZS0wMTIz]}\n"));
  EXPECT_THAT(text, HasSubstr("token: \"***\"\n"));
  EXPECT_THAT(text, HasSubstr("Authorization: \"***\"\n"));
  EXPECT_THAT(text, HasSubstr("X-Key: \"${HF_KEY}\"\n"));
  EXPECT_THAT(text, HasSubstr("secrets: [\"${HF_KEY}\", \"***\"]\n"));
  for (const char* secret : {"whsec_", "half-of", "and-more", "HF_PART", "written-in", "d3JpdHRlbi"})
    EXPECT_THAT(text, Not(HasSubstr(secret)));
}

TEST(Shown, AVariableThatIsSomewhereASecretIsReplacedNowhere) {
  const Environment environment({{"HF_TOKEN", "token-of-an-agent-0123"}, {"HF_TEAM", "7"}});
  Folder folder;
  const std::string text = shown_text(folder.write("a.yaml",
                                                   "version: 1\ndata_dir: d\nupstreams: []\n"
                                                   "agents: [{id: a, labels: {before: '${HF_TOKEN}', team: "
                                                   "${HF_TEAM}, price: '$${5}'}, token: '${HF_TOKEN}'}]\n"));
  EXPECT_THAT(text, HasSubstr("before: \"${HF_TOKEN}\"\n"));
  EXPECT_THAT(text, HasSubstr("team: \"7\"\n"));
  EXPECT_THAT(text, HasSubstr("price: \"$${5}\"\n"));
  const auto again = folder.write("b.yaml", text);
  EXPECT_EQ(shown_text(again), text);
}

TEST(Shown, WhatItPutsInPlaceOfASecretIsNoSecret) {
  Folder folder;
  const auto file =
      folder.write("a.yaml", "version: 1\ndata_dir: d\nupstreams: []\nagents: [{id: a, token: '***'}]\n");
  EXPECT_THAT(
      folder.texts(load(file).problems),
      testing::Contains("a.yaml:4:25: `agents[0].token` is masked\n    hint: `config show` prints *** "
                        "in place of a secret: write ${NAME} or file:PATH"));
}

TEST(Shown, FilesArePutTogether) {
  Folder folder;
  folder.write("d/1.yaml", "version: 1\ndata_dir: d\nupstreams: []\nrules: [{id: one, action: deny}]\n");
  folder.write("d/2.yaml", "rules: [{id: two, action: allow, when: {args.n: 9007199254740993}}]\nloops: 2\n");
  const std::string text = shown_text(folder.root() / "d");
  EXPECT_THAT(
      text,
      HasSubstr(
          "rules:\n  - id: one\n    tool: \"*\"\n    action: deny\n    add_labels: []\n    show_rule: false\n"
          "    mode: enforce\n    hide: false\n    precommit: false\n  - id: two\n    "
          "tool: \"*\"\n    action: allow\n    add_labels: []\n    "
          "show_rule: false\n    mode: enforce\n    hide: false\n    precommit: false\n"
          "    when:\n      args.n: 9007199254740993\n"));
  EXPECT_THAT(text, HasSubstr("loops: 2\n"));
}

TEST(Shown, AConfigurationWithAMistakeHasNothingToShow) {
  Folder folder;
  const Shown shown = show(folder.write("a.yaml", "version: 1\nupstreams: []\n"));
  EXPECT_FALSE(shown.tree);
  EXPECT_THAT(folder.texts(shown.problems), testing::ElementsAre(HasSubstr("`data_dir` is missing")));
}

}  // namespace
}  // namespace holdfast::config
