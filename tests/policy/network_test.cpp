// `cidr` of IPv6 addresses that lead to IPv4 ones.
#include <gtest/gtest.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

constexpr Truth Y = Truth::yes, N = Truth::no, U = Truth::unknown;

TEST(Networks, AnAddressThatLeadsToAnotherIsInWhatBothAreIn) {
  struct Row {
    const char* networks;
    const char* address;
    Truth expected;
  };
  const Row rows[] = {
      {"\"10.0.0.0/8\"", "\"64:ff9b::a01:203\"", U},
      {"\"10.0.0.0/8\"", "\"64:ff9b::b01:203\"", N},
      {"\"10.0.0.0/8\"", "\"64:ff9b:0:1::a01:203\"", N},
      {"\"10.0.0.0/8\"", "\"::10.1.2.3\"", U},
      {"\"0.0.0.0/8\"", "\"::1\"", N},
      {"\"0.0.0.0/8\"", "\"::\"", N},
      {"\"0.0.0.0/8\"", "\"::2\"", U},
      {"\"10.0.0.0/8\"", "\"2002:a01:203::\"", U},
      {"\"10.0.0.0/8\"", "\"2002:b01:203::a01:203\"", N},
      {"\"10.0.0.0/8\"", "\"2001:0:4136:e378:8000:63bf:f5fe:fdfc\"", U},
      {"\"10.0.0.0/8\"", "\"2001:0:4136:e378:8000:63bf:a01:203\"", N},
      {"\"10.0.0.0/8\"", "\"2001:db8::a01:203\"", N},
      {"\"2002::/16\"", "\"2002:a01:203::\"", U},
      {"[\"2002::/16\", \"10.0.0.0/8\"]", "\"2002:a01:203::\"", Y},
  };
  for (const Row& row : rows) {
    const TestCall call("{\"x\":" + std::string(row.address) + "}");
    EXPECT_EQ(says(is("args.x", Operator::cidr, row.networks), call.call), row.expected)
        << row.address << " in " << row.networks;
  }
}

}  // namespace
}  // namespace holdfast::policy
