// The request that somebody else's proxy asks about, put together from what that proxy sends: nginx
// (auth_request), Traefik and Caddy (forward-auth), Envoy (ext_authz over HTTP), each by its own contract
// (docs/ask-only.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "net/http_message.hpp"
#include "pdp/plane.hpp"

namespace holdfast::pdp {

enum class Asker { nginx, forward_auth, envoy };

// What the proxy's configuration says, in the path it asks: so no client has a say in it.
struct Setting {
  // What is promised of the original's body.
  enum class Body {
    hidden,  // nothing: it may have one, of which nothing is known
    none,    // the upstream gets none
    sent,    // we get it, whole
  };
  Asker asker = Asker::nginx;
  Body body = Body::hidden;
  std::string agent;      // empty: the original shows its own token
  std::string_view rest;  // of Envoy: the original's target
};

// /v1/nginx/<body>, /v1/forward-auth/<body>, /v1/envoy/<body><original target>; with an agent that is named,
// /v1/as/<agent>/nginx/<body> and so on. Nothing when the target is none of these.
[[nodiscard]] std::optional<Setting> read_setting(const Request& request);

// Views into the request.
struct Original {
  net::RequestHead head;
  std::string_view body;
  bool body_known = false;  // whole, or certainly not there
};

// Error: malformed, for what the proxy does not tell, or tells twice.
[[nodiscard]] Result<Original> original_of(const Request& request, const Setting& setting);

}  // namespace holdfast::pdp
