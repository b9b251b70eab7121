#include "tests/fuzz/reference_http.hpp"

#include <algorithm>
#include <optional>

namespace holdfast::fuzz {
namespace {

using Line = std::optional<std::string>;

std::string trimmed(std::string text, const char* what = " \t") {
  text.erase(0, text.find_first_not_of(what));
  text.erase(text.find_last_not_of(what) + 1);
  return text;
}

bool of(std::string_view text, std::string_view set) {
  return !text.empty() && text.find_first_not_of(set) == std::string_view::npos;
}

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kToken =
    "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool is_text(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

// Takes lines and bytes off the front. An absent line is one whose end is not there.
class Bytes {
 public:
  Bytes(std::string_view bytes, const HttpManner& manner) : bytes_(bytes), manner_(manner) {}

  Line line() {
    for (std::size_t i = at_; i < bytes_.size(); ++i) {
      const bool crlf = bytes_.substr(i).starts_with("\r\n");
      const bool end =
          crlf || (bytes_[i] == '\n' && manner_.bare_lf) || (bytes_[i] == '\r' && manner_.bare_cr);
      if (!end) continue;
      std::string line(bytes_.substr(at_, i - at_));
      at_ = i + (crlf ? 2 : 1);
      return line;
    }
    return std::nullopt;
  }
  std::string take(std::uint64_t n) {
    std::string taken(bytes_.substr(at_, n));
    at_ += taken.size();
    return taken;
  }
  [[nodiscard]] std::size_t at() const { return at_; }

 private:
  std::string_view bytes_;
  const HttpManner& manner_;
  std::size_t at_ = 0;
};

std::optional<std::uint64_t> number(std::string text, unsigned base, const HttpManner& manner) {
  if (manner.loose_numbers) {
    text = trimmed(text);
    if (text.starts_with('+')) text.erase(0, 1);
    if (base == 16 && lower_case(text).starts_with("0x")) text.erase(0, 2);
  }
  std::uint64_t value = 0;
  if (text.empty()) return std::nullopt;
  for (const char c : lower_case(text)) {
    const std::size_t digit = std::string_view("0123456789abcdef").find(c);
    if (digit >= base || value >> 59U != 0) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

// RFC 9112 §5, the empty line included.
HttpRead read_fields(Bytes& bytes, const HttpManner& manner, HttpMessage& out) {
  while (true) {
    const Line line = bytes.line();
    if (!line) return HttpRead::incomplete;
    if (line->empty()) return HttpRead::complete;
    const bool folded = line->starts_with(' ') || line->starts_with('\t');
    if (folded && manner.loose_names && !out.headers.empty()) {
      out.headers.back().second += " " + trimmed(*line);
      continue;
    }
    const std::size_t colon = line->find(':');
    if (colon == std::string::npos) return HttpRead::refused;
    std::string name = line->substr(0, colon);
    if (manner.loose_names) name = trimmed(name);
    const std::string value = trimmed(line->substr(colon + 1));
    if (!of(name, kToken) || !is_text(value)) return HttpRead::refused;
    out.headers.emplace_back(name, value);
  }
}

struct Framing {
  bool chunked = false;
  std::optional<std::uint64_t> length;
};

// RFC 9112 §6.3, points 3 to 5.
std::optional<Framing> read_framing(const HttpMessage& message, const HttpManner& manner) {
  const auto codings = message.all("Transfer-Encoding");
  const auto lengths = message.all("Content-Length");
  const bool strict = !manner.loose_coding && !manner.length_wins && !manner.last_length;
  Framing framing;
  if (strict) {
    if (codings.size() > 1 || lengths.size() > 1 || (!codings.empty() && !lengths.empty()))
      return std::nullopt;
    if (!codings.empty() && (message.minor == 0 || lower_case(codings.front()) != "chunked"))
      return std::nullopt;
  }
  for (const std::string& coding : codings) {
    const std::string lower = lower_case(coding);
    if (manner.loose_coding ? lower.find("chunked") != std::string::npos : lower == "chunked")
      framing.chunked = true;
  }
  if (!lengths.empty()) {
    framing.length = number(manner.last_length ? lengths.back() : lengths.front(), 10, manner);
    if (!framing.length) return std::nullopt;
    if (framing.chunked && manner.length_wins) framing.chunked = false;
  }
  return framing;
}

HttpRead read_body(Bytes& bytes, std::string_view whole, const HttpManner& manner, const Framing& framing,
                   HttpMessage& out) {
  out.framed = framing.chunked || framing.length;
  out.chunked = framing.chunked;
  if (framing.chunked) {
    std::size_t used = 0;
    const HttpRead read = read_http_chunks(whole.substr(bytes.at()), manner, out.body, used);
    bytes.take(used);
    return read;
  }
  out.body = bytes.take(framing.length.value_or(0));
  return out.body.size() == framing.length.value_or(0) ? HttpRead::complete : HttpRead::incomplete;
}

bool read_version(std::string_view text, int& minor) {
  minor = text == "HTTP/1.0" ? 0 : 1;
  return text == "HTTP/1.1" || text == "HTTP/1.0";
}

}  // namespace

const std::vector<HttpManner>& http_manners() {
  static const std::vector<HttpManner> manners = [] {
    std::vector<HttpManner> all(9);
    all[1] = {.name = "bare LF ends a line", .bare_lf = true};
    all[2] = {.name = "bare CR ends a line", .bare_lf = true, .bare_cr = true};
    all[3] = {.name = "names are trimmed, lines folded", .loose_names = true};
    all[4] = {.name = "the last Content-Length counts", .last_length = true};
    all[5] = {.name = "Content-Length before Transfer-Encoding", .length_wins = true};
    all[6] = {.name = "chunked anywhere in Transfer-Encoding", .loose_coding = true};
    all[7] = {.name = "numbers with signs and spaces", .loose_numbers = true};
    all[8] = {.name = "all of them",
              .bare_lf = true,
              .bare_cr = true,
              .loose_names = true,
              .last_length = true,
              .length_wins = true,
              .loose_coding = true,
              .loose_numbers = true};
    return all;
  }();
  return manners;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

std::vector<std::string> HttpMessage::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [known, value] : headers) {
    if (lower_case(known) == lower_case(name)) values.push_back(value);
  }
  return values;
}

HttpRead read_http_chunks(std::string_view whole, const HttpManner& manner, std::string& out,
                          std::size_t& used) {
  Bytes bytes(whole, manner);
  while (true) {
    const Line line = bytes.line();
    if (!line) return HttpRead::incomplete;
    const std::size_t semicolon = line->find(';');
    const auto size = number(line->substr(0, semicolon), 16, manner);
    if (!size || !is_text(*line)) return HttpRead::refused;
    if (*size == 0) break;
    const std::string data = bytes.take(*size);
    out += data;
    if (data.size() < *size) return HttpRead::incomplete;
    const std::string end = bytes.take(2);
    if (end != std::string_view("\r\n").substr(0, end.size())) return HttpRead::refused;
    if (end.size() < 2) return HttpRead::incomplete;
  }
  HttpMessage trailers;
  const HttpRead read = read_fields(bytes, manner, trailers);
  used = bytes.at();
  return read;
}

HttpRead read_http_request(std::string_view whole, const HttpManner& manner, HttpMessage& out) {
  Bytes bytes(whole, manner);
  Line line = bytes.line();
  if (line && line->empty()) line = bytes.line();  // §2.2: at least one empty line is ignored
  if (!line) return HttpRead::incomplete;
  const std::size_t first = line->find(' ');
  const std::size_t second = line->find(' ', first + 1);
  if (first == std::string::npos || second == std::string::npos) return HttpRead::refused;
  out.method = line->substr(0, first);
  out.target = line->substr(first + 1, second - first - 1);
  if (!of(out.method, kToken) || out.target.empty()) return HttpRead::refused;
  if (!read_version(line->substr(second + 1), out.minor)) return HttpRead::refused;
  HttpRead read = read_fields(bytes, manner, out);
  if (read != HttpRead::complete) return read;
  const std::size_t hosts = out.all("Host").size();
  if (hosts > 1 || (hosts == 0 && out.minor == 1)) return HttpRead::refused;
  const auto framing = read_framing(out, manner);
  if (!framing) return HttpRead::refused;
  read = read_body(bytes, whole, manner, *framing, out);
  out.used = bytes.at();
  return read;
}

HttpRead read_http_response(std::string_view whole, std::string_view method, bool ended,
                            const HttpManner& manner, HttpMessage& out) {
  Bytes bytes(whole, manner);
  const Line line = bytes.line();
  if (!line) return HttpRead::incomplete;
  if (!read_version(line->substr(0, 8), out.minor) || line->substr(8, 1) != " ") return HttpRead::refused;
  const std::string status = line->substr(9, 3);
  if (!of(status, kDigits) || status.size() != 3 || line->substr(12, 1) != " ") return HttpRead::refused;
  if (!is_text(*line)) return HttpRead::refused;
  out.status = std::stoi(status);
  HttpRead read = read_fields(bytes, manner, out);
  if (read != HttpRead::complete) return read;
  const auto framing = read_framing(out, manner);
  if (!framing) return HttpRead::refused;
  const bool bodiless = method == "HEAD" || out.status < 200 || out.status == 204 || out.status == 304;
  if (bodiless || framing->chunked || framing->length) {
    read = read_body(bytes, whole, manner, bodiless ? Framing{} : *framing, out);
  } else {
    out.body = bytes.take(whole.size());
    read = ended ? HttpRead::complete : HttpRead::incomplete;
  }
  out.used = bytes.at();
  return read;
}

}  // namespace holdfast::fuzz
