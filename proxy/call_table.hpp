// Calls by decision, tool and agent, and failures by upstream, under one snapshot. Its labels are what the
// configuration names; whatever else an agent calls is the tool `other`, so that no agent can make it grow.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/decision.hpp"
#include "core/ending.hpp"
#include "core/metrics.hpp"
#include "proxy/snapshot.hpp"

namespace holdfast::proxy {

inline constexpr std::string_view kOtherTool = "other";

// Of several tables, added up under the same names.
struct CallTotals {
  struct Key {
    std::string decision, tool, agent;
    auto operator<=>(const Key&) const = default;
  };
  std::map<Key, std::uint64_t> calls;                                            // none that is zero
  std::map<std::pair<std::string, std::string>, std::uint64_t> upstream_errors;  // upstream, ending
};

// One loop's thread counts; any thread adds it up.
class CallTable {
 public:
  explicit CallTable(const std::shared_ptr<const Snapshot>& snapshot);

  // Whether this is the snapshot it was made for, alive or not.
  [[nodiscard]] bool is_of(const std::shared_ptr<const Snapshot>& snapshot) const {
    return !snapshot_.owner_before(snapshot) && !snapshot.owner_before(snapshot_);
  }
  // Nobody can be judged under its snapshot any more.
  [[nodiscard]] bool is_over() const { return snapshot_.expired(); }

  // `tool` is the policy's number of it. Both point into the snapshot it is of.
  void count(Effect effect, std::uint32_t tool, const Agent* agent);
  // Only upstream_failed and outcome_unknown are errors of an upstream.
  void count_error(const Upstream* upstream, Ending ending);

  void add_to(CallTotals& totals) const;

 private:
  using Row = std::vector<std::array<metrics::Counter, 3>>;  // by agent, by effect
  Row& row(std::uint32_t tool);
  [[nodiscard]] std::size_t number_of(const Agent* agent) const;

  // Constant.
  const std::weak_ptr<const Snapshot> snapshot_;
  const KnownAgent* const first_agent_;
  const Upstream* const first_upstream_;
  std::vector<std::string> tools_, agents_, upstreams_;  // [0] of the first two: of nobody who is named

  mutable std::mutex m_;                    // held by whoever makes a row, and by whoever reads them all
  std::vector<std::unique_ptr<Row>> rows_;  // by tool; made when it is first called
  std::vector<std::array<metrics::Counter, 2>> errors_;  // by upstream: failed, unknown
};

}  // namespace holdfast::proxy
