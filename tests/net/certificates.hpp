// A certificate authority of the test's own, and servers it vouches for, in files of a temporary folder.
#pragma once

#include <memory>
#include <string>

namespace holdfast::test {

class Certificates {
 public:
  Certificates();
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  // PEM files. `names` is a subjectAltName, e.g. "DNS:localhost,IP:127.0.0.1".
  struct Identity {
    std::string cert_file;
    std::string key_file;
  };
  Identity issue(const std::string& name, const std::string& names);
  [[nodiscard]] std::string ca_file() const { return folder_ + "/ca.pem"; }

 private:
  struct Authority;
  std::string folder_;
  std::unique_ptr<Authority> authority_;
};

}  // namespace holdfast::test
