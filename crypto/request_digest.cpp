#include "crypto/request_digest.hpp"

#include <algorithm>
#include <array>

#include "core/id.hpp"
#include "crypto/encoding.hpp"

namespace holdfast::crypto {
namespace {

std::string sha256_field(std::string_view bytes) {
  return "sha-256=:" + to_base64(bytes_of(sha256(bytes))) + ":";
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

constexpr std::size_t kUsualText = 800;
constexpr std::size_t kUsualNames = 200;

using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

// The base as it grows: a line a component, and their names for the last line.
class Base {
 public:
  Base() {
    text_.reserve(kUsualText);
    names_.reserve(kUsualNames);
  }

  void add(std::string_view name, std::string_view value) {
    text_.append("\"").append(name).append("\": ").append(value).append("\n");
    names_.append(names_.empty() ? "\"" : " \"").append(name).append("\"");
  }

  std::string finish(std::string_view nonce) {
    return std::move(text_.append("\"@signature-params\": (")
                         .append(names_)
                         .append(");nonce=\"")
                         .append(nonce)
                         .append("\";tag=\"holdfast-request-v1\""));
  }

 private:
  std::string text_, names_;
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

// Sets `value` to the values of this name, which stand one behind another from `at`, and returns where they
// end.
std::size_t join(std::string& value, const Headers& sorted, std::size_t at) {
  const std::string_view name = sorted[at].first;
  value = trimmed(sorted[at].second);
  for (++at; at < sorted.size() && sorted[at].first == name; ++at)
    value.append(", ").append(trimmed(sorted[at].second));
  return at;
}

// RFC 9421 §2.1: fields of one name are one component, their values joined by ", " in order. A content-type
// or content-digest of the client therefore joins ours instead of standing a second time.
std::string joined_to(std::string value, std::string_view name, const Headers& sorted) {
  for (const auto& [other, more] : sorted) {
    if (other == name) value.append(", ").append(trimmed(more));
  }
  return value;
}

}  // namespace

std::string signature_base(const RequestComponents& request, std::string_view nonce) {
  const Headers headers = sorted_by_name(request.headers);

  Base base;
  base.add("@method", request.method);
  base.add("@target-uri", request.target_uri);
  const bool typed = !request.content_type.empty();
  if (typed)
    base.add("content-type", joined_to(std::string(trimmed(request.content_type)), "content-type", headers));
  const std::string content = "sha-256=:" + to_base64(bytes_of(request.content)) + ":";
  base.add("content-digest", joined_to(content, "content-digest", headers));
  std::string value;
  for (std::size_t at = 0; at < headers.size();) {
    const std::string_view name = headers[at].first;
    at = join(value, headers, at);
    if (name == "content-digest" || (typed && name == "content-type")) continue;
    base.add(name, is_credential(name) ? sha256_field(value) : value);
  }
  return base.finish(nonce);
}

std::string request_digest(const RequestComponents& components, std::string_view nonce) {
  return digest_text(sha256(signature_base(components, nonce)));
}

std::string make_nonce() {
  std::array<std::byte, 16> bytes{};
  fill_random(bytes);
  return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace holdfast::crypto
