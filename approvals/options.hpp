// Who may approve, how many, by when: what config reads and approvals takes.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/problem.hpp"
#include "core/secret.hpp"

namespace holdfast::approvals {

struct Webhook {
  std::string url;
  std::vector<Secret> secrets;  // whsec_...; the first signs what we send, each verifies what comes in
};

// What somebody may do beside voting (04-approvals "Roles").
struct Roles {
  bool auditor = false;  // sees every hold
  bool admin = false;    // the same, and resumes
};

// Marks of an approver's credentials of today (credential_marks.hpp), by which a vote says which of them cast
// it.
struct Marks {
  std::string token;                 // empty: she has none
  std::vector<std::string> secrets;  // of her webhook, in their order
};

struct Approver {
  std::string id;
  std::vector<std::string> groups;
  Roles roles;
  Secret token;  // empty: no API, no CLI
  std::optional<Webhook> webhook;
  Marks marks;  // without them no vote of hers counts
  Position at;
};

struct Plan {
  std::string name;
  int require = 1;
  std::vector<std::string> from;          // groups
  std::vector<std::string> must_include;  // groups that may vote too, and of which somebody must approve
  std::optional<std::chrono::milliseconds> timeout;  // else Options::timeout
  Position at;
};

// What `multi_approval` may ask beyond a plan: so many people at least, and somebody of each of these groups.
struct Raise {
  int required = 0;
  std::vector<std::string> must_include;
  Position at;
};

struct Options {
  std::chrono::milliseconds timeout = std::chrono::hours(24);
  std::chrono::milliseconds redeem_ttl = std::chrono::minutes(15);
  std::chrono::milliseconds result_ttl = std::chrono::minutes(15);
  std::size_t result_max = 1 << 20;  // bytes of a stored response; over it only status and digest are kept
  std::size_t result_total =
      64 << 20;  // bytes of all that are kept; one that does not fit any more is the same
  std::chrono::milliseconds labels_ttl = std::chrono::hours(24);  // how long a label stays on an agent
  std::chrono::milliseconds cooldown = std::chrono::minutes(15);
  int pending_per_agent = 20;
  int rejections_per_tool = 3;  // of one agent within `cooldown`: from then on it is `limited`
  std::vector<Approver> approvers;
  std::map<std::string, Plan> plans;
  std::vector<std::string> allow_private_webhooks;  // hosts in private ranges that may be sent to
  std::string control_url;  // public base of the control plane, no slash at the end: callback_url
};

}  // namespace holdfast::approvals
