// Closing so that the peer gets what was sent: after our FIN we read and drop for a while, because closing a
// socket with unread bytes resets it, and a reset takes the last answer away from the peer (RFC 9112 §9.6).
#pragma once

#include "net/http_server.hpp"

namespace holdfast::net {

// Takes the socket; ends by itself when the peer closes, after kLinger, or after kLingerBytes.
inline constexpr std::chrono::milliseconds kLinger{2000};
inline constexpr std::size_t kLingerBytes = 1 << 20;
// Beyond so many on one loop a connection is closed at once: they hold descriptors, and nobody counts them.
inline constexpr std::size_t kMostLingering = 1000;
void linger_close(Loop* loop, Socket socket);

// For one whom we cannot serve: as much of the answer as the kernel takes at once, then the end. Holds
// nothing but the socket, and that only while few linger: a flood of such connections must not take the
// descriptors of those that are served.
inline constexpr std::size_t kMostTurnedAway = 64;
void turn_away(Loop* loop, Socket socket, std::string_view answer);

}  // namespace holdfast::net
