// What approvers see of a call's headers: all that the digest covers, and no credential in clear. The
// context, which is not sent, they see by itself (claims.hpp).
#pragma once

#include <string>
#include <string_view>

#include "crypto/request_digest.hpp"
#include "proxy/recognise.hpp"

namespace holdfast::proxy {

// Whether a header of that name (lower case) is likely to carry what opens something. A header that is taken
// for one by mistake is still shown to be there.
[[nodiscard]] bool names_credential(std::string_view lower_name);

// A JSON array, sorted by name, equal names in their order: `{"name","value"}`; of a value that is not UTF-8
// `{"name","value_base64"}`; of a credential `{"credential","name"}`, a keyed mark that is the same for the
// same value, in every hold of this installation.
[[nodiscard]] std::string shown_headers(const Recognised& call, const crypto::RequestComponents& components);

}  // namespace holdfast::proxy
