// What the header lines of a message say about the message itself: how its body is framed, where it goes, and
// whether its connection lives on. Collected while the lines are read. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "core/result.hpp"
#include "net/http_message.hpp"
#include "net/http_strict.hpp"

namespace holdfast::net {

class FramingFields {
 public:
  // Looks at one line. Refuses a repeated Host, Content-Length or Transfer-Encoding, equal or not, and a
  // Connection that is not a list of tokens.
  Flaw note(const HeaderLine& line);

  // RFC 9112 §6: refuses whatever two readers could read differently: a coding other than exactly chunked
  // (unsupported), Transfer-Encoding in HTTP/1.0 or beside Content-Length, a Content-Length that is not one
  // number. `framing` stays none when neither field stands there.
  struct Body {
    Framing framing = Framing::none;
    std::uint64_t length = 0;
  };
  [[nodiscard]] Result<Body> body(int minor) const;

  // RFC 9112 §9.3.
  [[nodiscard]] bool keep_alive(int minor) const { return !close_ && (minor >= 1 || keep_alive_); }
  // RFC 9110 §10.1.1: of 1.0 the expectation is ignored. What else somebody expects is for the layers above.
  [[nodiscard]] bool expects_continue(int minor) const;
  [[nodiscard]] bool upgrades_to_websocket() const { return websocket_; }

  // RFC 9112 §3.2: there is one Host, in 1.0 at most one, and it is a host and port.
  [[nodiscard]] Flaw check_host(int minor) const;
  // Origin form of a target (RFC 9112 §3.2). Errors: malformed (an absolute form of another authority than
  // Host or another scheme), unsupported (`*`).
  [[nodiscard]] Result<std::string_view> origin_form(std::string_view target) const;

 private:
  Flaw note_connection(std::string_view options);

  std::optional<std::string_view> host_, length_, coding_;
  std::string_view expect_;  // of the only Expect
  int expects_ = 0;
  bool close_ = false;
  bool keep_alive_ = false;
  bool websocket_ = false;
};

}  // namespace holdfast::net
