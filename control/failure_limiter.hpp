// How often one address may fail to authenticate: a token bucket each, by the steady clock. Loop thread only.
#pragma once

#include <chrono>
#include <string>
#include <unordered_map>

#include "core/clock.hpp"
#include "net/address.hpp"

namespace holdfast::control {

class FailureLimiter {
 public:
  static constexpr int kBurst = 10;                  // failures in a row
  static constexpr std::chrono::seconds kRefill{6};  // and one more every so often
  static constexpr std::size_t kMaxAddresses = 4096;

  explicit FailureLimiter(const Clock* clock) : clock_(clock) {}

  // How long the address has to wait before its next attempt; zero: it may try.
  [[nodiscard]] std::chrono::seconds wait(const net::Address& peer) const;
  void failed(const net::Address& peer);

 private:
  void forget_refilled();

  const Clock* const clock_;
  // When the bucket will be full again: one number says how full it is now.
  std::unordered_map<std::string, SteadyTime> full_at_;
};

}  // namespace holdfast::control
