// A connection as net/ reads it, without the connection: every message that comes out of a stream of bytes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http_message.hpp"
#include "tests/fuzz/pieces.hpp"

namespace holdfast::fuzz {

enum class End { wants_more, refused };

struct OurMessage {
  net::RequestHead request;    // its views are not valid any more; what they showed is below
  net::ResponseHead response;  // likewise
  std::string raw_head, method, target, reason;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool complete = false;
  std::string_view rest;  // of the stream, behind a complete message
};

struct OurReading {
  std::vector<OurMessage> messages;  // the last may be incomplete
  End end = End::wants_more;
};

inline constexpr std::size_t kMaxHead = 2048;
inline constexpr std::size_t kMaxHeaders = 16;

[[nodiscard]] OurReading read_requests(std::string_view stream, Pieces::Way way);
// One response to a request of this method (an HttpClient reads no further). `ended`: the peer closed behind
// it.
[[nodiscard]] OurReading read_response(std::string_view stream, std::string_view method, bool ended,
                                       Pieces::Way way);

// Equal in everything but how the bytes came.
void claim_same(const OurReading& one, const OurReading& other);

}  // namespace holdfast::fuzz
