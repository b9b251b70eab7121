// The agent plane's front: accepts connections on every loop and serves each with one coroutine.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "net/listener.hpp"
#include "proxy/worker.hpp"

namespace holdfast::proxy {

// Loop thread only: one per worker. Ends when the acceptor is closed; connections live in
// worker->connections. `listener`: the acceptor's name (Entrance::listener).
net::task<void> accept_connections(Worker* worker, net::Acceptor* acceptor, std::string listener = {});

// One connection, request after request, behind its handshake when the listener speaks TLS. Loop thread only.
net::task<void> serve_connection(Worker* worker, net::Socket socket, std::string listener = {});

// Lets running calls finish for as long as `patience` (or until Shared::hurry), answers what waits for
// approval (holds stay on disk), closes the rest, and returns when no connection is left. Loop thread only;
// the acceptor is closed and Shared::draining set.
net::task<void> drain(Worker* worker, std::chrono::milliseconds patience);

}  // namespace holdfast::proxy
