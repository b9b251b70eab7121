// What each agent has been given to read, as labels (02-policy "Flow"). They are in the store; this is what
// the judge looks at.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "core/clock.hpp"

namespace holdfast::approvals {

struct SeenLabel {
  std::string label;
  SteadyTime until;  // from then on it has fallen off; of a call under way: never
};

// Of one agent; null: none.
using SeenLabels = std::shared_ptr<const std::vector<SeenLabel>>;

class LabelBoard {
 public:
  // Any thread.
  [[nodiscard]] SeenLabels of(const std::string& agent) const {
    const std::shared_lock lock(m_);
    const auto found = labels_.find(agent);
    return found == labels_.end() ? nullptr : found->second;
  }

  // Desk thread.
  void put(const std::string& agent, std::vector<SeenLabel> labels) {
    auto made = std::make_shared<const std::vector<SeenLabel>>(std::move(labels));
    const std::unique_lock lock(m_);
    if (made->empty()) {
      labels_.erase(agent);
    } else {
      labels_[agent] = std::move(made);
    }
  }

 private:
  mutable std::shared_mutex m_;
  std::map<std::string, SeenLabels> labels_;  // guarded by m_
};

}  // namespace holdfast::approvals
