#include "app/receipt_view.hpp"

#include <fmt/format.h>

#include "app/table.hpp"
#include "app/visible.hpp"
#include "core/clock.hpp"
#include "core/json.hpp"
#include "core/json_text.hpp"

namespace holdfast::app {
namespace {

constexpr json::Limits kEntry{.bytes = std::size_t{1} << 16U, .depth = 64};
using Lines = std::vector<std::pair<std::string, std::string>>;

// The text of the member at a path such as {"decision", "effect"}, or a dash.
std::string text_at(const json::Value& root, std::initializer_list<const char*> path) {
  const json::Value* at = &root;
  for (const char* name : path) {
    at = at->find(name);
    if (at == nullptr) return "-";
  }
  return at->is(json::Kind::string) || at->is(json::Kind::number) ? visible(at->text()) : "-";
}

std::string time_of(const json::Value& root) {
  const json::Value* iat = root.find("iat");
  if (iat == nullptr || !iat->is(json::Kind::number) || iat->text().size() > 11) return "-";
  const std::int64_t seconds =
      std::stoll(std::string(iat->text()));  // at most eleven digits of a JSON integer
  return to_rfc3339(WallTime(std::chrono::seconds(seconds)));
}

void add_lines(Lines& lines, const std::string& name, const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::object:
      for (const json::Member& member : value.members()) {
        add_lines(lines, (name.empty() ? "" : name + ".") + visible(member.name), member.value);
      }
      return;
    case json::Kind::array:
      for (std::size_t i = 0; i < value.items().size(); ++i) {
        add_lines(lines, fmt::format("{}[{}]", name, i), value.items()[i]);
      }
      return;
    case json::Kind::string:
      lines.emplace_back(name, visible(value.text()));
      return;
    case json::Kind::null:
    case json::Kind::boolean:
    case json::Kind::number:
      lines.emplace_back(name, json::to_text(value));
      return;
  }
}

}  // namespace

std::string receipts_table(const std::vector<receipts::Stored>& entries) {
  std::vector<std::vector<std::string>> rows{
      {"INDEX", "ID", "TIME", "AGENT", "TOOL", "DECISION", "OUTCOME", "CALL"}};
  for (const receipts::Stored& stored : entries) {
    const auto document = json::parse(stored.entry, kEntry);
    if (!document) continue;  // cannot be: the log wrote it, and the reader has checked its hash
    const json::Value& root = document->root();
    rows.push_back({std::to_string(stored.index), text_at(root, {"id"}), time_of(root),
                    text_at(root, {"agent", "id"}), text_at(root, {"request", "tool"}),
                    text_at(root, {"decision", "effect"}), text_at(root, {"outcome", "state"}),
                    text_at(root, {"call"})});
  }
  return table(rows);
}

std::string receipt_text(const receipts::Stored& stored) {
  Lines lines{{"index", std::to_string(stored.index)}};
  if (const auto document = json::parse(stored.entry, kEntry)) add_lines(lines, "", document->root());
  return block(lines);
}

std::string receipts_json(const std::vector<receipts::Stored>& entries) {
  std::vector<std::string> items;
  items.reserve(entries.size());
  for (const receipts::Stored& stored : entries) {
    items.push_back(json::ObjectText().set("index", stored.index).set_raw("entry", stored.entry).text());
  }
  return json::ObjectText().set_raw("receipts", json::array_text(items)).text();
}

}  // namespace holdfast::app
