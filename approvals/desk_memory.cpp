#include "approvals/desk_memory.hpp"

#include <algorithm>

namespace holdfast::approvals {

bool withdrawn(const Hold& hold) {
  return hold.status == Status::cancelled && !hold.redeem_until;
}

Entry::Entry(const HoldPtr& made)
    : EntryNames{made->id, made->handle, made->call.agent, made->call.match_key, made->call.tool} {
  take(made);
}

void Entry::take(HoldPtr now) {
  status = now->status;
  ended = now->ended();
  withdrawn = approvals::withdrawn(*now);
  asynchronous = now->call.asynchronous;
  detached = now->detached;
  response = now->response ? now->response->size() : 0;
  hold = std::move(now);
}

const Deadline* Entry::deadline() const {
  if (ended) return &kept;
  if (status == Status::pending) return &expires;
  return status == Status::approved ? &redeem : nullptr;
}

const Entry* DeskMemory::find(const std::string& id) const {
  const auto found = holds_.find(id);
  return found == holds_.end() ? nullptr : found->second.get();
}

Entry* DeskMemory::at(std::string_view id) {
  const auto found = holds_.find(id);
  return found == holds_.end() ? nullptr : found->second.get();
}

const Entry* DeskMemory::find_by_handle(const std::string& handle) const {
  const auto found = by_handle_.find(handle);
  return found == by_handle_.end() ? nullptr : found->second;
}

const Entry* DeskMemory::find_by_key(const Key& key) const {
  const auto found = newest_.find(key);
  return found == newest_.end() ? nullptr : found->second;
}

std::vector<std::string> DeskMemory::ids(const std::function<bool(const Entry&)>& wanted) const {
  std::vector<std::string> found;
  for (const auto& [id, entry] : holds_) {
    if (wanted(*entry)) found.emplace_back(id);
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool DeskMemory::due(const std::string& id, const Clock& clock) const {
  const Entry* entry = find(id);
  const Deadline* deadline = entry == nullptr ? nullptr : entry->deadline();
  return deadline != nullptr && passed(*deadline, clock);
}

int DeskMemory::waiting(const std::string& agent) const {
  const auto found = waiting_by_agent_.find(agent);
  return found == waiting_by_agent_.end() ? 0 : found->second;
}

const std::set<std::string>* DeskMemory::rejections(const ToolOfAgent& of) const {
  const auto found = rejections_.find(of);
  return found == rejections_.end() ? nullptr : &found->second;
}

void DeskMemory::put(Entry entry) {
  note(entry.id);
  if (entry.watchers.empty()) entry.hold.reset();
  Entry* known = at(entry.id);
  if (known == nullptr) return add(std::move(entry));
  follow(*known, -1);
  static_cast<EntryState&>(*known) = static_cast<EntryState&&>(entry);
  follow(*known, 1);
}

void DeskMemory::add(Entry entry) {
  auto made = std::make_unique<Entry>(std::move(entry));
  Entry* added = made.get();
  holds_.emplace(added->id, std::move(made));
  by_handle_[added->handle] = added;
  follow(*added, 1);
  const auto newest = newest_.find(key_of(*added));
  if (newest != newest_.end() && !newest->second->ended && added->ended) return;
  note(key_of(*added));
  set_newest(added);
}

void DeskMemory::drop(const std::string& id) {
  const auto found = holds_.find(id);
  if (found == holds_.end()) return;
  note(id);
  const Entry& entry = *found->second;
  follow(entry, -1);
  by_handle_.erase(entry.handle);
  note(key_of(entry));
  // A newer hold of the same key may stand there already.
  const auto newest = newest_.find(key_of(entry));
  if (newest != newest_.end() && newest->second == &entry) newest_.erase(newest);
  holds_.erase(found);
}

// The key that stands there may be a view of an older entry.
void DeskMemory::set_newest(Entry* entry) {
  newest_.erase(key_of(*entry));
  newest_.emplace(key_of(*entry), entry);
}

void DeskMemory::follow(const Entry& entry, int by) {
  if (const Deadline* deadline = entry.deadline()) {
    if (by > 0) deadlines_.set(&entry.id, *deadline);
    if (by < 0) deadlines_.clear(&entry.id, *deadline);
  }
  responses_ += by > 0 ? entry.response : 0 - entry.response;
  if (entry.status == Status::rejected) {
    const ToolOfAgent key{entry.agent, entry.tool};
    std::set<std::string>& ids = rejections_[key];
    if (by > 0) ids.insert(entry.id);
    if (by < 0) ids.erase(entry.id);
    if (ids.empty()) rejections_.erase(key);
  }
  if (entry.status != Status::pending && !entry.withdrawn) return;
  int& waiting = waiting_by_agent_[entry.agent];
  waiting += by;
  if (waiting == 0) waiting_by_agent_.erase(entry.agent);
}

void DeskMemory::note(const std::string& id) {
  if (!before_ || before_->holds.contains(id)) return;
  const Entry* entry = find(id);
  before_->holds.emplace(id, entry == nullptr ? std::nullopt : std::optional(*entry));
}

void DeskMemory::note(const KeyView& key) {
  if (!before_) return;
  const auto found = newest_.find(key);
  before_->newest.try_emplace(Key(key),
                              found == newest_.end() ? std::nullopt : std::optional(found->second->id));
}

void DeskMemory::begin() {
  before_.emplace();
}

void DeskMemory::keep() {
  before_.reset();
}

void DeskMemory::undo() {
  if (!before_) return;
  Before before = std::move(*before_);
  before_.reset();
  for (auto& [id, entry] : before.holds) {
    if (entry) {
      put(std::move(*entry));
    } else {
      drop(id);
    }
  }
  // Last: whatever was put or dropped above has moved these.
  for (auto& [key, id] : before.newest) {
    if (id) {
      set_newest(at(*id));
    } else {
      newest_.erase(key);
    }
  }
}

}  // namespace holdfast::approvals
