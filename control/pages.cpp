#include "control/pages.hpp"

#include <string>

#include "core/json_text.hpp"

namespace holdfast::control {
namespace {

constexpr std::string_view kHowToVerify =
    "Get /v1/receipts/<id> (the entry's exact bytes) and /v1/receipts/<id>/proof, then run: holdfast "
    "receipts verify "
    "--entry FILE --proof FILE --vkey VKEY. Pin the vkey: a key that comes with what it signs proves "
    "nothing.";

}  // namespace

net::task<Response> describe(Plane* plane, const Request*) {
  const receipts::Log& log = *plane->context.log;
  json::ObjectText page;
  page.set("origin", log.origin())
      .set("vkey", log.vkey())
      .set("checkpoint", "/checkpoint")
      .set("verify", kHowToVerify);
  co_return json_answer(page.text());
}

net::task<Response> healthz(Plane*, const Request*) {
  co_return text_answer("ok");
}

net::task<Response> readyz(Plane* plane, const Request*) {
  const Context& context = plane->context;
  std::string why = context.not_ready ? context.not_ready() : std::string();
  if (why.empty() && !context.log->writable()) why = context.log->why_not_writable();
  if (why.empty()) co_return text_answer("ready");
  Response response = text_answer(std::move(why));
  response.status = 503;
  co_return response;
}

}  // namespace holdfast::control
