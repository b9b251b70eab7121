#include "config/openapi_args.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "config/openapi_schema.hpp"

namespace holdfast::config::openapi {
namespace {

constexpr std::string_view kForm = "application/x-www-form-urlencoded";

// One source of an argument. `clear`: a request writes it as itself, so a rule reads what the server reads.
struct Source {
  std::string name;
  std::string from;
  bool required = false;
  bool clear = true;
};

struct Parameter {
  std::string name;
  std::string in;
  const Node* node = nullptr;
};

void add_parameters(Document& document, const Node* list, std::vector<Parameter>& out) {
  if (list == nullptr) return;
  if (list->kind != Node::Kind::list) return document.error(list->at, "`parameters` must be a list");
  for (const Node& item : list->items) {
    const Node* node = document.follow(item);
    if (node == nullptr) continue;
    Parameter parameter{std::string(text_of(*node, "name")), std::string(text_of(*node, "in")), node};
    if (parameter.name.empty() || parameter.in.empty()) {
      document.error(item.at, "a parameter needs `name` and `in`");
      continue;
    }
    std::erase_if(out, [&](const Parameter& other) {
      return other.name == parameter.name && other.in == parameter.in;
    });
    out.push_back(std::move(parameter));
  }
}

// Those of the operation win over those of its path.
std::vector<Parameter> parameters_of(Document& document, const Node& path_item, const Node& operation) {
  std::vector<Parameter> out;
  add_parameters(document, path_item.find("parameters"), out);
  add_parameters(document, operation.find("parameters"), out);
  return out;
}

void add_path(Document& document, const std::vector<Parameter>& parameters, const Names& names,
              const std::string& path, std::vector<Source>& out) {
  for (const std::string& name : names)
    out.push_back({name, "path." + name, true});
  for (const Parameter& parameter : parameters) {
    if (parameter.in != "path") continue;
    const std::string_view style = text_of(*parameter.node, "style");
    if (style == "matrix" || style == "label") {
      document.error(parameter.node->at,
                     fmt::format("the path parameter `{}` has the style {}, and only simple ones are read",
                                 parameter.name, style));
    }
    if (names.contains(parameter.name)) continue;
    document.warning(parameter.node->at,
                     fmt::format("the parameter `{}` is said to stand in a path, and {} has no {{{}}}",
                                 parameter.name, path, parameter.name));
  }
}

// `?filter[status]=x` of a deepObject and `?R=1&G=2` of an exploded object do not have the parameter's name.
bool is_clear(Document& document, const Parameter& parameter) {
  const std::string_view style = text_of(*parameter.node, "style");
  if (style == "deepObject") return false;
  const bool form = style.empty() || style == "form";
  if (!is_true(*parameter.node, "explode", form)) return true;
  return !may_be_structured(document, parameter.node->find("schema"), false);
}

void add_query(Document& document, const std::vector<Parameter>& parameters, std::vector<Source>& out) {
  for (const Parameter& parameter : parameters) {
    if (parameter.in != "query" || !is_word(parameter.name)) continue;
    out.push_back({parameter.name, "query." + parameter.name, is_true(*parameter.node, "required"),
                   is_clear(document, parameter)});
  }
}

std::string media_type(std::string_view key) {
  std::string type(key.substr(0, key.find(';')));
  while (type.ends_with(' '))
    type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type;
}

bool is_json(const std::string& type) {
  return type == "application/json" || type.ends_with("+json") || type == "*/*" || type == "application/*";
}

// The body as JSON when it may be, else as a form; null when it is neither.
const Member* readable(const Node& content) {
  const auto find = [&](const auto& fits) -> const Member* {
    for (const Member& member : content.members) {
      if (fits(media_type(member.key))) return &member;
    }
    return nullptr;
  };
  const Member* json = find(is_json);
  return json != nullptr ? json : find([](const std::string& type) { return type == kForm; });
}

// A form writes objects and lists in ways of its own.
bool is_clear_in_form(Document& document, const Property& property) {
  return !may_be_structured(document, property.schema, true);
}

void add_body(Document& document, const Node& operation, proxy::Tool& tool, std::vector<Source>& out) {
  const Node* written = operation.find("requestBody");
  const Node* body = written == nullptr ? nullptr : document.follow(*written);
  const Node* content = body == nullptr ? nullptr : body->find("content");
  const Member* media = content == nullptr ? nullptr : readable(*content);
  if (media == nullptr) return;
  tool.form_body = media_type(media->key) == kForm;
  const Node* schema = media->value.find("schema");
  if (schema == nullptr) return;
  const bool always = is_true(*body, "required");
  for (const auto& [name, property] : properties_of(document, *schema)) {
    if (!is_word(name)) continue;
    const bool clear = !tool.form_body || is_clear_in_form(document, property);
    out.push_back({name, "body." + name, always && property.required, clear});
  }
}

void settle(const std::vector<Source>& sources, proxy::Tool& tool) {
  std::map<std::string_view, int> times;
  for (const Source& source : sources)
    ++times[source.name];
  for (const Source& source : sources) {
    if (!source.clear || times[source.name] > 1) {
      const bool known = std::find(tool.unclear_args.begin(), tool.unclear_args.end(), source.name) !=
                         tool.unclear_args.end();
      if (!known) tool.unclear_args.push_back(source.name);
      continue;
    }
    tool.args.emplace_back(source.name, source.from);
    if (source.required) tool.required_args.push_back(source.name);
  }
}

}  // namespace

void read_arguments(Document& document, const Node& path_item, const Node& operation, const Names& names,
                    proxy::Tool& tool) {
  std::vector<Source> sources;
  const std::vector<Parameter> parameters = parameters_of(document, path_item, operation);
  add_path(document, parameters, names, tool.path, sources);
  add_query(document, parameters, sources);
  add_body(document, operation, tool, sources);
  settle(sources, tool);
}

}  // namespace holdfast::config::openapi
