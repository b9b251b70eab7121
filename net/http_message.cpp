#include "net/http_message.hpp"

#include <ostream>  // Boost 1.81's string_view.hpp needs it and does not include it

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <string>

namespace holdfast::net {

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

const HeaderLine* find_header(const std::vector<HeaderLine>& headers, std::string_view name) {
  for (const HeaderLine& line : headers) {
    if (same_name(line.name, name)) return &line;
  }
  return nullptr;
}

std::size_t count_headers(const std::vector<HeaderLine>& headers, std::string_view name) {
  return static_cast<std::size_t>(std::count_if(
      headers.begin(), headers.end(), [name](const HeaderLine& line) { return same_name(line.name, name); }));
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool list_has(std::string_view list, std::string_view token) {
  while (true) {
    const std::size_t comma = list.find(',');
    if (same_name(trim_blanks(list.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

void append_content_length(std::string& head, std::uint64_t length) {
  const fmt::format_int digits(length);
  head.append("Content-Length: ").append(digits.data(), digits.size()).append("\r\n");
}

std::string_view reason_phrase(int status) {
  namespace http = boost::beast::http;
  const http::status known = http::int_to_status(static_cast<unsigned>(status));
  if (known == http::status::unknown) return {};
  const auto phrase = http::obsolete_reason(known);
  return {phrase.data(), phrase.size()};
}

}  // namespace holdfast::net
