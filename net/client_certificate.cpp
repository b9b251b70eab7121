#include "net/client_certificate.hpp"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>

namespace holdfast::net {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* it) const {
    Free(it);
  }
};

// RFC 4514 §2: as OpenSSL writes RFC 2253, with UTF-8 left as it is.
std::optional<std::string> subject_of(X509* certificate) {
  const std::unique_ptr<BIO, Freed<BIO_free>> out(BIO_new(BIO_s_mem()));
  constexpr unsigned long kForm = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (!out || X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, kForm) < 0)
    return std::nullopt;
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return size < 0 ? std::nullopt : std::optional<std::string>(std::in_place, text, size);
}

bool is_plain(std::string_view name) {
  return std::none_of(name.begin(), name.end(), [](char c) { return c <= ' ' || c == '\x7f'; });
}

// False when one of them holds a control: NUL would end it early for another reader.
bool add_names(X509* certificate, std::vector<std::string>& names) {
  const std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>> all(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    int type = 0;
    const void* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(all.get(), i), &type);
    if (type != GEN_DNS && type != GEN_URI) continue;
    const auto* text = static_cast<const ASN1_STRING*>(value);
    const std::string_view name(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                                static_cast<std::size_t>(ASN1_STRING_length(text)));
    if (!is_plain(name)) return false;
    names.push_back((type == GEN_DNS ? "DNS:" : "URI:") + std::string(name));
  }
  return true;
}

std::optional<WallTime> end_of(X509* certificate) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1) return std::nullopt;
  return WallTime(std::chrono::seconds(::timegm(&parts)));
}

}  // namespace

std::optional<ClientCertificate> certificate_of(SSL* ssl) {
  const std::unique_ptr<X509, Freed<X509_free>> shown(SSL_get1_peer_certificate(ssl));
  if (!shown || SSL_get_verify_result(ssl) != X509_V_OK) return std::nullopt;
  auto subject = subject_of(shown.get());
  const auto until = end_of(shown.get());
  ClientCertificate certificate;
  if (!subject || !until || !add_names(shown.get(), certificate.names)) return std::nullopt;
  certificate.subject = std::move(*subject);
  certificate.until = *until;
  return certificate;
}

}  // namespace holdfast::net
