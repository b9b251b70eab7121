// The steps of recognise.cpp, a file each. Not for others.
#pragma once

#include "proxy/recognise.hpp"

namespace holdfast::proxy {

// Facts about the request line, query and headers.
[[nodiscard]] RecogniseResult describe_request(const net::RequestHead& head, Recognised& out);

// A Content-Type: its type as it was sent, and what its charset, if it names one, makes of the body: a reader
// in another than UTF-8 sees another text, and in one where ASCII is not ASCII (UTF-7, EBCDIC) other names.
struct MediaType {
  std::string_view type;
  bool utf8 = true;
  bool ascii = true;
};
[[nodiscard]] MediaType media_type(std::string_view content_type);

// True when some Content-Encoding says that the body has to be decoded first.
[[nodiscard]] bool is_encoded(const net::RequestHead& head);

[[nodiscard]] RecogniseResult recognise_http_head(const net::RequestHead& head, Recognised& out);
[[nodiscard]] RecogniseResult recognise_http_body(const net::RequestHead& head, std::string_view body,
                                                  Recognised& out);
[[nodiscard]] RecogniseResult recognise_mcp_head(const net::RequestHead& head, Recognised& out);
[[nodiscard]] RecogniseResult recognise_mcp_body(const net::RequestHead& head, std::string_view body,
                                                 Recognised& out);

}  // namespace holdfast::proxy
