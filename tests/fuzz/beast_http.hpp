// Boost.Beast's parser as one more reader of heads: lenient where ours is strict, and written by others.
#pragma once

#include <string_view>

#include "tests/fuzz/reference_http.hpp"

namespace holdfast::fuzz {

// False when Beast does not take it as one whole head, with nothing behind it. No body is read.
[[nodiscard]] bool read_request_head_with_beast(std::string_view raw, HttpMessage& out);
[[nodiscard]] bool read_response_head_with_beast(std::string_view raw, HttpMessage& out);

}  // namespace holdfast::fuzz
