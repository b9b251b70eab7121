// Who calls (02-policy, "Without `agents:` every caller is anonymous").
#pragma once

#include "core/result.hpp"
#include "net/http_message.hpp"
#include "proxy/entrance.hpp"
#include "proxy/snapshot.hpp"

namespace holdfast::proxy {

// Points into the snapshot. Error: unauthenticated, when agents have credentials and the caller shows none of
// them, or those of two agents: a token beside the certificate of another one, or on the listener of another
// one. Every known token is compared, so the time tells nothing about which came close. A certificate counts
// while the authority it was verified by is that of its listener.
[[nodiscard]] Result<const Agent*> identify(const Snapshot& snapshot,
                                            const std::vector<net::HeaderLine>& headers,
                                            const Entrance& entrance = {});

// The agent of that id, for a request whose credential was checked when it came; null when there is none any
// more. Points into the snapshot.
[[nodiscard]] const Agent* find_agent(const Snapshot& snapshot, std::string_view id);

}  // namespace holdfast::proxy
