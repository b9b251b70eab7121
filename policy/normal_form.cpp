#include "policy/normal_form.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <vector>

namespace holdfast::policy {
namespace {

int mark_class(utf8proc_int32_t point) {
  return utf8proc_get_property(point)->combining_class;
}

// Unicode's canonical ordering: between two characters that are no marks, marks by their class, equal ones as
// they stood.
void order_marks(std::vector<utf8proc_int32_t>& points) {
  const auto is_mark = [](utf8proc_int32_t point) { return mark_class(point) > 0; };
  struct Mark {
    int of_class;
    std::ptrdiff_t place;
    utf8proc_int32_t point;
  };
  std::vector<Mark> marks;
  for (auto at = points.begin(); at != points.end();) {
    const auto begin = std::find_if(at, points.end(), is_mark);
    at = std::find_if_not(begin, points.end(), is_mark);
    marks.clear();
    for (auto mark = begin; mark != at; ++mark)
      marks.push_back({mark_class(*mark), mark - begin, *mark});
    std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) {
      return std::tie(a.of_class, a.place) < std::tie(b.of_class, b.place);
    });
    std::transform(marks.begin(), marks.end(), begin, [](const Mark& mark) { return mark.point; });
  }
}

}  // namespace

utf8proc_ssize_t decompose_first(std::string_view& text, int options, Decomposed& out) {
  utf8proc_int32_t point = 0;
  const auto* const bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto used = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &point);
  if (used <= 0) return -1;
  text.remove_prefix(static_cast<std::size_t>(used));
  constexpr auto kRoom = static_cast<utf8proc_ssize_t>(std::tuple_size_v<Decomposed>);
  int boundary = 0;
  const auto n =
      utf8proc_decompose_char(point, out.data(), kRoom, static_cast<utf8proc_option_t>(options), &boundary);
  return n > kRoom ? -1 : n;
}

std::optional<std::string> normal_form(std::string_view text, int options) {
  std::vector<utf8proc_int32_t> points;
  points.reserve(text.size() + 1);
  Decomposed out{};
  while (!text.empty()) {
    const auto n = decompose_first(text, options, out);
    if (n < 0) return std::nullopt;
    points.insert(points.end(), out.begin(), out.begin() + n);
  }
  order_marks(points);
  const auto count = static_cast<utf8proc_ssize_t>(points.size());
  points.push_back(0);  // utf8proc ends the text with it
  const auto size = utf8proc_reencode(points.data(), count, static_cast<utf8proc_option_t>(options));
  if (size < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(points.data()), static_cast<std::size_t>(size));
}

}  // namespace holdfast::policy
