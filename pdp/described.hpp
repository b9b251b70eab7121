// Described calls (09-interfaces, `/v1/check`): from the description to what is judged, held and recorded.
// The same description under the same snapshot, with the same labels on its agent, is always judged alike,
// which is what lets a consumption judge it once more.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/id.hpp"
#include "core/result.hpp"
#include "crypto/request_digest.hpp"
#include "pdp/judged.hpp"
#include "policy/described_call.hpp"

namespace holdfast::pdp {

// `request.protocol` of what was described, in holds and entries: no agent's call has it, so none is mistaken
// for one.
inline constexpr std::string_view kDescribed = "check";

// A description, read. Its call points into it.
struct Described {
  std::string text;  // RFC 8785 but for numbers, which stay as written; it names its agent
  policy::DescribedCall read;
};

// `text`: a description and nothing else. Errors: malformed and too_large, in a sentence for whoever wrote
// it.
[[nodiscard]] Result<Described> read_description(std::string text, const proxy::Snapshot& snapshot,
                                                 WallTime now);

// What a hold is of and a digest covers: `CHECK check:<tool>` with the description's text as its content.
[[nodiscard]] crypto::DigestText digest_of(std::string_view text, std::string_view tool,
                                           std::string_view nonce);

// `begun`: the kill switch, before anything was looked at. What is judged points into the description.
// `room`: that it has in limits.
[[nodiscard]] Judged judge(const Described& described, std::shared_ptr<const proxy::Snapshot> snapshot,
                           const proxy::Shared* shared, approvals::HaltSwitch::Count begun,
                           std::span<const Draw> room = {});

}  // namespace holdfast::pdp
