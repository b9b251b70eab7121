// Watches a silent client while something else is awaited: the watcher only watches, and says once that it is
// gone.
#pragma once

#include <functional>
#include <string>

#include "net/http_server.hpp"
#include "net/loop.hpp"
#include "net/task_group.hpp"

namespace holdfast::proxy {

// Loop thread only. stop() must have been awaited before it goes away.
class ClientWatch {
 public:
  ClientWatch(net::Loop* loop, net::HttpServer* client) : client_(client), group_(loop) {}

  // Nothing else may read from the client until stop(). `on_gone` runs on the loop, at most once.
  void start(std::string probe, std::function<void()> on_gone);
  net::task<void> stop();

 private:
  static net::task<void> watch(net::HttpServer* client, std::string probe, std::function<void()> on_gone);

  net::HttpServer* client_;
  net::TaskGroup group_;
};

}  // namespace holdfast::proxy
