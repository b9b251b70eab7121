// The steps of recognise.cpp, a file each. Not for others.
#pragma once

#include "proxy/recognise.hpp"

namespace holdfast::proxy {

// Facts about the request line, query and headers.
[[nodiscard]] RecogniseResult describe_request(const net::RequestHead& head, Recognised& out);

[[nodiscard]] RecogniseResult recognise_http_head(const net::RequestHead& head, Recognised& out);
[[nodiscard]] RecogniseResult recognise_http_body(const net::RequestHead& head, std::string_view body,
                                                  Recognised& out);
[[nodiscard]] RecogniseResult recognise_mcp_head(const net::RequestHead& head, Recognised& out);
[[nodiscard]] RecogniseResult recognise_mcp_body(const net::RequestHead& head, std::string_view body,
                                                 Recognised& out);

}  // namespace holdfast::proxy
