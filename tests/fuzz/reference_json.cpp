#include "tests/fuzz/reference_json.hpp"

#include <algorithm>

namespace holdfast::fuzz {
namespace {

// Recursive descent: each function takes its production off the text, or returns false.
class Reader {
 public:
  Reader(std::string_view text, const JsonManner& manner) : text_(text), manner_(manner) {}

  bool document(Json& out) {
    space();
    if (!value(out, 0)) return false;
    space();
    return at_ == text_.size();
  }

 private:
  [[nodiscard]] char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void space() {
    while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }

  bool value(Json& out, std::size_t depth) {
    switch (here()) {
      case '{':
        return depth < manner_.depth && object(out, depth + 1);
      case '[':
        return depth < manner_.depth && array(out, depth + 1);
      case '"':
        out.kind = Json::Kind::string;
        return string(out.text);
      case 't':
        out.kind = Json::Kind::boolean;
        out.flag = true;
        return take("true");
      case 'f':
        out.kind = Json::Kind::boolean;
        return take("false");
      case 'n':
        return take("null");
      default:
        out.kind = Json::Kind::number;
        return number(out.text);
    }
  }

  bool object(Json& out, std::size_t depth) {
    out.kind = Json::Kind::object;
    ++at_;
    space();
    if (take('}')) return true;
    while (true) {
      space();
      std::string name;
      if (!string(name)) return false;
      const bool doubtful = out.find(name) != nullptr || name.find('\0') != std::string::npos;
      if (doubtful && !manner_.duplicates) return false;
      space();
      if (!take(':')) return false;
      space();
      Json member;
      if (!value(member, depth)) return false;
      out.members.push_back({std::move(name), std::move(member)});
      space();
      if (take('}')) return true;
      if (!take(',')) return false;
    }
  }

  bool array(Json& out, std::size_t depth) {
    out.kind = Json::Kind::array;
    ++at_;
    space();
    if (take(']')) return true;
    while (true) {
      space();
      if (!value(out.items.emplace_back(), depth)) return false;
      space();
      if (take(']')) return true;
      if (!take(',')) return false;
    }
  }

  bool digits() {
    const std::size_t from = at_;
    while (here() >= '0' && here() <= '9')
      ++at_;
    return at_ > from;
  }
  bool number(std::string& out) {
    const std::size_t from = at_;
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    out = text_.substr(from, at_ - from);
    return true;
  }

  bool hex4(char32_t& unit) {
    unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const std::string_view digits = "0123456789abcdef";
      const char c = here() >= 'A' && here() <= 'F' ? static_cast<char>(here() + 32) : here();
      const std::size_t digit = digits.find(c);
      if (digit == digits.npos) return false;
      unit = unit * 16 + static_cast<char32_t>(digit);
    }
    return true;
  }
  bool escape(std::string& out) {
    const std::size_t known = std::string_view("\"\\/bfnrt").find(here());
    if (here() != '\0' && known != std::string_view::npos) {
      ++at_;
      out += "\"\\/\b\f\n\r\t"[known];
      return true;
    }
    char32_t unit = 0;
    if (!take('u') || !hex4(unit)) return false;
    if (unit >= 0xDC00 && unit < 0xE000) return false;
    if (unit >= 0xD800 && unit < 0xDC00) {
      char32_t low = 0;
      if (!take("\\u") || !hex4(low) || low < 0xDC00 || low >= 0xE000) return false;
      unit = 0x10000 + (unit - 0xD800) * 0x400 + (low - 0xDC00);
    }
    append_utf8(out, unit);
    return true;
  }
  bool string(std::string& out) {
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return code_points(out).has_value();
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') {
        out += c;
      } else if (!escape(out)) {
        return false;
      }
    }
    return false;
  }

  std::string_view text_;
  JsonManner manner_;
  std::size_t at_ = 0;
};

}  // namespace

const Json* Json::find(std::string_view name) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const auto& member) { return member.name == name; });
  return found == members.end() ? nullptr : &found->value;
}

std::optional<Json> read_json(std::string_view text, const JsonManner& manner) {
  Json out;
  if (!Reader(text, manner).document(out)) return std::nullopt;
  return out;
}

std::optional<std::u32string> code_points(std::string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if ((lead >= 0x80 && lead < 0xC0) || lead >= 0xF8 || i + size > text.size()) return std::nullopt;
    auto point = static_cast<char32_t>(size == 1 ? lead : lead & (0x7FU >> size));
    for (std::size_t k = 1; k < size; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xC0U) != 0x80) return std::nullopt;
      point = point * 64 + (next & 0x3FU);
    }
    std::string shortest;
    append_utf8(shortest, point);
    if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000) || shortest.size() != size)
      return std::nullopt;
    out += point;
    i += size;
  }
  return out;
}

std::string joined(const Json& array, const std::string& between) {
  std::string out;
  for (std::size_t i = 0; i < array.items.size(); ++i)
    out += (i == 0 ? "" : between) + array.items[i].text;
  return out;
}

void append_utf8(std::string& out, char32_t point) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xC0 + point / 64);
  } else if (point < 0x10000) {
    put(0xE0 + point / 4096);
    put(0x80 + point / 64 % 64);
  } else {
    put(0xF0 + point / 262144);
    put(0x80 + point / 4096 % 64);
    put(0x80 + point / 64 % 64);
  }
  put(0x80 + point % 64);
}

}  // namespace holdfast::fuzz
