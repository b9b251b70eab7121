// `tls` and `insecure` of the control plane and the PDP plane: beyond loopback nothing is in the clear unless
// the author says so.
#include <gmock/gmock.h>

#include "config/config.hpp"
#include "tests/config/rows.hpp"

namespace holdfast::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kTls = "tls: {cert: t.pem, key: t.key, client_ca: ca.pem}";

std::vector<std::string> said_of(const std::string& planes) {
  const Environment environment({{"PDP_TOKEN", "pdp-token-0123456789"}});
  Folder folder;
  for (const char* name : {"t.pem", "t.key", "ca.pem"})
    folder.write(name, "");
  return folder.texts(
      load(folder.write("a.yaml", "version: 1\ndata_dir: d\nupstreams: []\n" + planes)).problems);
}

TEST(PlaneTls, TheControlPlanesUrlFollowsIt) {
  Folder folder;
  for (const char* name : {"t.pem", "t.key", "ca.pem"})
    folder.write(name, "");
  const auto with = [&](const std::string& control) {
    return load(folder.write("a.yaml", "version: 1\ndata_dir: d\ncontrol_plane: {" + control + "}\n")).config;
  };
  const auto config = with(kTls);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->control.url, "https://127.0.0.1:8081");
  EXPECT_EQ(config->approvals.control_url, "https://127.0.0.1:8081");
  EXPECT_EQ(config->control.tls,
            (TlsFiles{folder.root() / "t.pem", folder.root() / "t.key", folder.root() / "ca.pem"}));
  EXPECT_EQ(with("url: 'https://h.example', " + std::string(kTls))->control.url, "https://h.example");
}

TEST(PlaneTls, BeyondLoopbackItOrTheRiskIsNeeded) {
  const std::string tls = std::string(", ") + kTls;
  const std::string token = ", token: '${PDP_TOKEN}'";
  for (const std::string host : {"10.0.0.5", "0.0.0.0", "'[::]", "'[fe80::1]", "sidecar.internal"}) {
    const std::string listen = "listen: " + host + (host.starts_with('\'') ? ":8443'" : ":8443");
    const std::string url = ", url: 'https://h.example'";
    EXPECT_THAT(said_of("control_plane: {" + listen + url + "}"), ElementsAre(HasSubstr("in the clear")))
        << host;
    EXPECT_THAT(said_of("control_plane: {" + listen + url + ", insecure: false}"),
                ElementsAre(HasSubstr("in the clear")));
    EXPECT_THAT(said_of("control_plane: {" + listen + url + tls + "}"), IsEmpty()) << host;
    EXPECT_THAT(said_of("pdp_plane: {" + listen + token + "}"), ElementsAre(HasSubstr("in the clear")))
        << host;
    EXPECT_THAT(said_of("pdp_plane: {" + listen + token + tls + "}"), IsEmpty()) << host;
  }
  for (const char* host : {"127.0.0.1", "127.9.9.9", "localhost"})
    EXPECT_THAT(said_of(std::string("control_plane: {listen: '") + host + ":8443'}"), IsEmpty()) << host;
}

TEST(PlaneTls, InsecureIsWarnedOfAndSoIsOneThatSaysNothing) {
  EXPECT_THAT(said_of("pdp_plane: {listen: '10.0.0.5:8082', token: '${PDP_TOKEN}', insecure: true}"),
              ElementsAre(HasSubstr("warning: `pdp_plane.insecure`: tokens cross the network in the clear")));
  EXPECT_THAT(said_of("control_plane: {insecure: true}"),
              ElementsAre(HasSubstr("warning: `control_plane.insecure` says nothing here")));
}

TEST(PlaneTls, ListeningEverywhereNeedsAnAddressForLinks) {
  EXPECT_THAT(said_of("control_plane: {listen: '0.0.0.0:8443', " + std::string(kTls) + "}"),
              ElementsAre(AllOf(HasSubstr("warning: `control_plane.url` is missing"),
                                HasSubstr("https://0.0.0.0:8443 leads nowhere"))));
}

TEST(PlaneTls, AnAuthorityOfAgentsIsNotOneOfPeople) {
  const std::string control = std::string("control_plane: {") + kTls + "}\n";
  EXPECT_THAT(said_of(control + "agent_plane: {" + kTls + "}"),
              ElementsAre(HasSubstr("warning: `control_plane.tls.client_ca` vouches for agents too")));
  EXPECT_THAT(said_of(control + "agent_plane: {listeners: [{name: a, listen: '127.0.0.1:9', " + kTls + "}]}"),
              ElementsAre(HasSubstr("vouches for agents too")));
  EXPECT_THAT(said_of(control + "agent_plane: {tls: {cert: t.pem, key: t.key}}"), IsEmpty());
}

TEST(PlaneTls, HalfOfItIsAMistake) {
  EXPECT_THAT(said_of("control_plane: {listen: '10.0.0.5:8443', tls: {cert: t.pem}}"),
              ElementsAre(HasSubstr("`control_plane.tls` needs `key`")));
}

}  // namespace
}  // namespace holdfast::config
