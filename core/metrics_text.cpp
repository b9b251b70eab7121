#include "core/metrics_text.hpp"

#include <prometheus/text_serializer.h>

#include <chrono>
#include <sstream>

namespace holdfast::metrics {
namespace {

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

prometheus::ClientMetric labelled(const Labels& labels) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : labels)
    metric.label.push_back({std::string(name), value});
  return metric;
}

}  // namespace

void Page::counter(std::string name, std::string help, const std::vector<Sample>& samples) {
  prometheus::MetricFamily family{std::move(name), std::move(help), prometheus::MetricType::Counter, {}};
  for (const Sample& sample : samples) {
    family.metric.push_back(labelled(sample.labels));
    family.metric.back().counter.value = sample.value;
  }
  families_.push_back(std::move(family));
}

void Page::gauge(std::string name, std::string help, const std::vector<Sample>& samples) {
  prometheus::MetricFamily family{std::move(name), std::move(help), prometheus::MetricType::Gauge, {}};
  for (const Sample& sample : samples) {
    family.metric.push_back(labelled(sample.labels));
    family.metric.back().gauge.value = sample.value;
  }
  families_.push_back(std::move(family));
}

void Page::histogram(std::string name, std::string help, const Distribution& durations) {
  prometheus::MetricFamily family{std::move(name), std::move(help), prometheus::MetricType::Histogram, {}};
  prometheus::ClientMetric::Histogram shown;
  for (std::size_t i = 0; i < durations.counts.size(); ++i) {
    shown.sample_count += durations.counts[i];
    if (i < durations.bounds.size())
      shown.bucket.push_back({shown.sample_count, seconds(durations.bounds[i])});
  }
  shown.sample_sum = seconds(durations.sum);
  family.metric.emplace_back().histogram = std::move(shown);
  families_.push_back(std::move(family));
}

std::string Page::text() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families_);
  return std::move(out).str();
}

}  // namespace holdfast::metrics
