#include "tests/net/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

namespace holdfast::test {
namespace {

template <auto release>
struct Free {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;

Key make_key() {
  return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
}

void add(X509* certificate, X509* issuer, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate make_certificate(EVP_PKEY* key, const std::string& name, X509* issuer, EVP_PKEY* issuer_key,
                             const std::string& names) {
  static long serial = 1;
  Certificate made(X509_new());
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  X509_set_pubkey(made.get(), key);
  X509_NAME* subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509* by = issuer == nullptr ? made.get() : issuer;
  X509_set_issuer_name(made.get(), X509_get_subject_name(by));
  add(made.get(), by, NID_basic_constraints, issuer == nullptr ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (!names.empty()) add(made.get(), by, NID_subject_alt_name, names);
  X509_sign(made.get(), issuer_key, EVP_sha256());
  return made;
}

void write(const std::string& path, X509* certificate, EVP_PKEY* key) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (certificate != nullptr) PEM_write_X509(file, certificate);
  if (key != nullptr) PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
}

std::string make_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-net-XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

}  // namespace

struct Certificates::Authority {
  Key key = make_key();
  Certificate certificate = make_certificate(key.get(), "Test CA", nullptr, key.get(), "");
};

Certificates::Certificates() : folder_(make_folder()), authority_(std::make_unique<Authority>()) {
  write(ca_file(), authority_->certificate.get(), nullptr);
}

Certificates::~Certificates() {
  std::filesystem::remove_all(folder_);
}

Certificates::Identity Certificates::issue(const std::string& name, const std::string& names) {
  const Key key = make_key();
  const Certificate made =
      make_certificate(key.get(), name, authority_->certificate.get(), authority_->key.get(), names);
  Identity identity{folder_ + "/" + name + ".pem", folder_ + "/" + name + ".key"};
  write(identity.cert_file, made.get(), nullptr);
  write(identity.key_file, nullptr, key.get());
  return identity;
}

}  // namespace holdfast::test
