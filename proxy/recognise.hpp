// Bytes to a call: which upstream, which agent, which tool, and the facts a rule may ask about. Pure: the
// same request under the same snapshot is always recognised alike, which is what lets a release look at it
// once more.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.hpp"
#include "core/ending.hpp"
#include "core/json.hpp"
#include "core/result.hpp"
#include "net/http_message.hpp"
#include "policy/arguments.hpp"
#include "proxy/entrance.hpp"
#include "proxy/mcp/message.hpp"
#include "proxy/route.hpp"
#include "proxy/snapshot.hpp"
#include "proxy/target.hpp"

namespace holdfast::proxy {

// Why a request is not taken, before any rule is asked.
struct Refused {
  Ending ending = Ending::malformed;
  int http_status = 400;
  int rpc_code = -32600;  // for MCP: JSON-RPC's own codes
  std::string detail;
};

// A request as recognised. Points into the head and body it was made from and into the snapshot; stays where
// it is.
struct Recognised {
  std::shared_ptr<const Snapshot> snapshot;
  const Upstream* upstream = nullptr;
  Target target;
  std::string upstream_target;           // origin form of what is sent: path and query
  std::string target_uri;                // absolute form, for digests and receipts
  std::string respelt_path;              // empty: it has no other spelling
  std::string_view sent_host;            // the Host as it came; empty: there is none
  std::string host;                      // room for the one that rules read
  std::vector<net::HeaderLine> headers;  // that go upstream
  std::string_view content_type;

  bool we_send = true;  // set before: false when somebody else makes the call, and no header of ours is added
  bool is_call = false;      // false: passes without judgement (MCP handshake, lists, GET stream, ...)
  bool needs_body = false;   // read it whole: before judging when some rule asks for it
  bool search_body = false;  // a method override may stand in it, and it streams through: search it meanwhile
  // Only rules in shadow ask for the body: it is judged without, if it cannot be read, and what is wrong with
  // it is found again should somebody else need it.
  bool for_shadow = false;
  std::optional<Refused> set_aside;
  Call call;

  std::optional<json::Document> document;
  std::optional<json::Document> context;  // what the agent claims in the header
  std::string_view context_header;        // the same as sent; empty: there is no such header
  std::optional<mcp::Message> message;    // for MCP POST

  // What the call's views point to.
  std::string session;  // the server's own session id, when agents see it bound
  std::string tool_name;
  ToolMatch match;
  std::optional<Annotations> annotations;
  Parameters query;
  Parameters form;
  std::vector<std::string> disputed_query, disputed_form;
  std::string header_names;
  std::vector<Field> header_fields, query_fields, path_fields;
  std::vector<std::string> path_values;
  policy::Arguments arguments;
  std::vector<std::string_view> unclear_query, unclear_form;
  std::vector<json::Member> form_members;
  std::map<std::size_t, std::vector<json::Value>> form_lists;  // of names that stand there twice, by member
  json::Value body_value;
};

using RecogniseResult = tl::expected<void, Refused>;

// What is asked of every request of the plane, whatever it is for: a page that may talk to us (Origin), and
// an expectation that we meet.
[[nodiscard]] RecogniseResult check_sender(const Snapshot& snapshot, const net::RequestHead& head);

// The head: everything but what the body tells. `out` is empty and stays in place. `sent_by`: whose call it
// is, when that was found out before and the credential is gone (a stored request); empty: the head shows it,
// or the way it came in.
[[nodiscard]] RecogniseResult recognise_head(std::shared_ptr<const Snapshot> snapshot,
                                             const net::RequestHead& head, Recognised& out,
                                             std::string_view sent_by = {}, const Entrance& entrance = {});

// The body, read whole: parses it strictly, finds the MCP message, fills args and body. After recognise_head.
[[nodiscard]] RecogniseResult recognise_body(const net::RequestHead& head, std::string_view body,
                                             Recognised& out);

// The body is not shown (docs/ask-only.md): whatever asks about it, or about what comes from it, is
// unknown; and what its agent will have seen by the time it comes.
// Of an http upstream, after recognise_head, instead of recognise_body.
void leave_body_untold(Recognised& out);

// For a call that is not denied: whether a method override (`_method`) may stand in its body, and so it must
// be read whole (`needs_body`) or searched as it streams (`search_body`). Refuses what could not be searched.
[[nodiscard]] RecogniseResult plan_override_search(const net::RequestHead& head, Recognised& out);

}  // namespace holdfast::proxy
