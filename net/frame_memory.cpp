// Memory for coroutine frames. Every call makes the same dozen frames, so what one call gives back serves the
// next. Asio would keep eight blocks a thread, none over 1,020 bytes, and take the first that is large enough
// for any size; half the frames of a call then came from malloc.
#include <array>
#include <new>

#include "net/task.hpp"

namespace holdfast::net {
namespace {

constexpr std::size_t kStep = 128;  // sizes are rounded up to a multiple of it
constexpr std::size_t kSizes = 32;  // frames over 4 KiB are not kept
// Kept of one size: enough for the calls that are under way at once. What a crowd gives back beyond that is
// freed.
constexpr std::size_t kMostBytes = 128 << 10;

// A sanitizer is to see every frame come and go.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kKeeps = false;
#else
constexpr bool kKeeps = true;
#endif

// Blocks of one size. A block may be given back by another thread than took it.
struct FreeList {
  struct Block {
    Block* next;
  };
  Block* first = nullptr;
  std::size_t count = 0;
};

// Never freed: the threads that have such lists live as long as the program.
constinit thread_local std::array<FreeList, kSizes> lists{};

std::size_t steps_of(std::size_t size) {
  return (size + kStep - 1) / kStep;
}

void* take(std::size_t size) {
  const std::size_t steps = steps_of(size);
  if (!kKeeps || steps >= kSizes) return ::operator new(size);
  FreeList& list = lists[steps];
  if (list.first == nullptr) return ::operator new(steps * kStep);
  FreeList::Block* const block = list.first;
  list.first = block->next;
  --list.count;
  return block;
}

void give(void* block, std::size_t size) {
  const std::size_t steps = steps_of(size);
  if (!kKeeps || steps >= kSizes || lists[steps].count * steps * kStep >= kMostBytes) {
    ::operator delete(block);
    return;
  }
  FreeList& list = lists[steps];
  list.first = new (block) FreeList::Block{list.first};
  ++list.count;
}

}  // namespace
}  // namespace holdfast::net

template <>
void* boost::asio::detail::awaitable_frame_base<holdfast::net::Executor>::operator new(std::size_t size) {
  return holdfast::net::take(size);
}

template <>
void boost::asio::detail::awaitable_frame_base<holdfast::net::Executor>::operator delete(void* frame,
                                                                                         std::size_t size) {
  holdfast::net::give(frame, size);
}
