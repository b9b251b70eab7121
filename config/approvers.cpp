#include <fmt/format.h>

#include "config/address.hpp"
#include "config/sections.hpp"

namespace holdfast::config {
namespace {

using std::chrono::milliseconds;

void read_webhook(Section& section, approvals::Approver& approver) {
  section.map("webhook", [&](Section& webhook) {
    if (!webhook.given()) return;
    approvals::Webhook hook;
    hook.url = webhook.required_text("url").value_or("");
    if (!webhook.exactly_one("secret", "secrets")) {
      webhook.context().error(webhook.at(),
                              fmt::format("`{}` needs one of `secret` and `secrets`", webhook.name()),
                              "`secrets` is a list: the first signs, each verifies");
    }
    if (auto secret = webhook.secret("secret")) hook.secrets.push_back(std::move(*secret));
    for (Secret& secret : webhook.secrets("secrets"))
      hook.secrets.push_back(std::move(secret));
    approver.webhook = std::move(hook);
  });
}

void read_plan(const std::string& name, Section& section, approvals::Options& options) {
  Context& context = section.context();
  approvals::Plan plan;
  plan.name = name;
  plan.at = section.at();
  plan.require = static_cast<int>(section.integer("require", 1, {1, 32}));
  section.require("from", "the groups that may vote");
  plan.from = section.texts("from", {}, 1);
  plan.must_include = section.texts("must_include");
  plan.timeout = section.duration("timeout", {kShortestApproval, kLongest});
  const Node* from = section.peek("from");
  if (from != nullptr && from->kind == Node::Kind::list && from->items.empty()) {
    context.error(from->at, fmt::format("`{}` names no group", section.name_of("from")));
  }
  if (const std::string wrong = wrong_with_id(plan.name); !wrong.empty() || plan.name.empty()) {
    context.error(plan.at, fmt::format("the plan's name {}", wrong.empty() ? "is empty" : wrong));
  }
  options.plans.emplace(plan.name, std::move(plan));
}

}  // namespace

void read_approvers(Section& root, approvals::Options& options) {
  root.each("approvers", [&](Section& section) {
    approvals::Approver approver;
    approver.at = section.at();
    approver.id = section.required_text("id").value_or("");
    if (const std::string wrong = wrong_with_id(approver.id); !wrong.empty()) {
      section.context().error(section.place("id"), fmt::format("`{}` {}", section.name_of("id"), wrong));
    }
    approver.groups = section.texts("groups");
    approver.token = section.secret("token").value_or(Secret());
    approver.roles = read_roles(section, true);
    read_webhook(section, approver);
    options.approvers.push_back(std::move(approver));
  });
}

void read_approvals(Section& root, Config& config) {
  approvals::Options& options = config.approvals;
  root.map("approvals", [&](Section& section) {
    read_routes(section, config.policy);
    options.timeout = section.duration("timeout", options.timeout, {kShortestApproval, kLongest});
    options.cooldown = section.duration("cooldown", options.cooldown, {milliseconds(0), kLongest});
    section.map("flood", [&](Section& flood) {
      options.pending_per_agent =
          static_cast<int>(flood.integer("pending_per_agent", options.pending_per_agent, {1, 100000}));
      options.rejections_per_tool =
          static_cast<int>(flood.integer("rejections_per_tool", options.rejections_per_tool, {1, 100000}));
    });
    section.maps("plans", [&](const std::string& name, Section& plan) { read_plan(name, plan, options); });
  });
  root.map("webhooks",
           [&](Section& section) { options.allow_private_webhooks = section.texts("allow_private"); });
}

}  // namespace holdfast::config
