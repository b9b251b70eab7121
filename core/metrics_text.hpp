// The page that figures are read on: Prometheus text format 0.0.4, written by prometheus-cpp.
//
// Whoever counts describes its own figures on it: a name with its unit (`_seconds`) and `_total` for a
// counter, a sentence, and labels whose values come from configuration or from code, never from traffic.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/metrics.hpp"

namespace holdfast::metrics {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

struct Sample {
  Labels labels;
  double value = 0;
};

// One thread's, for one reading.
class Page {
 public:
  // A family may be without samples; its name is on the page all the same.
  void counter(std::string name, std::string help, const std::vector<Sample>& samples);
  void counter(std::string name, std::string help, double value) {
    counter(std::move(name), std::move(help), {Sample{{}, value}});
  }
  void gauge(std::string name, std::string help, const std::vector<Sample>& samples);
  void gauge(std::string name, std::string help, double value) {
    gauge(std::move(name), std::move(help), {Sample{{}, value}});
  }
  // In seconds.
  void histogram(std::string name, std::string help, const Distribution& durations);

  [[nodiscard]] std::string text() const;

 private:
  std::vector<prometheus::MetricFamily> families_;
};

// The Content-Type of text().
inline constexpr std::string_view kTextType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace holdfast::metrics
