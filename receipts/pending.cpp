#include "receipts/pending.hpp"

#include <algorithm>

#include "receipts/merkle.hpp"

namespace holdfast::receipts {

void Pending::note(std::uint64_t index, const Entry& entry, std::string_view bytes) {
  if (entry.kind != "authorize" && entry.kind != "receipt") return;
  const std::string_view call = text_of(&entry.root(), "call");
  if (const auto open = by_call_.find(call); open != by_call_.end()) {
    by_index_.erase(open->second);
    by_call_.erase(open);
  }
  if (entry.kind == "receipt") return;
  by_index_[index] = {std::string(call),
                      std::string(text_of(&entry.root(), "hold")),
                      std::string(entry.id),
                      {index, leaf_hash(bytes)}};
  by_call_.emplace(call, index);
}

std::uint64_t Pending::settled(std::uint64_t size) const {
  return by_index_.empty() ? size : std::min(size, by_index_.begin()->first);
}

std::vector<Log::Unanswered> Pending::all() const {
  std::vector<Log::Unanswered> open;
  for (const auto& [index, entry] : by_index_)
    open.push_back(entry);
  return open;
}

}  // namespace holdfast::receipts
