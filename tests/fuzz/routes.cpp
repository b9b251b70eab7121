// Path templates: a path finds the same tool through the index, without one, and by the reference that asks
// each tool; and a tool that is found is the only one that a reader of whole segments could mean. Input: a
// line of options, templates one a line, and last the path. `loose` as the first line loosens the routes.
#include <set>

#include "proxy/route.hpp"
#include "proxy/route_index.hpp"
#include "proxy/segments.hpp"
#include "proxy/target.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/house.hpp"
#include "tests/proxy/reference_route.hpp"

namespace holdfast::fuzz {
namespace {

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// As the loader takes it: a path whose braces fill whole segments. Names of parameters do not matter here.
bool is_template(std::string_view path) {
  std::string literal;
  for (const char c : path)
    literal += c == '{' || c == '}' ? 'x' : c;
  const auto target = proxy::parse_target(literal);
  if (!target || target->has_query || target->path != literal) return false;
  for (const std::string_view segment : proxy::segments_of(path)) {
    const bool braces = segment.find_first_of("{}") != std::string_view::npos;
    const bool whole = proxy::is_parameter(segment) && segment.size() > 2 &&
                       segment.find_first_of("{}", 1) == segment.size() - 1;
    if (braces && !whole) return false;
  }
  return true;
}

std::string shape(std::string_view path) {
  std::string out;
  for (const std::string_view segment : proxy::segments_of(path))
    out.append("/").append(proxy::is_parameter(segment) ? "{}" : segment);
  return out;
}

std::string found(const proxy::Upstream& upstream, std::string_view path) {
  const auto match = proxy::find_tool(upstream, "GET", path);
  if (!match) return "refused";
  return match->tool == nullptr ? "none" : match->tool->name;
}

void check(proxy::Upstream upstream, std::string_view path) {
  const std::string expected = proxy::test::reference_tool(upstream, "GET", path);
  claim_equal(found(upstream, path), expected, "each tool is asked");
  std::vector<proxy::Upstream> indexed{upstream};
  proxy::index_routes(indexed);
  claim_equal(found(indexed[0], path), expected, "the index finds the same");
  // A listed tool's own path is its own, a more concrete one's, or nobody's.
  for (const proxy::Tool& tool : upstream.tools) {
    const std::string own = found(indexed[0], tool.path);
    const bool literal = tool.path.find('{') == std::string::npos;
    claim(!literal || own == tool.name || own == "refused", "a path that is listed is that tool's", tool.path,
          own);
  }
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  std::string_view text = fuzz::text_of(data, size);
  proxy::Upstream upstream;
  upstream.name = "shop";
  upstream.path = "/";
  upstream.loose_routes = fuzz::take_line(text) == "loose";
  std::set<std::string> shapes;
  constexpr std::size_t kMostTools = 64;
  while (text.find('\n') != std::string_view::npos && upstream.tools.size() < kMostTools) {
    const std::string_view path = fuzz::take_line(text);
    if (!fuzz::is_template(path) || !shapes.insert(fuzz::shape(path)).second) continue;
    upstream.tools.push_back(
        fuzz::tool("t" + std::to_string(upstream.tools.size()), "GET", std::string(path)));
  }
  const auto target = proxy::parse_target(text);
  if (target) fuzz::check(std::move(upstream), target->path);
  return 0;
}
