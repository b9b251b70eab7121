#include "app/commands/policy_diff.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <vector>

#include "app/described.hpp"
#include "app/exit.hpp"
#include "app/policy_diff.hpp"
#include "app/say.hpp"
#include "app/table.hpp"
#include "app/visible.hpp"
#include "core/json_text.hpp"
#include "receipts/reader.hpp"

namespace holdfast::app {
namespace {

using Rows = std::map<DiffRow, std::size_t>;  // with how many calls each is of

bool complain_of(const Checked& checked) {
  for (const Problem& problem : checked.problems) {
    if (problem.severity == Severity::error) complain(kBad, to_text(problem));
  }
  return !checked.config;
}

Result<Rows> of_file(const std::string& path, const Checked& before, const Checked& after) {
  const auto text = read_text(path);
  if (!text) return fail(text.error());
  Rows rows;
  std::size_t line = 0;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    const std::string_view call = std::string_view(*text).substr(at, end - at);
    at = end + 1;
    ++line;
    if (call.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto row = diff_described(call, before, after);
    if (!row) return fail(Code::malformed, fmt::format("{}:{}: {}", path, line, row.error().detail));
    ++rows[*row];
  }
  return rows;
}

Result<Rows> of_log(const Checked& before, const Checked& after) {
  const auto log = receipts::Reader::open(before.config->receipts.data_dir);
  if (!log) return fail(log.error());
  constexpr std::size_t kMostEntries = 1'000'000;
  const auto entries = (*log)->list("", kMostEntries, false);
  if (!entries) return fail(entries.error());
  Rows rows;
  for (const receipts::Stored& stored : *entries) {
    if (const auto row = diff_recorded(stored.entry, before, after)) ++rows[*row];
  }
  return rows;
}

std::string now_text(const DiffRow& row) {
  return fmt::format("{}", fmt::join(row.now, " or "));
}

std::string row_json(const DiffRow& row, std::size_t calls) {
  return json::ObjectText()
      .set("agent", json::to_utf8(row.agent))
      .set("calls", std::uint64_t{calls})
      .set("change", row.changes() ? "yes" : "open")
      .set_raw("now", json::strings_text(std::vector<std::string>(row.now.begin(), row.now.end())))
      .set("tool", json::to_utf8(row.tool))
      .set("was", row.was)
      .set("was_rule", json::to_utf8(row.was_rule))
      .set("why", json::to_utf8(row.why))
      .text();
}

void print(const Rows& rows, bool as_json) {
  std::vector<std::string> items;
  std::vector<std::vector<std::string>> cells{{"CALLS", "TOOL", "AGENT", "WAS", "NOW", "WHY"}};
  std::size_t all = 0, changed = 0, open = 0, left_out = 0;
  for (const auto& [row, calls] : rows) {
    (row.left_out ? left_out : all) += calls;
    if (!row.changes() && !row.open()) continue;
    (row.changes() ? changed : open) += calls;
    items.push_back(row_json(row, calls));
    cells.push_back({std::to_string(calls), visible(row.tool), visible(row.agent),
                     fmt::format("{} by {}", row.was, visible(row.was_rule)), now_text(row),
                     visible(row.why)});
  }
  if (as_json) {
    return say(json::ObjectText()
                   .set("calls", std::uint64_t{all})
                   .set("changed", std::uint64_t{changed})
                   .set("left_out", std::uint64_t{left_out})
                   .set("open", std::uint64_t{open})
                   .set_raw("rows", json::array_text(items))
                   .text());
  }
  if (!items.empty()) write_exactly(table(cells));
  say(fmt::format("{} calls: {} would be decided otherwise, of {} it cannot be told", all, changed, open));
  if (left_out > 0)
    say(fmt::format("left out: {} recorded calls that were refused before a rule could decide", left_out));
}

}  // namespace

int diff_policies(const CommonOptions& options, const std::string& before_path, const std::string& after_path,
                  const std::string& calls_file) {
  const Checked before = load_and_check(before_path), after = load_and_check(after_path);
  const bool bad_before = complain_of(before), bad_after = complain_of(after);
  if (bad_before || bad_after) return kCannot;  // kBad says that decisions would change
  const auto rows = calls_file.empty() ? of_log(before, after) : of_file(calls_file, before, after);
  if (!rows) return complain(kCannot, rows.error().detail);
  print(*rows, options.json);
  const bool same = std::all_of(rows->begin(), rows->end(),
                                [](const auto& row) { return !row.first.changes() && !row.first.open(); });
  return same ? kFine : kBad;
}

}  // namespace holdfast::app
