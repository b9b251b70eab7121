#include "net/chunk_decoder.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/net/code_of.hpp"

namespace holdfast::net {
namespace {

using test::code_of;

using namespace std::string_literals;

struct Decoded {
  std::string body;
  std::string rest;
  bool finished = false;
  bool malformed = false;
};

// Feeds `text` in pieces of `step` bytes.
Decoded decode(std::string_view text, std::size_t step) {
  ChunkDecoder decoder;
  Decoded out;
  while (true) {
    std::string_view in = text.substr(0, step);
    text.remove_prefix(in.size());
    while (true) {
      const auto piece = decoder.next(in);
      if (!piece) {
        EXPECT_EQ(code_of(piece), Code::malformed);
        out.malformed = true;
        return out;
      }
      if (!*piece) break;
      if ((*piece)->empty()) {
        out.finished = true;
        out.rest = std::string(in) + std::string(text);
        return out;
      }
      out.body += **piece;
    }
    if (text.empty()) return out;
  }
}

TEST(ChunkDecoder, ReadsTheSameInPiecesOfAnySize) {
  const std::string text =
      "5\r\nhello\r\n"
      "00A;name=\"a;b\";x\r\n, friends \r\n"
      "1\r\n\r\r\n"
      "0\r\nDigest: x\r\nAnother:\r\n\r\nGET / HTTP/1.1";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    const Decoded out = decode(text, step);
    EXPECT_TRUE(out.finished) << step;
    EXPECT_EQ(out.body, "hello, friends \r") << step;
    EXPECT_EQ(out.rest, "GET / HTTP/1.1") << step;
  }
}

TEST(ChunkDecoder, RefusesWhatIsNotItsGrammar) {
  const std::pair<const char*, std::string> kBad[] = {
      {"no size", "\r\nhello\r\n0\r\n\r\n"},
      {"sign", "+5\r\nhello\r\n0\r\n\r\n"},
      {"negative", "-1\r\n"},
      {"0x", "0x5\r\nhello\r\n0\r\n\r\n"},
      {"space before the size", " 5\r\nhello\r\n0\r\n\r\n"},
      {"space after the size", "5 \r\nhello\r\n0\r\n\r\n"},
      {"tab after the size", "5\t;a\r\nhello\r\n0\r\n\r\n"},
      {"underscore", "5_0\r\n"},
      {"overflowing size", "10000000000000005\r\nhello\r\n0\r\n\r\n"},
      {"LF after the size", "5\nhello\r\n0\r\n\r\n"},
      {"CR CR after the size", "5\r\r\nhello\r\n0\r\n\r\n"},
      {"LF in an extension", "5;a\nb\r\nhello\r\n0\r\n\r\n"},
      {"NUL in an extension", "5;a\0b\r\nhello\r\n0\r\n\r\n"s},
      {"chunk longer than its size", "5\r\nhello!\r\n0\r\n\r\n"},
      {"chunk shorter than its size", "6\r\nhello\r\n0\r\n\r\n"},
      {"LF after the chunk", "5\r\nhello\n0\r\n\r\n"},
      {"two letters after the chunk", "5\r\nhelloXX0\r\n\r\n"},
      {"LF at the end", "0\r\n\n"},
      {"trailer without a colon", "0\r\nabc\r\n\r\n"},
      {"trailer name with a space", "0\r\na b: c\r\n\r\n"},
      {"folded trailer", "0\r\na: b\r\n c\r\n\r\n"},
      {"trailer with an empty name", "0\r\n: b\r\n\r\n"},
      {"bare LF in a trailer", "0\r\na: b\nc: d\r\n\r\n"},
      {"extensions without end", "5;" + std::string(ChunkDecoder::kMaxExtensions + 1, 'x')},
      {"trailers without end", "0\r\na:" + std::string(ChunkDecoder::kMaxTrailers, 'x')},
  };
  for (const auto& [name, text] : kBad) {
    for (const std::size_t step : {std::size_t{1}, text.size()}) {
      const Decoded out = decode(text, step);
      EXPECT_TRUE(out.malformed) << name;
      EXPECT_FALSE(out.finished) << name;
    }
  }
}

TEST(ChunkDecoder, ExtensionsOfAllChunksTogetherAreBounded) {
  std::string text;
  for (std::size_t i = 0; i < 200; ++i)
    text += "1;" + std::string(100, 'x') + "\r\na\r\n";
  EXPECT_TRUE(decode(text, text.size()).malformed);
}

TEST(ChunkDecoder, WantsMoreUntilTheLastEmptyLine) {
  const std::string text = "3\r\nabc\r\n0\r\n\r\n";
  for (std::size_t n = 0; n < text.size(); ++n) {
    const Decoded out = decode(text.substr(0, n), n + 1);
    EXPECT_FALSE(out.finished) << n;
    EXPECT_FALSE(out.malformed) << n;
  }
}

}  // namespace
}  // namespace holdfast::net
