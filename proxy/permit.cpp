#include "proxy/permit.hpp"

namespace holdfast::proxy {

std::optional<Permit> Permit::of_allow(const Decision& decision, const crypto::DigestText& digest) {
  if (decision.effect != Effect::allow) return std::nullopt;
  return Permit(digest, true);
}

std::optional<Permit> Permit::of_release(const approvals::Hold& released,
                                         const crypto::DigestText& digest_now) {
  if (released.status != approvals::Status::released || released.ending) return std::nullopt;
  if (released.call.digest.empty() || released.call.digest != digest_now) return std::nullopt;
  return Permit(digest_now, true);
}

std::optional<Permit> Permit::of_protocol(const Recognised& message) {
  if (message.is_call || message.upstream == nullptr || message.upstream->protocol != Protocol::mcp) {
    return std::nullopt;
  }
  // A message that has not been read might be a call.
  if (message.needs_body && !message.message) return std::nullopt;
  if (message.message && !mcp::passes(*message.message)) return std::nullopt;
  return Permit({}, false);
}

}  // namespace holdfast::proxy
