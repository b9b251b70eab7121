// POST /.well-known/holdfast/check: an agent asks what would become of a call of its own. A question and no
// more: nothing is held, recorded, counted or sent, and the answer is no permission.
#pragma once

#include "net/task.hpp"
#include "proxy/answer.hpp"
#include "proxy/exchange.hpp"

namespace holdfast::proxy {

net::task<void> answer_self_check(Exchange* exchange, Answer* answer);

}  // namespace holdfast::proxy
