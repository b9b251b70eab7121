// The rules of sense of docs/receipt-log-format.md: what signed entries must say, of themselves and of each
// other.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "receipts/entry.hpp"
#include "receipts/merkle.hpp"
#include "receipts/quorum.hpp"

namespace holdfast::receipts {

// What is wrong with the entry by itself, one sentence; empty: nothing.
[[nodiscard]] std::string nonsense(const Entry& entry);

// Fed with every entry of a log in order; says what is wrong through `complain`.
class Sense {
 public:
  using Complain = std::function<void(std::uint64_t index, const std::string& sentence)>;
  using BlobReader = std::function<Result<std::string>(std::string_view digest)>;

  Sense(std::string origin, BlobReader blobs, Complain complain)
      : origin_(std::move(origin)), read_blob_(std::move(blobs)), complain_(std::move(complain)) {}

  void take(std::uint64_t index, const Entry& entry, const Hash& leaf);
  [[nodiscard]] std::uint64_t receipts() const { return receipts_; }

 private:
  // An authorize entry whose receipt has not come yet.
  struct Authorized {
    std::uint64_t index = 0;
    std::string hash;
    std::string digest;
    bool escalated = false;
    std::vector<Plan> plans;
    std::vector<Approval> approvals;
    std::shared_ptr<const Roster> roster;
    bool halted = false;  // it stands between a halt and its resume
  };
  using CallId = std::array<std::uint64_t, 2>;
  struct HashOfId {
    std::size_t operator()(const CallId& id) const { return id[0] ^ (id[1] * 0x9E3779B97F4A7C15U); }
  };

  void check_order(std::uint64_t index, const Entry& entry);
  void check_boot_entry(std::uint64_t index, const Entry& entry);
  void take_authorize(std::uint64_t index, const Entry& entry, const Hash& leaf);
  void take_receipt(std::uint64_t index, const Entry& entry);
  void check_against(std::uint64_t index, const Entry& receipt, const Authorized& authorized);
  void check_quorum(std::uint64_t index, const Authorized& authorized, const std::vector<Approval>& approvals,
                    std::string_view whose);
  void take_roster(std::uint64_t index, const Entry& entry);
  void take_halt(std::uint64_t index, const Entry& entry);
  void check_blob(std::uint64_t index, std::string_view digest, std::string_view what);
  void check_evidence(std::uint64_t index, const std::vector<Approval>& approvals);

  const std::string origin_;
  const BlobReader read_blob_;
  const Complain complain_;

  std::string boot_;
  std::uint64_t seq_ = 0;
  std::unordered_set<std::string> boots_;
  std::map<std::string, Authorized, std::less<>> authorized_;
  std::unordered_set<CallId, HashOfId> answered_;
  std::shared_ptr<const Roster> roster_;
  bool halted_ = false;
  std::uint64_t receipts_ = 0;
};

}  // namespace holdfast::receipts
