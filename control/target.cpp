#include "control/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "core/json_text.hpp"

namespace holdfast::control {
namespace {

constexpr std::size_t kDefaultLimit = 100;
constexpr std::size_t kMaxLimit = 1000;
constexpr std::size_t kShownPath = 200;

}  // namespace

Result<Target> parse_target(std::string_view text) {
  const auto url = boost::urls::parse_origin_form(boost::urls::string_view(text.data(), text.size()));
  if (!url) return fail(Code::malformed, "the request target is not a path with an optional query");
  Target target;
  for (const std::string& segment : url->segments())
    target.segments.push_back(segment);
  for (const auto& parameter : url->params(boost::urls::encoding_opts(true))) {
    target.query.emplace_back(parameter.key, parameter.value);
  }
  return target;
}

std::string path_of(const Target& target) {
  const std::string path = fmt::format("/{}", fmt::join(target.segments, "/"));
  return json::to_utf8(std::string_view(path).substr(0, kShownPath));
}

Result<Query> only(const Target& target, std::span<const std::string_view> known) {
  Query query;
  for (const auto& [name, value] : target.query) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return fail(Code::malformed, known.empty() ? "this endpoint takes no query parameters"
                                                 : fmt::format("the query parameters of this endpoint are {}",
                                                               fmt::join(known, ", ")));
    }
    if (!query.emplace(name, value).second) {
      return fail(Code::malformed, fmt::format("the query parameter '{}' is given twice", name));
    }
  }
  return query;
}

std::string value_of(const Query& query, std::string_view name) {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

Result<std::size_t> limit_of(const Query& query) {
  const auto found = query.find("limit");
  if (found == query.end()) return kDefaultLimit;
  const std::string& text = found->second;
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit < 1 || limit > kMaxLimit) {
    return fail(Code::malformed, fmt::format("limit must be a number from 1 to {}", kMaxLimit));
  }
  return limit;
}

}  // namespace holdfast::control
