// Names of headers as careless servers take them. Case does not count; CGI and its heirs (WSGI, PHP, Rack)
// read `_` as `-`, and some of them whatever is no letter or digit.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::policy {

// Whether a server may take the two for one header.
[[nodiscard]] bool may_be_same_header(std::string_view a, std::string_view b);

// The name with nothing but small letters, digits and `-`.
[[nodiscard]] std::string careless_header(std::string_view name);

}  // namespace holdfast::policy
