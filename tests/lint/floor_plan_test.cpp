#include "tests/lint/floor_plan.hpp"

#include <gtest/gtest.h>

namespace holdfast::lint {
namespace {

const FloorPlan& plan() {
  static const FloorPlan parsed = parse_floor_plan(
      "core uses= options=\n"
      "net uses=core options=\n"
      "policy uses=core options=\n"
      "approvals uses=net,crypto,core options=\n"
      "config uses=core options=policy,proxy\n"
      "proxy uses=policy,net,core options=\n"
      "control uses=policy,net,core options=\n");
  return parsed;
}

struct IncludeCase {
  const char* name;
  const char* path;
  const char* line;
  bool allowed;
};

class Includes : public testing::TestWithParam<IncludeCase> {};

TEST_P(Includes, AreHeldAgainstTheFloorPlan) {
  const IncludeCase& c = GetParam();
  const Findings found = check_includes(plan(), {c.path, std::string("// text\n") + c.line + "\n"});
  ASSERT_EQ(found.empty(), c.allowed) << to_text(found);
  if (!c.allowed) EXPECT_EQ(found.front().line, 2);
}

INSTANTIATE_TEST_SUITE_P(
    FloorPlan, Includes,
    testing::Values(
        IncludeCase{"Own", "policy/a.cpp", "#include \"policy/b.hpp\"", true},
        IncludeCase{"Used", "policy/a.cpp", "#include \"core/call.hpp\"", true},
        IncludeCase{"System", "policy/a.cpp", "#include <vector>", true},
        IncludeCase{"Upwards", "policy/a.cpp", "#include \"proxy/permit.hpp\"", false},
        IncludeCase{"Sideways", "policy/a.cpp", "#include \"approvals/hold.hpp\"", false},
        IncludeCase{"ProxyControl", "proxy/a.hpp", "#include \"control/options.hpp\"", false},
        IncludeCase{"ControlProxy", "control/a.hpp", "  #  include \"proxy/options.hpp\"", false},
        IncludeCase{"OptionsOnly", "config/a.cpp", "#include \"proxy/options.hpp\"", true},
        IncludeCase{"MoreThanOptions", "config/a.cpp", "#include \"proxy/permit.hpp\"", false},
        IncludeCase{"Tests", "policy/a.cpp", "#include \"tests/support/manual_clock.hpp\"", false},
        IncludeCase{"NotFromTheRoot", "policy/a.cpp", "#include \"engine.hpp\"", false},
        IncludeCase{"AsioInNet", "net/a.cpp", "#include <boost/asio/ip/tcp.hpp>", true},
        IncludeCase{"AsioElsewhere", "approvals/a.cpp", "#include <boost/asio/ip/tcp.hpp>", false},
        IncludeCase{"AddressOfAsio", "control/a.cpp", "#include <boost/asio/ip/address.hpp>", false},
        IncludeCase{"BeastElsewhere", "proxy/a.cpp", "#include <boost/beast/http.hpp>", false},
        IncludeCase{"TestsMayUseAll", "tests/proxy/a.cpp", "#include \"policy/engine.hpp\"", true}),
    [](const auto& param) { return std::string(param.param.name); });

struct PlanCase {
  const char* name;
  const char* line;
  bool allowed;
};

class Plans : public testing::TestWithParam<PlanCase> {};

TEST_P(Plans, StayInsideThePicture) {
  EXPECT_EQ(check_plan(parse_floor_plan(GetParam().line)).empty(), GetParam().allowed);
}

INSTANTIATE_TEST_SUITE_P(
    FloorPlan, Plans,
    testing::Values(PlanCase{"Drawn", "approvals uses=net,core options=", true},
                    PlanCase{"ReceiptsWithoutAsio", "receipts uses=net,core options=", false},
                    PlanCase{"ProxyApartFromControl", "proxy uses=control options=", false},
                    PlanCase{"NobodyUsesConfig", "control uses=config options=", false},
                    PlanCase{"OptionsForConfig", "config uses=core options=proxy", true},
                    PlanCase{"OptionsForNobodyElse", "proxy uses=core options=control", false},
                    PlanCase{"UnknownRoom", "helpers uses=core options=", false}),
    [](const auto& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace holdfast::lint
