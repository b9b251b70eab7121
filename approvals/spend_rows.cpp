#include "approvals/spend_rows.hpp"

#include <algorithm>
#include <utility>

#include "core/decimal_sum.hpp"

namespace holdfast::approvals {
namespace {

using sqlite::Statement;

// All that is kept of it.
struct Window {
  std::int64_t spends = 0;
  DecimalSum total;
  std::int64_t per = 0;  // the longest time that the limit has been over
};

Error damaged() {
  return {Code::corrupt, "the approvals store is damaged: the account of a limit cannot be read"};
}

Result<Window> read_window(sqlite3* db, const std::string& name) {
  Statement statement(db, "SELECT spends, total, per FROM windows WHERE name=?");
  const Result<bool> row = statement.text(name).row();
  if (!row) return fail(row.error());
  if (!*row) return Window{};
  Window window;
  window.spends = statement.read_integer();
  const auto total = DecimalSum::parse_total(statement.read_text());
  if (!total) return fail(damaged());
  window.total = *total;
  window.per = statement.read_integer();
  return window;
}

Result<void> write_window(sqlite3* db, const std::string& name, const Window& window) {
  Statement statement(db, "UPDATE windows SET spends=?, total=? WHERE name=?");
  return statement.integer(window.spends).text(window.total.text()).text(name).run();
}

// Adds up the amounts of the rows.
Result<Window> add_up(Statement& rows) {
  Window sum;
  while (true) {
    const Result<bool> row = rows.row();
    if (!row) return fail(row.error());
    if (!*row) return sum;
    const auto amount = DecimalSum::parse(rows.read_text());
    if (!amount) return fail(damaged());
    sum.total += *amount;
    ++sum.spends;
  }
}

// What was taken until then, and counts no more.
Result<Window> taken_until(sqlite3* db, const std::string& name, std::int64_t until) {
  Statement rows(db, "SELECT amount FROM spends WHERE window=? AND at<=?");
  return add_up(rows.text(name).integer(until));
}

Result<void> forget(sqlite3* db, const std::string& name, std::int64_t until) {
  const Result<Window> over = taken_until(db, name, until);
  if (!over) return fail(over.error());
  if (over->spends == 0) return {};
  Result<Window> window = read_window(db, name);
  if (!window) return fail(window.error());
  Statement gone(db, "DELETE FROM spends WHERE window=? AND at<=?");
  if (auto done = gone.text(name).integer(until).run(); !done) return done;
  window->spends -= over->spends;
  window->total -= over->total;
  return write_window(db, name, *window);
}

// What is over counts no more, however the limit is changed: kept is what the longest time it has been over
// may ask for. Of more than kMostSpends the oldest go: so many are a full window anyway.
Result<void> forget_over(sqlite3* db, const std::string& name, std::int64_t now) {
  const Result<Window> window = read_window(db, name);
  if (!window) return fail(window.error());
  std::int64_t until = now - window->per;
  if (window->spends > kMostSpends) {
    Statement row(db, "SELECT at FROM spends WHERE window=? AND at IS NOT NULL ORDER BY at LIMIT 1 OFFSET ?");
    const Result<bool> oldest = row.text(name).integer(window->spends - kMostSpends).row();
    if (!oldest) return fail(oldest.error());
    if (*oldest) until = std::max(until, row.read_integer() - 1);
  }
  return forget(db, name, until);
}

// The window as it counts now.
Result<Window> current(sqlite3* db, const Draw& draw, std::int64_t now) {
  Result<Window> window = read_window(db, draw.window);
  if (!window || window->spends == 0) return window;
  const Result<Window> over = taken_until(db, draw.window, now - draw.per.count());
  if (!over) return fail(over.error());
  window->spends -= over->spends;
  window->total -= over->total;
  return window;
}

bool fits(const Window& window, const DecimalSum& amount, const DecimalSum& max) {
  DecimalSum with = window.total;
  with += amount;
  return with <= max && window.spends < kMostSpends;
}

// So many spends are looked at to say when there is room again: whoever is refused does not get a window read
// from end to end, again and again.
constexpr int kMostLookedAt = 1000;

// When so much has left the window that there is room; a whole window from now if that is never, depends on
// holds, or takes more than kMostLookedAt spends to say.
Result<Milliseconds> room_after(sqlite3* db, const Draw& draw, Window window, const DecimalSum& amount,
                                const DecimalSum& max, std::int64_t now) {
  Statement rows(db, "SELECT at, amount FROM spends WHERE window=? AND at>? ORDER BY at");
  rows.text(draw.window).integer(now - draw.per.count());
  for (int looked_at = 0; looked_at < kMostLookedAt; ++looked_at) {
    const Result<bool> row = rows.row();
    if (!row) return fail(row.error());
    if (!*row) break;
    const std::int64_t at = rows.read_integer();
    const auto spent = DecimalSum::parse(rows.read_text());
    if (!spent) return fail(damaged());
    window.total -= *spent;
    --window.spends;
    if (fits(window, amount, max)) return Milliseconds(at + draw.per.count() - now);
  }
  return draw.per;
}

Result<void> take(sqlite3* db, const Spending& spending, const Draw& draw, bool held) {
  const auto amount = DecimalSum::parse(draw.amount);
  if (!amount) return fail(Code::internal, "what cannot be counted cannot be taken from a limit");
  if (amount->is_zero()) return {};
  Statement made(db,
                 "INSERT INTO windows VALUES (?,?,0,'0') "
                 "ON CONFLICT (name) DO UPDATE SET per=max(per, excluded.per)");
  if (auto done = made.text(draw.window).integer(draw.per.count()).run(); !done) return done;
  if (auto done = forget_over(db, draw.window, spending.now.at); !done) return done;
  Statement row(db, "INSERT INTO spends VALUES (?,?,?,?)");
  row.text(spending.call).text(draw.window);
  held ? row.null() : row.integer(spending.now.at);
  if (auto done = row.text(draw.amount).run(); !done) return done;
  Result<Window> window = read_window(db, draw.window);
  if (!window) return fail(window.error());
  ++window->spends;
  window->total += *amount;
  return write_window(db, draw.window, *window);
}

Result<void> give_back(sqlite3* db, const std::string& call) {
  std::vector<std::pair<std::string, std::string>> taken;  // window, amount
  Statement rows(db, "SELECT window, amount FROM spends WHERE call=?");
  rows.text(call);
  while (true) {
    const Result<bool> row = rows.row();
    if (!row) return fail(row.error());
    if (!*row) break;
    std::string window = rows.read_text();
    taken.emplace_back(std::move(window), rows.read_text());
  }
  for (const auto& [name, text] : taken) {
    Result<Window> window = read_window(db, name);
    if (!window) return fail(window.error());
    const auto amount = DecimalSum::parse(text);
    if (!amount) return fail(damaged());
    --window->spends;
    window->total -= *amount;
    if (auto done = write_window(db, name, *window); !done) return done;
  }
  Statement gone(db, "DELETE FROM spends WHERE call=?");
  return gone.text(call).run();
}

}  // namespace

Result<Room> find_room(sqlite3* db, std::span<const Draw> draws, std::int64_t now) {
  Room room;
  for (const Draw& draw : draws) {
    const auto amount = DecimalSum::parse(draw.amount);
    const auto max = DecimalSum::parse(draw.max);
    // More than the whole limit never fits, so the window need not be read.
    if (!amount || !max || *amount < DecimalSum{} || *amount > *max) {
      room.lacking.push_back(draw);
      room.retry_after = std::max(room.retry_after, Milliseconds(draw.per));
      continue;
    }
    const Result<Window> window = current(db, draw, now);
    if (!window) return fail(window.error());
    if (fits(*window, *amount, *max)) continue;
    const Result<Milliseconds> after = room_after(db, draw, *window, *amount, *max, now);
    if (!after) return fail(after.error());
    room.lacking.push_back(draw);
    room.retry_after = std::max(room.retry_after, *after);
  }
  return room;
}

Result<void> spend(sqlite3* db, const Spending& spending, bool held) {
  for (const Draw& draw : spending.draws) {
    if (auto done = take(db, spending, draw, held); !done) return done;
  }
  if (auto marked = write_limit_mark(db, spending.now); !marked) return marked;
  if (held) return {};
  Statement open(db, "INSERT INTO unsettled VALUES (?,?)");
  return open.text(spending.call).text(spending.log_head).run();
}

Result<void> hold_moved(sqlite3* db, const Hold& hold, std::int64_t now) {
  if (!hold.ending) return {};
  if (!may_have_been_sent(*hold.ending)) return give_back(db, hold.call.call_id);
  Statement counts(db, "UPDATE spends SET at=? WHERE call=? AND at IS NULL");
  return counts.integer(now).text(hold.call.call_id).run();
}

Result<void> settle_spend(sqlite3* db, const std::string& call, bool sent) {
  if (!sent) {
    if (auto done = give_back(db, call); !done) return done;
  }
  Statement settled(db, "DELETE FROM unsettled WHERE call=?");
  return settled.text(call).run();
}

Result<void> forget_spends(sqlite3* db, std::int64_t now) {
  std::vector<std::string> windows;
  Statement rows(db, "SELECT name FROM windows");
  while (true) {
    const Result<bool> row = rows.row();
    if (!row) return fail(row.error());
    if (!*row) break;
    windows.push_back(rows.read_text());
  }
  for (const std::string& name : windows) {
    if (auto done = forget_over(db, name, now); !done) return done;
  }
  return sqlite::execute(db, "DELETE FROM windows WHERE spends=0");
}

Result<void> write_limit_mark(sqlite3* db, const LimitMark& mark) {
  Statement statement(db, "INSERT OR REPLACE INTO limit_time VALUES (1,?,?,?,?)");
  return statement.integer(mark.at).integer(mark.steady).integer(mark.wall).text(mark.boot).run();
}

Result<std::vector<Unsettled>> read_unsettled(sqlite3* db) {
  Statement rows(db, "SELECT call, log_head FROM unsettled ORDER BY call");
  std::vector<Unsettled> found;
  while (true) {
    const Result<bool> row = rows.row();
    if (!row) return fail(row.error());
    if (!*row) return found;
    std::string call = rows.read_text();
    found.push_back({std::move(call), rows.read_text()});
  }
}

Result<std::optional<LimitMark>> read_limit_mark(sqlite3* db) {
  Statement statement(db, "SELECT at, steady, wall, boot FROM limit_time");
  const Result<bool> row = statement.row();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<LimitMark>();
  LimitMark mark;
  mark.at = statement.read_integer();
  mark.steady = statement.read_integer();
  mark.wall = statement.read_integer();
  mark.boot = statement.read_text();
  return std::optional(std::move(mark));
}

}  // namespace holdfast::approvals
