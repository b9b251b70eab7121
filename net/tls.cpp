#include "net/tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace holdfast::net {
namespace {

constexpr unsigned char kAlpn[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

}  // namespace

Result<std::shared_ptr<TlsContext>> make_tls_context(const Endpoint& endpoint) {
  std::string step = "TLS cannot be set up";
  try {
    auto context = std::make_shared<TlsContext>(TlsContext::tls_client);
    if (SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION) != 1) {
      return fail(Code::unavailable, "TLS 1.2 cannot be required of upstreams");
    }
    context->set_verify_mode(asio::ssl::verify_peer);
    if (endpoint.ca_file.empty()) {
      step = "the system's root certificates cannot be read";
      context->set_default_verify_paths();
    } else {
      step = fmt::format("the CA file {} cannot be read", endpoint.ca_file);
      context->load_verify_file(endpoint.ca_file);
    }
    if (!endpoint.cert_file.empty()) {
      step = fmt::format("the client certificate {} cannot be read", endpoint.cert_file);
      context->use_certificate_chain_file(endpoint.cert_file);
      const std::string& key = endpoint.key_file.empty() ? endpoint.cert_file : endpoint.key_file;
      step = fmt::format("the client key {} cannot be read, or is not that of the certificate", key);
      context->use_private_key_file(key, TlsContext::pem);
    }
    return context;
  } catch (const boost::system::system_error& failure) {
    return fail(Code::unavailable, fmt::format("{}: {}", step, failure.code().message()));
  }
}

Result<void> expect_host(TlsStream& stream, const std::string& host) {
  SSL* ssl = stream.native_handle();
  X509_VERIFY_PARAM* verify = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  boost::system::error_code not_address;
  asio::ip::make_address(host, not_address);
  bool done = false;
  if (not_address) {
    // OpenSSL's macro for SNI casts away const the old way.
    const auto set_name = SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                                   const_cast<char*>(host.c_str()));
    done = set_name == 1 && X509_VERIFY_PARAM_set1_host(verify, host.data(), host.size()) == 1;
  } else {
    done = X509_VERIFY_PARAM_set1_ip_asc(verify, host.c_str()) == 1;
  }
  if (!done || SSL_set_alpn_protos(ssl, kAlpn, sizeof kAlpn) != 0) {
    return fail(Code::unavailable, fmt::format("TLS cannot be told to expect {}", host));
  }
  return {};
}

Result<void> check_protocol(TlsStream& stream, const std::string& host) {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(stream.native_handle(), &name, &size);
  if (size == 0 || std::equal(name, name + size, kAlpn + 1, kAlpn + sizeof kAlpn)) return {};
  return fail(Code::unavailable, fmt::format("{} chose a protocol other than HTTP/1.1", host));
}

Error handshake_failure(TlsStream& stream, const std::string& host, const std::string& reason) {
  const long verdict = SSL_get_verify_result(stream.native_handle());
  if (verdict != X509_V_OK) {
    return {Code::unavailable, fmt::format("the certificate of {} does not hold: {}", host,
                                           X509_verify_cert_error_string(verdict))};
  }
  return {Code::unavailable, fmt::format("the TLS handshake with {} failed: {}", host, reason)};
}

bool holds_data(TlsStream& stream) {
  SSL* ssl = stream.native_handle();
  if (SSL_has_pending(ssl) == 0 && BIO_ctrl_pending(SSL_get_rbio(ssl)) == 0) return false;
  // Session tickets wait there too, and are nobody's answer: a peek takes those and leaves data.
  char byte = 0;
  const bool data = SSL_peek(ssl, &byte, 1) > 0;
  ERR_clear_error();
  return data;
}

bool tls_quiet(TlsStream& stream) {
  if (holds_data(stream)) return false;
  SSL* ssl = stream.native_handle();
  return SSL_has_pending(ssl) == 0 && SSL_get_shutdown(ssl) == 0;
}

}  // namespace holdfast::net
