#include <fmt/format.h>

#include "config/address.hpp"
#include "config/sections.hpp"

namespace holdfast::config {
namespace {

void read_listen(Section& plane, std::string& host, std::string& port) {
  const bool v6 = host.find(':') != std::string::npos;
  take_listen(
      plane, plane.text("listen", v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port)),
      host, port);
}

void read_listeners(Section& plane, proxy::Options& options) {
  plane.each("listeners", [&](Section& section) {
    proxy::Listener listener;
    listener.at = section.at();
    listener.name = section.required_text("name").value_or("");
    if (const std::string wrong = wrong_with_id(listener.name); !wrong.empty())
      section.context().error(section.place("name"), fmt::format("`{}` {}", section.name_of("name"), wrong));
    const auto written = section.required_text("listen");
    const auto parsed = parse_listen(written.value_or("127.0.0.1:0"));
    if (parsed) {
      listener.host = parsed->host;
      listener.port = parsed->port;
    } else {
      section.context().error(
          section.place("listen"),
          fmt::format("`{}` must be host:port: {}", section.name_of("listen"), parsed.error().detail),
          "such as 127.0.0.1:8090");
    }
    listener.tls = read_tls(section, nullptr);
    options.listeners.push_back(std::move(listener));
  });
}

std::string origin_of(const HttpUrl& url) {
  return fmt::format("{}://{}", url.tls ? "https" : "http", url.authority);
}

// RFC 6454 §6.2: scheme, host and port, nothing behind them.
void read_origins(Section& plane, proxy::Options& options) {
  for (const std::string& origin : plane.texts("origins")) {
    const auto url = parse_http_url(origin);
    if (url && url->path.empty()) {
      options.origins.push_back(origin_of(*url));
    } else {
      plane.context().error(
          plane.place("origins"),
          fmt::format("`{}` holds something that is not an origin", plane.name_of("origins")),
          "such as https://app.example.com");
    }
  }
}

void read_url(Section& plane, control::Options& options) {
  const bool v6 = options.host.find(':') != std::string::npos;
  const char* scheme = plane.has("tls") ? "https" : "http";
  options.url = v6 ? fmt::format("{}://[{}]:{}", scheme, options.host, options.port)
                   : fmt::format("{}://{}:{}", scheme, options.host, options.port);
  const std::string written = plane.text("url", options.url);
  if (!plane.has("url")) {
    const bool everywhere = options.host == "0.0.0.0" || options.host == "::";
    if (everywhere)
      plane.context().warning(
          plane.place("listen"),
          fmt::format("`{}` is missing, and {} leads nowhere", plane.name_of("url"), options.url),
          "links and callbacks need an address, such as https://holdfast.example.com:8443");
    return;
  }
  const auto url = parse_http_url(written);
  if (!url) {
    return plane.context().error(plane.place("url"), fmt::format("`{}` is not a URL we can use: {}",
                                                                 plane.name_of("url"), url.error().detail));
  }
  options.url = origin_of(*url) + url->path;
  while (options.url.ends_with('/'))
    options.url.pop_back();
}

}  // namespace

void take_listen(Section& plane, const std::string& written, std::string& host, std::string& port) {
  const auto parsed = parse_listen(written);
  if (!parsed) {
    return plane.context().error(
        plane.place("listen"),
        fmt::format("`{}` must be host:port: {}", plane.name_of("listen"), parsed.error().detail),
        "such as 127.0.0.1:8080");
  }
  host = parsed->host;
  port = parsed->port;
}

void read_planes(Section& root, Config& config) {
  root.map("agent_plane", [&](Section& plane) {
    read_listen(plane, config.proxy.host, config.proxy.port);
    read_origins(plane, config.proxy);
    config.proxy.tls = read_tls(plane, &config.proxy.tls_at);
    read_listeners(plane, config.proxy);
  });
  root.map("control_plane", [&](Section& plane) {
    read_listen(plane, config.control.host, config.control.port);
    config.control.tls = read_tls(plane, &config.control.tls_at);
    read_insecure(plane, config.control.host);
    read_url(plane, config.control);
    read_tokens(plane, config.control);
    plane.map("metrics", [&](Section& section) {
      config.control.public_metrics = section.flag("public", config.control.public_metrics);
    });
  });
  config.approvals.control_url = config.control.url;
}

}  // namespace holdfast::config
