#include "proxy/recognise.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "policy/header_name.hpp"
#include "proxy/claims.hpp"
#include "proxy/headers.hpp"
#include "proxy/identify.hpp"
#include "proxy/recognise_parts.hpp"

namespace holdfast::proxy {
namespace {

tl::unexpected<Refused> refuse(Ending ending, int status, std::string detail) {
  return tl::unexpected<Refused>(Refused{ending, status, -32600, std::move(detail)});
}

tl::unexpected<Refused> malformed(std::string detail) {
  return refuse(Ending::malformed, 400, std::move(detail));
}

constexpr std::size_t kMaxMethod = 32;  // bytes; it becomes part of a tool's name

// Some servers and frameworks fold the case of a method; ours would then judge another one.
bool plain_method(std::string_view method) {
  return method.size() <= kMaxMethod &&
         std::all_of(method.begin(), method.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; });
}

RecogniseResult route(const net::RequestHead& head, Recognised& out) {
  if (!plain_method(head.method))
    return malformed("the method has a character other than A to Z, or too many");
  if (head.method == "CONNECT" || head.method == "TRACE") {
    return refuse(Ending::malformed, 501, fmt::format("the method {} is not taken here", head.method));
  }
  auto target = parse_target(head.target);
  if (!target) return malformed(target.error().detail);
  out.target = std::move(*target);
  out.upstream = find_upstream(out.snapshot->options.upstreams, out.target.path);
  if (out.upstream == nullptr) {
    return refuse(Ending::not_found, 404, "no upstream stands at this path");
  }
  if (out.target.encoded_slash && !out.upstream->keep_encoded_slash) {
    return malformed("the path escapes a slash (%2F), which servers read in different ways");
  }
  return {};
}

// The address the call will have, which is also what the digest names.
void address(Recognised& out) {
  const Upstream& upstream = *out.upstream;
  out.upstream_target = upstream.base_path;
  if (upstream.protocol == Protocol::http) out.upstream_target += strip_prefix(upstream, out.target.path);
  if (out.upstream_target.empty()) out.upstream_target = "/";
  if (out.target.has_query) {
    out.upstream_target += '?';
    out.upstream_target += out.target.query;
  }
  out.target_uri = upstream.tls ? "https://" : "http://";
  out.target_uri.reserve(out.target_uri.size() + upstream.authority.size() + out.upstream_target.size());
  out.target_uri.append(upstream.authority).append(out.upstream_target);
}

RecogniseResult find_caller(const net::RequestHead& head, std::string_view sent_by, const Entrance& entrance,
                            Recognised& out) {
  out.call.agent = &out.snapshot->anonymous;
  if (!sent_by.empty()) {
    const Agent* known = find_agent(*out.snapshot, sent_by);
    if (known == nullptr) return refuse(Ending::unauthenticated, 401, "this agent is not known any more");
    out.call.agent = known;
    return {};
  }
  auto agent = identify(*out.snapshot, head.headers, entrance);
  if (!agent) return refuse(Ending::unauthenticated, 401, agent.error().detail);
  out.call.agent = *agent;
  return {};
}

RecogniseResult admit(const net::RequestHead& head, std::string_view sent_by, const Entrance& entrance,
                      Recognised& out) {
  if (auto taken = check_sender(*out.snapshot, head); !taken) return taken;
  if (auto caller = find_caller(head, sent_by, entrance, out); !caller) return caller;
  auto headers = forwardable_request(head.headers, out.upstream->protocol);
  if (!headers) return malformed(headers.error().detail);
  out.headers = std::move(*headers);
  // What we send in their place is not the agent's to say: no rule sees it, and no digest covers it.
  const std::vector<InjectedHeader> none;
  for (const InjectedHeader& ours : out.we_send ? out.upstream->inject : none) {
    std::erase_if(out.headers, [&](const net::HeaderLine& line) {
      return policy::may_be_same_header(line.name, ours.name);
    });
  }
  if (out.we_send) {
    std::erase_if(out.headers, [](const net::HeaderLine& line) {
      return net::same_name(line.name, "Prefer") && asks_only_us(line.value);
    });
  }
  if (net::count_headers(out.headers, "Content-Type") > 1)
    return malformed("the header Content-Type stands twice");
  if (const auto* type = net::find_header(out.headers, "Content-Type")) out.content_type = type->value;
  return {};
}

}  // namespace

RecogniseResult check_sender(const Snapshot& snapshot, const net::RequestHead& head) {
  if (!origin_allowed(head.headers, snapshot.options.origins)) {
    return refuse(Ending::malformed, 403,
                  "this Origin may not call tools; list it under agent_plane.origins");
  }
  if (head.minor >= 1 && !head.expects_continue && net::find_header(head.headers, "Expect") != nullptr) {
    return refuse(Ending::malformed, 417, "the only expectation taken is 100-continue");
  }
  return {};
}

RecogniseResult recognise_head(std::shared_ptr<const Snapshot> snapshot, const net::RequestHead& head,
                               Recognised& out, std::string_view sent_by, const Entrance& entrance) {
  out.snapshot = std::move(snapshot);
  if (auto routed = route(head, out); !routed) return routed;
  if (auto admitted = admit(head, sent_by, entrance, out); !admitted) return admitted;
  address(out);
  if (auto facts = describe_request(head, out); !facts) return facts;
  if (auto claims = read_context(head, out); !claims) return claims;
  return out.upstream->protocol == Protocol::mcp ? recognise_mcp_head(head, out)
                                                 : recognise_http_head(head, out);
}

RecogniseResult recognise_body(const net::RequestHead& head, std::string_view body, Recognised& out) {
  return out.upstream->protocol == Protocol::mcp ? recognise_mcp_body(head, body, out)
                                                 : recognise_http_body(head, body, out);
}

}  // namespace holdfast::proxy
