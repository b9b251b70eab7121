#include "control/receipts_api.hpp"

#include <string>
#include <vector>

#include "core/id.hpp"
#include "core/json_text.hpp"

namespace holdfast::control {
namespace {

Result<receipts::Stored> find(Plane* plane, const Request& request) {
  if (!is_uuid7(request.id)) return fail(Code::not_found, "a receipt's id is a UUIDv7 in lower case");
  return plane->context.log->find(request.id);
}

}  // namespace

net::task<Response> list_receipts(Plane* plane, const Request* request) {
  const auto limit = limit_of(request->query);
  if (!limit) co_return problem(limit.error());
  const std::string call = value_of(request->query, "call");
  if (!call.empty() && !is_uuid7(call))
    co_return problem(400, "call must be a call id: a UUIDv7 in lower case");

  const auto entries = plane->context.log->list(call, *limit, false);
  if (!entries) co_return problem(entries.error());
  std::vector<std::string> items;
  items.reserve(entries->size());
  for (const receipts::Stored& stored : *entries) {
    items.push_back(json::ObjectText().set("index", stored.index).set_raw("entry", stored.entry).text());
  }
  co_return json_answer(json::ObjectText().set_raw("receipts", json::array_text(items)).text());
}

net::task<Response> show_receipt(Plane* plane, const Request* request) {
  auto stored = find(plane, *request);
  if (!stored) co_return problem(stored.error());
  co_return json_answer(std::move(stored->entry));
}

net::task<Response> prove_receipt(Plane* plane, const Request* request) {
  const auto stored = find(plane, *request);
  if (!stored) co_return problem(stored.error());
  auto proof = plane->context.log->proof(stored->index);
  if (!proof) co_return problem(proof.error());
  co_return text_answer(std::move(*proof));
}

net::task<Response> show_checkpoint(Plane* plane, const Request*) {
  co_return text_answer(plane->context.log->checkpoint());
}

}  // namespace holdfast::control
