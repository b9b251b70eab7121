// Targets: what we take has one reading, and reading it again changes nothing. Whatever path some server
// would route to a listed tool is that tool to us, or is refused. Input: a request target.
#include "proxy/target.hpp"

#include <algorithm>
#include <set>

#include "proxy/route.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/house.hpp"
#include "tests/fuzz/lenient_rpc.hpp"

namespace holdfast::fuzz {
namespace {

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view digits = "0123456789abcdefABCDEF";
    const auto digit = [&](char c) {
      const std::size_t at = digits.find(c);
      return static_cast<unsigned>(at > 15 ? at - 6 : at);
    };
    const bool escape = text[i] == '%' && i + 2 < text.size() && digits.find(text[i + 1]) != digits.npos &&
                        digits.find(text[i + 2]) != digits.npos;
    if (escape) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// What servers and frameworks do to a path before they look for its route, each on its own switch.
enum Habit : unsigned {
  kDecode = 1,
  kFoldCase = 2,
  kBackslash = 4,
  kParameters = 8,
  kCollapse = 16,
  kDots = 32,
  kSuffix = 64,
  kTrim = 128,
  kAllHabits = 256,
};

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> out(1);
  for (const char c : path.substr(1)) {
    if (c == '/') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

std::string as_served(std::string path, unsigned habits) {
  if ((habits & kDecode) != 0) path = decoded(path);
  if ((habits & kFoldCase) != 0) path = careless(path);
  if ((habits & kBackslash) != 0) std::replace(path.begin(), path.end(), '\\', '/');
  if (path.empty() || path.front() != '/') return "";
  std::vector<std::string> kept;
  for (std::string segment : segments(path)) {
    if ((habits & kParameters) != 0) segment.erase(std::min(segment.find(';'), segment.size()));
    if ((habits & kDots) != 0 && segment == ".") continue;
    if ((habits & kDots) != 0 && segment == "..") {
      if (!kept.empty()) kept.pop_back();
      continue;
    }
    if ((habits & kCollapse) != 0 && segment.empty()) continue;
    kept.push_back(segment);
  }
  std::string out;
  for (const std::string& segment : kept)
    out += "/" + segment;
  if ((habits & kTrim) != 0) out.erase(out.find_last_not_of(" /") + 1);
  if ((habits & kSuffix) != 0) out.erase(std::min(out.find('.', out.rfind('/') + 1), out.size()));
  return out;
}

bool fits(const std::string& path, const std::string& pattern) {
  const std::size_t brace = pattern.find('{');
  if (brace == std::string::npos) return path == pattern;
  return path.starts_with(pattern.substr(0, brace)) && path.size() > brace &&
         path.find('/', brace) == std::string::npos;
}

// The literal one, when a template fits too.
const proxy::Tool* served_by(const proxy::Upstream& upstream, const std::string& method,
                             const std::string& path) {
  const proxy::Tool* found = nullptr;
  for (const proxy::Tool& tool : upstream.tools) {
    const bool literal = tool.path.find('{') == std::string::npos;
    if (tool.method == method && fits(path, tool.path) && (found == nullptr || literal)) found = &tool;
  }
  return found;
}

void check_routes(const proxy::Upstream& upstream, const std::string& path) {
  std::set<std::string> served;
  for (unsigned habits = 0; habits < kAllHabits; ++habits)
    served.insert(as_served(path, habits));
  for (const std::string method : {"GET", "POST", "DELETE"}) {
    const auto match = proxy::find_tool(upstream, method, path);
    if (!match) continue;
    for (const std::string& reading : served) {
      const proxy::Tool* tool = served_by(upstream, method, reading);
      if (tool == nullptr) continue;
      claim(match->tool != nullptr && match->tool->name == tool->name,
            "a path that some server takes for a tool's is that tool's to us, or refused", path,
            tool->name + " as " + reading);
    }
  }
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  static const proxy::Upstream upstream = fuzz::shop();
  const std::string_view raw = fuzz::text_of(data, size);
  const auto target = proxy::parse_target(raw);
  if (!target) return 0;
  std::string rewritten = target->path;
  if (target->has_query) rewritten.append("?").append(target->query);
  const auto again = proxy::parse_target(rewritten);
  fuzz::claim(again.has_value(), "what we make of a target is one", raw, rewritten);
  fuzz::claim_equal(again->path, target->path, "reading twice changes nothing");
  fuzz::claim_equal(again->query, target->query, "reading twice changes nothing");
  fuzz::claim(again->encoded_slash == target->encoded_slash, "reading twice changes nothing");
  fuzz::claim_equal(fuzz::decoded(target->path), fuzz::decoded(raw.substr(0, raw.find('?'))),
                    "the path means what was sent");
  if (!target->encoded_slash) fuzz::check_routes(upstream, target->path);
  return 0;
}
