#include "approvals/plan_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "approvals/plan.hpp"
#include "crypto/webhook_signature.hpp"
#include "net/fetch.hpp"

namespace holdfast::approvals {
namespace {

void add(Problems& problems, const Position& at, std::string message, std::string hint = {}) {
  problems.push_back({Severity::error, at, std::move(message), std::move(hint)});
}

// Two people behind one credential would be one person with two votes.
class Credentials {
 public:
  // The approver who has it already, or empty.
  std::string owner(const Secret& secret, const std::string& approver) {
    const auto [found, fresh] = seen_.try_emplace(std::string(secret.reveal_secret()), approver);
    return fresh || found->second == approver ? std::string() : found->second;
  }

 private:
  std::map<std::string, std::string> seen_;
};

void check_token(const Approver& approver, Credentials& credentials, Problems& problems) {
  if (approver.token.empty()) return;
  if (approver.token.size() < kMinToken) {
    add(problems, approver.at,
        fmt::format("the token of approver \"{}\" is shorter than {} characters", approver.id, kMinToken),
        "make one with: openssl rand -hex 24");
  }
  const std::string other = credentials.owner(approver.token, approver.id);
  if (!other.empty()) {
    add(problems, approver.at,
        fmt::format("approvers \"{}\" and \"{}\" have the same token", other, approver.id),
        "give each approver a token of her own");
  }
}

void check_webhook(const Approver& approver, Credentials& credentials, Problems& problems) {
  if (!approver.webhook) return;
  if (const auto url = net::parse_url(approver.webhook->url); !url) {
    add(problems, approver.at,
        fmt::format("the webhook url of approver \"{}\" cannot be used: {}", approver.id, url.error().detail),
        "write it as https://host/path");
  }
  if (approver.webhook->secrets.empty()) {
    add(problems, approver.at, fmt::format("the webhook of approver \"{}\" has no secret", approver.id),
        "add secret: whsec_<base64 of 24 to 64 random bytes>");
  }
  for (const Secret& secret : approver.webhook->secrets) {
    if (const auto good = crypto::check_webhook_secret(secret); !good) {
      add(problems, approver.at,
          fmt::format("the webhook secret of approver \"{}\" cannot be used: {}", approver.id,
                      good.error().detail),
          "make one with: echo whsec_$(openssl rand -base64 32)");
    }
    const std::string other = credentials.owner(secret, approver.id);
    if (!other.empty()) {
      add(problems, approver.at,
          fmt::format("approvers \"{}\" and \"{}\" have the same webhook secret", other, approver.id),
          "give each approver a secret of her own");
    }
  }
}

void check_roster(const Options& options, Problems& problems) {
  std::set<std::string> ids;
  Credentials credentials;
  for (const Approver& approver : options.approvers) {
    if (approver.id.empty()) add(problems, approver.at, "an approver has no id", "add id: <name>");
    if (!ids.insert(approver.id).second) {
      add(problems, approver.at, fmt::format("there are two approvers with the id \"{}\"", approver.id),
          "an id names one person: rename or remove one");
    }
    check_token(approver, credentials, problems);
    check_webhook(approver, credentials, problems);
  }
}

bool can_vote(const Approver& approver) {
  return !approver.token.empty() || (approver.webhook && !approver.webhook->secrets.empty());
}

std::size_t people_for(const Quorum& quorum, const std::vector<Approver>& roster) {
  return static_cast<std::size_t>(std::count_if(roster.begin(), roster.end(), [&](const Approver& approver) {
    return can_vote(approver) && counts(quorum, approver);
  }));
}

// Groups that a quorum must include and of which nobody can vote.
std::vector<std::string> silent_groups(const Quorum& quorum, const std::vector<Approver>& roster) {
  std::vector<std::string> silent;
  for (const std::string& group : quorum.must_include) {
    if (people_for({1, {group}, {}}, roster) == 0) silent.push_back(group);
  }
  return silent;
}

void check_groups(const Plan& plan, const Options& options, Problems& problems) {
  for (const std::string& group : plan.from) {
    const bool known =
        std::any_of(options.approvers.begin(), options.approvers.end(), [&](const Approver& a) {
          return std::find(a.groups.begin(), a.groups.end(), group) != a.groups.end();
        });
    if (!known) {
      add(problems, plan.at,
          fmt::format("plan \"{}\" asks the group \"{}\", and no approver is in it", plan.name, group),
          "add the group to an approver, or take it out of the plan");
    }
  }
}

void check_quorum(const Quorum& quorum, const std::string& who, const Position& at, const Options& options,
                  Problems& problems) {
  const std::size_t people = people_for(quorum, options.approvers);
  if (quorum.require >= 1 && people < static_cast<std::size_t>(quorum.require)) {
    add(problems, at,
        fmt::format("nobody can satisfy {}: it requires {} and {} of its approvers can vote", who,
                    quorum.require, people),
        "give more approvers of its groups a token or a webhook, or lower require");
  }
  for (const std::string& group : silent_groups(quorum, options.approvers)) {
    add(problems, at,
        fmt::format("nobody can satisfy {}: it must include the group \"{}\", of which nobody can vote", who,
                    group),
        "give an approver of that group a token or a webhook");
  }
}

void check_plan(const Plan& plan, const Options& options, Problems& problems) {
  if (plan.require < 1) {
    add(problems, plan.at, fmt::format("plan \"{}\" requires {} approvals", plan.name, plan.require),
        "require: 1 is the least");
  }
  if (plan.from.empty()) {
    add(problems, plan.at, fmt::format("plan \"{}\" names no group to ask", plan.name),
        "add from: [<group>]");
    return;
  }
  check_groups(plan, options, problems);
  check_quorum(quorum_of(plan, 0, {}), fmt::format("plan \"{}\"", plan.name), plan.at, options, problems);
  if (plan.timeout && *plan.timeout < kMinTimeout) {
    add(problems, plan.at, fmt::format("the timeout of plan \"{}\" is shorter than a second", plan.name),
        "1s is the least");
  }
}

// Somebody nobody will ever ask: a group is misspelt, or a plan forgotten.
void check_asked(const Options& options, const std::vector<Raise>& raises, Problems& problems) {
  std::set<std::string> asked;
  for (const auto& [name, plan] : options.plans) {
    asked.insert(plan.from.begin(), plan.from.end());
    asked.insert(plan.must_include.begin(), plan.must_include.end());
  }
  for (const Raise& raise : raises)
    asked.insert(raise.must_include.begin(), raise.must_include.end());
  for (const Approver& approver : options.approvers) {
    if (approver.roles.auditor || approver.roles.admin) continue;  // is there for something else
    const bool is_asked = std::any_of(approver.groups.begin(), approver.groups.end(),
                                      [&](const std::string& group) { return asked.contains(group); });
    if (is_asked) continue;
    problems.push_back(
        {Severity::warning, approver.at, fmt::format("no plan asks the approver `{}`", approver.id),
         approver.groups.empty()
             ? "put them into a group that a plan asks, or remove them"
             : fmt::format("name `{}` under `from` or `must_include` of a plan, or remove them",
                           approver.groups.front())});
  }
}

}  // namespace

Problems check(const Options& options, const std::vector<std::string>& plans_used,
               const std::vector<Raise>& raises) {
  Problems problems;
  check_roster(options, problems);
  if (options.timeout < kMinTimeout) {
    add(problems, {}, "approvals.timeout is shorter than a second", "1s is the least");
  }
  for (const auto& [name, plan] : options.plans)
    check_plan(plan, options, problems);
  const std::set<std::string> used(plans_used.begin(), plans_used.end());
  for (const std::string& name : used) {
    const auto plan = options.plans.find(name);
    if (plan == options.plans.end()) {
      add(problems, {},
          fmt::format("the plan \"{}\" is used, and approvals.plans has none of that name", name),
          fmt::format("add approvals.plans.{}: {{require: 1, from: [<group>]}}", name));
      continue;
    }
    for (const Raise& raise : raises) {
      check_quorum(quorum_of(plan->second, raise.required, raise.must_include),
                   fmt::format("plan \"{}\" raised by multi_approval", name), raise.at, options, problems);
    }
  }
  check_asked(options, raises, problems);
  return problems;
}

}  // namespace holdfast::approvals
