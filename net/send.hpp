// Writing pieces to a socket: the non-blocking try, and how far it came.
#pragma once

#include <span>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::net {

// A list of pieces of which some bytes are written. The pieces belong to the caller.
class Pieces {
 public:
  Pieces() = default;
  explicit Pieces(std::span<const std::string_view> pieces) : rest_(pieces) { skip_empty(); }
  [[nodiscard]] bool done() const { return rest_.empty(); }
  void advance(std::size_t n);
  // Copies as many of the bytes that are left as fit; how many that was.
  [[nodiscard]] std::size_t copy(std::span<char> to) const;

 private:
  friend Result<std::size_t> send_now(int fd, Pieces& pieces);
  void skip_empty();

  std::span<const std::string_view> rest_;
  std::size_t offset_ = 0;  // into the first of rest_
};

// As much as the kernel takes now, in one call if it takes all; returns how many bytes that was. Error:
// closed.
Result<std::size_t> send_now(int fd, Pieces& pieces);

}  // namespace holdfast::net
