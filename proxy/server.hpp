// The agent plane's front: accepts connections on every loop and serves each with one coroutine.
#pragma once

#include <atomic>
#include <memory>

#include "net/listener.hpp"
#include "proxy/worker.hpp"

namespace holdfast::proxy {

// Loop thread only: one per worker. Ends when the acceptor is closed; connections live in
// worker->connections.
net::task<void> accept_connections(Worker* worker, net::Acceptor* acceptor);

// One connection, request after request. Loop thread only.
net::task<void> serve_connection(Worker* worker, net::Socket socket);

// Wakes what waits for approval, so that it answers before the process ends. Holds stay on disk. Loop thread
// only; Shared::draining is set already.
void wake_waiting(Worker* worker);

}  // namespace holdfast::proxy
