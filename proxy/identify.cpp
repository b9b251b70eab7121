#include "proxy/identify.hpp"

#include <algorithm>

namespace holdfast::proxy {
namespace {

// That a certificate names: its whole subject, or one of its alternative names.
bool names(const net::ClientCertificate& certificate, const std::string& who) {
  return certificate.subject == who ||
         std::find(certificate.names.begin(), certificate.names.end(), who) != certificate.names.end();
}

// The certificate, if the authority that vouched for it still does.
const net::ClientCertificate* standing_certificate(const Snapshot& snapshot, const Entrance& entrance) {
  const auto tls = snapshot.tls.find(entrance.listener);
  const bool stands = entrance.certificate != nullptr && tls != snapshot.tls.end() &&
                      tls->second->authority() == entrance.certificate->authority;
  return stands ? entrance.certificate.get() : nullptr;
}

// Whoever is named by what was shown: one, or it is nobody.
class Caller {
 public:
  void is(const Agent* agent) {
    several_ = several_ || (agent_ != nullptr && agent_ != agent);
    agent_ = agent;
  }
  [[nodiscard]] const Agent* agent() const { return several_ ? nullptr : agent_; }
  [[nodiscard]] bool several() const { return several_; }

 private:
  const Agent* agent_ = nullptr;
  bool several_ = false;
};

}  // namespace

Result<const Agent*> identify(const Snapshot& snapshot, const std::vector<net::HeaderLine>& headers,
                              const Entrance& entrance) {
  const auto& agents = snapshot.options.agents;
  if (agents.empty()) return &snapshot.anonymous;
  if (agents.size() == 1 && !agents.front().has_credential()) return &agents.front().agent;
  if (net::count_headers(headers, "Holdfast-Agent-Token") > 1) {
    return fail(Code::unauthenticated, "the header Holdfast-Agent-Token stands twice");
  }
  const net::HeaderLine* shown = net::find_header(headers, "Holdfast-Agent-Token");
  const net::ClientCertificate* certificate = standing_certificate(snapshot, entrance);
  bool token_known = false;
  Caller caller;
  for (const KnownAgent& known : agents) {
    if (shown != nullptr && !known.token.empty() && known.token.equals(shown->value)) {
      token_known = true;
      caller.is(&known.agent);
    }
    if (certificate != nullptr && !known.mtls.empty() && names(*certificate, known.mtls))
      caller.is(&known.agent);
    if (!known.listener.empty() && known.listener == entrance.listener) caller.is(&known.agent);
  }
  if (shown != nullptr && !token_known)
    return fail(Code::unauthenticated, "the token in Holdfast-Agent-Token is not known here");
  if (caller.several())
    return fail(Code::unauthenticated, "what you show names two agents: token, certificate and listener");
  if (caller.agent() != nullptr) return caller.agent();
  return fail(Code::unauthenticated, certificate == nullptr
                                         ? "send your token in the header Holdfast-Agent-Token"
                                         : "your certificate is that of no agent here");
}

const Agent* find_agent(const Snapshot& snapshot, std::string_view id) {
  for (const KnownAgent& known : snapshot.options.agents) {
    if (known.agent.id == id) return &known.agent;
  }
  const bool nobody_known = snapshot.options.agents.empty();
  return nobody_known && snapshot.anonymous.id == id ? &snapshot.anonymous : nullptr;
}

}  // namespace holdfast::proxy
