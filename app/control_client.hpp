// The command line's side of the control plane: one request, one answer.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "app/options.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"

namespace holdfast::app {

class ControlClient {
 public:
  // Finds the address (--control, else the configuration's: control_plane.url where it has TLS of its own and
  // that is https, else its listen) and the token. Complains itself. Absent: `exit` says how the command
  // ends.
  struct Opened;
  static Opened open(const CommonOptions& options);

  // The body of a 200. A refusal or a silence is complained about, and `exit` set.
  struct Answer {
    std::string body;
    int exit = 0;
  };
  [[nodiscard]] Answer get(const std::string& target) const { return ask("GET", target, ""); }
  [[nodiscard]] Answer post(const std::string& target, std::string body) const {
    return ask("POST", target, std::move(body));
  }

 private:
  ControlClient(std::string base, Secret token, const CommonOptions& options)
      : base_(std::move(base)),
        token_(std::move(token)),
        ca_(options.ca),
        cert_(options.cert),
        key_(options.key) {}
  [[nodiscard]] Answer ask(const std::string& method, const std::string& target, std::string body) const;

  std::string base_;  // no slash at the end
  Secret token_;
  std::string ca_, cert_, key_;  // files; as in CommonOptions
};

struct ControlClient::Opened {
  std::optional<ControlClient> client;
  int exit = 0;
};

}  // namespace holdfast::app
