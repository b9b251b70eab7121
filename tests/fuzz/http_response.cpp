// Responses: what we take of an upstream, a plain reader of RFC 9112 takes too and reads as we do. The first
// byte of an input says what was asked (HEAD or not) and whether the upstream closed behind the last byte.
#include "tests/fuzz/beast_http.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/read_messages.hpp"
#include "tests/fuzz/reference_http.hpp"

namespace holdfast::fuzz {
namespace {

void compare_head(const OurMessage& ours, const HttpMessage& reference) {
  claim(ours.response.status == reference.status, "the same status");
  claim(ours.response.minor == reference.minor, "the same version");
  claim(ours.headers.size() == reference.headers.size(), "as many headers");
  for (std::size_t i = 0; i < ours.headers.size(); ++i) {
    claim_equal(ours.headers[i].first, reference.headers[i].first, "the same header name");
    claim_equal(ours.headers[i].second, reference.headers[i].second, "the same header value");
  }
}

void ask_lenient_readers(const OurMessage& ours, std::string_view method) {
  for (const HttpManner& manner : http_manners()) {
    HttpMessage read;
    const HttpRead how = read_http_response(ours.raw_head, method, true, manner, read);
    const bool body = ours.response.framing == net::Framing::chunked || ours.response.content_length > 0;
    const bool waits = body && ours.response.framing != net::Framing::none;
    claim(how == (waits ? HttpRead::incomplete : HttpRead::complete), manner.name, ours.raw_head);
    compare_head(ours, read);
    claim(waits || (read.body.empty() && read.used == ours.raw_head.size()), manner.name, ours.raw_head);
  }
  HttpMessage read;
  claim(read_response_head_with_beast(ours.raw_head, read), "Beast takes what we take", ours.raw_head);
  compare_head(ours, read);
}

void compare(std::string_view stream, std::string_view method, bool ended, const OurReading& reading) {
  HttpMessage reference;
  const HttpRead how = read_http_response(stream, method, ended, http_manners().front(), reference);
  if (reading.messages.empty()) {
    claim(reading.end == End::refused || how != HttpRead::complete, "we do not wait for what is there",
          stream);
    return;
  }
  const OurMessage& ours = reading.messages.front();
  ask_lenient_readers(ours, method);
  if (!ours.complete) {
    claim(reading.end == End::refused || how == HttpRead::incomplete, "both wait for more", stream);
    return;
  }
  claim(how == HttpRead::complete, "what we take is HTTP", stream);
  compare_head(ours, reference);
  claim_equal(ours.body, reference.body, "the same body");
  claim_equal(ours.rest, stream.substr(reference.used), "the message ends at the same byte");
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::fuzz;
  if (size == 0) return 0;
  const std::string_view method = (data[0] & 1) != 0 ? "HEAD" : "GET";
  const bool ended = (data[0] & 2) != 0;
  const std::string_view stream = text_of(data + 1, size - 1);
  const OurReading whole = read_response(stream, method, ended, Pieces::Way::whole);
  compare(stream, method, ended, whole);
  for (const Pieces::Way way : Pieces::kWays)
    claim_same(whole, read_response(stream, method, ended, way));
  return 0;
}
