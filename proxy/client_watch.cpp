#include "proxy/client_watch.hpp"

#include <utility>

namespace holdfast::proxy {

net::task<void> ClientWatch::watch(net::HttpServer* client, std::string probe,
                                   std::function<void()> on_gone) {
  co_await client->wait_gone(std::move(probe));
  if (!client->client_present()) on_gone();
}

void ClientWatch::start(std::string probe, std::function<void()> on_gone) {
  group_.spawn(watch(client_, std::move(probe), std::move(on_gone)));
}

net::task<void> ClientWatch::stop() {
  client_->stop_watching();
  co_await group_.wait();
}

}  // namespace holdfast::proxy
