#include "receipts/queue.hpp"

#include <algorithm>

namespace holdfast::receipts {
namespace {

// A rush may grow the text beyond this; then its memory is given back.
constexpr std::size_t kKeptRoom = 4 << 20;

}  // namespace

std::span<Queued> first_batch(std::span<Queued> entries, std::size_t most) {
  std::size_t size = std::min(entries.size(), most);
  while (size < entries.size() && entries[size].joined)
    ++size;
  return entries.first(size);
}

void Queue::add(std::string kind, const EntryText& members, std::string_view issuer, std::string_view boot,
                std::function<void(Result<Appended>)> done, const Second* with) {
  if (with != nullptr) {
    add(std::move(kind), members, issuer, boot, [](const Result<Appended>&) {});
    add(with->kind, *with->members, issuer, boot, std::move(done));
    entries_.back().joined = true;
    return;
  }
  Queued entry;
  entry.begin = text_.size();
  json::SortedMembers own(&text_);
  text_.append('{');
  text_.append(members.before(0));
  own.set_word("boot", boot);
  text_.append(members.before(1));
  own.set_raw("iat", "");
  entry.iat = text_.size() - 1;  // before its comma
  text_.append(members.before(2));
  own.set("iss", issuer);
  text_.append(members.before(3));
  own.set("kind", kind);
  text_.append(members.before(4));
  own.set_raw("seq", "");
  entry.seq = text_.size() - 1;
  text_.append(members.before(5));
  own.set("v", std::uint64_t{1});
  text_.append(members.before(6));
  text_.replace_last('}');
  entry.end = text_.size();
  entry.kind = std::move(kind);
  entry.done = std::move(done);
  entries_.push_back(std::move(entry));
}

void Queue::stamp(Text& out, const Queued& entry, std::int64_t iat, std::uint64_t seq) const {
  out.append(piece(entry.begin, entry.iat));
  json::append_number(out, iat);
  out.append(piece(entry.iat, entry.seq));
  json::append_number(out, seq);
  out.append(piece(entry.seq, entry.end));
}

void Queue::clear() {
  entries_.clear();
  text_.clear(kKeptRoom);
}

}  // namespace holdfast::receipts
