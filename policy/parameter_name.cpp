#include "policy/parameter_name.hpp"

namespace holdfast::policy {
namespace {

bool is_one_of(char byte, std::string_view set) {
  return set.find(byte) != std::string_view::npos;
}

bool is_control(char byte) {
  const auto octet = static_cast<unsigned char>(byte);
  return octet < 0x20 || octet == 0x7f;
}

char as_php_has_it(char byte) {
  return is_one_of(byte, ".[ ") ? '_' : byte;
}

}  // namespace

ParameterName::ParameterName(std::string_view wanted) : rest_(wanted) {
  for (; !rest_.empty() && is_one_of(rest_.front(), "_.[]!? "); rest_.remove_prefix(1))
    wanted_ += rest_.front() == '_' ? 1 : 0;
  // `items[]` and `items` are one list.
  while (!rest_.empty() && is_one_of(rest_.back(), ".[] "))
    rest_.remove_suffix(1);
}

void ParameterName::take(char byte) {
  ended_ = ended_ || byte == '\0';
  if (ended_ || settled() || is_control(byte) || byte == ']') return;
  if (at_ == At::before) {
    if (is_one_of(byte, " !?")) return;
    if (is_one_of(byte, ".[")) {
      ++marks_;
      return;
    }
    if (byte == '_') {
      ++given_;
      return;
    }
    at_ = starts_alike() ? At::inside : At::other;
  }
  if (at_ == At::inside) follow(byte);
}

void ParameterName::follow(char byte) {
  while (rest_.starts_with(']'))
    rest_.remove_prefix(1);
  if (rest_.empty()) {
    if (byte != ' ') at_ = is_one_of(byte, "[.(:") ? At::part : At::other;
  } else if (as_php_has_it(byte) == as_php_has_it(rest_.front())) {
    rest_.remove_prefix(1);
  } else {
    at_ = At::other;
  }
}

bool ParameterName::may_be() const {
  if (settled()) return at_ == At::part;
  return rest_.empty() && starts_alike();
}

}  // namespace holdfast::policy
