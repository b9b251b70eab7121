// A mark of a secret: the same secret has the same mark, and who has only marks learns nothing of the
// secrets. They are made with a key, because without one a short secret would be found by trying.
//
// Layout, do not change: HMAC-SHA-256 over the fields, each behind its length as eight bytes, the largest
// first; of that the first 16 bytes, in lower-case hex.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "core/secret.hpp"

namespace holdfast::crypto {

// Immutable; safe from every thread.
class MarkKey {
 public:
  // Derived from a key file's seed, beside SealKey's.
  static MarkKey from_seed(const Secret& seed);

  [[nodiscard]] std::string mark(std::initializer_list<std::string_view> fields) const;

 private:
  explicit MarkKey(Secret key) : key_(std::move(key)) {}
  Secret key_;
};

}  // namespace holdfast::crypto
