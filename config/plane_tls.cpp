// TLS of our own listeners, and what may be listened on without it.
#include <fmt/format.h>

#include "config/address.hpp"
#include "config/sections.hpp"

namespace holdfast::config {

TlsFiles read_tls(Section& plane, Position* at) {
  TlsFiles files;
  plane.map("tls", [&](Section& tls) {
    if (!tls.given()) return;
    if (at != nullptr) *at = tls.at();
    tls.require("cert", "a PEM file: the certificate, with its chain behind it");
    files.cert = tls.path("cert").value_or("").string();
    tls.require("key", "a PEM file: the certificate's key");
    files.key = tls.path("key").value_or("").string();
    files.client_ca = tls.path("client_ca").value_or("").string();
  });
  return files;
}

// Tokens, votes and what is asked about would cross the network in the clear.
void read_insecure(Section& plane, const std::string& host) {
  const bool insecure = plane.flag("insecure", false);
  // Of TLS that is not as it should be, that has been said.
  const bool exposed = !host.empty() && !is_loopback(host) && !plane.has("tls");
  Context& context = plane.context();
  if (exposed && !insecure) {
    context.error(
        plane.place("listen"),
        fmt::format("`{}` is not a loopback address, and without TLS tokens would cross the network "
                    "in the clear",
                    plane.name_of("listen")),
        fmt::format("add {}: {{cert: ..., key: ...}}, or keep to loopback behind a proxy that speaks "
                    "TLS; `insecure: true` takes the risk",
                    plane.name_of("tls")));
  } else if (exposed) {
    context.warning(plane.place("insecure"),
                    fmt::format("`{}`: tokens cross the network in the clear", plane.name_of("insecure")),
                    fmt::format("add {}: {{cert: ..., key: ...}}", plane.name_of("tls")));
  } else if (insecure) {
    context.warning(plane.place("insecure"),
                    fmt::format("`{}` says nothing here: the plane is on loopback, or has TLS",
                                plane.name_of("insecure")),
                    "remove it, so that a change of `listen` does not open the plane by accident");
  }
}

}  // namespace holdfast::config
