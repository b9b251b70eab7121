#include "proxy/stored_request.hpp"

#include <charconv>
#include <optional>
#include <vector>

#include "proxy/claims.hpp"
#include "proxy/judge.hpp"

namespace holdfast::proxy {
namespace {

constexpr std::string_view kVersion = "holdfast-request-v1";

void put(std::string& out, std::string_view text) {
  out.append(std::to_string(text.size())).append(1, ':').append(text).append(1, ',');
}

// Takes netstrings off a text.
class Taker {
 public:
  explicit Taker(std::string_view text) : rest_(text) {}

  std::string_view text() {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
    const auto digits = static_cast<std::size_t>(end - rest_.data());
    const bool fits = error == std::errc() && rest_.size() - digits >= 2 && rest_[digits] == ':' &&
                      size <= rest_.size() - digits - 2 && rest_[digits + 1 + size] == ',';
    if (!fits) return broken();
    const std::string_view taken = rest_.substr(digits + 1, size);
    rest_.remove_prefix(digits + size + 2);
    return taken;
  }
  std::size_t number() {
    const std::string_view taken = text();
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(taken.data(), taken.data() + taken.size(), number);
    if (error != std::errc() || end != taken.data() + taken.size()) broken();
    return number;
  }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool all_taken() const { return good_ && rest_.empty(); }

 private:
  std::string_view broken() {
    good_ = false;
    rest_ = {};
    return {};
  }
  std::string_view rest_;
  bool good_ = true;
};

bool read(Taker& from, Exchange& to) {
  if (from.text() != kVersion) return false;
  to.head.method = from.text();
  to.head.target = from.text();
  for (std::size_t left = from.number(); left > 0 && from.good(); --left) {
    const std::string_view name = from.text();
    to.head.headers.push_back({name, from.text()});
  }
  const bool has_body = from.number() != 0;
  to.body = from.text();
  to.head.framing = has_body ? net::Framing::length : net::Framing::none;
  to.head.content_length = to.body.size();
  to.buffered = true;
  return from.all_taken();
}

}  // namespace

std::string pack_request(const Exchange& exchange) {
  std::string out;
  out.reserve(exchange.body.size() + 2048);
  put(out, kVersion);
  put(out, exchange.head.method);
  put(out, exchange.head.target);
  // What is judged and not sent.
  std::vector<net::HeaderLine> judged;
  if (!exchange.request.sent_host.empty()) judged.push_back({"Host", exchange.request.sent_host});
  if (const auto* context = net::find_header(exchange.head.headers, kContextHeader))
    judged.push_back(*context);
  put(out, std::to_string(exchange.request.headers.size() + judged.size()));
  for (const net::HeaderLine& line : judged) {
    put(out, line.name);
    put(out, line.value);
  }
  for (const net::HeaderLine& line : exchange.request.headers) {
    put(out, line.name);
    put(out, line.value);
  }
  put(out, exchange.head.framing == net::Framing::none ? "0" : "1");
  put(out, exchange.body);
  return out;
}

std::unique_ptr<Exchange> unpack_request(Worker* worker, const approvals::Hold& hold, std::string_view text) {
  auto exchange = std::make_unique<Exchange>();
  exchange->worker = worker;
  exchange->head_copy = text;
  Taker taker(exchange->head_copy);
  if (!read(taker, *exchange)) return nullptr;
  exchange->call_id = hold.call.call_id;
  exchange->receipt_id = hold.call.receipt_id;
  exchange->nonce = hold.call.nonce;
  exchange->digest = hold.call.digest;
  exchange->started = hold.created_at;
  exchange->sent_by = hold.call.agent;
  // What cannot be recognised today waits all the same, and is refused at its release.
  auto head =
      recognise_head(worker->shared->snapshot.load(), exchange->head, exchange->request, exchange->sent_by);
  if (head) head = recognise_body(exchange->head, exchange->body, exchange->request);
  if (head) judge(exchange.get(), worker->shared->clock->wall());
  return exchange;
}

}  // namespace holdfast::proxy
