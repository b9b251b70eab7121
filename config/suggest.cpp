#include "config/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace holdfast::config {
namespace {

// Edit distance with neighbours swapped counted once; words here are short.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j)
    d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

std::string normal(std::string_view word) {
  std::string out;
  for (const char c : word) {
    out += c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

constexpr std::array kLater = {
    "addresses", "alerts", "all_of", "callback", "channels",  "email", "encrypt_to", "hosts",  "humans",
    "intercept", "keys",   "kind",   "ladder",   "min_level", "order", "owner",      "public", "reject",
    "remind_at", "slack",  "store",  "triggers", "uid",       "via",   "vote_by"};

}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t kLongest = 64;  // a longer word is no slip of the finger
  if (word.size() > kLongest) return {};
  std::string best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    if (candidate.size() > kLongest) continue;
    const std::size_t d = distance(normal(word), normal(candidate));
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best.empty() ? std::string() : fmt::format("did you mean `{}`?", best);
}

std::string_view combinator_for(std::string_view key) {
  if (key == "or" || key == "any_of" || key == "||") return "any";
  if (key == "and" || key == "all_of" || key == "&&") return "all";
  return {};
}

std::string_view operator_for(std::string_view word) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kOthers{{
      {">", "gt"},
      {">=", "gte"},
      {"<", "lt"},
      {"<=", "lte"},
      {"=", "eq"},
      {"==", "eq"},
      {"equals", "eq"},
      {"is", "eq"},
      {"!=", "ne"},
      {"<>", "ne"},
      {"not", "ne"},
      {"neq", "ne"},
      {"nin", "not_in"},
      {"regex", "matches"},
      {"regexp", "matches"},
      {"like", "glob"},
      {"prefix", "starts_with"},
      {"suffix", "ends_with"},
  }};
  for (const auto& [other, ours] : kOthers) {
    if (other == word) return ours;
  }
  return {};
}

bool is_of_a_later_version(std::string_view key) {
  return std::find(kLater.begin(), kLater.end(), key) != kLater.end();
}

}  // namespace holdfast::config
