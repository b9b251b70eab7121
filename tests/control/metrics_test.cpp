// GET /metrics: who may read it, and that it is what it says.
#include "tests/control/control_plane.hpp"

namespace holdfast::test {
namespace {

using testing::HasSubstr;

class OpenMetrics : public ControlPlane {};

class GuardedMetrics : public ControlPlane {
 protected:
  [[nodiscard]] bool public_metrics() const override { return false; }
};

TEST_F(OpenMetrics, ArePrometheusTextForEverybody) {
  const Answer page = get("/metrics");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("# TYPE holdfast_holds_pending gauge\nholdfast_holds_pending 0\n"));
}

TEST_F(OpenMetrics, AreCountedAnewForEveryReading) {
  hold();
  EXPECT_THAT(get("/metrics").body, HasSubstr("\nholdfast_holds_pending 1\n"));
  hold();
  EXPECT_THAT(get("/metrics").body, HasSubstr("\nholdfast_holds_pending 2\n"));
}

TEST_F(OpenMetrics, TakeNoParametersAndNoOtherMethod) {
  EXPECT_EQ(get("/metrics?name=holdfast_calls_total").status, 400);
  EXPECT_EQ(post("/metrics", "", "x").status, 405);
  EXPECT_EQ(ask("HEAD", "/metrics", {}, {}).status, 200);
}

TEST_F(GuardedMetrics, AskForATokenWhenTheyAreNotPublic) {
  EXPECT_EQ(get("/metrics").status, 401);
  EXPECT_EQ(get("/metrics", bearer("a-wrong-token-0123456")).status, 401);
  EXPECT_EQ(get("/metrics", bearer(kAliceToken)).status, 200);
}

}  // namespace
}  // namespace holdfast::test
