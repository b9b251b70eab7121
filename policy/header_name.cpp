#include "policy/header_name.hpp"

#include <algorithm>

namespace holdfast::policy {
namespace {

char careless(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c + ('a' - 'A'));
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
}

}  // namespace

bool may_be_same_header(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return careless(x) == careless(y); });
}

std::string careless_header(std::string_view name) {
  std::string out(name);
  std::transform(out.begin(), out.end(), out.begin(), careless);
  return out;
}

}  // namespace holdfast::policy
