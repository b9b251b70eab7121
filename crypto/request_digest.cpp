#include "crypto/request_digest.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <tuple>

#include "core/id.hpp"
#include "core/text.hpp"
#include "crypto/encoding.hpp"

namespace holdfast::crypto {
namespace {

constexpr std::string_view kField = "sha-256=:";
constexpr std::size_t kFieldSize = kField.size() + base64_size(std::tuple_size_v<Hash>) + 1;

ShortText<kFieldSize> field_of(const Hash& hash) {
  std::array<char, kFieldSize> field{};
  char* const value = std::copy(kField.begin(), kField.end(), field.data());
  *write_base64(value, bytes_of(hash)) = ':';
  return std::string_view(field.data(), field.size());
}

// RFC 9421 §2.1: white space around a field's value is not part of it.
std::string_view trimmed(std::string_view value) {
  const auto first = value.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return value.substr(first, value.find_last_not_of(" \t") - first + 1);
}

bool is_credential(std::string_view name) {
  return name == "authorization" || name == "cookie";
}

using Headers = decltype(RequestComponents::headers);

// The base as it grows: a line a component, and their names for the last line.
class Base {
 public:
  void add(std::string_view name, std::string_view value) {
    quote(text_, name);
    text_.append(": ");
    text_.append(value);
    text_.append('\n');
    if (!names_.empty()) names_.append(' ');
    quote(names_, name);
  }

  void finish(std::string_view nonce) {
    text_.append("\"@signature-params\": (");
    text_.append(names_.view());
    text_.append(");nonce=\"");
    text_.append(nonce);
    text_.append("\";tag=\"holdfast-request-v1\"");
  }

  [[nodiscard]] std::string_view text() const { return text_.view(); }

  // Keeps what memory a usual base takes.
  void clear() {
    constexpr std::size_t kUsual = 4096;
    text_.clear(kUsual);
    names_.clear(kUsual);
  }

 private:
  static void quote(Text& out, std::string_view name) {
    out.append('"');
    out.append(name);
    out.append('"');
  }

  Text text_, names_;
};

// Equal names stay in their order.
Headers sorted_by_name(const Headers& headers) {
  Headers sorted;
  sorted.reserve(headers.size());
  for (const auto& header : headers) {
    const auto after = std::upper_bound(sorted.begin(), sorted.end(), header.first,
                                        [](std::string_view name, const auto& h) { return name < h.first; });
    sorted.insert(after, header);
  }
  return sorted;
}

using Group = std::span<const Headers::value_type>;  // the headers of one name

// Those of this name, which stand one behind another.
Group group_of(const Headers& sorted, std::string_view name) {
  const auto [begin, end] = std::equal_range(sorted.begin(), sorted.end(), Headers::value_type(name, {}),
                                             [](const auto& a, const auto& b) { return a.first < b.first; });
  return {begin, end};
}

// RFC 9421 §2.1: fields of one name are one component, their values joined by ", " in order, behind `first`
// if there is one. The view is of what it joined, or, mostly, of the only value.
class Joined {
 public:
  explicit Joined(Group group) : Joined(trimmed(group.front().second), group.subspan(1)) {}
  Joined(std::string_view first, Group more) : value_(first) {
    if (more.empty()) return;
    storage_ = first;
    for (const auto& [name, value] : more)
      storage_.append(", ").append(trimmed(value));
    value_ = storage_;
  }
  Joined(const Joined&) = delete;
  Joined& operator=(const Joined&) = delete;
  [[nodiscard]] std::string_view value() const { return value_; }

 private:
  std::string storage_;
  std::string_view value_;
};

void write_base(Base& base, const RequestComponents& request, std::string_view nonce) {
  const Headers headers = sorted_by_name(request.headers);
  base.add("@method", request.method);
  base.add("@target-uri", request.target_uri);
  // A content-type or content-digest of the client joins ours instead of standing a second time.
  const bool typed = !request.content_type.empty();
  if (typed) {
    const Joined type(trimmed(request.content_type), group_of(headers, "content-type"));
    base.add("content-type", type.value());
  }
  const auto content = field_of(request.content);
  base.add("content-digest", Joined(content, group_of(headers, "content-digest")).value());
  for (std::size_t at = 0; at < headers.size();) {
    const std::string_view name = headers[at].first;
    const Group group = group_of(headers, name);
    at += group.size();
    if (name == "content-digest" || (typed && name == "content-type")) continue;
    const Joined joined(group);
    if (is_credential(name)) {
      base.add(name, field_of(sha256(joined.value())));
    } else {
      base.add(name, joined.value());
    }
  }
  base.finish(nonce);
}

}  // namespace

std::string signature_base(const RequestComponents& request, std::string_view nonce) {
  Base base;
  write_base(base, request, nonce);
  return std::string(base.text());
}

DigestText request_digest(const RequestComponents& components, std::string_view nonce) {
  thread_local Base base;  // its memory serves the next call
  base.clear();
  write_base(base, components, nonce);
  return digest_text(sha256(base.text()));
}

Nonce make_nonce() {
  std::array<std::byte, 16> bytes{};
  fill_random(bytes);
  std::array<char, base64_size(bytes.size())> text{};
  const char* const end =
      write_base64url(text.data(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return std::string_view(text.data(), static_cast<std::size_t>(end - text.data()));
}

}  // namespace holdfast::crypto
