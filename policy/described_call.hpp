// A call that somebody describes instead of making it: in a `tests:` block, for `policy explain`, for a check
// (09-interfaces, "A call in files"). What the description leaves out and the configuration does not say is
// unknown, never missing (law 3): a rule on the body is not met by a description without one.
//
//   {tool, args | raw, body, agent, http: {method, path, host, headers, query}, path, upstream, operation,
//    sensitivity, context, annotations, now}
//
// docs/policy-tools.md says what each of them is.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "core/call.hpp"
#include "core/json.hpp"
#include "core/result.hpp"
#include "policy/engine.hpp"

namespace holdfast::policy {

// How a description is read.
struct Describing {
  json::Limits limits;            // of the description, and of the text in `raw`
  const Agent* caller = nullptr;  // whose call it is: a description that names another, or relaxes what we
                                  // know of the tool, is forbidden. Null: who describes it may name anyone
  // The call is described and nothing else: what is to be known of its tool and of the time is not the
  // description's to say, though it may name its agent. So whoever passes on what an agent wrote, with the
  // agent's name put in, loosens nothing.
  bool call_only = false;
  std::optional<WallTime> now;  // when it is made, unless the description says
  // What the agent has seen, an array of text, unless the description says; null: only the description can.
  const json::Value* labels_seen = nullptr;
  std::span<const std::string_view> others;  // members that are not the call's; left alone
};

// Owns everything that its call points to, beside the document it was read from. Movable; the call stays
// where it is.
class DescribedCall {
 public:
  // Errors: malformed and too_large, also for a call that would be refused before any rule is asked, and
  // forbidden. Each names the member, in a sentence that may be shown to whoever wrote the description.
  [[nodiscard]] static Result<DescribedCall> read(std::string_view json, const Policy& policy,
                                                  const Describing& how);
  // The same of a value whose document outlives the described call.
  [[nodiscard]] static Result<DescribedCall> read(const json::Value& description, const Policy& policy,
                                                  const Describing& how);

  DescribedCall(DescribedCall&&) noexcept;
  DescribedCall& operator=(DescribedCall&&) noexcept;
  ~DescribedCall();

  [[nodiscard]] const Call& call() const;

 private:
  struct Parts;
  friend class Description;
  explicit DescribedCall(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace holdfast::policy
