#include "pdp/described.hpp"

#include <fmt/format.h>

#include "core/json.hpp"
#include "crypto/encoding.hpp"
#include "proxy/redact.hpp"
#include "proxy/route.hpp"
#include "proxy/summary.hpp"

namespace holdfast::pdp {
namespace {

constexpr std::string_view kMethod = "CHECK";
// No upstream's name has a colon: what the agent plane sees has another match key.
constexpr std::string_view kMatchKey = "holdfast:check\n";

std::string target_of(std::string_view tool) {
  return fmt::format("check:{}", tool);
}

std::string match_key_of(std::string_view text) {
  const crypto::Hash hash = crypto::sha256(fmt::format("{}{}", kMatchKey, text));
  return crypto::to_hex(crypto::bytes_of(hash));
}

// As of a call that we send: its tool's summary, and what its tool redacts.
void show(const Call& call, const Decision& decision, const proxy::Snapshot& snapshot,
          approvals::HeldCall& held) {
  const Tool* tool = proxy::find_listed_tool(snapshot.options.upstreams, call.upstream, call.tool);
  if (tool == nullptr) return;
  held.summary = proxy::summarise(tool->summary, call, decision.risk);
  if (tool->redact.empty()) return;
  held.shown_args = proxy::redacted_args(tool, call);
  held.shown_target = held.target;
}

void describe(const Described& described, approvals::HeldCall& held) {
  const Call& call = described.read.call();
  held.agent = call.agent->id;
  held.agent_auth = "pdp";  // named by whoever asks
  held.trust_tier = call.agent->trust_tier;
  held.protocol = kDescribed;
  held.bytes = static_cast<std::int64_t>(described.text.size());
  held.upstream = call.upstream;
  held.tool = call.tool;
  held.operation = call.operation;
  held.method = kMethod;
  held.target = target_of(call.tool);
  if (call.args != nullptr) held.args = json::to_text(*call.args);
  if (call.context != nullptr) held.context = json::to_text(*call.context);
  held.headers = "[]";
  held.body = described.text;  // what the digest covers, and what is judged again
}

}  // namespace

Result<Described> read_description(std::string text, const proxy::Snapshot& snapshot, WallTime now) {
  const proxy::Limits& limits = snapshot.options.limits;
  const policy::Describing how{.limits = {limits.body, limits.depth},
                               .caller = nullptr,
                               .call_only = true,
                               .now = now,
                               .labels_seen = nullptr,
                               .others = {}};
  auto read = policy::DescribedCall::read(text, *snapshot.policy, how);
  if (!read) return fail(read.error());
  const std::string_view tool = read->call().tool;
  if (tool.size() > limits.tool_name)
    return fail(Code::malformed, fmt::format("the tool's name has more than {} bytes", limits.tool_name));
  return Described{std::move(text), std::move(*read)};
}

crypto::DigestText digest_of(std::string_view text, std::string_view tool, std::string_view nonce) {
  const std::string target = target_of(tool);
  crypto::RequestComponents components;
  components.method = kMethod;
  components.target_uri = target;
  components.content_type = "application/json";
  components.content = crypto::sha256(text);
  return crypto::request_digest(components, nonce);
}

Judged judge(const Described& described, std::shared_ptr<const proxy::Snapshot> snapshot,
             const proxy::Shared* shared, approvals::HaltSwitch::Count begun, std::span<const Draw> room) {
  const WallTime now = shared->clock->wall();
  Judged judged;
  judged.begun = begun;
  // Whoever describes a call names its agent; what that has seen, we know.
  judged.judge = [&described, shared, policy = snapshot->policy.get(),
                  seen = judged.seen](std::span<const Draw> granted) {
    Call call = described.read.call();
    see_labels(*shared, *policy, call, *seen);
    call.untold.labels_seen = call.labels_seen == nullptr;
    return policy->decide(call, granted);
  };
  judged.digest_with = [&described](std::string_view hold_nonce) {
    return digest_of(described.text, described.read.call().tool, hold_nonce);
  };
  approvals::HeldCall& held = judged.call;
  describe(described, held);
  held.call_id = make_uuid7(now);
  held.receipt_id = make_uuid7(now);
  const crypto::Nonce nonce = crypto::make_nonce();
  held.nonce = nonce.view();
  held.digest = digest_of(described.text, held.tool, nonce);
  held.match_key = match_key_of(described.text);
  held.policy = snapshot->policy_digest;
  judged.decide(room);
  show(described.read.call(), judged.decision, *snapshot, held);
  judged.snapshot = std::move(snapshot);
  return judged;
}

}  // namespace holdfast::pdp
