// A second reader of HTTP/1.1 messages, slow and plain, written from RFC 9112 and shared with nothing in
// net/. In its strict manner it takes what the grammar allows; the other manners are the lenient readings
// that real servers have or had, for bytes that must mean the same to all of them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::fuzz {

struct HttpManner {
  const char* name = "strict";
  bool bare_lf = false;        // a line may end in LF alone
  bool bare_cr = false;        // ... and in CR alone
  bool loose_names = false;    // white space around names, folded lines
  bool last_length = false;    // of several Content-Length the last counts, not the first
  bool length_wins = false;    // Content-Length counts beside Transfer-Encoding
  bool loose_coding = false;   // "chunked" anywhere in Transfer-Encoding, in any case
  bool loose_numbers = false;  // white space, signs and 0x before numbers
};

// Every manner, the strict one first.
[[nodiscard]] const std::vector<HttpManner>& http_manners();

struct HttpMessage {
  std::string method, target;  // of a request
  int status = 0;              // of a response
  int minor = 1;
  std::vector<std::pair<std::string, std::string>> headers;  // names as sent, values trimmed
  bool framed = false;                                       // Content-Length or chunked
  bool chunked = false;
  std::string body;
  std::size_t used = 0;  // bytes

  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;  // without case
};

enum class HttpRead { complete, incomplete, refused };

// One message from the start of `bytes`. `incomplete`: the bytes end in its middle; what has been read is
// there.
[[nodiscard]] HttpRead read_http_request(std::string_view bytes, const HttpManner& manner, HttpMessage& out);
// `method`: of the request. `ended`: the peer closed behind the last byte.
[[nodiscard]] HttpRead read_http_response(std::string_view bytes, std::string_view method, bool ended,
                                          const HttpManner& manner, HttpMessage& out);

// A body in the chunked coding, trailers included. `out` gets the body, `used` the bytes.
[[nodiscard]] HttpRead read_http_chunks(std::string_view bytes, const HttpManner& manner, std::string& out,
                                        std::size_t& used);

[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace holdfast::fuzz
