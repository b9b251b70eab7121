// What the certificate of a TLS client says of who it is.
#pragma once

#include <openssl/types.h>

#include <optional>

#include "net/server_tls.hpp"

namespace holdfast::net {

// Nothing when the client showed none, or one whose names cannot be told apart from others (a control in
// them). It was verified: a session with one that does not hold ends in its handshake.
[[nodiscard]] std::optional<ClientCertificate> certificate_of(SSL* ssl);

}  // namespace holdfast::net
