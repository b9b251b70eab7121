#include "control/vote_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "core/id.hpp"
#include "core/json.hpp"

namespace holdfast::control {
namespace {

constexpr std::size_t kMaxReason = 1024;
constexpr json::Limits kLimits{.bytes = kMaxBody, .depth = 4};

// Reads an object's string members; the first mistake is kept, and asked for at the end.
class Reader {
 public:
  Reader(const json::Value& object, std::string_view where, std::initializer_list<std::string_view> known)
      : object_(object), where_(where) {
    if (!object.is(json::Kind::object)) complain(fmt::format("{} must be a JSON object", where_));
    for (const json::Member& member : object.members()) {
      if (std::find(known.begin(), known.end(), member.name) == known.end()) {
        complain(fmt::format("{} has an unknown member; known are {}", where_, fmt::join(known, ", ")));
      }
    }
  }

  [[nodiscard]] bool has(std::string_view name) const { return object_.find(name) != nullptr; }

  // Empty when the member is absent.
  std::string text(std::string_view name) {
    const json::Value* value = error_.empty() ? object_.find(name) : nullptr;
    if (value == nullptr) return {};
    if (!value->is(json::Kind::string)) complain(fmt::format("{} of {} must be a string", name, where_));
    return value->is(json::Kind::string) ? std::string(value->text()) : std::string();
  }

  std::string required_text(std::string_view name) {
    std::string found = text(name);
    if (found.empty()) complain(fmt::format("{} needs a non-empty {}", where_, name));
    return found;
  }

  void complain(std::string sentence) {
    if (error_.empty()) error_ = std::move(sentence);
  }

  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  const json::Value& object_;
  const std::string_view where_;
  std::string error_;
};

VoteBody vote_members(Reader& reader, approvals::Act act) {
  VoteBody vote;
  vote.digest = act == approvals::Act::approve ? reader.required_text("digest") : reader.text("digest");
  vote.reason = reader.text("reason");
  return vote;
}

CallbackBody callback_data(Reader& data, std::string_view approver) {
  CallbackBody callback;
  callback.hold = data.required_text("approval_id");
  const std::string act = data.required_text("vote");
  if (act != "approve" && act != "reject") data.complain("vote must be \"approve\" or \"reject\"");
  callback.act = act == "approve" ? approvals::Act::approve : approvals::Act::reject;
  callback.vote = vote_members(data, callback.act);
  if (data.has("approver") && data.text("approver") != approver)
    data.complain("approver must be the approver of the callback's path");
  return callback;
}

}  // namespace

Result<VoteBody> read_vote(std::string_view body, approvals::Act act) {
  const auto document = json::parse(body, kLimits);
  if (!document) return fail(document.error());
  Reader reader(document->root(), "the body", {"digest", "reason"});
  VoteBody vote = vote_members(reader, act);
  if (!reader.error().empty()) return fail(Code::malformed, reader.error());
  return vote;
}

Result<std::string> read_reason(std::string_view body) {
  if (body.empty()) return std::string();
  const auto document = json::parse(body, kLimits);
  if (!document) return fail(document.error());
  Reader reader(document->root(), "the body", {"reason"});
  std::string reason = reader.text("reason");
  if (reason.size() > kMaxReason) reader.complain("the reason is longer than 1 KiB");
  if (!reader.error().empty()) return fail(Code::malformed, reader.error());
  return reason;
}

Result<CallbackBody> read_callback(std::string_view body, std::string_view approver) {
  const auto document = json::parse(body, kLimits);
  if (!document) return fail(document.error());
  Reader envelope(document->root(), "the callback", {"type", "timestamp", "data"});
  if (envelope.required_text("type") != "approval.vote") envelope.complain("type must be \"approval.vote\"");
  envelope.text("timestamp");
  const json::Value* member = document->root().find("data");
  if (member == nullptr) envelope.complain("the callback needs data");
  if (!envelope.error().empty()) return fail(Code::malformed, envelope.error());

  Reader data(*member, "data", {"approval_id", "approver", "digest", "reason", "vote"});
  CallbackBody callback = callback_data(data, approver);
  if (!data.error().empty()) return fail(Code::malformed, data.error());
  return callback;
}

}  // namespace holdfast::control
