// Nobody has two credentials of different people, and no agent has one of the control plane (law 1).
#include <fmt/format.h>

#include <algorithm>

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

void check_against_others(Context& context, const Config& config, const control::TokenHolder& holder) {
  for (const approvals::Approver& approver : config.approvals.approvers) {
    if (approver.id == holder.id) {
      context.error(holder.at, fmt::format("`{}` is an approver already", holder.id),
                    "give her `roles` where she stands under `approvers`");
    } else if (same(approver.token, holder.token)) {
      context.error(holder.at,
                    fmt::format("`{}` and approver `{}` have the same token", holder.id, approver.id));
    }
  }
  for (const proxy::KnownAgent& agent : config.proxy.agents) {
    if (!same(agent.token, holder.token)) continue;
    context.error(
        agent.at,
        fmt::format("the token of agent `{}` is also a credential of `{}`", agent.agent.id, holder.id),
        "what an agent holds must open nothing on the control plane");
  }
}

}  // namespace

void check_tokens(Context& context, const Config& config) {
  const auto& tokens = config.control.tokens;
  for (auto holder = tokens.begin(); holder != tokens.end(); ++holder) {
    if (!holder->token.empty() && holder->token.size() < kShortestToken) {
      context.error(
          holder->at,
          fmt::format("the token of `{}` is shorter than {} characters", holder->id, kShortestToken),
          "make one with: openssl rand -hex 24");
    }
    if (!visible(holder->token)) {
      context.error(holder->at,
                    fmt::format("the token of `{}` must be visible ASCII characters", holder->id));
    }
    for (auto other = tokens.begin(); other != holder; ++other) {
      if (other->id == holder->id && !holder->id.empty()) {
        context.error(holder->at, fmt::format("`{}` stands twice under control_plane.tokens", holder->id));
      } else if (same(other->token, holder->token)) {
        context.error(holder->at, fmt::format("`{}` and `{}` have the same token", other->id, holder->id));
      }
    }
    check_against_others(context, config, *holder);
  }
}

}  // namespace holdfast::config
