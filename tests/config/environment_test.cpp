#include "config/environment.hpp"

#include <gmock/gmock.h>

#include "tests/config/folder.hpp"

namespace holdfast::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Environment, VariablesAreReplacedOnceAndInPlace) {
  const Environment environment({{"HF_A", "one"}, {"HF_B", "${HF_A}"}, {"HF_EMPTY", ""}});
  EXPECT_EQ(expand("${HF_A}")->text, "one");
  EXPECT_EQ(expand("x-${HF_A}-${HF_A}$")->text, "x-one-one$");
  EXPECT_EQ(expand("${HF_B}")->text, "${HF_A}");
  EXPECT_EQ(expand("a${HF_EMPTY}b")->text, "ab");
  EXPECT_EQ(expand("$${HF_A} costs $5")->text, "${HF_A} costs $5");
  EXPECT_EQ(expand("${HF_NOWHERE}").error().detail, "the environment variable HF_NOWHERE is not set");
  for (const char* bad : {"${", "${}", "${HF_A", "${1A}", "${A-B}", "${A:-x}"})
    EXPECT_FALSE(expand(bad)) << bad;
}

constexpr const char* kAgent = "version: 1\ndata_dir: d\nupstreams: []\nagents: [{id: bot, token: %}]\n";

Loaded load_agent(Folder& folder, const std::string& token) {
  std::string text = kAgent;
  text.replace(text.find('%'), 1, token);
  return load(folder.write("a.yaml", text));
}

TEST(Environment, ATokenComesFromTheEnvironmentWhateverItLooksLike) {
  const Environment environment({{"HF_TOKEN", "1234567890123456"}, {"HF_FILE", "file:/etc/hostname"}});
  Folder folder;
  const Loaded numeric = load_agent(folder, "${HF_TOKEN}");
  ASSERT_THAT(folder.texts(numeric.problems), IsEmpty());
  EXPECT_TRUE(numeric.config->proxy.agents[0].token.equals("1234567890123456"));
  const Loaded literal = load_agent(folder, "${HF_FILE}");
  ASSERT_THAT(folder.texts(literal.problems), IsEmpty());
  EXPECT_TRUE(literal.config->proxy.agents[0].token.equals("file:/etc/hostname"));
}

TEST(Environment, ASecretFileIsReadBesideTheConfigurationWithoutItsLastNewline) {
  Folder folder;
  folder.write("secrets/bot", "bot-token-0123456789\n");
  const Loaded loaded = load_agent(folder, "file:secrets/bot");
  ASSERT_THAT(folder.texts(loaded.problems), IsEmpty());
  EXPECT_TRUE(loaded.config->proxy.agents[0].token.equals("bot-token-0123456789"));
}

TEST(Environment, AMissingSecretNamesWhatIsMissing) {
  Folder folder;
  folder.write("empty", "\n");
  EXPECT_THAT(folder.texts(load_agent(folder, "${HF_NOWHERE}").problems),
              ElementsAre("a.yaml:4:27: `agents[0].token`: the environment variable HF_NOWHERE is not set"));
  EXPECT_THAT(
      folder.texts(load_agent(folder, "file:gone").problems),
      ElementsAre("a.yaml:4:27: `agents[0].token`: the secret file gone cannot be read: No such file or "
                  "directory"));
  EXPECT_THAT(folder.texts(load_agent(folder, "file:empty").problems),
              ElementsAre("a.yaml:4:27: `agents[0].token`: the secret file empty is empty"));
}

TEST(Environment, ASlipInAVariableIsNamedWithWhatToWrite) {
  const Environment environment({{"HF_SUPPORT_TOKEN", "support-token-0123456789"}, {"HF_EMPTY", ""}});
  Folder folder;
  const std::pair<const char*, const char*> rows[] = {
      {"${HF_SUPORT_TOKEN}",
       "`agents[0].token`: the environment variable HF_SUPORT_TOKEN is not set\n    hint: did you mean "
       "`HF_SUPPORT_TOKEN`?"},
      {"\"${HF_TOKEN:-s3cret}\"",
       "`agents[0].token`: a default or another expansion of HF_TOKEN is not supported\n    hint: write "
       "${NAME} alone, and set the variable"},
      {"${HF_EMPTY}", "`agents[0].token` is empty\n    hint: the environment variable HF_EMPTY is empty"},
      {"$HF_SUPPORT_TOKEN",
       "warning: `agents[0].token` is written in the configuration itself\n    hint: write ${NAME}, with "
       "braces, for an environment variable"},
      {"\"file:\"", "`agents[0].token`: no path follows `file:`\n    hint: such as file:secrets/token"}};
  for (const auto& [token, said] : rows) {
    EXPECT_THAT(folder.texts(load_agent(folder, token).problems),
                ElementsAre(std::string("a.yaml:4:27: ") + said))
        << token;
  }
  EXPECT_THAT(problems_of("version: 1\ndata_dir: d\nupstreams: []\nreceipts: {origin: "
                          "${HF_EMPTY}}\n"),
              ElementsAre("a.yaml:4:20: `receipts.origin` is empty\n    hint: the environment variable "
                          "HF_EMPTY is empty"));
}

TEST(Environment, ASecretInTheFileIsAWarningThatDoesNotRepeatIt) {
  Folder folder;
  const Loaded loaded = load_agent(folder, "hunter2-hunter2-hunter2");
  EXPECT_TRUE(loaded.config);
  EXPECT_THAT(folder.texts(loaded.problems),
              ElementsAre("a.yaml:4:27: warning: `agents[0].token` is written in the configuration itself\n"
                          "    hint: use ${NAME} or file:PATH: whoever may read the policy could use it"));
}

TEST(Environment, NoMessageHoldsASecretWhereverItStrays) {
  const Environment environment({{"HF_SECRET", "hunter2hunter2hunter2"}});
  const char* rows[] = {
      "agents: [{id: b, token: [hunter2hunter2hunter2]}]",
      "agents: [{id: b, token: {a: hunter2hunter2hunter2}}]",
      "agents: [hunter2hunter2hunter2]",
      "agents: hunter2hunter2hunter2",
      "approvers: [{id: a, token: ${HF_SECRET}, webhook: hunter2hunter2hunter2}]",
      "approvers: [{id: a, webhook: {url: http://a, secrets: hunter2hunter2hunter2}}]",
      "agent_plane: {listen: '${HF_SECRET}'}",
      "hold: {wait: '${HF_SECRET}'}",
      "loops: ${HF_SECRET}",
      "agents: [{id: a, token: ${HF_SECRET}}, {id: b, token: ${HF_SECRET}}]",
      "agents: [{id: a, token: ${HF_SECRET}}]\napprovers: [{id: b, token: ${HF_SECRET}}]",
      "upstreams: [{name: a, protocol: http, path: /a/, url: 'http://u:hunter2hunter2hunter2@h/'}]",
      "upstreams: [{name: a, protocol: http, path: /a/, url: 'http://h/${HF_SECRET}/../'}]"};
  for (const char* row : rows) {
    const auto problems = problems_of(std::string("version: 1\ndata_dir: d\n") + row + "\n");
    EXPECT_THAT(problems, Not(IsEmpty())) << row;
    for (const std::string& problem : problems)
      EXPECT_THAT(problem, Not(HasSubstr("hunter2"))) << row;
  }
}

TEST(Environment, AValueFromTheEnvironmentCannotAddKeys) {
  const Environment environment({{"HF_EVIL", "x\ndefault: allow"}});
  Folder folder;
  const Loaded loaded = load(folder.write(
      "a.yaml",
      "version: 1\ndata_dir: d\nupstreams: []\nrules: [{tool: a.b, action: deny, reason: ${HF_EVIL}}]\n"));
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->policy.default_effect, Effect::deny);
  EXPECT_EQ(loaded.config->policy.rules[0].reason, "x\ndefault: allow");
}

TEST(Secrets, NothingInAListOfThemIsNoSecret) {
  const auto problems = problems_of(
      "version: 1\ndata_dir: d\nupstreams: []\n"
      "approvers: [{id: a, webhook: {url: http://h, secrets: [null, ${HF_UNSET_VARIABLE}]}}]\n");
  EXPECT_THAT(problems, testing::Contains("a.yaml:4:56: `approvers[0].webhook.secrets` has no value"));
}

}  // namespace
}  // namespace holdfast::config
