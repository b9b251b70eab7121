#include "net/send.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace holdfast::net {

void Pieces::skip_empty() {
  while (!rest_.empty() && offset_ == rest_.front().size()) {
    rest_ = rest_.subspan(1);
    offset_ = 0;
  }
}

void Pieces::advance(std::size_t n) {
  while (n > 0) {
    const std::size_t step = std::min(n, rest_.front().size() - offset_);
    offset_ += step;
    n -= step;
    skip_empty();
  }
}

Result<std::size_t> send_now(int fd, Pieces& pieces) {
  std::size_t total = 0;
  while (!pieces.done()) {
    std::array<iovec, 32> vectors{};
    std::size_t count = 0;
    std::size_t wanted = 0;
    for (const std::string_view piece : pieces.rest_) {
      if (count == vectors.size()) break;
      const std::string_view part = count == 0 ? piece.substr(pieces.offset_) : piece;
      // sendmsg does not write through it; iovec has no const form.
      vectors[count++] = {const_cast<char*>(part.data()), part.size()};
      wanted += part.size();
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      return fail(Code::closed,
                  "the connection took no more bytes: " + std::generic_category().message(errno));
    }
    total += static_cast<std::size_t>(sent);
    pieces.advance(static_cast<std::size_t>(sent));
    if (static_cast<std::size_t>(sent) < wanted) break;
  }
  return total;
}

}  // namespace holdfast::net
