// TLS towards upstreams: 1.2 or later, the peer always verified, HTTP/1.1 and nothing else by ALPN.
#pragma once

#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <string>

#include "core/result.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"

namespace holdfast::net {

using TlsContext = asio::ssl::context;
using TlsStream = asio::ssl::stream<Socket&>;

// The roots and the client certificate an endpoint names. Error: unavailable, naming the file.
[[nodiscard]] Result<std::shared_ptr<TlsContext>> make_tls_context(const Endpoint& endpoint);

// Before the handshake: SNI, the name or address the certificate must be for, ALPN.
[[nodiscard]] Result<void> expect_host(TlsStream& stream, const std::string& host);

// After it. Error: unavailable, if the peer chose another protocol.
[[nodiscard]] Result<void> check_protocol(TlsStream& stream, const std::string& host);

// Why a handshake failed, in words that say what to do about it.
[[nodiscard]] Error handshake_failure(TlsStream& stream, const std::string& host, const std::string& reason);

// Application data has arrived that nobody has read.
[[nodiscard]] bool holds_data(TlsStream& stream);
// Neither data nor part of a record nor a close_notify has arrived that nobody has read.
[[nodiscard]] bool tls_quiet(TlsStream& stream);

}  // namespace holdfast::net
