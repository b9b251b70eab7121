#include "proxy/segments.hpp"

namespace holdfast::proxy {

Segments segments_of(std::string_view path) {
  Segments segments;
  path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

Segments without_slashes_behind(std::string_view path) {
  Segments segments = segments_of(path);
  while (segments.size() > 1 && segments.back().empty())
    segments.pop_back();
  return segments;
}

Segments trimmed_segments(std::string_view path) {
  Segments kept;
  for (const std::string_view segment : segments_of(path)) {
    if (const std::string_view rest = trimmed(segment); !rest.empty()) kept.push_back(rest);
  }
  return kept;
}

std::string_view trimmed(std::string_view segment) {
  while (segment.starts_with(' '))
    segment.remove_prefix(1);
  while (segment.ends_with(' ') || segment.ends_with('.'))
    segment.remove_suffix(1);
  return segment;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

}  // namespace holdfast::proxy
