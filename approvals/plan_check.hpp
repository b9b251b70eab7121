// What must be true of a roster and its plans before the process starts: every mistake at once.
#pragma once

#include <string>
#include <vector>

#include "approvals/options.hpp"
#include "core/problem.hpp"

namespace holdfast::approvals {

inline constexpr std::size_t kMinToken = 16;
inline constexpr std::chrono::milliseconds kMinTimeout = std::chrono::seconds(1);

// `plans_used`: the names that rules and routes give, `default` included if a hold can end up with it.
// `raises`: what may be asked beyond any of these. No message holds a secret.
[[nodiscard]] Problems check(const Options& options, const std::vector<std::string>& plans_used,
                             const std::vector<Raise>& raises = {});

}  // namespace holdfast::approvals
