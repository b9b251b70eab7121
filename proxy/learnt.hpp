// What an MCP server's own list of tools says of them: learnt from its answers to `tools/list` as they pass,
// and from nothing else. Hints: a rule may only be stricter for them.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/call.hpp"
#include "proxy/mcp/tool_list.hpp"
#include "proxy/options.hpp"
#include "proxy/route_index.hpp"

namespace holdfast::proxy {

// One upstream's. Every thread; what is read is an immutable table, exchanged whole.
//
// What a server lists may depend on who asks, and on headers that the agent writes: so a tool stays known,
// and of one that two lists describe differently, were it by leaving a hint out, nothing is known any more.
class Learnt {
 public:
  static constexpr std::size_t kMostTools = 10'000;  // those beyond are not learnt
  static constexpr std::size_t kLongestName = 128;   // bytes; no longer one is called

  // Nothing for a tool that was in no list, or whose hints are contradictory: it is unknown what they say.
  [[nodiscard]] std::optional<Annotations> of(std::string_view tool) const;
  // Adds a list, or a page of one.
  void learn(const mcp::ToolList& list);

 private:
  struct Hints {
    Annotations said;
    bool contradictory = false;
  };
  using Table = std::unordered_map<std::string, Hints, TextHash, std::equal_to<>>;

  std::mutex m_;  // one writer at a time
  std::atomic<std::shared_ptr<const Table>> table_{std::make_shared<const Table>()};
};

// Gives each mcp upstream what was learnt of it, or nothing learnt yet. `before`, the upstreams of the
// configuration before this one, may be null; what another address said is not taken over.
void keep_learnt(const std::vector<Upstream>* before, std::vector<Upstream>& upstreams);

}  // namespace holdfast::proxy
