// The authorize entries that await their receipt.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "receipts/entry.hpp"
#include "receipts/log.hpp"

namespace holdfast::receipts {

class Pending {
 public:
  // Whether note() would do anything with an entry of this kind.
  [[nodiscard]] bool concerned(std::string_view kind) const {
    return kind == "authorize" || (kind == "receipt" && !by_call_.empty());
  }
  // An authorize entry opens its call, a receipt closes it; other kinds are nothing to us.
  void note(std::uint64_t index, const Entry& entry, std::string_view bytes);
  // No authorize entry before this index is open in a log of this size.
  [[nodiscard]] std::uint64_t settled(std::uint64_t size) const;
  [[nodiscard]] std::vector<Log::Unanswered> all() const;  // in order of index

 private:
  std::map<std::uint64_t, Log::Unanswered> by_index_;
  std::map<std::string, std::uint64_t, std::less<>> by_call_;
};

}  // namespace holdfast::receipts
