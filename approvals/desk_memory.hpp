// What a desk keeps in memory of its holds, and what it finds and counts them by. Of approvals/desk*.cpp
// only. Desk thread only.
//
// Of a hold that nobody waits for only that is kept which a lookup, a deadline or a count needs, less than
// 1 KiB; the rest is in the store (Desk::State::known).
//
// There are two ways to change it, put() and drop(); everything else follows from what stands there. So a
// group of changes is undone by putting back what stood there before.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "approvals/deadline_book.hpp"
#include "approvals/desk.hpp"

namespace holdfast::approvals {

// Fixed when the hold is made.
struct EntryNames {
  std::string id;
  std::string handle;
  std::string agent;
  std::string match_key;
  std::string tool;
};

struct EntryState {
  Status status = Status::pending;
  bool ended = false;
  bool withdrawn = false;
  bool asynchronous = false;
  bool detached = false;
  std::size_t response = 0;                                 // bytes of the one that is kept
  HoldPtr hold;                                             // null unless somebody waits for it
  std::vector<std::pair<std::uint64_t, Watcher>> watchers;  // who waits
  // The deadlines of this hold on this boot's clocks, fixed when they began.
  Deadline expires;
  Deadline redeem;
  Deadline kept;  // of a response, or of the cool-down
};

struct Entry : EntryNames, EntryState {
  explicit Entry(const HoldPtr& made);

  // Another state of the same hold.
  void take(HoldPtr now);
  // That of its status; null when it has none.
  [[nodiscard]] const Deadline* deadline() const;
};

// Cancelled while people were being asked: for the time of the cool-down it counts as if they still were, or
// an agent could ask and cancel without end.
[[nodiscard]] bool withdrawn(const Hold& hold);

class DeskMemory {
 public:
  using Key = std::pair<std::string, std::string>;          // agent, match key
  using ToolOfAgent = std::pair<std::string, std::string>;  // agent, tool

  // Null when it is not in memory. Good until the next change.
  [[nodiscard]] const Entry* find(const std::string& id) const;
  [[nodiscard]] const Entry* find_by_handle(const std::string& handle) const;
  // The newest hold of that key; one that lives is newer than any that has ended.
  [[nodiscard]] const Entry* find_by_key(const Key& key) const;
  // Of those for which `wanted`: ids, oldest first.
  [[nodiscard]] std::vector<std::string> ids(const std::function<bool(const Entry&)>& wanted) const;

  [[nodiscard]] bool due(const std::string& id, const Clock& clock) const;
  [[nodiscard]] const DeadlineBook& deadlines() const { return deadlines_; }
  // Of this agent's holds: pending, or cancelled undecided.
  [[nodiscard]] int waiting(const std::string& agent) const;
  // Bytes of the responses that are kept.
  [[nodiscard]] std::size_t responses() const { return responses_; }
  // Ids of the rejected holds; null when there are none.
  [[nodiscard]] const std::set<std::string>* rejections(const ToolOfAgent& of) const;

  // A new hold, or another state of one; sets the deadline of its status.
  void put(Entry entry);
  void drop(const std::string& id);

  // From begin() on it remembers what stood before; undo() puts that back, keep() forgets it. Not nested.
  void begin();
  void keep();
  void undo();

 private:
  using KeyView = std::pair<std::string_view, std::string_view>;
  struct KeyHash {
    std::size_t operator()(const KeyView& key) const {
      const std::hash<std::string_view> hash;
      return hash(key.first) * 31 + hash(key.second);
    }
  };
  struct Before {
    std::map<std::string, std::optional<Entry>> holds;
    std::map<Key, std::optional<std::string>> newest;  // ids
  };

  static KeyView key_of(const Entry& entry) { return {entry.agent, entry.match_key}; }
  Entry* at(std::string_view id);
  void add(Entry entry);
  void set_newest(Entry* entry);
  void note(const std::string& id);
  void note(const KeyView& key);
  // What follows from an entry: taken away before it changes, added again behind it.
  void follow(const Entry& entry, int by);

  // The views are of the entry's own strings, which stay where they are.
  std::unordered_map<std::string_view, std::unique_ptr<Entry>> holds_;
  std::unordered_map<std::string_view, Entry*> by_handle_;
  std::unordered_map<KeyView, Entry*, KeyHash> newest_;
  std::unordered_map<std::string, int> waiting_by_agent_;
  std::map<ToolOfAgent, std::set<std::string>> rejections_;
  std::size_t responses_ = 0;
  DeadlineBook deadlines_;
  std::optional<Before> before_;  // while a group of changes is open
};

}  // namespace holdfast::approvals
