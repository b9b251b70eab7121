// A second judge, slow and plain, written from 02-policy: three-valued conditions over the arguments of a
// call, and the decision over rules. It knows the fields and operators that the target `policy` writes, and
// shares no code with policy/.
#pragma once

#include <optional>
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
};

struct Verdict {
  Effect effect = Effect::deny;
  std::string rule;
};

[[nodiscard]] Verdict judge(const policy::Options& options, const Facts& facts);

}  // namespace holdfast::fuzz
