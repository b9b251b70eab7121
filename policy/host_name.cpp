#include "policy/host_name.hpp"

#include <algorithm>

namespace holdfast::policy {
namespace {

bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

// Up to the first colon behind an IPv6 literal: who takes a second one for a part of the port reads this
// name.
std::string_view name_of(std::string_view host) {
  const std::size_t literal = host.starts_with('[') ? std::min(host.find(']'), host.size()) : 0;
  return host.substr(0, host.find(':', literal));
}

std::string_view without_zeros(std::string_view port) {
  port.remove_prefix(std::min(port.find_first_not_of('0'), port.size()));
  return port;
}

}  // namespace

HostName read_host(std::string_view sent, std::string_view default_port, std::string& room) {
  const std::size_t end = name_of(sent).size();
  if (end == 0) return {sent, {}};
  const bool dotted = end > 1 && sent[end - 1] == '.';
  const bool with_port = end < sent.size();
  // Only a dot before a port, and capitals, cannot be left out of a view.
  if ((dotted && with_port) || std::any_of(sent.begin(), sent.end(), is_capital)) {
    room = sent;
    std::transform(room.begin(), room.end(), room.begin(),
                   [](char c) { return is_capital(c) ? static_cast<char>(c + ('a' - 'A')) : c; });
    if (dotted) room.erase(end - 1, 1);
    sent = room;
  } else if (dotted) {
    sent.remove_suffix(1);
  }
  const std::string_view name = name_of(sent);
  if (!with_port) return {name, {}};
  const std::string_view port = without_zeros(sent.substr(name.size() + 1));
  return port.empty() || port == default_port ? HostName{name, {}} : HostName{sent, name};
}

}  // namespace holdfast::policy
