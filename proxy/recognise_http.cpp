// Calls of `protocol: http`: the tool is found by method and path, the arguments are the JSON or form body
// unless the tool maps them.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "proxy/override_name.hpp"
#include "proxy/override_search.hpp"
#include "proxy/recognise_parts.hpp"

namespace holdfast::proxy {
namespace {

tl::unexpected<Refused> refuse(int status, Ending ending, std::string detail) {
  return tl::unexpected<Refused>(Refused{ending, status, -32600, std::move(detail)});
}

constexpr const char* kEncoded = "send the body without Content-Encoding: it has to be read to be judged";
constexpr std::string_view kForm = "application/x-www-form-urlencoded";

bool is_json(std::string_view type) {
  constexpr std::string_view kSuffix = "+json";  // RFC 6839 §3.1
  return net::same_name(type, "application/json") ||
         (type.size() >= kSuffix.size() &&
          net::same_name(type.substr(type.size() - kSuffix.size()), kSuffix));
}

void post(const json::Value* body, Call& call) {
  call.posted = body;
  call.posted_state = Readable::whole;
}

RecogniseResult read_json(std::string_view body, Recognised& out) {
  const Limits& limits = out.snapshot->options.limits;
  auto document = json::parse_in_place(body, {limits.body, limits.depth});
  if (!document) return refuse(400, Ending::malformed, "the body: " + document.error().detail);
  for (const json::Member& member : document->root().members()) {
    if (!out.upstream->keep_method_in_body && overrides_method(member.name))
      return refuse(400, Ending::malformed, kMethodOverride);
  }
  out.document.emplace(std::move(*document));
  out.call.body = &out.document->root();
  out.call.body_state = Readable::whole;
  post(out.call.body, out.call);
  return {};
}

RecogniseResult read_form(std::string_view body, Recognised& out) {
  auto form = parse_parameters(body);
  if (!form) return refuse(400, Ending::malformed, "the form body: " + form.error().detail);
  for (const auto& [name, value] : *form) {
    if (!out.upstream->keep_method_in_body && overrides_method(name))
      return refuse(400, Ending::malformed, kMethodOverride);
  }
  out.form = std::move(*form);
  return {};
}

// Read whole as JSON, and nobody takes it for something else: nothing is left to search in it.
bool is_json_alone(const Recognised& out) {
  return out.document && net::same_name(out.content_type, "application/json");
}

// The body is searched as it would be when it streams: when it is read as nothing else, and because somebody
// may read it as something else. Some separate a form by `;`, too; some look for `urlencoded` anywhere.
RecogniseResult search(std::string_view body, const Recognised& out) {
  if (out.upstream->keep_method_in_body) return {};
  OverrideSearch override_search(out.content_type);
  if (out.document && override_search.only_json()) return {};
  if (override_search.finds(body)) return refuse(400, Ending::malformed, OverrideSearch::kFound);
  return {};
}

// A form becomes an object of strings. A name that stands twice has two readings, and is shown with both.
void form_as_object(std::string_view body, Recognised& out) {
  out.form_members.clear();
  out.form_lists.clear();
  out.disputed_form = disputed_names(body);
  out.unclear_form.assign(out.disputed_form.begin(), out.disputed_form.end());
  std::map<std::string_view, std::size_t> places;  // no hashes: who sends the names could make them all alike
  for (const auto& [name, value] : out.form) {
    const auto [at, first] = places.try_emplace(name, places.size());
    const auto text = json::Value::make_string(value);
    if (first) {
      out.form_members.push_back({name, text});
      continue;
    }
    std::vector<json::Value>& list = out.form_lists[at->second];
    if (list.empty()) {
      list.push_back(out.form_members[at->second].value);
      out.unclear_form.push_back(name);
    }
    list.push_back(text);
  }
  for (const auto& [place, list] : out.form_lists)
    out.form_members[place].value = json::Value::make_array(list);
  out.call.unclear_form = out.unclear_form;
  out.body_value = json::Value::make_object(out.form_members);
  post(&out.body_value, out.call);
}

// Those who read a form do so whether the tool takes one or not; the body it is only of a tool that does.
void form_as_body(std::string_view body, bool wanted, Recognised& out) {
  if (!is_read_by_all(body)) return;
  form_as_object(body, out);
  if (!wanted) return;
  out.call.body = out.call.posted;
  out.call.body_state = Readable::whole;
}

// Whether some server finds parameters in the body: nobody does in one that says it is text, an archive or a
// picture, so that such a body streams whatever the rules read of path and query.
bool may_be_posted(const net::RequestHead& head, const Recognised& out) {
  const bool empty = head.framing == net::Framing::none ||
                     (head.framing == net::Framing::length && head.content_length == 0);
  return !empty && OverrideSearch(out.content_type).needed();
}

// A body that is there, and was not read or may be read in another way than it was, may say anything.
void doubt_what_is_posted(Recognised& out) {
  const OverrideSearch readers(out.content_type);
  const bool read = out.call.posted_state == Readable::whole;
  if (read ? readers.ambiguous() : readers.needed()) out.call.posted_state = Readable::unreadable;
}

// Of the kinds we read, and not known to be too much: what is left unread may say anything, and makes the
// parameters of path and query unknown.
bool is_readable_post(const net::RequestHead& head, const Recognised& out) {
  const MediaType media = media_type(out.content_type);
  const bool wants_form = out.match.tool != nullptr && out.match.tool->form_body;
  // Without a type it is looked whether there is any: some send an empty body in chunks.
  const bool known =
      media.type.empty() || net::same_name(media.type, kForm) || (!wants_form && is_json(media.type));
  const bool fits =
      head.framing != net::Framing::length || head.content_length <= out.snapshot->options.limits.body;
  return known && media.utf8 && fits && !is_encoded(head);
}

// A rule in shadow decides nothing, and what only it asks for changes nothing for the call: it is read when
// it can be without refusing anything, and is unknown to that rule otherwise.
void plan_reading(const net::RequestHead& head, Recognised& out) {
  const policy::Needs needs = out.snapshot->policy->needs(out.call.tool);
  out.needs_body = needs.body;
  if (head.framing == net::Framing::none) return;
  out.call.posted_state = Readable::unreadable;
  bool for_shadow = needs.body_for_shadow;
  if (!needs.body && (needs.parameters || needs.parameters_for_shadow)) {
    const bool posted = may_be_posted(head, out);
    if (!posted) out.call.posted_state = Readable::absent;
    out.needs_body = needs.parameters && posted && is_readable_post(head, out);
    for_shadow = for_shadow || (needs.parameters_for_shadow && posted);
  }
  if (out.needs_body || !for_shadow) return;
  const bool fits =
      head.framing == net::Framing::length && head.content_length <= out.snapshot->options.limits.body;
  out.for_shadow = fits && !is_encoded(head);
  out.needs_body = out.for_shadow;
  if (!out.needs_body) out.call.body_state = Readable::unreadable;
}

}  // namespace

RecogniseResult recognise_http_head(const net::RequestHead& head, Recognised& out) {
  auto match = find_tool(*out.upstream, head.method, out.call.path);
  if (!match) return refuse(400, Ending::malformed, match.error().detail);
  out.match = std::move(*match);
  out.is_call = true;
  if (out.match.tool != nullptr) {
    out.tool_name.append(out.upstream->name).append(1, '.').append(out.match.tool->name);
    out.call.operation = out.match.tool->operation;
    out.call.sensitivity = out.match.tool->sensitivity;
  } else {
    out.tool_name = fmt::format("{}.http.{}", out.upstream->name, net::to_lower(head.method));
  }
  out.call.tool = out.tool_name;
  out.path_values.reserve(out.match.parameters.size());
  for (const auto& [name, segment] : out.match.parameters) {
    auto value = percent_decode(segment, false);
    if (!value) return refuse(400, Ending::malformed, value.error().detail);
    out.path_values.push_back(std::move(*value));
    out.path_fields.push_back({name, out.path_values.back()});
  }
  out.call.path_parameters = out.path_fields;
  policy::contest_args(out.match.tool, out.call, out.arguments);
  plan_reading(head, out);
  if (!out.needs_body) policy::fill_args(out.match.tool, out.call, out.arguments);
  return {};
}

RecogniseResult recognise_http_body(const net::RequestHead& head, std::string_view body, Recognised& out) {
  Call& call = out.call;
  call.posted = nullptr;
  call.posted_state = Readable::absent;
  if (head.framing == net::Framing::none || body.empty()) {
    policy::fill_args(out.match.tool, out.call, out.arguments);
    return {};
  }
  if (is_encoded(head)) return refuse(415, Ending::malformed, kEncoded);
  const bool wants_form = out.match.tool != nullptr && out.match.tool->form_body;
  const MediaType media = media_type(out.content_type);
  call.body = nullptr;
  call.body_state = Readable::unreadable;
  RecogniseResult read;
  if (net::same_name(media.type, kForm)) {
    read = read_form(body, out);
    if (read && media.utf8) form_as_body(body, wants_form, out);
  } else if (!wants_form && media.utf8 && is_json(media.type)) {
    read = read_json(body, out);
  }
  if (!is_json_alone(out)) doubt_what_is_posted(out);
  if (read && !is_json_alone(out)) read = search(body, out);
  if (!read && !out.for_shadow) return read;
  if (!read) {
    out.set_aside = std::move(read.error());
    out.needs_body = false;
  }
  policy::fill_args(out.match.tool, out.call, out.arguments);
  return {};
}

void leave_body_untold(Recognised& out) {
  out.call.body = nullptr;
  out.call.body_state = Readable::unreadable;
  // It may yet be written, with what the agent reads meanwhile.
  out.call.untold.labels_seen = true;
  policy::fill_args(out.match.tool, out.call, out.arguments);
}

RecogniseResult plan_override_search(const net::RequestHead& head, Recognised& out) {
  if (head.framing == net::Framing::none) return {};
  if (out.upstream->protocol != Protocol::http || out.upstream->keep_method_in_body) return {};
  if (is_json_alone(out)) return {};
  if (!OverrideSearch(out.content_type).needed()) return {};
  const MediaType media = media_type(out.content_type);
  if (!media.ascii)
    return refuse(415, Ending::malformed, "send the body in UTF-8: the names in it are looked at");
  if (out.needs_body) return {};
  if (is_encoded(head)) return refuse(415, Ending::malformed, kEncoded);
  // What is small is refused before anything is sent, the rest is cut; a form is read whole whatever its
  // size.
  const bool small =
      head.framing == net::Framing::length && head.content_length <= out.snapshot->options.limits.body;
  out.needs_body = small || net::same_name(media.type, kForm);
  out.search_body = !out.needs_body;
  return {};
}

}  // namespace holdfast::proxy
