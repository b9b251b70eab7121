#include "receipts/sense.hpp"

#include <optional>

#include "core/ending.hpp"
#include "core/id.hpp"
#include "crypto/encoding.hpp"

namespace holdfast::receipts {
namespace {

// Endings in which the call ran, or may have.
bool may_have_run(Ending state) {
  return state == Ending::succeeded || state == Ending::outcome_unknown || state == Ending::permitted ||
         state == Ending::failed;
}

// Endings in which the call reached the upstream, or was about to.
bool went_out(Ending state) {
  return may_have_run(state) || state == Ending::upstream_failed;
}

std::optional<Ending> state_of(const json::Value& receipt) {
  return parse_ending(text_of(object_of(&receipt, "outcome"), "state"));
}

bool is_effect(std::string_view effect) {
  return effect == "allow" || effect == "escalate" || effect == "deny";
}

std::string nonsense_of_decision(const json::Value& root, Ending state) {
  const json::Value* decision = object_of(&root, "decision");
  const std::string ending(to_string(state));
  if (decision == nullptr) {
    if (went_out(state) && state != Ending::outcome_unknown) {
      return "the receipt says " + ending + " without a decision";
    }
    return {};
  }
  const std::string_view effect = text_of(decision, "effect");
  if (!is_effect(effect)) return "the decision is none of allow, escalate and deny";
  if (effect == "deny" && went_out(state)) return "a denied call went out: " + ending;
  if (effect != "escalate" || !may_have_run(state)) return {};
  if (approvals_of(root).empty()) return "an escalated call ended as " + ending + " without approvals";
  if (object_of(&root, "prev") == nullptr) {
    return "an escalated call ended as " + ending + " without pointing back at its authorize entry";
  }
  return {};
}

std::string nonsense_of_receipt(const json::Value& root) {
  const auto state = state_of(root);
  if (!state || *state == Ending::approval_pending) return "the receipt's outcome has no known final state";
  const json::Value* outcome = object_of(&root, "outcome");
  if (outcome->find("sent") != nullptr &&
      text_of(outcome, "sent") != text_of(object_of(&root, "request"), "digest")) {
    return "outcome.sent is not request.digest: what was sent is not what was judged";
  }
  return nonsense_of_decision(root, *state);
}

std::string nonsense_of_halt(const json::Value& root) {
  const std::string_view act = text_of(&root, "act");
  if (act != "halt" && act != "resume") return "the halt entry's act is neither halt nor resume";
  const json::Value* by = object_of(&root, "by");
  const std::string_view auth = text_of(by, "auth");
  if (auth == "signal") return act == "halt" ? "" : "a signal cannot resume";
  if (auth != "token" || text_of(by, "id").empty()) return "the halt entry does not say whose order it was";
  return {};
}

bool is_removal_of_labels(const Entry& entry) {
  return text_of(&entry.root(), "act") == "remove_labels";
}

// An entry about the approvers has a digest and no act.
std::string nonsense_of_roster(const json::Value& root) {
  if (root.find("act") == nullptr) return {};
  if (text_of(&root, "act") != "remove_labels") return "the roster entry's act is not remove_labels";
  if (root.find("digest") != nullptr) return "an entry that removes labels names a roster";
  const json::Value* labels = root.find("labels");
  if (text_of(object_of(&root, "agent"), "id").empty() || labels == nullptr ||
      !labels->is(json::Kind::array)) {
    return "the roster entry does not say which labels of which agent it removes";
  }
  const json::Value* by = object_of(&root, "by");
  if (text_of(by, "auth") != "token" || text_of(by, "id").empty())
    return "the roster entry does not say whose order it was";
  return {};
}

std::array<std::uint64_t, 2> packed(std::string_view uuid) {
  std::array<std::uint64_t, 2> id{};
  std::size_t digits = 0;
  for (const char c : uuid) {
    if (c == '-') continue;
    const auto value = static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    std::uint64_t& half = id.at(digits++ / 16);
    half = half << 4 | value;
  }
  return id;
}

}  // namespace

std::string nonsense(const Entry& entry) {
  if (entry.kind == "halt") return nonsense_of_halt(entry.root());
  if (entry.kind == "roster") return nonsense_of_roster(entry.root());
  if (entry.kind != "authorize" && entry.kind != "receipt") return {};
  if (!is_uuid7(text_of(&entry.root(), "call"))) return "the entry's call is not a UUIDv7";
  return entry.kind == "receipt" ? nonsense_of_receipt(entry.root()) : std::string();
}

void Sense::take(std::uint64_t index, const Entry& entry, const Hash& leaf) {
  if (entry.issuer != origin_) complain_(index, "iss is not the log's origin " + origin_);
  if ((entry.kind == "genesis") != (index == 0)) complain_(index, "genesis is the first entry and no other");
  check_order(index, entry);
  const std::string sentence = nonsense(entry);
  if (!sentence.empty()) complain_(index, sentence);
  if (entry.kind == "authorize") take_authorize(index, entry, leaf);
  if (entry.kind == "receipt") take_receipt(index, entry);
  if (entry.kind == "roster" && !is_removal_of_labels(entry)) take_roster(index, entry);
  if (entry.kind == "halt") take_halt(index, entry);
  if (entry.kind == "policy")
    check_blob(index, text_of(&entry.root(), "manifest_blob"), "the policy's manifest");
}

void Sense::check_order(std::uint64_t index, const Entry& entry) {
  if (entry.boot == boot_) {
    ++seq_;
    if (entry.seq != seq_) {
      complain_(index,
                "seq is " + std::to_string(entry.seq) + " where " + std::to_string(seq_) + " comes next");
    }
    if (entry.kind == "boot" && seq_ != 1) complain_(index, "a boot entry in the middle of a boot");
  } else {
    if (!boots_.emplace(entry.boot).second) complain_(index, "its boot ended before");
    if (entry.seq != 0) complain_(index, "a boot begins with seq " + std::to_string(entry.seq));
    if (index > 0 && entry.kind != "boot") complain_(index, "a boot begins without a boot entry");
    if (index > 0) check_boot_entry(index, entry);
  }
  boot_ = entry.boot;
  seq_ = entry.seq;
}

void Sense::check_boot_entry(std::uint64_t index, const Entry& entry) {
  const json::Value* last = object_of(&entry.root(), "last");
  if (text_of(last, "boot") != boot_ || count_of(last, "seq") != seq_) {
    complain_(index, "the boot entry does not follow the entry it names as the last");
  }
}

void Sense::take_authorize(std::uint64_t index, const Entry& entry, const Hash& leaf) {
  const json::Value& root = entry.root();
  const std::string call(text_of(&root, "call"));
  if (!is_uuid7(call)) return;
  Authorized authorized{index,
                        crypto::to_hex(crypto::bytes_of(leaf)),
                        std::string(text_of(object_of(&root, "request"), "digest")),
                        text_of(object_of(&root, "decision"), "effect") == "escalate",
                        plans_of(root),
                        approvals_of(root),
                        roster_,
                        halted_};
  check_evidence(index, authorized.approvals);
  if (answered_.contains(packed(call)))
    complain_(index, "an authorize entry comes after the receipt of its call");
  if (!authorized_.emplace(call, std::move(authorized)).second) {
    complain_(index, "a second authorize entry for one call");
  }
}

void Sense::take_receipt(std::uint64_t index, const Entry& entry) {
  ++receipts_;
  const json::Value& root = entry.root();
  const std::string_view call = text_of(&root, "call");
  if (!is_uuid7(call)) return;
  check_evidence(index, approvals_of(root));
  if (!answered_.insert(packed(call)).second) return complain_(index, "a second receipt for one call");
  const auto authorized = authorized_.find(call);
  if (authorized != authorized_.end()) {
    check_against(index, entry, authorized->second);
    authorized_.erase(authorized);
  } else if (root.find("prev") != nullptr) {
    complain_(index, "prev does not name an authorize entry of this call");
  }
}

void Sense::check_against(std::uint64_t index, const Entry& receipt, const Authorized& authorized) {
  const json::Value& root = receipt.root();
  const json::Value* prev = object_of(&root, "prev");
  if (prev == nullptr)
    return complain_(index, "the receipt does not point back at the authorize entry of its call");
  if (count_of(prev, "index") != authorized.index) {
    complain_(index, "prev.index is not that of the authorize entry, " + std::to_string(authorized.index));
  } else if (text_of(prev, "hash") != authorized.hash) {
    complain_(index, "prev.hash is not the hash of entry " + std::to_string(authorized.index));
  }
  const json::Value* request = object_of(&root, "request");
  if (request != nullptr && text_of(request, "digest") != authorized.digest) {
    complain_(index,
              "request.digest is not the one that entry " + std::to_string(authorized.index) + " authorizes");
  }
  const auto state = state_of(root);
  const json::Value* decision = object_of(&root, "decision");
  if (authorized.halted && state == Ending::succeeded) {
    complain_(index, "a call ran that was authorized while everything was halted");
  }
  const bool escalated = authorized.escalated || text_of(decision, "effect") == "escalate";
  if (!escalated || !state || !may_have_run(*state)) return;
  check_quorum(index, authorized, authorized.approvals, "the authorize entry's");
  if (decision != nullptr) check_quorum(index, authorized, approvals_of(root), "the receipt's");
}

void Sense::check_quorum(std::uint64_t index, const Authorized& authorized,
                         const std::vector<Approval>& approvals, std::string_view whose) {
  if (!authorized.roster) return complain_(index, "no readable roster stands before its authorize entry");
  const std::string sentence = missing_quorum(authorized.plans, approvals, *authorized.roster);
  if (!sentence.empty()) complain_(index, "no quorum by " + std::string(whose) + " approvals: " + sentence);
}

void Sense::take_roster(std::uint64_t index, const Entry& entry) {
  roster_.reset();  // an unreadable roster approves nothing
  const auto blob = read_blob_(text_of(&entry.root(), "digest"));
  if (!blob) return complain_(index, "the roster: " + blob.error().detail);
  auto roster = parse_roster(*blob);
  if (!roster) return complain_(index, roster.error().detail);
  roster_ = std::make_shared<const Roster>(std::move(*roster));
}

void Sense::take_halt(std::uint64_t index, const Entry& entry) {
  const bool halts = text_of(&entry.root(), "act") == "halt";
  if (halts == halted_) {
    complain_(index, halts ? "a halt follows a halt that was not lifted" : "a resume follows no halt");
  }
  halted_ = halts;
}

void Sense::check_blob(std::uint64_t index, std::string_view digest, std::string_view what) {
  const auto blob = read_blob_(digest);
  if (!blob) complain_(index, std::string(what) + ": " + blob.error().detail);
}

void Sense::check_evidence(std::uint64_t index, const std::vector<Approval>& approvals) {
  for (const Approval& approval : approvals) {
    if (!approval.evidence.empty()) check_blob(index, approval.evidence, "the evidence of " + approval.kid);
  }
}

}  // namespace holdfast::receipts
