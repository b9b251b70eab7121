#include "policy/look_alikes.hpp"

#include <optional>
#include <utility>

#include "policy/names.hpp"

namespace holdfast::policy {
namespace {

// The upstream's name is ours, not the agent's: two upstreams may differ in nothing but its case. Behind a
// `**` nobody knows where it ends.
std::size_t operation_of(std::string_view tool) {
  const std::size_t dot = tool.find('.');
  const std::size_t deep = tool.substr(0, dot).find("**");
  if (deep != std::string_view::npos) return deep;
  return dot == std::string_view::npos ? 0 : dot + 1;
}

std::optional<ToolPattern> folded(const ToolPattern& pattern) {
  const std::string_view text = pattern.text();
  const std::size_t begin = operation_of(text);
  const auto operation = fold(text.substr(begin));
  if (!operation) return std::nullopt;
  auto parsed = ToolPattern::parse(std::string(text.substr(0, begin)) + *operation);
  if (!parsed) return std::nullopt;
  return std::move(*parsed);
}

}  // namespace

void LookAlikes::know(const std::string& tool) {
  known_.insert(tool);
  if (auto misread = careless_tool(tool)) names_.try_emplace(std::move(*misread), tool);
}

void LookAlikes::add(const ToolPattern& pattern) {
  auto misread = folded(pattern);
  if (!misread) return;
  index_.add(*misread, static_cast<std::uint32_t>(patterns_.size()));
  patterns_.push_back({pattern, std::move(*misread)});
}

std::string_view LookAlikes::find(std::string_view tool) const {
  if (known_.contains(tool)) return {};
  const auto misread = careless_tool(tool);
  if (!misread) return {};
  if (const auto found = names_.find(*misread); found != names_.end()) return found->second;
  const std::size_t begin = operation_of(tool);
  const auto operation = careless_tool(tool.substr(begin));
  if (!operation) return {};
  const std::string as_misread = std::string(tool.substr(0, begin)) + *operation;
  Candidates candidates = index_.find(as_misread);
  while (const auto i = candidates.next()) {
    const Misread& rule = patterns_[*i];
    if (rule.folded.matches(as_misread) && !rule.as_written.matches(tool)) return rule.as_written.text();
  }
  return {};
}

}  // namespace holdfast::policy
