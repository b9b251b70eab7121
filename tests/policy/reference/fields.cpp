#include "tests/policy/reference/fields.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "tests/policy/reference/judge.hpp"
#include "tests/policy/reference/operators.hpp"
#include "tests/policy/reference/text.hpp"

namespace holdfast::reference {
namespace {

using State = Start::State;

Start text(std::string_view value) {
  return {State::value, Tree::string(std::string(value)), {}};
}
Start text_if(std::string_view value) {
  return value.empty() ? Start{State::missing, {}, {}} : text(value);
}

using Alike = bool(const std::string& name, const std::string& other);

bool is_same(const std::string& name, const std::string& other) {
  return name == other;
}

bool has(std::span<const std::string_view> names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view other) { return alike_as_parameters(name, std::string(other)); });
}

// Exactly one of this name, and none that a framework may take for it.
Start only(std::span<const Field> fields, const std::string& name, Alike& may_be) {
  std::vector<std::string> values;
  bool other = false;
  for (const Field& field : fields) {
    if (field.name == name) {
      values.emplace_back(field.value);
    } else {
      other = other || may_be(name, std::string(field.name));
    }
  }
  if (other || values.size() > 1) return {State::unknown, {}, {}};
  return values.empty() ? Start{State::missing, {}, {}} : text(values.front());
}

// What the three places that some servers take for one say under a name: nothing, the same, or something
// else.
enum class Place { path, query, body };

bool says_otherwise(const std::string& name, const Start& read, const std::string& other,
                    const std::optional<std::string>& text) {
  if (!alike_as_parameters(name, other)) return false;
  const Tree& value = read.value;
  const bool plain = value.kind == json::Kind::string || value.kind == json::Kind::number;
  return !alike(name, other) || !alike(other, name) || read.state != State::value || !plain || !text ||
         value.text != *text;
}

bool contested(const Question& call, Place place, const std::string& name, const Start& read) {
  if (call.protocol == Protocol::mcp) return false;
  const bool there = read.state == State::value;
  if (place == Place::path && !there) return false;
  bool other = false;
  if (place != Place::path && there) {
    for (const Field& field : call.path_parameters)
      other = other || says_otherwise(name, read, std::string(field.name), std::string(field.value));
  }
  if (place != Place::query) {
    other = other || has(call.unclear_query, name);
    for (const Field& field : call.query)
      other = other || says_otherwise(name, read, std::string(field.name), std::string(field.value));
  }
  if (place == Place::body || call.posted_state == Readable::absent) return other;
  if (call.posted_state == Readable::unreadable || has(call.unclear_form, name)) return true;
  const Tree posted = copy_of(*call.posted);
  if (posted.kind != json::Kind::object) return other;
  for (const auto& [member, value] : posted.members) {
    const bool plain = value.kind == json::Kind::string || value.kind == json::Kind::number;
    other = other || (member == "__proto__" && !there) ||
            says_otherwise(name, read, member, plain ? std::optional(value.text) : std::nullopt);
  }
  return other;
}

Start settled(Start read, Place place, const std::string& name, const Question& call) {
  if (contested(call, place, name, read)) read.state = State::unknown;
  return read;
}

Start parameter(const Question& call, const std::string& name) {
  if (has(call.unclear_query, name)) return {State::unknown, {}, {}};
  return settled(only(call.query, name, alike_as_parameters), Place::query, name, call);
}

std::vector<std::string> steps_of(std::string path) {
  std::vector<std::string> steps;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('.'), path.size());
    std::string part = path.substr(0, end);
    path.erase(0, end + 1);
    const std::size_t bracket = std::min(part.find("[*]"), part.size());
    if (bracket > 0) steps.push_back(part.substr(0, bracket));
    for (std::size_t at = bracket; at < part.size(); at += 3)
      steps.emplace_back("[*]");
  }
  return steps;
}

Start document(Readable state, const json::Value* root) {
  if (state == Readable::absent) return {State::missing, {}, {}};
  if (state == Readable::unreadable || root == nullptr) return {State::unknown, {}, {}};
  return {State::value, copy_of(*root), {}};
}

enum class Document { args, body, context };

Start in_document(std::string path, Document which, bool items, const Question& call) {
  std::vector<std::string> steps = steps_of(std::move(path));
  Start at = document(call.args_state, call.args);
  if (which == Document::body) at = document(call.body_state, call.body);
  if (which == Document::context) at = document(call.context_state, call.context);
  if (which == Document::args && has(call.contested_args, steps.front())) at.state = State::unknown;
  if (which != Document::context && call.form && steps.front() != "[*]") {
    if (has(call.unclear_form, steps.front())) at.state = State::unknown;
    for (const auto& [name, value] : at.value.members) {
      if (name != steps.front() && alike_as_parameters(steps.front(), name)) at.state = State::unknown;
    }
  }
  if (which == Document::body && steps.front() != "[*]") {
    Start head{State::missing, {}, {}};
    for (const auto& [name, value] : at.value.members) {
      if (name == steps.front()) head = {State::value, value, {}};
    }
    if (contested(call, Place::body, steps.front(), head)) at.state = State::unknown;
  }
  if (items && std::find(steps.begin(), steps.end(), "[*]") == steps.end()) steps.emplace_back("[*]");
  at.steps = std::move(steps);
  return at;
}

Start fact(const std::string& field, const Question& call) {
  const Agent agent = call.agent == nullptr ? Agent() : *call.agent;
  if (field == "tool") return text(call.tool);
  if (field == "upstream") return text(call.upstream);
  if (field == "operation" || field == "operation_type") return text(call.operation);
  if (field == "http.method") return text_if(call.method);
  if (field == "http.path") return text_if(call.path);
  if (field == "http.host") return text_if(call.host);
  if (field == "agent.id") return text(agent.id);
  if (field == "agent.labels_seen" && call.labels_seen == nullptr) return {State::unknown, {}, {}};
  if (field == "agent.labels_seen") return {State::value, copy_of(*call.labels_seen), {}};
  if (field == "risk_level") return text(to_string(risk_of(call)));
  // trust_tier, agent.trust_tier
  const bool known = agent.trust_tier >= 1 && agent.trust_tier <= 5;
  return {State::value, Tree::number(std::to_string(known ? agent.trust_tier : 5)), {}};
}

Start label(const std::string& name, const Question& call) {
  if (call.agent == nullptr) return {State::missing, {}, {}};
  for (const auto& [known, value] : call.agent->labels) {
    if (known == name) return text(value);
  }
  return {State::missing, {}, {}};
}

Start annotation(const std::string& name, const Question& call) {
  const Annotations said = call.annotations == nullptr ? Annotations() : *call.annotations;
  std::optional<bool> value = said.read_only;
  if (name == "destructive") value = said.destructive;
  if (name == "idempotent") value = said.idempotent;
  if (name == "open_world") value = said.open_world;
  return value ? Start{State::value, Tree::boolean(*value), {}} : Start{State::missing, {}, {}};
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

}  // namespace

Start start_of(const std::string& field, bool items, const Question& call) {
  const auto behind = [&](std::string_view prefix) { return field.substr(prefix.size()); };
  if (field.starts_with("args.")) return in_document(behind("args."), Document::args, items, call);
  if (field.starts_with("body.")) return in_document(behind("body."), Document::body, items, call);
  if (field.starts_with("body[")) return in_document(behind("body"), Document::body, items, call);
  if (field.starts_with("context.")) return in_document(behind("context."), Document::context, items, call);
  if (field.starts_with("annotations.")) return annotation(behind("annotations."), call);
  if (field.starts_with("env.")) return text(call.options->env.at(behind("env.")));
  if (field.starts_with("http.header."))
    return only(call.headers, lower(behind("http.header.")), alike_as_headers);
  if (field.starts_with("http.query.")) return parameter(call, behind("http.query."));
  if (field.starts_with("query.")) return parameter(call, behind("query."));
  if (field.starts_with("path."))
    return settled(only(call.path_parameters, behind("path."), is_same), Place::path, behind("path."), call);
  if (field.starts_with("agent.labels.")) return label(behind("agent.labels."), call);
  return fact(field, call);
}

Start member_of(const Tree& object, const std::string& name) {
  Start found{State::missing, {}, {}};
  for (const auto& [known, value] : object.members) {
    if (known == name) {
      found = {State::value, value, {}};
    } else if (alike(name, known)) {
      return {State::unknown, {}, {}};
    }
  }
  if (found.state == State::missing && has_prototype(object)) found.state = State::unknown;
  return found;
}

}  // namespace holdfast::reference
