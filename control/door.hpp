// Whom a request was meant for: the checks that keep somebody else's web page from using this one through a
// browser (08-attacks: DNS rebinding, cross-site requests).
#pragma once

#include <string_view>

#include "control/message.hpp"
#include "control/options.hpp"
#include "core/result.hpp"

namespace holdfast::control {

// `Host` must name us: the configured listen address, the address the connection arrived at, or a loopback
// name or address, each with the port it arrived at; or the authority of options.url. A rebound name is none
// of these.
[[nodiscard]] bool host_is_ours(const Options& options, const Request& request);

// A browser says where a request comes from. Without Origin it is not a cross-site request of a browser; with
// one, it must be the origin of options.url.
[[nodiscard]] bool origin_is_ours(const Options& options, const Request& request);

}  // namespace holdfast::control
