// Memory for heads as they are composed: what one head leaves behind serves the next. Loop thread only.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

namespace holdfast::proxy {

class HeadRoom {
 public:
  // Empty, with room for a head as it usually is.
  [[nodiscard]] std::string take() {
    std::string head = std::exchange(spare_, {});
    head.clear();
    head.reserve(kUsual);
    return head;
  }
  // Of a head that has left, or never will.
  void give_back(std::string head) {
    if (head.capacity() <= kMost) spare_ = std::move(head);
  }

 private:
  static constexpr std::size_t kUsual = 960;
  static constexpr std::size_t kMost = 8 << 10;

  std::string spare_;
};

}  // namespace holdfast::proxy
