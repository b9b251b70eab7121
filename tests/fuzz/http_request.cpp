// Requests: what we take off a connection, a plain reader of RFC 9112 takes too, and reads as we do: the same
// method, target, headers and body, ending at the same byte. And every lenient reader we know of sees no
// other message in the head that we took.
#include "tests/fuzz/beast_http.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/read_messages.hpp"
#include "tests/fuzz/reference_http.hpp"

namespace holdfast::fuzz {
namespace {

// RFC 9112 §3.2.2: the path and query behind scheme and authority.
std::string origin_form(const HttpMessage& message) {
  if (message.target.starts_with('/')) return message.target;
  claim(lower_case(message.target.substr(0, 7)) == "http://", "a target is a path or an http URL",
        message.target);
  const std::string rest = message.target.substr(7);
  const std::size_t slash = rest.find('/');
  const auto hosts = message.all("Host");
  claim(hosts.size() == 1 && lower_case(rest.substr(0, slash)) == lower_case(hosts.front()),
        "the authority of a target is that of Host", message.target);
  return slash == std::string::npos ? "/" : rest.substr(slash);
}

void compare_head(const OurMessage& ours, const HttpMessage& reference) {
  claim_equal(ours.method, reference.method, "the same method");
  claim_equal(ours.target, origin_form(reference), "the same target");
  claim(ours.request.minor == reference.minor, "the same version");
  claim(ours.headers.size() == reference.headers.size(), "as many headers");
  for (std::size_t i = 0; i < ours.headers.size(); ++i) {
    claim_equal(ours.headers[i].first, reference.headers[i].first, "the same header name");
    claim_equal(ours.headers[i].second, reference.headers[i].second, "the same header value");
  }
  claim(ours.request.framing != net::Framing::until_close, "no request ends with its connection");
  claim((ours.request.framing != net::Framing::none) == reference.framed, "a body for both or for neither");
  claim((ours.request.framing == net::Framing::chunked) == reference.chunked,
        "chunked for both or for neither");
}

// The head alone, to each manner: nobody else may find another end of it, or another framing.
void ask_lenient_readers(const OurMessage& ours) {
  for (const HttpManner& manner : http_manners()) {
    HttpMessage read;
    const bool body = ours.request.framing == net::Framing::chunked || ours.request.content_length > 0;
    const HttpRead how = read_http_request(ours.raw_head, manner, read);
    claim(how == (body ? HttpRead::incomplete : HttpRead::complete), manner.name, ours.raw_head);
    claim(body || read.used == ours.raw_head.size(), manner.name, ours.raw_head);
    compare_head(ours, read);
  }
  HttpMessage read;
  claim(read_request_head_with_beast(ours.raw_head, read), "Beast takes what we take", ours.raw_head);
  compare_head(ours, read);
}

void compare(std::string_view stream, const OurReading& reading) {
  for (const OurMessage& ours : reading.messages) {
    ask_lenient_readers(ours);
    HttpMessage reference;
    const HttpRead how = read_http_request(stream, http_manners().front(), reference);
    if (!ours.complete) {
      claim(reading.end == End::refused || how == HttpRead::incomplete, "both wait for more", stream);
      return;
    }
    claim(how == HttpRead::complete, "what we take is HTTP", stream);
    compare_head(ours, reference);
    claim_equal(ours.body, reference.body, "the same body");
    claim(ours.request.framing != net::Framing::length || ours.body.size() == ours.request.content_length,
          "a body has its announced length");
    claim_equal(ours.rest, stream.substr(reference.used), "the message ends at the same byte");
    stream = ours.rest;
  }
  if (reading.end == End::refused || stream.empty()) return;
  HttpMessage more;
  claim(read_http_request(stream, http_manners().front(), more) != HttpRead::complete,
        "we do not wait for a request that is there", stream);
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::fuzz;
  const std::string_view stream = text_of(data, size);
  const OurReading whole = read_requests(stream, Pieces::Way::whole);
  compare(stream, whole);
  for (const Pieces::Way way : Pieces::kWays)
    claim_same(whole, read_requests(stream, way));
  return 0;
}
