#include "config/openapi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "config/openapi_args.hpp"
#include "config/openapi_document.hpp"
#include "config/openapi_servers.hpp"
#include "config/tool_checks.hpp"

namespace holdfast::config::openapi {
namespace {

constexpr std::array<std::string_view, 7> kMethods{"get",     "put",  "post", "delete",
                                                   "options", "head", "patch"};

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

// Goes through the paths of one document.
class Import {
 public:
  Import(Document* document, const proxy::Upstream* upstream) : document_(*document), upstream_(*upstream) {}

  std::vector<proxy::Tool> run() {
    const Node& root = document_.root();
    if (!is_known_version(root)) return {};
    servers_ = root.find("servers");
    const Node* paths = root.find("paths");
    if (paths != nullptr && paths->kind != Node::Kind::map) {
      document_.error(paths->at, "`paths` must be a map");
    } else if (paths != nullptr) {
      for (const Member& path : paths->members)
        read_path(path);
    }
    if (paths == nullptr || (paths->kind == Node::Kind::map && paths->members.empty()))
      document_.warning(root.at, "this OpenAPI document has no operation");
    return std::move(tools_);
  }

 private:
  bool is_known_version(const Node& root) {
    const std::string_view version = text_of(root, "openapi");
    const std::string_view minor = version.substr(0, version.find('.', version.find('.') + 1));
    if (minor == "3.0" || minor == "3.1") return true;
    const bool swagger = root.find("swagger") != nullptr;
    document_.error(root.at,
                    version.empty() ? "this is no OpenAPI document: it does not say `openapi: 3.0.x` or 3.1.x"
                                    : fmt::format("OpenAPI {} is not read, only 3.0 and 3.1", version),
                    swagger ? "convert Swagger 2.0 to OpenAPI 3 first" : "");
    return false;
  }

  void read_path(const Member& path) {
    if (path.key.starts_with("x-") || full_) return;
    const Node* item = document_.follow(path.value);
    if (item == nullptr) return;
    const bool twofold = item != &path.value && path.value.members.size() > 1;
    if (item->kind != Node::Kind::map || twofold) {
      return document_.error(path.at, twofold ? "a path has a `$ref` or operations, not both"
                                              : "a path must be a map of operations");
    }
    for (const Member& member : item->members) {
      const bool method = std::find(kMethods.begin(), kMethods.end(), member.key) != kMethods.end();
      if (member.key == "trace") {
        document_.warning(member.at, "a TRACE request is refused, so this operation is no tool");
      } else if (method) {
        read_operation(path, *item, member);
      }
    }
  }

  void read_operation(const Member& path, const Node& item, const Member& member) {
    if (full_) return;
    full_ = tools_.size() >= kMostOperations;
    if (full_)
      return document_.error(member.at, fmt::format("there are more than {} operations", kMostOperations));
    const Node& operation = member.value;
    if (operation.kind != Node::Kind::map) return document_.error(member.at, "an operation must be a map");
    proxy::Tool tool;
    tool.imported = true;
    tool.method = upper(member.key);
    tool.at = document_.place(member.at);
    Names names;
    if (!set_path(path, item, operation, tool, names) || !set_name(operation, tool)) return;
    read_arguments(document_, item, operation, names, tool);
    if (!count_arguments(tool)) return;
    tools_.push_back(std::move(tool));
  }

  // The servers nearest to the operation count.
  bool set_path(const Member& path, const Node& item, const Node& operation, proxy::Tool& tool,
                Names& names) {
    const Node* servers = servers_;
    for (const Node* level : {&item, &operation}) {
      if (const Node* own = level->find("servers")) servers = own;
    }
    if (servers != prefix_of_) {
      prefix_ = path_prefix(document_, servers, upstream_.base_path);
      prefix_of_ = servers;
    }
    if (!prefix_) return false;
    tool.path = *prefix_ + path.key;
    const std::string wrong =
        path.key.starts_with('/') ? wrong_with_template(tool.path, names) : "it does not begin with /";
    if (wrong.empty()) return true;
    document_.error(path.at, fmt::format("the path {} cannot be matched: {}", path.key, wrong));
    return false;
  }

  bool set_name(const Node& operation, proxy::Tool& tool) {
    const Node* id = operation.find("operationId");
    if (id == nullptr) return true;
    if (!is_text(*id)) {
      document_.error(id->at, fmt::format("the operationId `{}` is not text", id->text),
                      fmt::format("if it is meant as a name, write \"{}\"", id->text));
      return false;
    }
    tool.name = tool_name(id->text);
    const std::string wrong =
        tool.name.empty() ? "must hold letters or digits" : wrong_with_name(tool.name, upstream_);
    if (wrong.empty()) return true;
    document_.error(id->at, fmt::format("the operationId `{}` {}", id->text, wrong),
                    tool.name == id->text ? "" : fmt::format("the tool's name would be `{}`", tool.name));
    return false;
  }

  bool count_arguments(const proxy::Tool& tool) {
    arguments_ += tool.args.size();
    const bool too_many = tool.args.size() > kMostArguments;
    full_ = full_ || arguments_ > kMostArgumentsInAll;
    if (!too_many && !full_) return true;
    document_.error({"", tool.at.line, tool.at.column},
                    too_many
                        ? fmt::format("an operation has more than {} arguments", kMostArguments)
                        : fmt::format("the operations have more than {} arguments", kMostArgumentsInAll));
    return false;
  }

  Document& document_;
  const proxy::Upstream& upstream_;
  std::vector<proxy::Tool> tools_;
  const Node* servers_ = nullptr;
  const Node* prefix_of_ = nullptr;  // the servers that prefix_ was found for
  std::optional<std::string> prefix_ = "";
  std::size_t arguments_ = 0;
  bool full_ = false;
};

void include(Context& context, const std::string& name, const std::string& text) {
  const bool known = std::any_of(context.included.begin(), context.included.end(),
                                 [&](const File& file) { return file.name == name; });
  if (!known) context.included.push_back({name, text});
}

}  // namespace

std::string tool_name(std::string_view operation_id) {
  std::string out;
  for (const char c : operation_id) {
    const bool dot = c == '/' || c == ':' || c == '.';
    const char kept = is_word(std::string_view(&c, 1)) ? c : '_';
    // Nothing stands between two dots, or before the first.
    if (!dot) out += kept;
    if (dot && !out.empty() && !out.ends_with('.')) out += '.';
  }
  if (out.ends_with('.')) out.pop_back();
  const bool says_something = std::any_of(
      out.begin(), out.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; });
  return says_something ? out : std::string();
}

std::vector<proxy::Tool> import(const std::string& text, const std::string& file,
                                const proxy::Upstream& upstream, Problems* problems) {
  auto document = Document::read(text, file, problems);
  if (!document) return {};
  return Import(&*document, &upstream).run();
}

void read_key(Section& upstream, proxy::Upstream& into) {
  const auto path = upstream.path("openapi");
  if (!path) return;
  Context& context = upstream.context();
  const Position at = upstream.place("openapi");
  if (into.protocol == Protocol::mcp) {
    return context.error(at, fmt::format("`{}` is for http upstreams; an MCP server lists its tools itself",
                                         upstream.name_of("openapi")));
  }
  const std::string& written = upstream.peek("openapi")->text;
  if (written.starts_with("https://") || written.starts_with("http://")) {
    return context.error(at, fmt::format("`{}` must be a file, not a URL", upstream.name_of("openapi")),
                         "download the document beside the configuration, and name that file");
  }
  context.included_at.push_back({*path, identity_of(*path)});
  auto text = read_file(*path, kMostBytes);
  if (!text) {
    return context.error(
        at, fmt::format("`{}`: {} {}", upstream.name_of("openapi"), path->string(), text.error().detail));
  }
  // Named as from the folder of the configuration, so that its digest is the same wherever that lies.
  include(context, path->lexically_proximate(folder_of(at).empty() ? "." : folder_of(at)).string(), *text);
  into.tools = import(*text, path->string(), into, &context.problems);
}

void warn_of_nameless(Context& context, const proxy::Upstream& upstream) {
  constexpr std::size_t kShown = 5;  // there may be hundreds
  std::string shown;
  std::size_t count = 0;
  const Position* first = nullptr;
  for (const proxy::Tool& tool : upstream.tools) {
    if (!tool.imported || !tool.name.empty()) continue;
    if (first == nullptr) first = &tool.at;
    if (count++ < kShown) shown += fmt::format("{}{} {}", shown.empty() ? "" : ", ", tool.method, tool.path);
  }
  if (first == nullptr) return;
  if (count > kShown) shown += fmt::format(" and {} more", count - kShown);
  context.warning(
      *first, fmt::format("no tool, for want of an operationId: {}", shown),
      fmt::format("their calls are `{}.http.<method>`; list a tool with the same `match` to name one",
                  upstream.name));
}

}  // namespace holdfast::config::openapi
