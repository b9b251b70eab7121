// Appending to the log and waiting until it is durable: a start has nothing else to do meanwhile.
#pragma once

#include <functional>
#include <future>
#include <string>

#include "core/result.hpp"
#include "receipts/log.hpp"

namespace holdfast::app {

// An append under way: what to call when it is done, and where that arrives.
struct Appending {
  std::function<void(Result<receipts::Appended>)> done;
  std::future<Result<receipts::Appended>> appended;
};
[[nodiscard]] Appending appending();

// Errors: those of Log::append.
[[nodiscard]] Result<void> append_and_wait(receipts::Log* log, std::string kind,
                                           const receipts::EntryText& members);
// Those of Log::append_both.
[[nodiscard]] Result<void> append_both_and_wait(receipts::Log* log, std::string kind,
                                                const receipts::EntryText& members, std::string second_kind,
                                                const receipts::EntryText& second);

}  // namespace holdfast::app
