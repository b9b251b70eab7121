#include "proxy/override_search.hpp"

#include <algorithm>

#include "core/hex.hpp"
#include "net/http_message.hpp"

namespace holdfast::proxy {
namespace {

constexpr std::string_view kDisposition = "content-disposition";
constexpr std::string_view kId = "content-id";
constexpr std::string_view kEmptyLine = "\r\n\r\n";

// Moves `matched` along one of these, none of which can begin again before its third byte. True at its end.
bool advance(std::string_view text, char byte, std::size_t& matched) {
  if (byte != text[matched]) matched = 0;
  if (byte == text[matched]) ++matched;
  if (matched < text.size()) return false;
  matched = 0;
  return true;
}

}  // namespace

PercentEscapes::Read PercentEscapes::take(char& byte) {
  if (byte == '%') {
    digits_ = 2;
    value_ = 0;
    return Read::nothing_yet;
  }
  if (digits_ == 0) return Read::plain;
  const int digit = hex_value(byte);
  if (digit < 0) {
    digits_ = 0;
    return Read::plain;
  }
  value_ = value_ * 16 + digit;
  if (--digits_ > 0) return Read::nothing_yet;
  byte = static_cast<char>(value_);
  return Read::escaped;
}

bool FormSearch::finds(char byte) {
  const auto read = escapes_.take(byte);
  if (read == PercentEscapes::Read::nothing_yet) return false;
  const bool plain = read == PercentEscapes::Read::plain;
  if (plain && (byte == '&' || byte == ';' || byte == '=')) {
    const bool found = in_name_ && name_.matches();
    in_name_ = byte != '=';
    name_ = {};
    return found;
  }
  if (in_name_) name_.take(plain && byte == '+' ? ' ' : byte);
  return false;
}

bool JsonSearch::finds(char byte) {
  if (in_escape_) return finds_in_escape(byte);
  return in_string_ ? finds_in_string(byte) : finds_outside(byte);
}

// A byte that JSON does not have outside of strings: a comment, another kind of quotes, another encoding.
bool JsonSearch::finds_outside(char byte) {
  switch (byte) {
    case '{':
    case '[':
      if (++depth_ == 1) in_object_ = name_next_ = byte == '{';
      return false;
    case '}':
    case ']':
      --depth_;
      return depth_ < 0;
    case ',':
    case ':':
      if (depth_ == 1) name_next_ = in_object_ && byte == ',';
      return false;
    case '"':
      in_string_ = true;
      in_name_ = depth_ == 1 && name_next_;
      name_ = {};
      return false;
    default:
      return std::string_view(" \t\r\n0123456789+-.Eaeflnrstu").find(byte) == std::string_view::npos;
  }
}

bool JsonSearch::finds_in_string(char byte) {
  if (byte == '\\') {
    in_escape_ = true;
    return false;
  }
  if (byte != '"') {
    take(byte);
    return false;
  }
  in_string_ = false;
  return in_name_ && name_.matches();
}

bool JsonSearch::finds_in_escape(char byte) {
  if (digits_ > 0) {
    const int digit = hex_value(byte);
    if (digit < 0) return true;
    code_ = code_ * 16 + static_cast<unsigned>(digit);
    if (--digits_ > 0) return false;
    in_escape_ = false;
    if (code_ < 0x80) take(static_cast<char>(code_));
    return false;
  }
  if (byte == 'u') {
    digits_ = 4;
    code_ = 0;
    return false;
  }
  in_escape_ = false;
  if (byte == '"' || byte == '\\' || byte == '/') take(byte);
  return std::string_view("\"\\/bfnrt").find(byte) == std::string_view::npos;
}

void JsonSearch::take(char byte) {
  if (in_name_) name_.take(byte);
}

bool PartSearch::begins_headers(char byte) {
  const bool disposition = advance(kDisposition, net::lower(byte), disposition_);
  const bool id = advance(kId, net::lower(byte), id_);
  return disposition || id;
}

bool PartSearch::ends_headers(char byte) {
  return advance(kEmptyLine, byte, line_ends_);
}

bool PartSearch::finds(char byte) {
  if (!in_headers_) {
    in_headers_ = begins_headers(byte);
    return false;
  }
  const bool found = finds_in_headers(byte);
  if (ends_headers(byte)) in_headers_ = false;
  return found;
}

bool PartSearch::finds_in_headers(char byte) {
  if (escapes_.take(byte) == PercentEscapes::Read::nothing_yet || byte == '\\') return false;
  // RFC 2047 and RFC 2231 write names in other ways still.
  const bool encoded = (byte == '?' && equals_) || (byte == '*' && last_ == "name");
  equals_ = byte == '=';
  if (std::string_view("\"'=;:,<>?*(){}/ \t\r\n").find(byte) == std::string_view::npos && byte != '\0') {
    word_.take(byte);
    if (last_.size() <= kDisposition.size()) last_ += net::lower(byte);
    return false;
  }
  const bool found = word_.matches();
  word_ = {};
  last_.clear();
  return found || encoded;
}

OverrideSearch::OverrideSearch(std::string_view content_type) {
  const std::string type = net::to_lower(content_type);
  const auto says = [&](std::string_view word) { return type.find(word) != std::string::npos; };
  // Rack reads a body without a type as a form; it and PHP stop at a comma, or a space, in a type.
  form_ = says("urlencoded") || std::all_of(type.begin(), type.end(), [](char c) { return c == ' '; });
  json_ = says("json");
  parts_ = says("multipart");
}

bool OverrideSearch::finds(std::string_view piece) {
  return std::any_of(piece.begin(), piece.end(), [this](char byte) {
    return (form_ && in_form_.finds(byte)) || (json_ && in_json_.finds(byte)) ||
           (parts_ && in_parts_.finds(byte));
  });
}

}  // namespace holdfast::proxy
