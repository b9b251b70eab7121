// The parameter `_method`, from which some frameworks take the method of a POST, and its kin:
// `X-HTTP-Method-Override` (ASP.NET), `_HttpMethod` (Salesforce). Known as careless readers know them: in any
// case, and in every spelling of a parameter (policy/parameter_name); of a list, as `_method[0]` makes one,
// Express takes the first.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "policy/parameter_name.hpp"

namespace holdfast::proxy {

// A name that comes byte by byte. Bytes that no such name has and that some reader drops (controls, broken
// UTF-8) do not tell names apart.
class OverrideName {
 public:
  void take(char byte);
  [[nodiscard]] bool matches() const;

 private:
  friend bool overrides_method(std::string_view parameter);
  static constexpr std::size_t kShortest = 7;  // however it is written

  using Wanted = policy::ParameterName;
  std::array<Wanted, 5> names_{Wanted("_method"), Wanted("_httpmethod"), Wanted("x-http-method-override"),
                               Wanted("x-http-method"), Wanted("x-method-override")};
};

// For the agent, and the receipt.
inline constexpr const char* kMethodOverride =
    "a parameter such as _method could change what is run; it is refused";

[[nodiscard]] bool overrides_method(std::string_view parameter);

}  // namespace holdfast::proxy
