// The files of TLS on a listener of ours, PEM.
#pragma once

#include <string>

namespace holdfast {

struct TlsFiles {
  std::string cert;  // with the chain behind it; empty: no TLS
  std::string key;
  std::string client_ca;  // empty: no client is asked for a certificate

  [[nodiscard]] bool given() const { return !cert.empty(); }
  bool operator==(const TlsFiles&) const = default;
};

}  // namespace holdfast
