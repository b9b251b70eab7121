// How a path finds its tool, the slow way: each tool is asked. What find_tool() answers with an index and
// without one is held against it.
#pragma once

#include <string>
#include <string_view>

#include "proxy/options.hpp"

namespace holdfast::proxy::test {

// The tool's name, `none` or `refused`.
[[nodiscard]] std::string reference_tool(const Upstream& upstream, std::string_view method,
                                         std::string_view path);

}  // namespace holdfast::proxy::test
