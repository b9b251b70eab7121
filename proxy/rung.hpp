// How a held call keeps its client, chosen from what the client itself declared (03-calls "Holding"). Pure.
#pragma once

#include <chrono>
#include <optional>

#include "proxy/exchange.hpp"

namespace holdfast::proxy {

enum class Signs {
  none,      // silence
  comments,  // SSE comments
  progress,  // notifications/progress, comments between
};

struct Rung {
  bool asynchronous = false;  // respond-async: 202 at once, runs at approval
  Signs signs = Signs::none;
  std::optional<std::chrono::milliseconds> wait;  // none: as long as the hold lasts
};

[[nodiscard]] Rung choose_rung(const Exchange& exchange);

}  // namespace holdfast::proxy
