// The parameter `_method`, from which some frameworks take the method of a POST. Known as careless readers
// know it: in any case; `.method`, `[method` and leading spaces, which PHP folds to it; `[_method]` and
// `_method]`, which Rack does; and cut off at a NUL.
#pragma once

#include <string_view>

namespace holdfast::proxy {

// A name that comes byte by byte. Bytes that no such name has and that some reader drops (controls, broken
// UTF-8) do not tell names apart.
class OverrideName {
 public:
  void take(char byte);
  [[nodiscard]] bool matches() const { return matched_ == static_cast<int>(kName.size()); }

 private:
  static constexpr std::string_view kName = "_method";

  int matched_ = 0;  // bytes of kName; -1: it is another name
  bool bracket_ = false;
  bool ended_ = false;
};

[[nodiscard]] bool overrides_method(std::string_view parameter);

}  // namespace holdfast::proxy
