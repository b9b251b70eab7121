#include "receipts/queue.hpp"

#include <fmt/format.h>

namespace holdfast::receipts {
namespace {

// A rush may grow the text beyond this; then its memory is given back.
constexpr std::size_t kKeptRoom = 4 << 20;

void append_number(std::string& out, const fmt::format_int& number) {
  out.append(number.data(), number.size());
}

}  // namespace

void Queue::add(std::string kind, json::ObjectText members, std::string_view issuer, std::string_view boot,
                std::function<void(Result<Appended>)> done) {
  members.set("boot", boot).set("iss", issuer).set("kind", kind).set("v", 1);
  Queued entry;
  entry.begin = text_.size();
  text_ += '{';
  members.append_between(text_, {}, "iat");
  text_ += "\"iat\":";
  entry.iat = text_.size();
  text_ += ',';
  members.append_between(text_, "iat", "seq");
  text_ += "\"seq\":";
  entry.seq = text_.size();
  text_ += ',';
  members.append_between(text_, "seq", {});
  text_.back() = '}';
  entry.end = text_.size();
  entry.kind = std::move(kind);
  entry.done = std::move(done);
  entries_.push_back(std::move(entry));
}

void Queue::stamp(std::string& out, const Queued& entry, std::int64_t iat, std::uint64_t seq) const {
  out.append(text_, entry.begin, entry.iat - entry.begin);
  append_number(out, fmt::format_int(iat));
  out.append(text_, entry.iat, entry.seq - entry.iat);
  append_number(out, fmt::format_int(seq));
  out.append(text_, entry.seq, entry.end - entry.seq);
}

void Queue::clear() {
  entries_.clear();
  text_.clear();
  if (text_.capacity() > kKeptRoom) std::string().swap(text_);
}

}  // namespace holdfast::receipts
