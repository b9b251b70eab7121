#include "app/appending.hpp"

#include <memory>
#include <utility>

namespace holdfast::app {

Appending appending() {
  auto promise = std::make_shared<std::promise<Result<receipts::Appended>>>();
  auto appended = promise->get_future();
  return {[promise](Result<receipts::Appended> result) { promise->set_value(std::move(result)); },
          std::move(appended)};
}

Result<void> append_and_wait(receipts::Log* log, std::string kind, const receipts::EntryText& members) {
  Appending waiting = appending();
  log->append(std::move(kind), members, std::move(waiting.done));
  const auto appended = waiting.appended.get();
  if (!appended) return fail(appended.error());
  return {};
}

Result<void> append_both_and_wait(receipts::Log* log, std::string kind, const receipts::EntryText& members,
                                  std::string second_kind, const receipts::EntryText& second) {
  Appending waiting = appending();
  log->append_both(std::move(kind), members, std::move(second_kind), second, std::move(waiting.done));
  const auto appended = waiting.appended.get();
  if (!appended) return fail(appended.error());
  return {};
}

}  // namespace holdfast::app
