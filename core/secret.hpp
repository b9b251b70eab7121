// A string that cannot be printed, logged or compared in a way that tells how far two of them agree.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace holdfast {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret() {
    volatile char* p = text_.data();
    for (std::size_t i = 0; i < text_.size(); ++i)
      p[i] = 0;
  }

  // The name is long so that every use stands out in review.
  [[nodiscard]] std::string_view reveal_secret() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] std::size_t size() const { return text_.size(); }

  // Time depends on the lengths only.
  [[nodiscard]] bool equals(std::string_view other) const {
    volatile unsigned difference = text_.size() == other.size() ? 0U : 1U;
    for (std::size_t i = 0; i < other.size(); ++i) {
      const char mine = text_.empty() ? '\0' : text_[i % text_.size()];
      difference = difference | static_cast<unsigned>(static_cast<unsigned char>(mine) ^
                                                      static_cast<unsigned char>(other[i]));
    }
    return difference == 0U;
  }

 private:
  std::string text_;
};

}  // namespace holdfast
