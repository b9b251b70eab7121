#include "proxy/learnt.hpp"

#include <algorithm>

namespace holdfast::proxy {

std::optional<Annotations> Learnt::of(std::string_view tool) const {
  const std::shared_ptr<const Table> table = table_.load();
  const auto found = table->find(tool);
  if (found == table->end() || found->second.contradictory) return std::nullopt;
  return found->second.said;
}

void Learnt::learn(const mcp::ToolList& list) {
  const std::lock_guard lock(m_);
  auto next = std::make_shared<Table>(*table_.load());
  for (const mcp::ListedTool& tool : list.tools) {
    if (const auto known = next->find(tool.name); known != next->end()) {
      Hints& hints = known->second;
      hints.contradictory = hints.contradictory || hints.said != tool.annotations;
    } else if (next->size() < kMostTools && tool.name.size() <= kLongestName) {
      next->emplace(tool.name, Hints{.said = tool.annotations});
    }
  }
  table_ = std::move(next);
}

void keep_learnt(const std::vector<Upstream>* before, std::vector<Upstream>& upstreams) {
  for (Upstream& upstream : upstreams) {
    if (upstream.protocol != Protocol::mcp) continue;
    upstream.learnt = std::make_shared<Learnt>();
    if (before == nullptr) continue;
    const auto same = std::find_if(before->begin(), before->end(), [&](const Upstream& other) {
      return other.name == upstream.name && other.protocol == upstream.protocol &&
             other.tls == upstream.tls && other.authority == upstream.authority &&
             other.base_path == upstream.base_path;
    });
    if (same != before->end() && same->learnt != nullptr) upstream.learnt = same->learnt;
  }
}

}  // namespace holdfast::proxy
