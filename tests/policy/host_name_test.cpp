#include "policy/host_name.hpp"

#include <gtest/gtest.h>

namespace holdfast::policy {
namespace {

TEST(HostName, IsOneInAllOfItsSpellings) {
  struct Row {
    const char* sent;
    const char* host;
    const char* without_port;
  };
  const Row rows[] = {
      {"", "", ""},
      {"admin.internal", "admin.internal", ""},
      {"Admin.INTERNAL", "admin.internal", ""},
      {"admin.internal.", "admin.internal", ""},
      {"Admin.internal.", "admin.internal", ""},
      {"admin.internal:80", "admin.internal", ""},
      {"admin.internal:", "admin.internal", ""},
      {"admin.internal:0080", "admin.internal", ""},
      {"admin.internal.:80", "admin.internal", ""},
      {"Admin.internal.:80", "admin.internal", ""},
      {"admin.internal:443", "admin.internal:443", "admin.internal"},
      {"admin.internal.:443", "admin.internal:443", "admin.internal"},
      {"ADMIN.internal:8080", "admin.internal:8080", "admin.internal"},
      {"admin.internal:80:80", "admin.internal:80:80", "admin.internal"},
      {"[::1]", "[::1]", ""},
      {"[FD00::1]", "[fd00::1]", ""},
      {"[::1]:80", "[::1]", ""},
      {"[::1]:81", "[::1]:81", "[::1]"},
      {"[::1", "[::1", ""},
      {"10.1.2.3:80", "10.1.2.3", ""},
      {":80", ":80", ""},
      {".", ".", ""},
  };
  for (const Row& row : rows) {
    std::string room;
    const HostName name = read_host(row.sent, "80", room);
    EXPECT_EQ(name.host, row.host) << row.sent;
    EXPECT_EQ(name.without_port, row.without_port) << row.sent;
  }
}

TEST(HostName, OfAnUnknownSchemeEveryPortMayCount) {
  std::string room;
  const HostName name = read_host("admin.internal:80", {}, room);
  EXPECT_EQ(name.host, "admin.internal:80");
  EXPECT_EQ(name.without_port, "admin.internal");
}

}  // namespace
}  // namespace holdfast::policy
