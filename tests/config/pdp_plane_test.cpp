// `pdp_plane`: what it takes, and whose its token must not be.
#include <gmock/gmock.h>

#include "config/config.hpp"
#include "tests/config/rows.hpp"

namespace holdfast::config {
namespace {

TEST(PdpPlane, IsReadAndThereIsNoneByDefault) {
  Folder folder;
  const Loaded with = load(folder.write("a.yaml",
                                        "version: 1\ndata_dir: d\npdp_plane: {listen: 127.0.0.1:8082, token: "
                                        "'pdp-token-0123456789', outcome_within: 5m}\n"));
  ASSERT_TRUE(with.config);
  EXPECT_EQ(with.config->pdp.host + ":" + with.config->pdp.port, "127.0.0.1:8082");
  EXPECT_TRUE(with.config->pdp.token.equals("pdp-token-0123456789"));
  EXPECT_EQ(with.config->pdp.outcome_within, std::chrono::minutes(5));
  const Loaded without = load(folder.write("b.yaml", "version: 1\ndata_dir: d\n"));
  ASSERT_TRUE(without.config);
  EXPECT_EQ(without.config->pdp.host, "");
}

TEST(PdpPlane, Mistakes) {
  const std::string plane = "pdp_plane: {listen: '127.0.0.1:8082', token: 'one-token-0123456789'}\n";
  const std::string agent = "agents: [{id: bot, token: 'one-token-0123456789'}]\n" + plane;
  const std::string approver =
      plane + "approvers: [{id: alice, groups: [lead], token: 'one-token-0123456789'}]";
  const std::string hook =
      plane +
      "approvers: [{id: alice, groups: [lead], webhook: {url: 'https://a.test/', secret: "
      "'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'}}]";
  const std::string auditor =
      "control_plane: {tokens: [{id: root, token: 'one-token-0123456789', roles: [admin]}]}\n" + plane;
  const Row rows[] = {
      {"pdp_plane: {token: 'pdp-token-0123456789'}",
       "3:12: `pdp_plane` needs `listen`\n    hint: such as 127.0.0.1:8082"},
      {"pdp_plane: {listen: '127.0.0.1:8082'}",
       "3:12: `pdp_plane` needs `token`\n    hint: ${NAME} or file:PATH, 16 characters or more"},
      {"pdp_plane: {listen: here, token: 'pdp-token-0123456789'}",
       "3:21: `pdp_plane.listen` must be host:port: it has no port\n    hint: such as 127.0.0.1:8080"},
      {"pdp_plane: {listen: '0.0.0.0:8082', token: 'pdp-token-0123456789'}",
       "3:21: `pdp_plane.listen` is not a loopback address, and without TLS tokens would cross the network "
       "in "
       "the clear\n    hint: add pdp_plane.tls: {cert: ..., key: ...}, or keep to loopback behind a proxy "
       "that "
       "speaks TLS; `insecure: true` takes the risk"},
      {"pdp_plane: {listen: '127.0.0.1:8081', token: 'pdp-token-0123456789'}",
       "3:12: `pdp_plane` and the control plane both listen on port 8081\n    hint: give each plane a port "
       "of its "
       "own"},
      {"pdp_plane: {listen: '127.0.0.1:8080', token: 'pdp-token-0123456789'}",
       "3:12: `pdp_plane` and the agent plane both listen on port 8080\n    hint: give each plane a port of "
       "its "
       "own"},
      {"pdp_plane: {listen: '127.0.0.1:8082', token: short}",
       "3:12: the token of `pdp_plane` is shorter than 16 characters\n    hint: make one with: openssl rand "
       "-hex "
       "24"},
      {"pdp_plane: {listen: '127.0.0.1:8082', token: 'pdp token 0123456789'}",
       "3:12: the token of `pdp_plane` must be visible ASCII characters"},
      {agent.c_str(),
       "3:10: the token of agent `bot` is also the token of `pdp_plane`\n    hint: whoever has that one is "
       "trusted "
       "to name the agent"},
      {approver.c_str(),
       "3:12: a credential of approver `alice` is also the token of `pdp_plane`\n    hint: who asks must not "
       "be "
       "able to approve"},
      {auditor.c_str(),
       "3:26: the token of `root` is also the token of `pdp_plane`\n    hint: each plane has credentials of "
       "its "
       "own"},
  };
  for (const Row& row : rows)
    expect_first_problem(row);
  Folder folder;
  EXPECT_TRUE(
      load(folder.write("hook.yaml", "version: 1\ndata_dir: d\nupstreams: []\n" + hook + "\n")).config);
}

}  // namespace
}  // namespace holdfast::config
