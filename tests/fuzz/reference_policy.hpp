// A second judge, slow and plain, written from 02-policy: three-valued conditions over the arguments of a
// call and what is known beside them, and the decision over rules. It knows the fields, operators and keys of
// rules that the target `policy` writes, and shares no code with policy/.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "policy/options.hpp"
#include "tests/fuzz/reference_json.hpp"

namespace holdfast::fuzz {

// What a call says, as the reference reads it.
struct Facts {
  enum class Document { absent, whole, unreadable };
  Document state = Document::absent;
  Json args;
  std::vector<std::string> contested;                        // arguments that the query may say otherwise
  std::vector<std::pair<std::string, std::string>> headers;  // lower case
  Document context_state = Document::absent;
  Json context;
  std::optional<std::vector<std::string>> labels_seen;     // nothing: unknown
  std::optional<std::map<std::string, bool>> annotations;  // nothing: unknown
  std::optional<WallTime> now;
  std::set<std::string> room;  // ids of the rules whose limits have room
};

struct Verdict {
  Effect effect = Effect::deny;
  std::string rule;
  std::string shadow;  // `<effect> <rule>`, when all rules would have said something else
  std::vector<std::string> labels;
  bool precommit = false;
};

// True, false, or nothing: unknown.
[[nodiscard]] std::optional<bool> ask(const policy::Condition& condition, const Facts& facts,
                                      const policy::Options& options);
[[nodiscard]] std::optional<bool> lies_within(const policy::TimeWindow& window,
                                              const std::optional<WallTime>& now);
[[nodiscard]] Verdict judge(const policy::Options& options, const Facts& facts);

}  // namespace holdfast::fuzz
