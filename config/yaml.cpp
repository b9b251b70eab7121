#include "config/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>
#include <unordered_map>

#include "config/yaml_mistakes.hpp"
#include "core/json_text.hpp"

namespace holdfast::config {
namespace {

constexpr std::array<std::string_view, 4> kNulls{"null", "~", "Null", "NULL"};

bool ends_scalar(std::string_view rest) {
  return rest.empty() || std::string_view(" \t\r\n,]}").find(rest.front()) != std::string_view::npos;
}

// ${NAME} is taken without quotes everywhere, in `{token: ${NAME}}` too, where YAML would see braces of its
// own. So its braces pass the parser as two control characters, which plain_text() lets nobody else write.
constexpr char kOpen = '\x01';
constexpr char kClose = '\x02';

bool name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string mask_variables(std::string text) {
  for (std::size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at + 2)) {
    std::size_t end = at + 2;
    while (end < text.size() && name_character(text[end]))
      ++end;
    if (end == at + 2 || end == text.size() || text[end] != '}') continue;
    text[at + 1] = kOpen;
    text[end] = kClose;
  }
  return text;
}

// True when the stand-ins of braces in a value are those of mask_variables(): an escape ("\x01") writes them
// too.
bool is_masked_well(std::string_view text) {
  for (std::size_t at = text.find_first_of("\x01\x02"); at != text.npos;
       at = text.find_first_of("\x01\x02", at)) {
    if (text[at] != kOpen || at == 0 || text[at - 1] != '$') return false;
    const std::size_t end = text.find_first_of("\x01\x02", at + 1);
    if (end == text.npos || text[end] != kClose || end == at + 1) return false;
    const std::string_view name = text.substr(at + 1, end - at - 1);
    if (!std::all_of(name.begin(), name.end(), name_character)) return false;
    at = end + 1;
  }
  return true;
}

std::string unmask(std::string text) {
  std::replace(text.begin(), text.end(), kOpen, '{');
  std::replace(text.begin(), text.end(), kClose, '}');
  return text;
}

// Builds the tree. Containers under construction stand on a stack; a map's key waits in its frame for its
// value. After the first problem that leaves the tree without a shape, events are ignored.
class Builder : public YAML::EventHandler {
 public:
  Builder(const std::string& text, const std::string& file, const YamlKind& kind, Problems* problems)
      : text_(text), file_(file), kind_(kind), problems_(problems) {}

  void OnDocumentStart(const YAML::Mark& mark) override { start_ = mark; }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    // yaml-cpp reports `~`, `Null` and `NULL` as it does nothing at all; the text at the mark tells them
    // apart.
    Node node = make(Node::Kind::empty, mark);
    const std::string_view rest = std::string_view(text_).substr(std::min(text_.size(), offset(mark)));
    for (const std::string_view spelling : kNulls) {
      if (!rest.starts_with(spelling) || !ends_scalar(rest.substr(spelling.size()))) continue;
      node.kind = Node::Kind::scalar;
      node.plain = true;
      node.text = spelling;
    }
    place(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "aliases are not taken: write the value out");
  }

  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    refuse(mark, "anchors are not taken: write the value out");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (anchor != YAML::NullAnchor) return refuse(mark, "anchors are not taken: write the value out");
    if (tag != "?" && tag != "!") return refuse(mark, "tags are not taken");
    if (!is_masked_well(value)) return refuse(mark, "a control character is escaped here");
    // yaml-cpp makes single bytes of \_ and \N.
    if (!json::is_utf8(value)) return refuse(mark, "an escape here is not UTF-8: write \\u00a0 or \\u0085");
    Node node = make(Node::Kind::scalar, mark);
    node.text = unmask(value);
    node.plain = tag == "?";
    place(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

  [[nodiscard]] const YAML::Mark& start() const { return start_; }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] Node take() { return std::move(root_); }

  void problem(const YAML::Mark& mark, std::string message, std::string hint = {}) {
    problems_->push_back({Severity::error, place_of(mark), std::move(message), std::move(hint)});
    failed_ = true;
  }

 private:
  struct Frame {
    Node node;
    bool has_key = false;
    bool skip = false;  // the key stood there before: its value is read and dropped
    std::string key;
    Position key_at;
    std::unordered_map<std::string, Position> seen;
  };

  [[nodiscard]] static std::size_t offset(const YAML::Mark& mark) {
    return static_cast<std::size_t>(std::max(mark.pos, 0));
  }

  [[nodiscard]] Position place_of(const YAML::Mark& mark) const {
    return {file_, std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
  }

  [[nodiscard]] Node make(Node::Kind kind, const YAML::Mark& mark) const {
    Node node;
    node.kind = kind;
    node.at = place_of(mark);
    if (!kind_.places_name_file) node.at.file.clear();
    return node;
  }

  void refuse(const YAML::Mark& mark, std::string message) {
    if (!stopped_) problem(mark, std::move(message));
    stopped_ = true;
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (stopped_) return;
    if (anchor != YAML::NullAnchor) return refuse(mark, "anchors are not taken: write the value out");
    if (tag != "?") return refuse(mark, "tags are not taken");
    if (!stack_.empty() && stack_.back().node.kind == Node::Kind::map && !stack_.back().has_key) {
      return refuse(mark, "a key must be a name, not a list or a map");
    }
    if (stack_.size() >= kind_.most_nesting)
      return refuse(mark, fmt::format("nested deeper than {}", kind_.most_nesting));
    stack_.emplace_back();
    stack_.back().node = make(kind, mark);
  }

  void close() {
    if (stopped_) return;
    Node node = std::move(stack_.back().node);
    stack_.pop_back();
    place(std::move(node));
  }

  void place(Node node) {
    if (stopped_) return;
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    if (frame.node.kind == Node::Kind::list) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.has_key) {
      take_key(frame, node);
    } else {
      // A value that is not there has the place of its key: the mark is that of whatever follows.
      if (node.kind == Node::Kind::empty) node.at = frame.key_at;
      if (!frame.skip) {
        frame.node.members.push_back({std::move(frame.key), std::move(frame.key_at), std::move(node)});
      }
      frame.has_key = false;
    }
  }

  void take_key(Frame& frame, const Node& node) {
    const auto complain = [&](std::string message) {
      problems_->push_back({Severity::error, {file_, node.at.line, node.at.column}, std::move(message), {}});
      failed_ = true;
    };
    frame.has_key = true;
    frame.key = node.text;
    frame.key_at = node.at;
    const bool is_null = node.plain && std::find(kNulls.begin(), kNulls.end(), node.text) != kNulls.end();
    if (node.kind != Node::Kind::scalar || is_null) complain("a key must be a name");
    if (node.text == "<<") complain("merge keys are not taken: write the members out");
    const auto [first, fresh] = frame.seen.emplace(node.text, node.at);
    frame.skip = !fresh;
    if (!fresh) {
      complain(fmt::format("`{}` stands twice: the first is at {}:{}:{}", node.text, file_,
                           first->second.line, first->second.column));
    }
  }

  const std::string& text_;
  const std::string& file_;
  const YamlKind& kind_;
  Problems* problems_;
  std::vector<Frame> stack_;
  YAML::Mark start_;
  Node root_;
  bool stopped_ = false;
  bool failed_ = false;
};

YAML::Mark mark_at(std::string_view text, std::size_t offset) {
  YAML::Mark mark;
  const std::string_view before = text.substr(0, offset);
  mark.line = static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  mark.column = static_cast<int>(offset - line_start);
  return mark;
}

bool plain_text(const std::string& text, Builder& builder) {
  const std::optional<WrongBytes> wrong = wrong_bytes(text);
  if (wrong) builder.problem(mark_at(text, wrong->offset), wrong->message, wrong->hint);
  return !wrong;
}

void run_parser(const std::string& text, const std::string& file, const YamlKind& kind, Builder& builder) {
  std::istringstream stream(text);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      return builder.problem(YAML::Mark(), kind.nothing);
    }
    Problems ignored;
    Builder second(text, file, kind, &ignored);
    if (!builder.failed() && parser.HandleNextDocument(second)) {
      builder.problem(second.start(), "there is more than one YAML document in this file",
                      "keep one, or give each a file of its own in a folder");
    }
  } catch (const YAML::Exception& e) {
    // An anchor or alias was refused already when yaml-cpp stumbles over what it stands for.
    if (!builder.failed()) {
      builder.problem(e.mark, fmt::format("not YAML: {}", unmask(e.msg)),
                      yaml_hint(text, static_cast<std::size_t>(std::max(e.mark.pos, 0)), e.msg));
    }
  }
}

}  // namespace

std::optional<Node> parse_yaml(const std::string& text, const std::string& file, Problems* problems,
                               const YamlKind& kind) {
  const std::string body = text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
  Builder builder(body, file, kind, problems);
  if (body.size() > kind.most_bytes) {
    builder.problem(YAML::Mark(), fmt::format("the file has more than {} bytes", kind.most_bytes));
    return std::nullopt;
  }
  if (!plain_text(body, builder)) return std::nullopt;
  run_parser(mask_variables(body), file, kind, builder);
  if (builder.failed()) return std::nullopt;
  Node root = builder.take();
  if (root.kind != Node::Kind::map) {
    builder.problem(YAML::Mark(), kind.no_map);
    return std::nullopt;
  }
  return root;
}

}  // namespace holdfast::config
