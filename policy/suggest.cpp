#include "policy/suggest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace holdfast::policy {
namespace {

constexpr std::size_t kSlips = 2;

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest(std::string_view written, std::span<const std::string_view> candidates) {
  std::string_view best;
  // A slip in every second letter is another word, not a slip.
  std::size_t slips = std::min(kSlips + 1, written.size() / 2 + 1);
  for (const std::string_view candidate : candidates) {
    const std::size_t d = distance(written, candidate);
    if (d < slips) {
      slips = d;
      best = candidate;
    }
  }
  return best;
}

}  // namespace holdfast::policy
