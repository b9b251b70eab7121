#include "config/schema_descriptions.hpp"

#include <string>
#include <vector>

#include "config/shape.hpp"
#include "config/yaml.hpp"

namespace holdfast::config {
namespace {

constexpr std::string_view kComment = "# ";

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// The line is nothing but a comment.
bool is_comment(const std::string& line) {
  const std::size_t first = line.find_first_not_of(' ');
  return first != std::string::npos && line.compare(first, kComment.size(), kComment) == 0;
}

// Of a key that begins its line: what stands behind it, else the comment above. Keys within braces have none.
std::string comment_of(const Position& key, const std::vector<std::string>& lines) {
  const auto line = static_cast<std::size_t>(key.line) - 1;
  const std::string before = lines.at(line).substr(0, static_cast<std::size_t>(key.column) - 1);
  if (before.find_first_not_of(" -") != std::string::npos) return {};
  const std::size_t behind = lines[line].find("  # ");
  if (behind != std::string::npos)
    return lines[line].substr(lines[line].find(kComment, behind) + kComment.size());
  std::size_t from = line;
  while (from > 0 && is_comment(lines[from - 1]))
    --from;
  std::string out;
  for (; from < line; ++from)
    out += (out.empty() ? "" : " ") + lines[from].substr(lines[from].find(kComment) + kComment.size());
  return out;
}

Node* child(Node* map, std::string_view key) {
  for (Member& member : map->members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

void describe_map(Node* schema, const Node& written, const std::vector<std::string>& lines);

void describe_value(Node* schema, const Node& written, const std::vector<std::string>& lines) {
  if (written.kind == Node::Kind::map) describe_map(schema, written, lines);
  Node* items = child(schema, "items");
  if (items == nullptr) return;
  for (const Node& item : written.items)
    describe_map(items, item, lines);
}

// The first that is said of a key counts.
void describe_map(Node* schema, const Node& written, const std::vector<std::string>& lines) {
  Node* properties = child(schema, "properties");
  if (properties == nullptr) return;
  for (const Member& member : written.members) {
    Node* value = child(properties, member.key);
    if (value == nullptr) continue;
    const std::string comment = comment_of(member.at, lines);
    if (!comment.empty() && child(value, "description") == nullptr)
      value->members.push_back({"description", {}, quoted(comment)});
    describe_value(value, member.value, lines);
  }
}

}  // namespace

void add_descriptions(Node* schema) {
  Problems problems;
  const auto reference = parse_yaml(reference_text(), "reference.yaml", &problems);
  if (reference) describe_map(schema, *reference, lines_of(reference_text()));
}

}  // namespace holdfast::config
