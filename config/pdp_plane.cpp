// `pdp_plane`, and that its token is nobody else's: an agent with it could name itself another, and answer
// for its own calls (law 1).
#include <fmt/format.h>

#include <algorithm>

#include "config/address.hpp"
#include "config/sections.hpp"

namespace holdfast::config {
namespace {

constexpr std::size_t kShortestToken = 16;

bool same(const Secret& a, const Secret& b) {
  return !a.empty() && !b.empty() && a.equals(b.reveal_secret());
}

bool visible(const Secret& token) {
  const std::string_view text = token.reveal_secret();
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

void check_form(Context& context, const pdp::Options& options) {
  if (options.token.empty()) return;
  if (options.token.size() < kShortestToken) {
    context.error(options.at,
                  fmt::format("the token of `pdp_plane` is shorter than {} characters", kShortestToken),
                  "make one with: openssl rand -hex 24");
  }
  if (!visible(options.token))
    context.error(options.at, "the token of `pdp_plane` must be visible ASCII characters");
}

void check_ports(Context& context, const Config& config) {
  const std::string& port = config.pdp.port;
  if (port == "0") return;
  for (const auto& [other, name] :
       {std::pair(&config.proxy.port, "agent"), std::pair(&config.control.port, "control")}) {
    if (*other != port) continue;
    context.error(config.pdp.at,
                  fmt::format("`pdp_plane` and the {} plane both listen on port {}", name, port),
                  "give each plane a port of its own");
  }
}

}  // namespace

void read_pdp_plane(Section& root, Config& config) {
  root.map("pdp_plane", [&](Section& plane) {
    if (!plane.given()) return;
    pdp::Options& options = config.pdp;
    options.at = plane.at();
    plane.require("listen", "such as 127.0.0.1:8082");
    if (const auto written = plane.text("listen")) take_listen(plane, *written, options.host, options.port);
    plane.require("token", "${NAME} or file:PATH, 16 characters or more");
    options.token = plane.secret("token").value_or(Secret());
    options.outcome_within =
        plane.duration("outcome_within", options.outcome_within, {kShortestApproval, kLongest});
    options.tls = read_tls(plane, &options.tls_at);
    read_insecure(plane, options.host);
  });
}

void check_pdp_plane(Context& context, const Config& config) {
  const pdp::Options& options = config.pdp;
  if (options.host.empty()) return;
  check_form(context, options);
  check_ports(context, config);
  const auto shared = [&](const Position& at, const std::string& whose, const char* hint) {
    context.error(at, fmt::format("{} is also the token of `pdp_plane`", whose), hint);
  };
  for (const proxy::KnownAgent& agent : config.proxy.agents) {
    if (same(agent.token, options.token))
      shared(agent.at, fmt::format("the token of agent `{}`", agent.agent.id),
             "whoever has that one is trusted to name the agent");
  }
  for (const approvals::Approver& approver : config.approvals.approvers) {
    bool one = same(approver.token, options.token);
    if (approver.webhook) {
      for (const Secret& secret : approver.webhook->secrets)
        one = one || same(secret, options.token);
    }
    if (one)
      shared(options.at, fmt::format("a credential of approver `{}`", approver.id),
             "who asks must not be able to approve");
  }
  for (const control::TokenHolder& holder : config.control.tokens) {
    if (same(holder.token, options.token))
      shared(holder.at, fmt::format("the token of `{}`", holder.id), "each plane has credentials of its own");
  }
}

}  // namespace holdfast::config
