// Roles, and the tokens of the control plane: what they open, and what must not be shared.
#include <gmock/gmock.h>

#include "config/config.hpp"
#include "tests/config/rows.hpp"

namespace holdfast::config {
namespace {

using testing::IsEmpty;

constexpr const char* kRoot =
    "control_plane: {tokens: [{id: root, token: 'root-token-0123456789', roles: [admin]}]}";

TEST(Tokens, RolesAreRead) {
  Folder folder;
  const Loaded loaded =
      load(folder.write("a.yaml", std::string("version: 1\ndata_dir: ./data\n") + kRoot +
                                      "\napprovers: [{id: alice, groups: [lead], roles: [approver, auditor], "
                                      "token: 'alice-token-0123456'}]\n"));
  ASSERT_TRUE(loaded.config);
  ASSERT_EQ(loaded.config->control.tokens.size(), 1u);
  EXPECT_EQ(loaded.config->control.tokens[0].id, "root");
  EXPECT_TRUE(loaded.config->control.tokens[0].roles.admin);
  EXPECT_FALSE(loaded.config->control.tokens[0].roles.auditor);
  EXPECT_TRUE(loaded.config->approvals.approvers[0].roles.auditor);
  EXPECT_FALSE(loaded.config->approvals.approvers[0].roles.admin) << "nobody is admin by being an approver";
}

TEST(Tokens, WhoOnlyLooksForTheLogNeedsNoneOfThem) {
  Folder folder;
  const auto places = locate(folder.write(
      "a.yaml",
      "version: 1\ndata_dir: ./data\n"
      "control_plane: {tokens: [{id: root, token: \"${NOT_IN_THIS_ENVIRONMENT}\", roles: [admin]}]}\n"));
  EXPECT_TRUE(places) << places.error().detail;
}

TEST(Tokens, Mistakes) {
  const std::string agent = std::string("agents: [{id: bot, token: 'root-token-0123456789'}]\n") + kRoot;
  const std::string approver =
      std::string(kRoot) + "\napprovers: [{id: alice, groups: [lead], token: 'root-token-0123456789'}]";
  const std::string same_id =
      std::string(kRoot) + "\napprovers: [{id: root, groups: [lead], token: 'alice-token-0123456789'}]";
  const Row rows[] = {
      {"control_plane: {tokens: [{id: a, roles: [boss], token: 'a-token-0123456789'}]}",
       "3:41: `control_plane.tokens[0].roles` names the role `boss`, and there is none\n    hint: the roles "
       "are "
       "approver, auditor and admin"},
      {"control_plane: {tokens: [{id: a, roles: [approver], token: 'a-token-0123456789'}]}",
       "3:41: `control_plane.tokens[0].roles` cannot make an approver\n    hint: who votes stands under "
       "`approvers`, with her groups"},
      {"control_plane: {tokens: [{id: a, token: 'a-token-0123456789'}]}",
       "3:26: `control_plane.tokens[0]` needs `roles`\n    hint: roles: [auditor] or [admin]"},
      {"control_plane: {tokens: [{id: a, token: 'a-token-0123456789', roles: []}]}",
       "3:26: `control_plane.tokens[0]` needs `roles`\n    hint: roles: [auditor] or [admin]"},
      {"control_plane: {tokens: [{id: a, roles: [admin]}]}",
       "3:26: `control_plane.tokens[0]` needs `token`\n    hint: ${NAME} or file:PATH, 16 characters or "
       "more"},
      {"control_plane: {tokens: [{id: a, token: short, roles: [admin]}]}",
       "3:26: the token of `a` is shorter than 16 characters\n    hint: make one with: openssl rand -hex 24"},
      {"control_plane: {tokens: [{id: a, token: 'a token 0123456789', roles: [admin]}]}",
       "3:26: the token of `a` must be visible ASCII characters"},
      {agent.c_str(),
       "3:10: the token of agent `bot` is also a credential of `root`\n    hint: what an agent holds must "
       "open "
       "nothing on the control plane"},
      {approver.c_str(), "3:26: `root` and approver `alice` have the same token"},
      {same_id.c_str(),
       "3:26: `root` is an approver already\n    hint: give her `roles` where she stands under `approvers`"}};
  for (const Row& row : rows)
    expect_first_problem(row);
}

}  // namespace
}  // namespace holdfast::config
