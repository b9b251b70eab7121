#include "approvals/desk_memory.hpp"

namespace holdfast::approvals {

bool withdrawn(const Hold& hold) {
  return hold.status == Status::cancelled && !hold.redeem_until;
}

const Entry* DeskMemory::find(const std::string& id) const {
  const auto found = holds_.find(id);
  return found == holds_.end() ? nullptr : &found->second;
}

const Entry* DeskMemory::find_by_handle(const std::string& handle) const {
  const auto found = ids_by_handle_.find(handle);
  return found == ids_by_handle_.end() ? nullptr : find(found->second);
}

const Entry* DeskMemory::find_by_key(const Key& key) const {
  const auto found = newest_.find(key);
  return found == newest_.end() ? nullptr : find(found->second);
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
  const std::string id = entry.hold->id;
  note(id);
  const auto [at, is_new] = holds_.try_emplace(id);
  if (is_new) {
    const Key key = key_of(*entry.hold);
    note(key);
    ids_by_handle_[entry.hold->handle] = id;
    newest_[key] = id;
  } else {
    count(*at->second.hold, -1);
  }
  count(*entry.hold, 1);
  at->second = std::move(entry);
  arm(at->second);
}

void DeskMemory::drop(const std::string& id) {
  const auto found = holds_.find(id);
  if (found == holds_.end()) return;
  note(id);
  const HoldPtr hold = found->second.hold;
  deadlines_.clear(id);
  count(*hold, -1);
  ids_by_handle_.erase(hold->handle);
  const Key key = key_of(*hold);
  note(key);
  // A newer hold of the same key may stand there already.
  const auto newest = newest_.find(key);
  if (newest != newest_.end() && newest->second == id) newest_.erase(newest);
  holds_.erase(found);
}

void DeskMemory::arm(const Entry& entry) {
  const Hold& hold = *entry.hold;
  deadlines_.clear(hold.id);
  if (hold.ended()) return deadlines_.set(hold.id, entry.kept);
  if (hold.status == Status::pending) deadlines_.set(hold.id, entry.expires);
  if (hold.status == Status::approved) deadlines_.set(hold.id, entry.redeem);
}

void DeskMemory::count(const Hold& hold, int by) {
  if (hold.status == Status::rejected) {
    const ToolOfAgent key{hold.call.agent, hold.call.tool};
    std::set<std::string>& ids = rejections_[key];
    if (by > 0) ids.insert(hold.id);
    if (by < 0) ids.erase(hold.id);
    if (ids.empty()) rejections_.erase(key);
  }
  if (hold.status != Status::pending && !withdrawn(hold)) return;
  int& waiting = waiting_by_agent_[hold.call.agent];
  waiting += by;
  if (waiting == 0) waiting_by_agent_.erase(hold.call.agent);
}

void DeskMemory::note(const std::string& id) {
  if (!before_ || before_->holds.contains(id)) return;
  const Entry* entry = find(id);
  before_->holds.emplace(id, entry == nullptr ? std::nullopt : std::optional(*entry));
}

void DeskMemory::note(const Key& key) {
  if (!before_ || before_->newest.contains(key)) return;
  const auto found = newest_.find(key);
  before_->newest.emplace(key, found == newest_.end() ? std::nullopt : std::optional(found->second));
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
      newest_[key] = std::move(*id);
    } else {
      newest_.erase(key);
    }
  }
}

}  // namespace holdfast::approvals
