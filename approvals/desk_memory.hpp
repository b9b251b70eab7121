// What a desk keeps in memory of its holds, and what it finds and counts them by. Of approvals/desk*.cpp
// only. Desk thread only.
//
// There are two ways to change it, put() and drop(); everything else follows from what stands there. So a
// group of changes is undone by putting back what stood there before.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "approvals/deadline_book.hpp"
#include "approvals/desk.hpp"

namespace holdfast::approvals {

struct Entry {
  HoldPtr hold;
  std::map<std::uint64_t, Watcher> watchers;
  // The deadlines of this hold on this boot's clocks, fixed when they began.
  Deadline expires;
  Deadline redeem;
  Deadline kept;  // of a response, or of the cool-down
};

// Cancelled while people were being asked: for the time of the cool-down it counts as if they still were, or
// an agent could ask and cancel without end.
[[nodiscard]] bool withdrawn(const Hold& hold);

class DeskMemory {
 public:
  using Key = std::pair<std::string, std::string>;          // agent, match key
  using ToolOfAgent = std::pair<std::string, std::string>;  // agent, tool

  static Key key_of(const Hold& hold) { return {hold.call.agent, hold.call.match_key}; }

  // Null when it is not in memory. Good until the next change.
  [[nodiscard]] const Entry* find(const std::string& id) const;
  [[nodiscard]] const Entry* find_by_handle(const std::string& handle) const;
  // The newest hold of that key.
  [[nodiscard]] const Entry* find_by_key(const Key& key) const;
  [[nodiscard]] const std::unordered_map<std::string, Entry>& all() const { return holds_; }

  [[nodiscard]] const DeadlineBook& deadlines() const { return deadlines_; }
  // Of this agent's holds: pending, or cancelled undecided.
  [[nodiscard]] int waiting(const std::string& agent) const;
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
  struct Before {
    std::map<std::string, std::optional<Entry>> holds;
    std::map<Key, std::optional<std::string>> newest;
  };

  void note(const std::string& id);
  void note(const Key& key);
  void count(const Hold& hold, int by);
  void arm(const Entry& entry);

  std::unordered_map<std::string, Entry> holds_;
  std::unordered_map<std::string, std::string> ids_by_handle_;
  std::map<Key, std::string> newest_;
  std::unordered_map<std::string, int> waiting_by_agent_;
  std::map<ToolOfAgent, std::set<std::string>> rejections_;
  DeadlineBook deadlines_;
  std::optional<Before> before_;  // while a group of changes is open
};

}  // namespace holdfast::approvals
