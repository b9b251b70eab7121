// One request on its way through the pipeline, with everything its views point to. Loop thread only; stays in
// place.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/decision.hpp"
#include "core/id.hpp"
#include "crypto/request_digest.hpp"
#include "net/http_message.hpp"
#include "net/http_server.hpp"
#include "proxy/added_time.hpp"
#include "proxy/recognise.hpp"
#include "proxy/seen_labels.hpp"
#include "proxy/worker.hpp"

namespace holdfast::proxy {

struct Exchange {
  Worker* worker = nullptr;
  net::HttpServer* client = nullptr;  // null: nobody waits on a connection (an asynchronous call)

  EntrancePtr entrance = no_entrance();  // never null
  net::RequestHead head;
  std::string_view body;       // when `buffered`
  bool buffered = false;       // the body has been read whole; else it streams through
  std::uint64_t streamed = 0;  // bytes of the body that have streamed through

  Recognised request;
  SeenByAgent seen;
  Decision decision;
  Uuid call_id;
  Uuid receipt_id;
  crypto::Nonce nonce;
  crypto::DigestText digest;  // of the call judged; empty while its body streams
  WallTime started;
  approvals::HaltSwitch::Count begun = 0;  // the kill switch, when this began its way to the upstream
  std::string sent_by;         // whose call it is, when it was stored without its credential; else empty
  AddedTime added;             // counts only for the exchange that was read from the agent
  bool has_room = false;       // the room it draws on is reserved for it, and not settled
  bool brings_labels = false;  // its agent has them for as long as it is under way
  std::chrono::milliseconds retry_after{0};  // of a limit that had none; 0: not known
  bool stops_work = false;                   // it cancels what has left: a halt lets it pass

  // Copies for a call that waits, or outlives its connection; head and body point here then.
  std::string head_copy;
  std::string body_copy;

  [[nodiscard]] bool is_mcp() const {
    return request.upstream != nullptr && request.upstream->protocol == Protocol::mcp;
  }
  // A JSON-RPC request, which is answered under its id.
  [[nodiscard]] bool is_rpc_request() const {
    return request.message && request.message->kind == mcp::Kind::request;
  }
};

// Whether the kill switch keeps this from being sent: it is thrown, or was since this began, and this does
// not stop work.
[[nodiscard]] bool is_halted(const Exchange& exchange);

// A copy that needs nothing of the original's connection, recognised and judged anew under `snapshot`, with
// the room in limits that it has. Null when the request is no longer recognised there (its upstream or agent
// is gone).
[[nodiscard]] std::unique_ptr<Exchange> copy_for_later(const Exchange& original,
                                                       std::shared_ptr<const Snapshot> snapshot,
                                                       std::span<const Draw> room);

// Copies head and body into the exchange, whose body has been read whole, and gives the connection's memory
// for them back: for a call that waits, of which the arguments are not looked at any more. False when the
// copy is not recognised, which is no call to go on with.
[[nodiscard]] bool stand_alone(Exchange* exchange);

}  // namespace holdfast::proxy
