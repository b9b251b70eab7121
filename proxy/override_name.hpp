// The parameter `_method`, from which some frameworks take the method of a POST, and its kin:
// `X-HTTP-Method-Override` (ASP.NET), `_HttpMethod` (Salesforce). Known as careless readers know them: in any
// case; `.method`, `[method` and leading spaces, which PHP folds to it; `[_method]`, `_method]` and
// `._method`, which Rack and Express do; and cut off at a NUL.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace holdfast::proxy {

// A name that comes byte by byte. Bytes that no such name has and that some reader drops (controls, broken
// UTF-8) do not tell names apart.
class OverrideName {
 public:
  void take(char byte);
  [[nodiscard]] bool matches() const;

 private:
  friend bool overrides_method(std::string_view parameter);
  static constexpr std::array<std::string_view, 5> kNames{"_method", "_httpmethod", "x-http-method-override",
                                                          "x-http-method", "x-method-override"};
  static constexpr std::size_t kShortest = 7;  // however it is written
  void follow(char byte);

  std::size_t at_ = 0;                             // bytes of a name
  unsigned possible_ = (1U << kNames.size()) - 1;  // a bit for each of kNames that it may still be
  bool folded_ = false;
  bool ended_ = false;
};

// For the agent, and the receipt.
inline constexpr const char* kMethodOverride =
    "a parameter such as _method could change what is run; it is refused";

[[nodiscard]] bool overrides_method(std::string_view parameter);

}  // namespace holdfast::proxy
