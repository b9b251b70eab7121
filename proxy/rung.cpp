#include "proxy/rung.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace holdfast::proxy {
namespace {

using std::chrono::milliseconds;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t'))
    text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t'))
    text.remove_suffix(1);
  return text;
}

// Prefer (RFC 7240): wait=N in seconds and respond-async; what is not understood is ignored, as the RFC says.
Rung http_rung(const Exchange& exchange) {
  const Hold& hold = exchange.request.snapshot->options.hold;
  Rung rung{false, Signs::none, hold.wait};
  for (const net::HeaderLine& line : exchange.head.headers) {
    if (!net::same_name(line.name, "Prefer")) continue;
    std::string_view rest = line.value;
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      const std::string_view preference = trimmed(rest.substr(0, comma));
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
      if (net::same_name(preference, "respond-async")) rung.asynchronous = true;
      if (preference.size() < 5 || !net::same_name(preference.substr(0, 5), "wait=")) continue;
      const std::string_view number = preference.substr(5);
      long seconds = 0;
      const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), seconds);
      if (error != std::errc{} || end != number.data() + number.size() || seconds < 0) continue;
      const long longest = std::chrono::duration_cast<std::chrono::seconds>(hold.max_wait).count();
      rung.wait = milliseconds(std::min(seconds, longest) * 1000);
    }
  }
  return rung;
}

bool accepts_events(const Exchange& exchange) {
  return std::any_of(
      exchange.head.headers.begin(), exchange.head.headers.end(), [](const net::HeaderLine& line) {
        return net::same_name(line.name, "Accept") && net::list_has(line.value, "text/event-stream");
      });
}

}  // namespace

Rung choose_rung(const Exchange& exchange) {
  if (!exchange.is_mcp()) return http_rung(exchange);
  const Hold& hold = exchange.request.snapshot->options.hold;
  if (!accepts_events(exchange)) return {false, Signs::none, hold.wait};
  if (exchange.request.message->progress_token == nullptr) return {false, Signs::comments, hold.wait};
  return {false, Signs::progress, std::nullopt};
}

}  // namespace holdfast::proxy
