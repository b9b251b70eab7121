#include "bench/micro/sample.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>

#include "core/clock.hpp"
#include "core/id.hpp"

namespace holdfast::bench {

std::string payment(std::size_t bytes) {
  constexpr std::size_t kForMemo = 256;
  std::string text = R"({"amount":5,"currency":"EUR","to":"acme","reference":"INV-2041/7","lines":[)";
  for (int i = 0; text.size() + kForMemo < bytes; ++i)
    text += fmt::format(R"({}{{"sku":"part-{}","quantity":{},"price":{}.25}})", i == 0 ? "" : ",", i, i % 9,
                        i % 90);
  text += R"(],"memo":")";
  text.append(bytes - text.size() - 2, 'm');
  return text + "\"}";
}

json::ObjectText receipt() {
  static const std::string digest = "sha256:" + std::string(64, 'a');
  const WallTime now = system_clock().wall();
  json::ObjectText members;
  members.set("id", make_uuid7(now)).set("call", make_uuid7(now));
  members.set("agent", json::ObjectText().set("id", "anonymous").set("auth", "none"));
  members.set("request", json::ObjectText()
                             .set("digest", digest)
                             .set("bytes", std::uint64_t{1024})
                             .set("protocol", "http")
                             .set("tool", "payment.send")
                             .set("target", "http://127.0.0.1:9001/v1/send"));
  members.set("decision",
              json::ObjectText().set("effect", "allow").set("policy", digest).set("rule", "rules[99]"));
  members.set("outcome", json::ObjectText()
                             .set("state", "succeeded")
                             .set("status", 200)
                             .set("sent", digest)
                             .set("start", unix_milliseconds(now))
                             .set("end", unix_milliseconds(now)));
  return members;
}

Scratch::Scratch() {
  const char* place = std::getenv("TMPDIR");
  std::string name = std::filesystem::path(place == nullptr ? "." : place) / "holdfast-bench-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder can be made as " + name);
  path_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace holdfast::bench
