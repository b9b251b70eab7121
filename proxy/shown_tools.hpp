// An upstream's list of tools on its way to an agent: what it says of them is learnt, and those that a rule
// hides are left out. What cannot be read is not shown while anything is hidden.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "net/sse.hpp"
#include "proxy/exchange.hpp"

namespace holdfast::proxy {

// Whether a rule keeps this tool of the upstream (its name there) from the agent. Without a time, also one
// that does so at some times only, or no more.
[[nodiscard]] bool is_hidden(const Recognised& request, std::string_view name, std::optional<WallTime> now);

// Whether anything is hidden from anybody, and the answer to this request is a list of tools or may hold one.
[[nodiscard]] bool may_be_cut(const Exchange& exchange);

// Whether this is a request for the list, so that its answer is for shown_tools().
[[nodiscard]] bool asks_for_tools(const Exchange& exchange);

// The answer to such a request, as the agent sees it. Error: malformed, when tools may stand in it that are
// hidden.
[[nodiscard]] Result<std::string> shown_tools(const Exchange& exchange, std::string text);

// A server's own stream to an agent from whom something is hidden: there an answer that broke off may be
// taken up again. Events pass as they stand but for lists of tools.
class ShownEvents {
 public:
  explicit ShownEvents(const Exchange* exchange);

  // What of these bytes, and of those held back before, may go out now. Error: malformed or too_large: the
  // stream must end here.
  [[nodiscard]] Result<std::string> take(std::string_view bytes);

 private:
  const Exchange* exchange_;
  net::SseSplitter splitter_;
};

}  // namespace holdfast::proxy
