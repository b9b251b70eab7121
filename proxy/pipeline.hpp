// The life of one request, from its head to its answer: the picture in the architecture, as code.
#pragma once

#include "proxy/answer.hpp"
#include "proxy/exchange.hpp"

namespace holdfast::proxy {

// The exchange has its head. Every path answers the caller and, for a call, leaves exactly one terminal
// receipt, or a hold that will.
net::task<void> handle(Exchange* exchange, Answer* answer);

}  // namespace holdfast::proxy
