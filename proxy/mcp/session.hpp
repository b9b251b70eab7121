// `Mcp-Session-Id` belongs to the agent that received it: what agents see is the server's id with a tag that
// only we can make and that names the agent. Nothing is stored, so it survives a restart.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::proxy::mcp {

[[nodiscard]] std::string bind_session(std::string_view key, std::string_view agent,
                                       std::string_view upstream, std::string_view session);

// The server's id. Error: not_found, also for another agent's session.
[[nodiscard]] Result<std::string> unbind_session(std::string_view key, std::string_view agent,
                                                 std::string_view upstream, std::string_view bound);

}  // namespace holdfast::proxy::mcp
