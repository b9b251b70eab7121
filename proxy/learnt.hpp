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
class Learnt {
 public:
  static constexpr std::size_t kMostTools = 10'000;  // those beyond are not learnt

  // Nothing for a tool that was in no list.
  [[nodiscard]] std::optional<Annotations> of(std::string_view tool) const;
  // A list that is `whole` replaces what was known; a page of one is added to it.
  void learn(const mcp::ToolList& list, bool whole);

 private:
  using Table = std::unordered_map<std::string, Annotations, TextHash, std::equal_to<>>;

  std::mutex m_;  // one writer at a time
  std::atomic<std::shared_ptr<const Table>> table_{std::make_shared<const Table>()};
};

// Gives each mcp upstream what was learnt of it, or nothing learnt yet. `before`, the upstreams of the
// configuration before this one, may be null; what another address said is not taken over.
void keep_learnt(const std::vector<Upstream>* before, std::vector<Upstream>& upstreams);

}  // namespace holdfast::proxy
