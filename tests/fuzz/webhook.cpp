// Standard Webhooks: of whatever is sent to us, only what was signed is taken, in its one spelling and its
// time. Input: four parts with a line feed between them: id, timestamp, signature, body.
#include "crypto/webhook_signature.hpp"

#include "tests/fuzz/claim.hpp"

namespace {

// The example of the specification.
constexpr std::string_view kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::string_view kTimestamp = "1614265330";
constexpr std::string_view kBody = R"({"test": 2432232314})";
constexpr std::string_view kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const std::string_view one = list.substr(0, list.find(' '));
    if (one == token) return true;
    list.remove_prefix(std::min(list.size(), one.size() + 1));
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  static const std::vector<Secret> secrets = [] {
    std::vector<Secret> out;
    out.emplace_back("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    return out;
  }();
  std::string_view body = fuzz::text_of(data, size);
  const std::string_view id = take_line(body);
  const std::string_view timestamp = take_line(body);
  const std::string_view signature = take_line(body);
  for (const int late : {0, 300, 301, -300, -301}) {
    const WallTime now{std::chrono::seconds(1614265330 + late)};
    const bool taken = crypto::verify_webhook(secrets, {id, timestamp, signature}, body, now).has_value();
    const bool genuine =
        id == kId && timestamp == kTimestamp && body == kBody && has_token(signature, kSignature);
    fuzz::claim(!taken || genuine, "only what was signed is taken", signature, body);
    fuzz::claim(!taken || (late <= 300 && late >= -300), "and only in its time", timestamp);
    if (genuine && signature == kSignature)
      fuzz::claim(taken == (late <= 300 && late >= -300), "the true one is taken");
  }
  return 0;
}
