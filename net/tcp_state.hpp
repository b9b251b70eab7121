// What the kernel knows of a connection without reading from it.
#pragma once

#include <cstddef>

namespace holdfast::net {

// The peer reset it, or it failed otherwise. Leaves the error where it is.
[[nodiscard]] bool connection_broken(int fd);
// The peer sent its FIN: no more bytes will come from it, though some may still be unread.
[[nodiscard]] bool peer_closed_its_end(int fd);
// Bytes sent that the peer's kernel has not acknowledged.
[[nodiscard]] std::size_t unacknowledged(int fd);
// Nothing to read and no end or error to learn: what an idle connection should look like.
[[nodiscard]] bool quiet(int fd);

}  // namespace holdfast::net
