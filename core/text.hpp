// Text that is composed for every call: a std::string that grows at its end, without a call into the library
// for every few bytes.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast {

class Text {
 public:
  Text() = default;
  Text(const Text&) = default;
  Text& operator=(const Text&) = default;
  ~Text() = default;
  // What is taken from is empty and may be used again.
  Text(Text&& from) noexcept
      : storage_(std::exchange(from.storage_, {})), size_(std::exchange(from.size_, 0)) {}
  Text& operator=(Text&& from) noexcept {
    storage_ = std::exchange(from.storage_, {});
    size_ = std::exchange(from.size_, 0);
    return *this;
  }

  // Always inline, so that a piece whose length is known takes a move or two and no call.
  [[gnu::always_inline]] void append(std::string_view piece) {
    char* const at = room(piece.size());
    // Unlike memcpy, this may be asked for nothing from nowhere.
    std::char_traits<char>::copy(at, piece.data(), piece.size());
    size_ += piece.size();
  }
  [[gnu::always_inline]] void append(char c) {
    *room(1) = c;
    ++size_;
  }
  // In place of the last character, of which there is one.
  void replace_last(char c) { storage_[size_ - 1] = c; }

  [[nodiscard]] std::string_view view() const { return {storage_.data(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  // At least so much in all.
  void reserve(std::size_t bytes) {
    if (bytes > storage_.size()) storage_.resize(bytes);
  }
  // Keeps its memory, unless that is more than `kept` bytes.
  void clear(std::size_t kept) {
    size_ = 0;
    if (storage_.size() > kept) std::string().swap(storage_);
  }

 private:
  // Where the next so many bytes go.
  [[gnu::always_inline]] char* room(std::size_t bytes) {
    if (bytes > storage_.size() - size_) [[unlikely]]
      grow(bytes);
    return storage_.data() + size_;
  }
  [[gnu::noinline]] void grow(std::size_t bytes) { reserve(std::max(2 * storage_.size(), size_ + bytes)); }

  std::string storage_;  // what is behind size_ is room
  std::size_t size_ = 0;
};

}  // namespace holdfast
