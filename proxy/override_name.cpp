#include "proxy/override_name.hpp"

#include "net/http_message.hpp"

namespace holdfast::proxy {

void OverrideName::take(char byte) {
  ended_ = ended_ || byte == '\0';
  const auto octet = static_cast<unsigned char>(byte);
  if (ended_ || possible_ == 0 || octet < ' ' || octet >= 0x7f || byte == ' ' || byte == ']') return;
  // `[` or `.` for the `_`, or before it.
  if (byte == '[' || (byte == '.' && at_ == 0)) {
    folded_ = folded_ || at_ == 0;
    return;
  }
  if (at_ == 0 && folded_ && byte != '_') follow('_');
  follow(byte);
}

void OverrideName::follow(char byte) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const std::string_view name = kNames.at(i);
    if (at_ >= name.size() || name[at_] != net::lower(byte)) possible_ &= ~(1U << i);
  }
  ++at_;
}

bool OverrideName::matches() const {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if ((possible_ >> i & 1) != 0 && at_ == kNames.at(i).size()) return true;
  }
  return false;
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
