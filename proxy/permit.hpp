// The right to forward one call. It can be made only from an allow, from a released approval, or for a
// message the protocol itself needs; forward() takes one, so nothing else can reach an upstream.
#pragma once

#include <optional>

#include "approvals/hold.hpp"
#include "core/decision.hpp"
#include "crypto/digest.hpp"
#include "proxy/recognise.hpp"

namespace holdfast::proxy {

class Permit {
 public:
  Permit(Permit&&) noexcept = default;
  Permit& operator=(Permit&&) noexcept = default;
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;

  // Of a call the policy allows. The digest is of the call judged; empty when it is completed as the body
  // leaves.
  static std::optional<Permit> of_allow(const Decision& decision, const crypto::DigestText& digest);

  // Of a hold that this caller, and nobody else, has released, and whose digest is that of the bytes about to
  // be sent.
  static std::optional<Permit> of_release(const approvals::Hold& released,
                                          const crypto::DigestText& digest_now);

  // Of an MCP message that is no call: handshake, ping, list, notification, reply, session stream.
  static std::optional<Permit> of_protocol(const Recognised& message);

  [[nodiscard]] const crypto::DigestText& digest() const { return digest_; }
  [[nodiscard]] bool is_call() const { return is_call_; }

 private:
  Permit(const crypto::DigestText& digest, bool is_call) : digest_(digest), is_call_(is_call) {}

  crypto::DigestText digest_;
  bool is_call_;
};

}  // namespace holdfast::proxy
