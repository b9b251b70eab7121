#include "app/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <string>

#include "core/log.hpp"

namespace holdfast::app {

std::size_t connections_within(std::size_t wanted) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return wanted;
  const rlimit raised{files.rlim_max, files.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) files = raised;
  if (files.rlim_cur == RLIM_INFINITY) return wanted;
  const std::size_t fit = files.rlim_cur / 4 * 3;
  if (fit < wanted) {
    log::warning("connections_reduced", {{"limit", std::to_string(wanted)},
                                         {"descriptors", std::to_string(files.rlim_cur)},
                                         {"connections", std::to_string(fit)}});
  }
  return std::min(wanted, fit);
}

}  // namespace holdfast::app
