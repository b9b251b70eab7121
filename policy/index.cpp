#include "policy/index.hpp"

namespace holdfast::policy {

std::optional<std::uint32_t> Candidates::next() {
  if (count_ == 0) return std::nullopt;
  std::size_t first = 0;
  for (std::size_t i = 1; i < count_; ++i) {
    if (lists_[i].front() < lists_[first].front()) first = i;
  }
  const std::uint32_t rule = lists_[first].front();
  lists_[first] = lists_[first].subspan(1);
  if (lists_[first].empty()) lists_[first] = lists_[--count_];
  return rule;
}

Index::Exact& Index::exact(const std::string& tool) {
  Exact& found = exact_[tool];
  if (found.number == 0) {
    known_.push_back(tool);
    found.number = static_cast<std::uint32_t>(known_.size());
  }
  return found;
}

void Index::know(const std::string& tool) {
  exact(tool);
}

std::uint32_t Index::number(std::string_view tool) const {
  const auto found = exact_.find(tool);
  return found == exact_.end() ? 0 : found->second.number;
}

void Index::add(const ToolPattern& pattern, std::uint32_t rule) {
  if (pattern.exact()) {
    exact(pattern.text()).rules.push_back(rule);
    return;
  }
  std::uint32_t at = 0;
  for (const char c : pattern.literal_prefix().substr(0, kIndexDepth)) {
    const std::size_t edge = nodes_[at].letters.find(c);
    if (edge != std::string::npos) {
      at = nodes_[at].next[edge];
      continue;
    }
    const auto made = static_cast<std::uint32_t>(nodes_.size());
    nodes_[at].letters += c;
    nodes_[at].next.push_back(made);
    nodes_.emplace_back();
    at = made;
  }
  nodes_[at].rules.push_back(rule);
}

Candidates Index::find(std::string_view tool) const {
  Candidates found;
  if (const auto it = exact_.find(tool); it != exact_.end()) {
    found.tool_ = it->second.number;
    found.add(it->second.rules);
  }
  found.add(nodes_.front().rules);
  const Node* at = &nodes_.front();
  for (const char c : tool) {
    const std::size_t edge = at->letters.find(c);
    if (edge == std::string::npos) break;
    at = &nodes_[at->next[edge]];
    found.add(at->rules);
  }
  return found;
}

}  // namespace holdfast::policy
