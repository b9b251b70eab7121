#include "net/linger.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "net/send.hpp"

namespace holdfast::net {
namespace {

// Kept alive by the handler that waits; gone when that is.
class Lingering : public std::enable_shared_from_this<Lingering> {
 public:
  Lingering(Socket socket, std::size_t* count) : socket_(std::move(socket)), count_(count) { ++*count_; }
  ~Lingering() { --*count_; }
  Lingering(const Lingering&) = delete;
  Lingering& operator=(const Lingering&) = delete;

  void start(Deadlines& deadlines) {
    deadlines.arm(deadline_, kLinger);
    wait();
  }

 private:
  void wait() {
    socket_.async_wait(asio::socket_base::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& error) {
                         if (!error && self->drop()) self->wait();
                       });
  }

  // False when there is nothing more to wait for.
  bool drop() {
    std::array<char, 4096> waste{};
    while (dropped_ < kLingerBytes) {
      const ssize_t got = ::recv(socket_.native_handle(), waste.data(), waste.size(), MSG_DONTWAIT);
      if (got < 0) return errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK;
      if (got == 0) return false;
      dropped_ += static_cast<std::size_t>(got);
    }
    return false;
  }

  Socket socket_;
  std::size_t* const count_;  // the loop's, which outlives us
  std::size_t dropped_ = 0;
  Deadline deadline_{[this] {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }};
};

}  // namespace

void linger_close(Loop* loop, Socket socket) {
  boost::system::error_code error;
  socket.shutdown(asio::socket_base::shutdown_send, error);
  // A loop that has stopped would never run the handler.
  if (error || loop->context().stopped() || loop->lingering() >= kMostLingering) return;
  std::make_shared<Lingering>(std::move(socket), &loop->lingering())->start(loop->deadlines());
}

void turn_away(Loop* loop, Socket socket, std::string_view answer) {
  const std::array<std::string_view, 1> whole{answer};
  Pieces pieces(whole);
  const auto sent = send_now(socket.native_handle(), pieces);
  if (!sent || !pieces.done()) return;
  if (loop->lingering() < kMostTurnedAway) return linger_close(loop, std::move(socket));
  // What has come already must be read, or the end of the connection takes the answer away.
  std::array<char, 4096> waste{};
  for (int i = 0; i < 16 && ::recv(socket.native_handle(), waste.data(), waste.size(), MSG_DONTWAIT) > 0;
       ++i) {
  }
}

}  // namespace holdfast::net
