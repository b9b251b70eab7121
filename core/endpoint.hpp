// Where a connection leads to, and how it is made: connections are kept and used again by it.
#pragma once

#include <chrono>
#include <string>

namespace holdfast {

struct Endpoint {
  std::string host;  // a name or an address
  std::string port;
  bool tls = false;
  std::string ca_file;              // empty: the system's roots
  std::string cert_file, key_file;  // client certificate; empty: none
  std::chrono::milliseconds connect = std::chrono::seconds(5);
  std::chrono::milliseconds read = std::chrono::seconds(60);  // the longest silence while bytes are owed

  bool operator==(const Endpoint&) const = default;
};

}  // namespace holdfast
