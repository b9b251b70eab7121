#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "core/metrics_text.hpp"

namespace holdfast::metrics {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::array<nanoseconds, 3> kBounds{milliseconds(1), milliseconds(10), milliseconds(100)};

TEST(Counter, CountsWhatOneThreadCountsWhileAnotherReads) {
  Counter counter;
  std::uint64_t seen = 0;
  bool fell = false;
  std::thread counting([&] {
    for (int i = 0; i < 100'000; ++i)
      counter.add();
  });
  while (seen < 100'000) {
    const std::uint64_t now = counter.value();
    fell = fell || now < seen;
    seen = now;
  }
  counting.join();
  EXPECT_FALSE(fell);
  EXPECT_EQ(counter.value(), 100'000U);
}

TEST(Gauge, GoesUpAndDown) {
  Gauge gauge;
  gauge.add(3);
  gauge.add(-4);
  EXPECT_EQ(gauge.value(), -1);
}

TEST(Histogram, ADurationFallsIntoTheFirstBucketThatHoldsIt) {
  Histogram histogram(kBounds);
  for (const nanoseconds took : {nanoseconds(0), nanoseconds(milliseconds(1)), nanoseconds(1'000'001),
                                 nanoseconds(milliseconds(100)), nanoseconds(milliseconds(101))})
    histogram.observe(took);
  EXPECT_THAT(histogram.read().counts, ElementsAre(2, 1, 1, 1));
  EXPECT_EQ(histogram.read().sum, nanoseconds(203'000'001));
}

TEST(Histogram, ANegativeDurationIsNone) {
  Histogram histogram(kBounds);
  histogram.observe(milliseconds(-5));
  EXPECT_THAT(histogram.read().counts, ElementsAre(1, 0, 0, 0));
  EXPECT_EQ(histogram.read().sum, nanoseconds(0));
}

TEST(Histogram, SeveralAddUp) {
  Histogram one(kBounds), other(kBounds);
  one.observe(milliseconds(5));
  other.observe(milliseconds(5));
  other.observe(milliseconds(500));
  Distribution sum;
  sum.add(one.read());
  sum.add(other.read());
  EXPECT_THAT(sum.counts, ElementsAre(0, 2, 0, 1));
  EXPECT_EQ(sum.sum, milliseconds(510));
}

TEST(Page, IsPrometheusText) {
  Page page;
  page.counter("holdfast_calls_total", "Calls.", {{{{"decision", "allow"}, {"tool", "a.b"}}, 3}});
  page.gauge("holdfast_holds_pending", "Holds.", 2);
  EXPECT_EQ(page.text(),
            "# HELP holdfast_calls_total Calls.\n"
            "# TYPE holdfast_calls_total counter\n"
            "holdfast_calls_total{decision=\"allow\",tool=\"a.b\"} 3\n"
            "# HELP holdfast_holds_pending Holds.\n"
            "# TYPE holdfast_holds_pending gauge\n"
            "holdfast_holds_pending 2\n");
}

TEST(Page, AHistogramIsCumulativeAndInSeconds) {
  Histogram histogram(kBounds);
  histogram.observe(milliseconds(2));
  histogram.observe(milliseconds(2));
  histogram.observe(milliseconds(1000));
  Page page;
  page.histogram("holdfast_x_seconds", "X.", histogram.read());
  EXPECT_EQ(page.text(),
            "# HELP holdfast_x_seconds X.\n"
            "# TYPE holdfast_x_seconds histogram\n"
            "holdfast_x_seconds_count 3\n"
            "holdfast_x_seconds_sum 1.004\n"
            "holdfast_x_seconds_bucket{le=\"0.001\"} 0\n"
            "holdfast_x_seconds_bucket{le=\"0.01\"} 2\n"
            "holdfast_x_seconds_bucket{le=\"0.1\"} 2\n"
            "holdfast_x_seconds_bucket{le=\"+Inf\"} 3\n");
}

TEST(Page, ALabelCannotEndItsLine) {
  Page page;
  page.gauge("holdfast_x", "X.", {{{{"tool", "a\"} 9\nholdfast_y 1\\"}}, 1}});
  EXPECT_THAT(page.text(), HasSubstr("holdfast_x{tool=\"a\\\"} 9\\nholdfast_y 1\\\\\"} 1\n"));
}

TEST(Page, AFamilyWithoutSamplesIsNamedAllTheSame) {
  Page page;
  page.counter("holdfast_calls_total", "Calls.", std::vector<Sample>{});
  EXPECT_THAT(page.text(), HasSubstr("# TYPE holdfast_calls_total counter\n"));
}

}  // namespace
}  // namespace holdfast::metrics
