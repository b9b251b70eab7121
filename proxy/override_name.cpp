#include "proxy/override_name.hpp"

#include "net/http_message.hpp"

namespace holdfast::proxy {

void OverrideName::take(char byte) {
  ended_ = ended_ || byte == '\0';
  const auto octet = static_cast<unsigned char>(byte);
  if (ended_ || matched_ < 0 || octet < ' ' || octet >= 0x7f || byte == ' ') return;
  if (byte == '[' || byte == ']') {
    bracket_ = bracket_ || (matched_ == 0 && byte == '[');
    return;
  }
  // `[` or `.` for the `_`.
  if (matched_ == 0 && byte == '.') byte = '_';
  if (matched_ == 0 && bracket_ && byte != '_') matched_ = 1;
  const auto next = static_cast<std::size_t>(matched_);
  const bool same = next < kName.size() && net::same_name({&byte, 1}, kName.substr(next, 1));
  matched_ = same ? matched_ + 1 : -1;
}

bool overrides_method(std::string_view parameter) {
  OverrideName name;
  for (const char byte : parameter)
    name.take(byte);
  return name.matches();
}

}  // namespace holdfast::proxy
