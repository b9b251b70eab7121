#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "config/address.hpp"
#include "config/sections.hpp"

namespace holdfast::config {
namespace {

bool is_segment(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
  });
}

void read_name(Section& section, proxy::Upstream& upstream) {
  constexpr std::size_t kLongestName = 64;
  const auto name = section.required_text("name");
  if (!name) return;
  upstream.name = *name;
  if (is_segment(*name) && name->size() <= kLongestName) return;
  section.context().error(section.place("name"),
                          fmt::format("`{}` must be letters, digits, `-` and `_`, at most {} of them",
                                      section.name_of("name"), kLongestName),
                          "it is the first segment of its tools' names, so it has no dot");
}

// Required: what an upstream speaks decides how its calls are judged.
Protocol read_protocol(Section& section) {
  section.require("protocol", "http or mcp");
  return section.choice("protocol", 0, {"http", "mcp"}) == 1 ? Protocol::mcp : Protocol::http;
}

void read_url(Section& section, proxy::Upstream& upstream) {
  const auto written = section.required_text("url");
  if (!written) return;
  auto url = parse_http_url(*written);
  auto good =
      url ? (url->path.empty() ? Result<void>() : check_path(url->path)) : Result<void>(fail(url.error()));
  if (!good) {
    return section.context().error(
        section.place("url"),
        fmt::format("`{}` is not a URL we can use: {}", section.name_of("url"), good.error().detail));
  }
  upstream.tls = url->tls;
  upstream.host = std::move(url->host);
  upstream.port = std::move(url->port);
  upstream.authority = std::move(url->authority);
  upstream.base_path = std::move(url->path);
  // An MCP endpoint is a whole path, and may end in a slash; an HTTP base is put before paths that begin with
  // one.
  if (upstream.protocol == Protocol::http && upstream.base_path.ends_with('/')) upstream.base_path.pop_back();
  if (upstream.protocol == Protocol::mcp && upstream.base_path.empty()) upstream.base_path = "/";
}

void read_path(Section& section, proxy::Upstream& upstream) {
  const auto written = section.required_text("path");
  if (!written) return;
  const Position at = section.place("path");
  const std::string name = section.name_of("path");
  upstream.path = *written;
  if (const auto good = check_path(*written); !good) {
    return section.context().error(
        at, fmt::format("`{}` is not a path we can use: {}", name, good.error().detail),
        fmt::format("such as /{}/", upstream.name));
  }
  if (upstream.protocol == Protocol::http && !written->ends_with('/')) {
    section.context().error(at, fmt::format("`{}` of an http upstream ends with a slash", name),
                            fmt::format("write {}/", *written));
  }
  constexpr std::string_view kOurs = "/.well-known/holdfast";
  if (*written == kOurs || written->starts_with("/.well-known/holdfast/")) {
    section.context().error(at, fmt::format("`{}` is under {}, which Holdfast answers itself", name, kOurs));
  }
}

std::string read_file_name(Section& tls, std::string_view key) {
  const auto path = tls.path(key);
  if (!path) return {};
  std::error_code error;
  if (!std::filesystem::exists(*path, error)) {
    tls.context().error(tls.place(key),
                        fmt::format("`{}`: there is no file {}", tls.name_of(key), path->string()));
  }
  return path->string();
}

void read_tls(Section& section, proxy::Upstream& upstream) {
  section.map("tls", [&](Section& tls) {
    upstream.ca_file = read_file_name(tls, "ca");
    upstream.cert_file = read_file_name(tls, "cert");
    upstream.key_file = read_file_name(tls, "key");
    if (!tls.together("cert", "key")) {
      tls.context().error(
          tls.at(),
          fmt::format("`{}` has one of `cert` and `key`: a client certificate needs both", tls.name()));
    }
    if (tls.given() && !upstream.tls) {
      tls.context().error(tls.at(),
                          fmt::format("`{}` is given, and the upstream's url is not https", tls.name()));
    }
  });
}

}  // namespace

void read_upstreams(Section& root, proxy::Options& options) {
  root.each("upstreams", [&](Section& section) {
    proxy::Upstream upstream;
    upstream.at = section.at();
    read_name(section, upstream);
    upstream.protocol = read_protocol(section);
    read_url(section, upstream);
    read_path(section, upstream);
    read_tls(section, upstream);
    upstream.connect = section.duration("connect", upstream.connect, {kShortest, kLongest});
    upstream.read = section.duration("read", upstream.read, {kShortest, kLongest});
    upstream.loose_routes = section.choice("routes", 0, {"strict", "loose"}) == 1;
    upstream.preserve_host = section.flag("preserve_host", false);
    upstream.keep_encoded_slash = section.choice("encoded_slash", 0, {"refuse", "keep"}) == 1;
    upstream.keep_method_in_body = section.choice("method_in_body", 0, {"refuse", "keep"}) == 1;
    read_inject(section, upstream);
    read_tools(section, upstream);
    options.upstreams.push_back(std::move(upstream));
  });
}

}  // namespace holdfast::config
