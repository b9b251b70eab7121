// The chunked coding: where the decoder finds the end of a body, a plain reader finds it too, and so does
// every lenient one; and the body is the same.
#include "net/chunk_decoder.hpp"

#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/pieces.hpp"
#include "tests/fuzz/reference_http.hpp"

namespace holdfast::fuzz {
namespace {

struct Decoded {
  HttpRead how = HttpRead::incomplete;
  std::string body;
  std::size_t used = 0;
};

Decoded decode(std::string_view bytes, Pieces::Way way) {
  Decoded out;
  net::ChunkDecoder decoder;
  Pieces pieces(bytes, way);
  while (!pieces.empty()) {
    std::string_view in = pieces.next(bytes.size());
    while (true) {
      const std::size_t before = in.size();
      const auto piece = decoder.next(in);
      out.used += before - in.size();
      if (!piece) return {HttpRead::refused, out.body, 0};
      if (!*piece) break;
      if ((*piece)->empty()) {
        claim(decoder.finished(), "an empty piece is the end");
        out.how = HttpRead::complete;
        return out;
      }
      out.body += **piece;
    }
    claim(in.empty(), "a decoder that asks for more has taken all it was given");
  }
  return out;
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::fuzz;
  const std::string_view bytes = text_of(data, size);
  const Decoded whole = decode(bytes, Pieces::Way::whole);
  for (const Pieces::Way way : Pieces::kWays) {
    const Decoded again = decode(bytes, way);
    claim(again.how == whole.how && again.used == whole.used, "the same end, however it arrives");
    claim_equal(again.body, whole.body, "the same body, however it arrives");
  }
  for (const HttpManner& manner : http_manners()) {
    std::string body;
    std::size_t used = 0;
    const HttpRead how = read_http_chunks(bytes, manner, body, used);
    if (whole.how == HttpRead::complete) {
      claim(how == HttpRead::complete && used == whole.used, manner.name, bytes);
      claim_equal(whole.body, body, manner.name);
    } else if (whole.how == HttpRead::incomplete && &manner == &http_manners().front()) {
      claim(how != HttpRead::complete, "a whole body is not waited for", bytes);
    }
  }
  return 0;
}
