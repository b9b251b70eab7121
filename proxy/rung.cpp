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

// The seconds of `wait=N`, or nothing for what is no such number.
std::optional<milliseconds> wait_of(std::string_view number, milliseconds longest) {
  long seconds = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), seconds);
  if (error != std::errc{} || end != number.data() + number.size() || seconds < 0) return std::nullopt;
  const long most = std::chrono::duration_cast<std::chrono::seconds>(longest).count();
  return milliseconds(std::min(seconds, most) * 1000);
}

// Prefer (RFC 7240 §2): wait=N in seconds and respond-async, the first of each; what is not understood is
// ignored.
Rung http_rung(const Exchange& exchange) {
  const Hold& hold = exchange.request.snapshot->options.hold;
  Rung rung{false, Signs::none, std::nullopt};
  for (const net::HeaderLine& line : exchange.head.headers) {
    if (!net::same_name(line.name, "Prefer")) continue;
    std::string_view rest = line.value;
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      const std::string_view item = rest.substr(0, comma);
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
      const std::string_view preference = trimmed(item.substr(0, item.find(';')));
      if (net::same_name(preference, "respond-async")) rung.asynchronous = true;
      if (!rung.wait && preference.size() > 5 && net::same_name(preference.substr(0, 5), "wait=")) {
        rung.wait = wait_of(preference.substr(5), hold.max_wait);
      }
    }
  }
  if (!rung.wait) rung.wait = hold.wait;
  return rung;
}

// Whether some Accept lists text/event-stream, whatever its weight.
bool accepts_events(const Exchange& exchange) {
  for (const net::HeaderLine& line : exchange.head.headers) {
    if (!net::same_name(line.name, "Accept")) continue;
    std::string_view rest = line.value;
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      const std::string_view range = rest.substr(0, comma);
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
      if (net::same_name(trimmed(range.substr(0, range.find(';'))), "text/event-stream")) return true;
    }
  }
  return false;
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
