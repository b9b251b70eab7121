// A Host header as rules are asked about it (RFC 9110 §7.2, RFC 3986 §6.2): servers take several spellings
// for one name.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::policy {

// Points into what it was read from, or into the room that was given.
struct HostName {
  std::string_view host;          // in small letters, without a dot at its end and without the scheme's port
  std::string_view without_port;  // when it has another port: what a server reads that goes by the name alone
};

// `default_port`: of the scheme it is sent over, or empty where nobody knows. Most names are as they are
// sent, and take no room.
[[nodiscard]] HostName read_host(std::string_view sent, std::string_view default_port, std::string& room);

}  // namespace holdfast::policy
