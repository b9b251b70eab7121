// A hold: an escalated call that waits for people. This is its state, as the store keeps it and others see
// it.
//
//   pending <-> approved -> released -> (ended: succeeded | outcome_unknown | upstream_failed | halted |
//      |           |                                 policy_changed)
//      |           +-> cancelled | client_gone | policy_changed
//      +-> rejected | expired | cancelled | client_gone | policy_changed
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/decision.hpp"
#include "core/ending.hpp"

namespace holdfast::approvals {

// Persisted as these names; a status may be added, none may change.
enum class Status : std::uint8_t {
  pending,
  approved,
  released,
  rejected,
  expired,
  cancelled,
  client_gone,
  policy_changed,
};

[[nodiscard]] std::string_view to_string(Status status);
[[nodiscard]] std::optional<Status> parse_status(std::string_view text);

enum class Act : std::uint8_t { approve, reject };

struct Vote {
  std::string approver;
  Act act = Act::approve;
  std::string reason;
  WallTime at;
  int level = 0;         // assurance, 04-approvals
  std::string method;    // token | webhook-hmac-sha256: the credential that made it
  std::string evidence;  // sha256:... of the evidence blob
  // The mark of that credential (Approver::marks): never leaves the store. Empty: cast before marks were
  // kept.
  std::string credential;

  bool operator==(const Vote&) const = default;
};

// `require` distinct approvers out of the groups `from`, among them one of each group of `must_include`.
struct Quorum {
  int require = 1;
  std::vector<std::string> from;
  std::vector<std::string> must_include;

  bool operator==(const Quorum&) const = default;
};

// What the call was, fixed when the hold is made. `digest` ties it to the bytes.
struct HeldCall {
  std::string call_id;
  std::string receipt_id;  // the id its terminal receipt will have
  std::string agent;
  std::string agent_auth;  // how the agent was identified
  int trust_tier = 5;
  std::string protocol;    // http | mcp
  std::int64_t bytes = 0;  // of the body
  std::string upstream;
  std::string tool;
  std::string operation;
  std::string risk_level;
  std::string method;
  std::string target;  // the upstream's target URI
  std::string args;    // JSON text as sent; empty when there is none
  // The body, when the arguments do not show all of it: as text, or in base64 when it is not UTF-8 or has
  // control characters.
  std::string body;
  std::string body_base64;
  std::string context;  // what the agent claims beside it, as JSON text; empty: nothing
  // Those that the digest covers, as JSON text: an array of objects with `name` and one of `value`,
  // `value_base64` and `credential`, the mark of a value that nobody is shown. Empty: held before they were
  // kept.
  std::string headers;
  // What is shown beside these or, outside the approval itself, in their place.
  std::string summary;       // the author's sentence about this call; may be empty
  std::string shown_args;    // with values that are not for notices replaced; empty: nothing is redacted
  std::string shown_target;  // the same
  std::string rule;
  std::string reason;
  std::string plan;                        // its name
  std::vector<std::string> further_plans;  // names of those that must be met as well
  int required = 0;                        // beyond the plans: so many people at least
  std::vector<std::string> must_include;   // and somebody of each of these groups
  std::string digest;                      // sha256:<hex> of 05-receipts
  std::string nonce;          // base64url, 128 bits: never leaves the store, except into a digest
  std::string match_key;      // hex SHA-256; 03-calls "Identical"
  std::string policy;         // digest of the policy it was held under
  std::vector<Draw> draws;    // the room in limits that is reserved for it
  bool asynchronous = false;  // runs at approval, its response is kept; an asynchronous retry makes it so too

  // Bytes of what the caller chose, which may be large.
  [[nodiscard]] std::size_t size() const {
    return args.size() + body.size() + body_base64.size() + context.size() + headers.size() + summary.size() +
           shown_args.size();
  }
  [[nodiscard]] bool redacted() const { return !shown_args.empty(); }

  bool operator==(const HeldCall&) const = default;
};

// A response kept for its client. Headers are those the client would have received.
struct StoredResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool complete = true;  // false: over result_max or result_total, only status and digest are kept
  std::string digest;    // sha256:... of the body

  // Bytes that keeping it takes.
  [[nodiscard]] std::size_t size() const;

  bool operator==(const StoredResponse&) const = default;
};

struct Hold {
  std::string id;      // the approval id
  std::string handle;  // 128 random bits, base64url: names the hold towards its own agent
  HeldCall call;
  Status status = Status::pending;
  std::int64_t version = 0;  // grows with every change; the compare-and-set guards on it

  Quorum quorum;                // of the plan
  std::vector<Quorum> further;  // of further_plans, in their order
  std::vector<Vote> votes;
  std::vector<std::string> pending_approvers;  // of today's roster; empty unless pending; not stored
  std::vector<std::string>
      undone;  // approvers whose vote stands no more today; empty once released; not stored
  std::vector<std::string> notified;  // approvers who certainly received the request (the deliveries table)

  WallTime created_at;
  WallTime expires_at;
  std::optional<WallTime> redeem_until;  // when approved
  std::optional<WallTime> resolved_at;
  bool detached = false;
  bool client_cancelled = false;  // the client said so: unclaimed, it ends as cancelled

  std::optional<Ending> ending;  // of a released call, once known; of another, its resolution
  std::string end_reason;        // why it was cancelled, in the words of whoever did; may be empty
  std::optional<StoredResponse> response;
  std::optional<WallTime> response_until;
  bool handed_over = false;  // the response was given to the identical request, or is not for it
  // The receipt log's checkpoint when the hold was opened, or, since then, released: for recovery, which asks
  // whether the log it finds is the one that was there.
  std::string log_head;

  [[nodiscard]] bool ended() const { return ending.has_value(); }
  bool operator==(const Hold&) const = default;
};

using HoldPtr = std::shared_ptr<const Hold>;

// The final name of 09's `resolution`, or empty while there is none.
[[nodiscard]] std::string_view resolution(const Hold& hold);

}  // namespace holdfast::approvals
