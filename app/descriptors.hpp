// How many files and connections the system lets this process have open.
#pragma once

#include <cstddef>

namespace holdfast::app {

// Raises the soft limit to the hard one, and returns how many of `wanted` client connections fit: three
// quarters of the descriptors. The rest is for upstreams, the control plane, the store and the log, so that
// a crowd of idle clients takes nothing away from the calls of others. Fewer than wanted are logged.
std::size_t connections_within(std::size_t wanted);

}  // namespace holdfast::app
