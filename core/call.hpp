// A call as the policy sees it: facts only. Everything points into buffers that the call's session keeps.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/json.hpp"

namespace holdfast {

enum class Protocol { http, mcp };

[[nodiscard]] constexpr std::string_view to_string(Protocol protocol) {
  return protocol == Protocol::mcp ? "mcp" : "http";
}

// Who calls. An unidentified caller is `anonymous`, tier 5 (02-policy).
struct Agent {
  std::string id = "anonymous";
  int trust_tier = 5;  // 1 (most trusted) .. 5
  std::vector<std::pair<std::string, std::string>> labels;
  std::string authenticated_by = "none";  // none | only_agent | token | mtls | listener (in entries also pdp)
};

// A header or query parameter: header names in lower case, query names and values percent-decoded.
struct Field {
  std::string_view name;
  std::string_view value;
};

// What the server's tool list says of a tool. Hints: nobody vouches for them, so a rule may only be stricter
// for them. What the list does not say is a missing field.
struct Annotations {
  std::optional<bool> read_only;
  std::optional<bool> destructive;
  std::optional<bool> idempotent;
  std::optional<bool> open_world;

  friend bool operator==(const Annotations&, const Annotations&) = default;
};

// Bytes of JSON that the agent's context has at most, as it is sent.
inline constexpr std::size_t kMaxContext = 4096;

// Whether a document of the call can be reasoned about. Unreadable makes every operator on it unknown (law
// 3).
enum class Readable { absent, whole, unreadable };

// What whoever describes a call did not tell of it: unknown, not missing (law 3). A request tells everything.
struct Untold {
  bool method = false;
  bool path = false;
  bool host = false;
  bool headers = false;
  bool query = false;
  bool path_parameters = false;
  bool annotations = false;
  bool labels_seen = false;
};

struct Call {
  Protocol protocol = Protocol::http;
  const Agent* agent = nullptr;

  std::string_view upstream;
  std::string_view tool;  // <upstream>.<operation>, as 02-policy names it
  std::string_view operation = "none";
  std::string_view sensitivity = "standard";  // low | standard | high

  std::string_view method;
  std::string_view path;  // normalised, after the upstream's `path:` is stripped, without the query
  // The same path in the spelling that a server may make of it, when it has another one (`%3A` is `:`): what
  // a rule says of the path must be true of both.
  std::string_view respelt_path;
  std::string_view host;  // as rules read it (policy/host_name.hpp)
  // Without its port, when that is not the scheme's: to a rule as the other spelling of a path is.
  std::string_view host_alone;
  std::span<const Field> headers;
  std::span<const Field> query;
  std::span<const Field> path_parameters;
  // Names that only who separates by `;` too finds in the query: unknown.
  std::span<const std::string_view> unclear_query;

  Readable body_state = Readable::absent;
  const json::Value* body = nullptr;  // when whole: for MCP the JSON-RPC message
  bool form = false;                  // it is one: its names are those of parameters
  // What a server may read as parameters beside those of path and query: the members of a JSON body or a
  // form, whatever body the tool takes. Unreadable: there may be some that were not read.
  Readable posted_state = Readable::absent;
  const json::Value* posted = nullptr;
  // Names that stand twice in a form, or that only who separates by `;` finds in it: unknown.
  std::span<const std::string_view> unclear_form;
  Readable args_state = Readable::absent;
  const json::Value* args = nullptr;  // when whole: an object
  // Labels of what the agent has been given to read, an array of text; null: unknown.
  const json::Value* labels_seen = nullptr;
  // Names of arguments that query or path may say otherwise, as parameters are named: unknown.
  std::span<const std::string_view> contested_args;

  Readable context_state = Readable::absent;
  const json::Value* context = nullptr;      // when whole: an object, which the agent claims about itself
  const Annotations* annotations = nullptr;  // null: the server's list says nothing of this tool
  std::optional<WallTime> now;               // when it is judged; nothing: every condition on time is unknown

  Untold untold;
};

}  // namespace holdfast
