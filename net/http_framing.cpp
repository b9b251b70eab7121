#include "net/http_framing.hpp"

#include <algorithm>
#include <charconv>

namespace holdfast::net {
namespace {

// Sets what may stand only once; false if it stands already.
bool set_once(std::optional<std::string_view>& known, std::string_view value) {
  if (known) return false;
  known = value;
  return true;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Flaw FramingFields::note(const HeaderLine& line) {
  // By length first: of a usual head few lines are any of these.
  switch (line.name.size()) {
    case 4:
      if (same_name(line.name, "Host") && !set_once(host_, line.value)) return "Host is repeated";
      break;
    case 6:
      if (same_name(line.name, "Expect") && ++expects_ == 1) expect_ = line.value;
      break;
    case 7:
      if (same_name(line.name, "Upgrade")) websocket_ = websocket_ || list_has(line.value, "websocket");
      break;
    case 10:
      if (same_name(line.name, "Connection")) return note_connection(line.value);
      break;
    case 14:
      if (same_name(line.name, "Content-Length") && !set_once(length_, line.value)) {
        return "Content-Length is repeated";
      }
      break;
    case 16:
      if (same_name(line.name, "Proxy-Connection") && !is_token_list(line.value)) {
        return "Proxy-Connection is not a list of tokens";
      }
      break;
    case 17:
      if (same_name(line.name, "Transfer-Encoding") && !set_once(coding_, line.value)) {
        return "Transfer-Encoding is repeated";
      }
      break;
    default:
      break;
  }
  return nullptr;
}

// A reader that splits such a list otherwise would find other options in it.
Flaw FramingFields::note_connection(std::string_view options) {
  if (!is_token_list(options)) return "Connection is not a list of tokens";
  close_ = close_ || list_has(options, "close");
  keep_alive_ = keep_alive_ || list_has(options, "keep-alive");
  return nullptr;
}

Result<FramingFields::Body> FramingFields::body(int minor) const {
  Body body;
  if (coding_) {
    if (length_) return fail(Code::malformed, "Transfer-Encoding stands beside Content-Length");
    if (minor == 0) return fail(Code::malformed, "HTTP/1.0 has no Transfer-Encoding");
    if (*coding_ != "chunked") return fail(Code::unsupported, "Transfer-Encoding is not exactly chunked");
    body.framing = Framing::chunked;
  } else if (length_) {
    // 18 digits fit any sum made with it; no file of this age is longer.
    if (!is_number(*length_) || length_->size() > 18) {
      return fail(Code::malformed, "Content-Length is not one decimal number");
    }
    std::from_chars(length_->data(), length_->data() + length_->size(), body.length);
    body.framing = Framing::length;
  }
  return body;
}

bool FramingFields::expects_continue(int minor) const {
  return minor >= 1 && expects_ == 1 && same_name(expect_, "100-continue");
}

Flaw FramingFields::check_host(int minor) const {
  if (!host_) return minor >= 1 ? "Host is missing" : nullptr;
  return is_host(*host_) ? nullptr : "Host is not a host and port";
}

Result<std::string_view> FramingFields::origin_form(std::string_view target) const {
  if (target.starts_with('/')) return target;
  if (target == "*") return fail(Code::unsupported, "the asterisk form of a target is not taken");
  constexpr std::string_view kScheme = "http://";
  if (!same_name(target.substr(0, kScheme.size()), kScheme)) {
    return fail(Code::malformed, "the request target is neither a path nor an http URL");
  }
  const std::string_view rest = target.substr(kScheme.size());
  const std::size_t path = rest.find_first_of("/?");
  if (!host_ || !same_name(rest.substr(0, path), *host_)) {
    return fail(Code::malformed, "the authority of the request target differs from Host");
  }
  if (path == rest.npos) return std::string_view("/");
  if (rest[path] == '?') return fail(Code::malformed, "the request target has a query but no path");
  return rest.substr(path);
}

}  // namespace holdfast::net
