#include "app/control_client.hpp"

#include <fmt/format.h>

#include "app/credential.hpp"
#include "app/exit.hpp"
#include "app/say.hpp"
#include "app/visible.hpp"
#include "config/address.hpp"
#include "config/config.hpp"
#include "core/json.hpp"
#include "net/fetch.hpp"
#include "net/task_group.hpp"

namespace holdfast::app {
namespace {

Result<std::string> find_control(const CommonOptions& options) {
  if (!options.control.empty()) {
    std::string base = options.control;
    while (base.ends_with('/'))
      base.pop_back();
    const auto url = net::parse_url(base);
    if (!url) return fail(Code::malformed, fmt::format("--control is not a URL: {}", url.error().detail));
    if (!url->tls && !config::is_loopback(url->host) && !options.insecure) {
      return fail(Code::forbidden,
                  fmt::format("your token would cross the network to {} in the clear: write https://, or say "
                              "--insecure where nobody listens",
                              url->host));
    }
    return base;
  }
  const auto places = config::locate(config::find_config(options.config));
  if (!places) return fail(places.error());
  const control::Options& plane = places->control;
  if (plane.port == "0") {
    return fail(Code::unavailable,
                "control_plane.listen has port 0: name the running sidecar with --control URL");
  }
  // The name that its certificate is for.
  if (plane.tls.given() && plane.url.starts_with("https://")) return plane.url;
  const bool v6 = plane.host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", plane.tls.given() ? "https" : "http", v6 ? "[" : "", plane.host,
                     v6 ? "]" : "", plane.port);
}

net::task<void> fetch_and_stop(net::Loop* loop, net::FetchRequest request, Result<net::FetchResponse>* out) {
  auto fetching = net::fetch(loop, std::move(request));
  *out = co_await std::move(fetching);
  loop->stop();
}

Result<net::FetchResponse> fetch_now(net::FetchRequest request) {
  Result<net::FetchResponse> out = fail(Code::unavailable, "the request ended without an answer");
  net::Loop loop(0);
  net::TaskGroup group(&loop);
  group.spawn(fetch_and_stop(&loop, std::move(request), &out));
  loop.run();
  return out;
}

// The sentence of a problem document (RFC 9457), or the bare status.
std::string sentence(const net::FetchResponse& response) {
  const auto document = json::parse(response.body, {});
  for (const char* name : {"detail", "title"}) {
    const json::Value* text = document ? document->root().find(name) : nullptr;
    if (text != nullptr && text->is(json::Kind::string) && !text->text().empty()) {
      return fmt::format("{} ({})", visible(text->text()), response.status);
    }
  }
  return fmt::format("the control plane answered {}", response.status);
}

}  // namespace

ControlClient::Opened ControlClient::open(const CommonOptions& options) {
  auto base = find_control(options);
  if (!base) return {std::nullopt, complain(options.control.empty() ? kCannot : kUsage, base.error().detail)};
  auto token = find_token(options.token_file);
  if (!token) return {std::nullopt, complain(kUsage, token.error().detail)};
  return {ControlClient(std::move(*base), std::move(*token), options), kFine};
}

ControlClient::Answer ControlClient::ask(const std::string& method, const std::string& target,
                                         std::string body) const {
  net::FetchRequest request;
  request.url = base_ + target;
  request.method = method;
  request.headers = {{"Accept", "application/json"},
                     {"Authorization", "Bearer " + std::string(token_.reveal_secret())}};
  if (method == "POST") request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  request.max_response = std::size_t{64} << 20U;
  request.ca_file = ca_;
  request.cert_file = cert_;
  request.key_file = key_;
  const auto response = fetch_now(std::move(request));
  if (!response) {
    return {"", complain(kCannot,
                         fmt::format("cannot reach the control plane at {}: {}; is `holdfast run` running?",
                                     base_, response.error().detail))};
  }
  if (response->status == 200) return {response->body, kFine};
  if (response->status >= 500) return {"", complain(kCannot, sentence(*response))};
  return {"", complain(kBad, sentence(*response))};
}

}  // namespace holdfast::app
