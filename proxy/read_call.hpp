// Reading a call as far as it must be known, and recognising it.
#pragma once

#include "net/task.hpp"
#include "proxy/exchange.hpp"

namespace holdfast::proxy {

// As far as the request has come: its head, and its body when that is needed and here.
[[nodiscard]] RecogniseResult recognise(Exchange* exchange);

// With its whole body, within limits.body.
net::task<RecogniseResult> read_whole(Exchange* exchange);

}  // namespace holdfast::proxy
