// `Mcp-Session-Id` belongs to the agent that received it (03-calls "MCP over Streamable HTTP").
#include "proxy/mcp/session.hpp"

#include <gtest/gtest.h>

#include <string>

namespace holdfast::proxy::mcp {
namespace {

TEST(Session, ComesBackToItsOwnAgentAndUpstream) {
  for (const std::string& session : {std::string("s"), std::string("a.b.c"), std::string(200, 'x')}) {
    const std::string bound = bind_session("key", "bot", "payment", session);
    EXPECT_NE(bound, session);
    const auto own = unbind_session("key", "bot", "payment", bound);
    ASSERT_TRUE(own) << session;
    EXPECT_EQ(*own, session);
  }
}

TEST(Session, IsUnknownToEverybodyElse) {
  const std::string bound = bind_session("key", "bot", "payment", "s1");
  EXPECT_FALSE(unbind_session("key", "bot2", "payment", bound));
  EXPECT_FALSE(unbind_session("key", "bot", "payment2", bound));
  EXPECT_FALSE(unbind_session("key2", "bot", "payment", bound));
  EXPECT_EQ(unbind_session("key", "bot2", "payment", bound).error().code, Code::not_found);
  // The parts cannot be moved against one another.
  EXPECT_NE(bind_session("key", "bot", "payment", "s1"), bind_session("key", "botp", "ayment", "s1"));
  const auto tag = [](const std::string& bound) { return bound.substr(bound.rfind('.')); };
  EXPECT_NE(tag(bind_session("key", "x\n:y", "z", "s")), tag(bind_session("key", "x", "y\n:z", "s")));
}

TEST(Session, EveryChangedByteMakesItUnknown) {
  const std::string bound = bind_session("key", "bot", "payment", "s1");
  for (std::size_t i = 0; i < bound.size(); ++i) {
    std::string changed = bound;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(unbind_session("key", "bot", "payment", changed)) << i;
  }
  for (const std::string& other :
       {std::string(), std::string("s1"), bound.substr(1), bound + "A", bound + ".",
        bound.substr(0, bound.size() - 1), bound.substr(2), "x" + bound}) {
    EXPECT_FALSE(unbind_session("key", "bot", "payment", other)) << other;
  }
}

}  // namespace
}  // namespace holdfast::proxy::mcp
