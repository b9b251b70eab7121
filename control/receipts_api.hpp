// Receipts and what proves them (05-receipts), read from the log on the loop.
#pragma once

#include "control/message.hpp"
#include "control/plane.hpp"
#include "net/task.hpp"

namespace holdfast::control {

// GET /v1/receipts?call=&limit=: newest first; `entry` is spliced in as it stands in the log.
net::task<Response> list_receipts(Plane* plane, const Request* request);

// GET /v1/receipts/<id>: the entry's exact bytes, which are the leaf.
net::task<Response> show_receipt(Plane* plane, const Request* request);

// GET /v1/receipts/<id>/proof: c2sp.org/tlog-proof@v1.
net::task<Response> prove_receipt(Plane* plane, const Request* request);

// GET /checkpoint: the newest signed head.
net::task<Response> show_checkpoint(Plane* plane, const Request* request);

}  // namespace holdfast::control
