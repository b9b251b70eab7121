#include "proxy/override_name.hpp"

#include <algorithm>

#include "net/http_message.hpp"

namespace holdfast::proxy {

void OverrideName::take(char byte) {
  if (static_cast<unsigned char>(byte) >= 0x80) return;
  for (policy::ParameterName& name : names_)
    name.take(net::lower(byte));
}

bool OverrideName::matches() const {
  return std::any_of(names_.begin(), names_.end(), [](const auto& name) { return name.may_be(); });
}

bool overrides_method(std::string_view parameter) {
  // Few parameters are so long and have the letter that all of these have.
  if (parameter.size() < OverrideName::kShortest) return false;
  if (parameter.find_first_of("hH") == std::string_view::npos) return false;
  OverrideName name;
  for (const char byte : parameter)
    name.take(byte);
  return name.matches();
}

}  // namespace holdfast::proxy
