#include "net/tcp_state.hpp"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>

namespace holdfast::net {
namespace {

// TCP_CLOSE once the connection is gone, or when the kernel will not tell: then it is not trusted to be
// there.
int tcp_state(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  return ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_state : TCP_CLOSE;
}

}  // namespace

bool connection_broken(int fd) {
  pollfd poll{fd, 0, 0};
  if (::poll(&poll, 1, 0) < 0) return errno != EINTR;
  return (poll.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0 || tcp_state(fd) == TCP_CLOSE;
}

bool peer_closed_its_end(int fd) {
  const int state = tcp_state(fd);
  return state != TCP_ESTABLISHED && state != TCP_FIN_WAIT1 && state != TCP_FIN_WAIT2;
}

std::size_t unacknowledged(int fd) {
  int queued = 0;
  if (::ioctl(fd, SIOCOUTQ, &queued) != 0 || queued < 0) return SIZE_MAX;
  return static_cast<std::size_t>(queued);
}

bool quiet(int fd) {
  char byte = 0;
  ssize_t got = 0;
  do {
    got = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace holdfast::net
