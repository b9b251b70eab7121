#include "core/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <cstring>
#include <functional>
#include <vector>

namespace holdfast::json {

Value Value::make_boolean(bool flag) {
  Value value;
  value.kind_ = Kind::boolean;
  value.flag_ = flag;
  return value;
}

Value Value::make_array(std::span<const Value> items) {
  Value value;
  value.kind_ = Kind::array;
  value.size_ = static_cast<std::uint32_t>(items.size());
  value.items_ = items.data();
  return value;
}

Value Value::make_object(std::span<const Member> members) {
  Value value;
  value.kind_ = Kind::object;
  value.size_ = static_cast<std::uint32_t>(members.size());
  value.members_ = members.data();
  return value;
}

std::span<const Member> Value::members() const {
  return {members_, is(Kind::object) ? size_ : 0};
}

const Value* Value::find(std::string_view name) const {
  for (const Member& member : members()) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

namespace {

// Below this many members comparing every pair is faster than sorting, and needs no memory.
constexpr std::size_t kPairwise = 16;

bool has_duplicate(std::span<const Member> members) {
  if (members.size() <= kPairwise) {
    for (std::size_t i = 1; i < members.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (members[i].name == members[j].name) return true;
      }
    }
    return false;
  }
  std::vector<std::string_view> names;
  names.reserve(members.size());
  for (const Member& member : members)
    names.push_back(member.name);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

// Receives Boost.JSON's events and builds the tree bottom up. Members and items wait on a stack until their
// object or array closes; a name waits on a stack of its own, because the values come after it.
class Builder {
 public:
  static constexpr std::size_t kUsualDepth = 16;  // members at once of the objects that are open
  static constexpr std::size_t max_object_size = UINT32_MAX;
  static constexpr std::size_t max_array_size = UINT32_MAX;
  static constexpr std::size_t max_key_size = UINT32_MAX;
  static constexpr std::size_t max_string_size = UINT32_MAX;
  using error_code = boost::json::error_code;

  // The strings that stand in `kept` as they are stay there.
  Builder(std::pmr::memory_resource* memory, std::string_view kept) : memory_(memory), kept_(kept) {}

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_array_begin(error_code&) { return true; }

  bool on_object_end(std::size_t n, error_code& ec) {
    auto* members = static_cast<Member*>(memory_->allocate(n * sizeof(Member) + 1, alignof(Member)));
    for (std::size_t i = 0; i < n; ++i) {
      new (members + i) Member{names_[names_.size() - n + i], values_[values_.size() - n + i]};
    }
    names_.resize(names_.size() - n);
    values_.resize(values_.size() - n);
    if (has_duplicate({members, n})) return refuse("a name stands twice in the object that ends", ec);
    values_.push_back(Value::make_object({members, n}));
    return true;
  }

  bool on_array_end(std::size_t n, error_code&) {
    auto* items = static_cast<Value*>(memory_->allocate(n * sizeof(Value) + 1, alignof(Value)));
    std::copy(values_.end() - static_cast<std::ptrdiff_t>(n), values_.end(), items);
    values_.resize(values_.size() - n);
    values_.push_back(Value::make_array({items, n}));
    return true;
  }

  bool on_key_part(std::string_view part, std::size_t, error_code&) { return gather(part); }
  bool on_key(std::string_view part, std::size_t, error_code& ec) {
    names_.push_back(keep(part));
    // Readers written in C end the name there, or drop it: to them it is another name, perhaps a second one.
    const bool one_reading = names_.back().find('\0') == std::string_view::npos;
    return one_reading || refuse("a name has the character U+0000", ec);
  }
  bool on_string_part(std::string_view part, std::size_t, error_code&) { return gather(part); }
  bool on_string(std::string_view part, std::size_t, error_code&) {
    values_.push_back(Value::make_string(keep(part)));
    return true;
  }
  bool on_number_part(std::string_view part, error_code&) { return gather(part); }
  bool on_int64(std::int64_t, std::string_view part, error_code&) { return number(part); }
  bool on_uint64(std::uint64_t, std::string_view part, error_code&) { return number(part); }
  bool on_double(double, std::string_view part, error_code&) { return number(part); }
  bool on_bool(bool flag, error_code&) {
    values_.push_back(Value::make_boolean(flag));
    return true;
  }
  bool on_null(error_code&) {
    values_.push_back(Value::make_null());
    return true;
  }
  bool on_comment_part(std::string_view, error_code&) { return false; }
  bool on_comment(std::string_view, error_code&) { return false; }

  // What is wrong beyond the grammar; empty while nothing is.
  [[nodiscard]] std::string_view complaint() const { return complaint_; }
  [[nodiscard]] const Value* root() const {
    return new (memory_->allocate(sizeof(Value), alignof(Value))) Value(values_.front());
  }

 private:
  bool refuse(std::string_view why, error_code& ec) {
    complaint_ = why;
    ec = boost::json::error::incomplete;
    return false;
  }

  bool gather(std::string_view part) {
    gathered_.append(part);
    return true;
  }

  bool number(std::string_view part) {
    values_.push_back(Value::make_number(keep(part)));
    return true;
  }

  // An unescaped string comes as the part of the text it is; others, and numbers, from a buffer of the
  // parser's.
  [[nodiscard]] bool stands_in_kept(std::string_view part) const {
    const std::less_equal<> before;
    return before(kept_.data(), part.data()) &&
           before(part.data() + part.size(), kept_.data() + kept_.size());
  }

  std::string_view keep(std::string_view last) {
    if (gathered_.empty() && stands_in_kept(last)) return last;
    const std::size_t size = gathered_.size() + last.size();
    char* text = static_cast<char*>(memory_->allocate(size + 1, 1));
    std::memcpy(text, gathered_.data(), gathered_.size());
    std::memcpy(text + gathered_.size(), last.data(), last.size());
    gathered_.clear();
    return {text, size};
  }

  std::pmr::memory_resource* const memory_;
  const std::string_view kept_;
  boost::container::small_vector<Value, kUsualDepth> values_;
  boost::container::small_vector<std::string_view, kUsualDepth> names_;
  std::string gathered_;
  std::string_view complaint_;
};

}  // namespace

// Not cleared: the resource hands out memory as it is.
// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
Document::Arena::Arena(std::size_t room)
    : memory(room > kUsual ? std::pmr::monotonic_buffer_resource(room)
                           : std::pmr::monotonic_buffer_resource(first.data(), first.size())) {}

class Parsing {
 public:
  static Result<Document> run(std::string_view text, const Limits& limits, std::size_t room,
                              std::string_view kept);
};

Result<Document> parse(std::string_view text, const Limits& limits) {
  return Parsing::run(text, limits, text.size() * 3, {});
}

Result<Document> parse_in_place(std::string_view text, const Limits& limits) {
  return Parsing::run(text, limits, 0, text);
}

Result<Document> Parsing::run(std::string_view text, const Limits& limits, std::size_t room,
                              std::string_view kept) {
  if (text.size() > limits.bytes) {
    return fail(Code::too_large, fmt::format("the JSON text has more than {} bytes", limits.bytes));
  }
  Document document;
  document.arena_ = std::make_unique<Document::Arena>(room);
  boost::json::parse_options options;
  // One more than our limit, as the parser counts the value inside the innermost container too.
  options.max_depth = limits.depth;
  boost::json::basic_parser<Builder> parser(options, &document.arena_->memory, kept);
  boost::json::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (const std::string_view why = parser.handler().complaint(); !why.empty()) {
    return fail(Code::malformed, fmt::format("{} at byte {}", why, used));
  }
  if (error == boost::json::error::too_deep) {
    return fail(Code::malformed, fmt::format("nested deeper than {} at byte {}", limits.depth, used));
  }
  if (error) return fail(Code::malformed, fmt::format("not JSON at byte {}: {}", used, error.message()));
  if (!parser.done()) return fail(Code::malformed, "the JSON text is not complete");
  if (text.substr(used).find_first_not_of(" \t\r\n") != std::string_view::npos) {
    return fail(Code::malformed, fmt::format("something follows the JSON value at byte {}", used));
  }
  document.root_ = parser.handler().root();
  return document;
}

}  // namespace holdfast::json
