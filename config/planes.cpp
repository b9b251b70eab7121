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

// The files are read with the configuration (app/configuration.hpp), where what is wrong with them is said.
TlsFiles read_tls(Section& plane, Position* at) {
  TlsFiles files;
  plane.map("tls", [&](Section& tls) {
    if (!tls.given()) return;
    if (at != nullptr) *at = tls.at();
    tls.require("cert", "a PEM file: the certificate, with its chain behind it");
    files.cert = tls.path("cert").value_or("").string();
    tls.require("key", "a PEM file: the certificate's key");
    files.key = tls.path("key").value_or("").string();
    files.client_ca = tls.path("client_ca").value_or("").string();
  });
  return files;
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
  options.url = v6 ? fmt::format("http://[{}]:{}", options.host, options.port)
                   : fmt::format("http://{}:{}", options.host, options.port);
  const std::string written = plane.text("url", options.url);
  if (!plane.has("url")) return;
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
    read_url(plane, config.control);
    read_tokens(plane, config.control);
    plane.map("metrics", [&](Section& section) {
      config.control.public_metrics = section.flag("public", config.control.public_metrics);
    });
    // 06-deployment: tokens never cross a network in the clear. TLS on our own listener is not in this
    // version.
    if (!is_loopback(config.control.host)) {
      plane.context().error(plane.place("listen"), "the control plane may listen on a loopback address only",
                            "put a proxy that speaks TLS in front of it, and name it in control_plane.url");
    }
  });
  config.approvals.control_url = config.control.url;
}

}  // namespace holdfast::config
