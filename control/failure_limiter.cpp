#include "control/failure_limiter.hpp"

#include <algorithm>

namespace holdfast::control {
namespace {

// An IPv6 host owns its /64; taken one by one, its addresses would be as many buckets.
std::string bucket_of(const boost::asio::ip::address& peer) {
  if (!peer.is_v6()) return peer.to_string();
  const auto v6 = peer.to_v6();
  if (v6.is_v4_mapped()) return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).to_string();
  const auto bytes = v6.to_bytes();
  return {bytes.begin(), bytes.begin() + 8};
}

// Where failures go once too many addresses are remembered: strangers then share one bucket.
const std::string kEverybodyElse = "*";

}  // namespace

std::chrono::seconds FailureLimiter::wait(const boost::asio::ip::address& peer) const {
  auto found = full_at_.find(bucket_of(peer));
  if (found == full_at_.end() && full_at_.size() >= kMaxAddresses) found = full_at_.find(kEverybodyElse);
  if (found == full_at_.end()) return std::chrono::seconds(0);
  const auto missing = found->second - clock_->steady();
  const auto over = missing - kRefill * (kBurst - 1);
  if (over <= SteadyTime::duration::zero()) return std::chrono::seconds(0);
  return std::chrono::ceil<std::chrono::seconds>(over);
}

void FailureLimiter::failed(const boost::asio::ip::address& peer) {
  if (full_at_.size() >= kMaxAddresses) forget_refilled();
  std::string bucket = bucket_of(peer);
  if (full_at_.size() >= kMaxAddresses && !full_at_.contains(bucket)) bucket = kEverybodyElse;
  SteadyTime& full_at = full_at_[bucket];
  full_at = std::max(full_at, clock_->steady()) + kRefill;
}

void FailureLimiter::forget_refilled() {
  std::erase_if(full_at_, [now = clock_->steady()](const auto& entry) { return entry.second <= now; });
}

}  // namespace holdfast::control
