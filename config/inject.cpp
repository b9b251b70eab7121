// `inject:` of an upstream: headers that we send and the agent does not hold.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "config/sections.hpp"
#include "config/tool_checks.hpp"

namespace holdfast::config {
namespace {

constexpr std::size_t kMostHeaders = 16;     // of one upstream: a receipt names them all
constexpr std::size_t kLongestName = 64;     // bytes
constexpr std::size_t kLongestValue = 8192;  // bytes

// What frames or routes the message, or says what is judged: never a credential.
constexpr std::array<std::string_view, 21> kReserved{"host",
                                                     "connection",
                                                     "keep-alive",
                                                     "proxy-connection",
                                                     "proxy-authenticate",
                                                     "proxy-authorization",
                                                     "te",
                                                     "trailer",
                                                     "transfer-encoding",
                                                     "upgrade",
                                                     "http2-settings",
                                                     "expect",
                                                     "accept-encoding",
                                                     "forwarded",
                                                     "x-http-method-override",
                                                     "x-http-method",
                                                     "x-method-override",
                                                     "x-original-method",
                                                     "x-original-url",
                                                     "x-rewrite-url",
                                                     "x-original-uri"};
constexpr std::array<std::string_view, 4> kReservedBeginnings{"content-", "mcp-", "holdfast-",
                                                              "x-forwarded-"};

// As CGI and its heirs read a name.
std::string plain_name(std::string_view name) {
  std::string out(name);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return c == '_' ? '-' : static_cast<char>(std::tolower(c)); });
  return out;
}

bool is_token(std::string_view name) {  // RFC 9110 §5.6.2
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

std::string wrong_with_header(std::string_view name) {
  if (!is_token(name)) return "is not the name of a header";
  if (name.size() > kLongestName) return fmt::format("is longer than {} bytes", kLongestName);
  const std::string known = plain_name(name);
  const bool reserved = std::find(kReserved.begin(), kReserved.end(), known) != kReserved.end() ||
                        std::any_of(kReservedBeginnings.begin(), kReservedBeginnings.end(),
                                    [&](std::string_view beginning) { return known.starts_with(beginning); });
  return reserved ? "is a header that frames or routes the call, or says what is judged" : "";
}

// RFC 9110 §5.5, without what is obsolete. The value is never quoted.
std::string wrong_with_value(std::string_view value) {
  if (value.size() > kLongestValue) return fmt::format("is longer than {} bytes", kLongestValue);
  const bool visible = std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < 0x7f; });
  if (!visible) return "has a line feed, another control character or one beyond ASCII in it";
  return value.starts_with(' ') || value.ends_with(' ') ? "begins or ends with a space" : "";
}

}  // namespace

void read_inject(Section& upstream, proxy::Upstream& into) {
  Names names;
  upstream.secret_members("inject", [&](const Member& member, const std::optional<Secret>& value) {
    Context& context = upstream.context();
    const std::string name = fmt::format("{}.{}", upstream.name_of("inject"), member.key);
    std::string wrong = wrong_with_header(member.key);
    if (wrong.empty() && !names.insert(plain_name(member.key)).second)
      wrong = "stands twice, as some servers read it";
    if (wrong.empty() && names.size() > kMostHeaders)
      wrong = fmt::format("is one too many: at most {} headers are injected", kMostHeaders);
    if (!wrong.empty()) context.error(member.at, fmt::format("`{}` {}", name, wrong));
    if (!value) return;
    if (const std::string bad = wrong_with_value(value->reveal_secret()); !bad.empty())
      return context.error(member.value.at, fmt::format("the value of `{}` {}", name, bad));
    if (wrong.empty()) into.inject.push_back({member.key, *value});
  });
}

}  // namespace holdfast::config
