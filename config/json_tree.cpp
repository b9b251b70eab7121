#include "config/json_tree.hpp"

#include <algorithm>

#include "config/scalar.hpp"
#include "core/json.hpp"

namespace holdfast::config {
namespace {

Position place_in(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {"", static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<int>(offset - line_start) + 1};
}

// Goes through the text beside its values, which say what stands next: the text was found to be JSON, so
// nothing is checked again.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  Node node(const json::Value& value) {
    skip_to_value();
    Node out;
    out.at = here();
    switch (value.kind()) {
      case json::Kind::null:
        at_ += std::string_view("null").size();
        return out;
      case json::Kind::boolean:
        return word(std::move(out), value.boolean() ? "true" : "false");
      case json::Kind::number:
        return word(std::move(out), value.text());
      case json::Kind::string:
        skip_string();
        out.kind = Node::Kind::scalar;
        out.text = value.text();
        return out;
      case json::Kind::array:
        return list(std::move(out), value);
      case json::Kind::object:
        return map(std::move(out), value);
    }
    return out;
  }

 private:
  Node word(Node out, std::string_view text) {
    at_ += text.size();
    out.kind = Node::Kind::scalar;
    out.plain = true;
    out.text = text;
    return out;
  }

  Node list(Node out, const json::Value& value) {
    out.kind = Node::Kind::list;
    ++at_;
    out.items.reserve(value.items().size());
    for (const json::Value& item : value.items())
      out.items.push_back(node(item));
    close();
    return out;
  }

  Node map(Node out, const json::Value& value) {
    out.kind = Node::Kind::map;
    ++at_;
    out.members.reserve(value.members().size());
    for (const json::Member& member : value.members()) {
      skip_to_value();
      Member made;
      made.key = member.name;
      made.at = here();
      skip_string();
      made.value = node(member.value);
      out.members.push_back(std::move(made));
    }
    close();
    return out;
  }

  // Behind the bracket that ends a list or a map.
  void close() {
    skip_to_value();
    ++at_;
  }

  // Over blanks, commas and colons.
  void skip_to_value() {
    while (std::string_view(" \t\r\n,:").find(text_[at_]) != std::string_view::npos) {
      if (text_[at_++] != '\n') continue;
      ++line_;
      line_start_ = at_;
    }
  }

  void skip_string() {
    for (++at_; text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    ++at_;
  }

  [[nodiscard]] Position here() const { return {"", line_, static_cast<int>(at_ - line_start_) + 1}; }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

// core/json ends its sentence with the offset, which a reader of a file wants as line and column.
Problem problem_of(const Error& error, std::string_view text, const std::string& file) {
  constexpr std::string_view kAt = " at byte ";
  std::string message = error.detail;
  Position at{file, 0, 0};
  if (const std::size_t found = message.find(kAt); found != std::string::npos) {
    const std::size_t digits = found + kAt.size();
    const std::size_t end = std::min(message.find_first_not_of("0123456789", digits), message.size());
    const auto offset = parse_integer(std::string_view(message).substr(digits, end - digits));
    at = place_in(text, std::min(text.size(), static_cast<std::size_t>(offset.value_or(0))));
    at.file = file;
    message.erase(found, end - found);
  }
  return {Severity::error, std::move(at), std::move(message), {}};
}

}  // namespace

std::optional<Node> parse_json_tree(const std::string& text, const std::string& file, Problems* problems,
                                    const JsonBounds& bounds) {
  const auto document = json::parse_in_place(text, {bounds.bytes, bounds.depth});
  if (document) return Walk(text).node(document->root());
  problems->push_back(problem_of(document.error(), text, file));
  return std::nullopt;
}

}  // namespace holdfast::config
