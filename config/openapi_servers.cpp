#include "config/openapi_servers.hpp"

#include <fmt/format.h>

#include <set>

#include "config/address.hpp"

namespace holdfast::config::openapi {
namespace {

// `https://{region}.example.com/{base}` with the defaults of its variables; absent when one has none.
std::optional<std::string> with_defaults(const Node& server, std::string_view url) {
  std::string out;
  while (true) {
    const std::size_t open = url.find('{');
    out += url.substr(0, open);
    if (open == std::string_view::npos) return out;
    const std::size_t close = url.find('}', open);
    if (close == std::string_view::npos) return std::nullopt;
    const Node* variables = server.find("variables");
    const Node* variable =
        variables == nullptr ? nullptr : variables->find(url.substr(open + 1, close - open - 1));
    if (variable == nullptr || text_of(*variable, "default").empty()) return std::nullopt;
    out += text_of(*variable, "default");
    url.remove_prefix(close + 1);
  }
}

// The path of a server's url, absolute or not, without a slash at its end.
std::optional<std::string> base_of(Document& document, const Node& server) {
  const Node* written = server.find("url");
  if (written == nullptr || !is_text(*written) || written->text.empty()) {
    document.error(server.at, "a server needs `url`");
    return std::nullopt;
  }
  const auto url = with_defaults(server, written->text);
  if (!url) {
    document.error(written->at, "a variable of this server's url has no default");
    return std::nullopt;
  }
  std::string path = *url;
  if (const std::size_t scheme = path.find("://"); scheme != std::string::npos) {
    const std::size_t slash = path.find('/', scheme + 3);
    path = slash == std::string::npos ? "" : path.substr(slash);
  }
  while (path.ends_with('/'))
    path.pop_back();
  const auto good = path.empty() ? Result<void>() : check_path(path);
  if (good) return path;
  document.error(written->at,
                 fmt::format("the path of this server's url is not one we can use: {}", good.error().detail));
  return std::nullopt;
}

// Whole segments: `/v1` ends /api/v1 and not /apiv1, as every base begins with a slash.
bool ends_in(const std::string& url_path, const std::string& base) {
  return base.empty() ? url_path.empty() : url_path.ends_with(base);
}

}  // namespace

std::optional<std::string> path_prefix(Document& document, const Node* servers, const std::string& url_path) {
  if (servers == nullptr || servers->items.empty()) return "";
  std::set<std::string> bases;
  for (const Node& server : servers->items) {
    const auto base = base_of(document, server);
    if (!base) return std::nullopt;
    if (!url_path.empty() && ends_in(url_path, *base)) return "";
    bases.insert(*base);
  }
  if (bases.size() == 1 && (url_path.empty() || bases.begin()->empty())) return *bases.begin();
  document.error(
      servers->at,
      url_path.empty()
          ? "these servers have different paths, and the upstream's `url` has none"
          : fmt::format("the upstream's `url` has the path {}, which ends in none of these servers'",
                        url_path),
      "write the whole path of the one that is meant into the upstream's `url`");
  return std::nullopt;
}

}  // namespace holdfast::config::openapi
