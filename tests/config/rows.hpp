// Tables of mistakes: a piece of configuration, and the first problem its author sees.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/config/folder.hpp"

namespace holdfast::config {

struct Row {
  const char* text;      // follows `version: 1`, `data_dir: d`: so it begins on line 3
  const char* expected;  // the first problem, without the file's name
};

inline void expect_first_problem(const Row& row) {
  const bool has_upstreams = std::string_view(row.text).find("upstreams:") != std::string_view::npos;
  auto problems = problems_of(std::string("version: 1\ndata_dir: d\n") + row.text +
                              (has_upstreams ? "\n" : "\nupstreams: []\n"));
  ASSERT_FALSE(problems.empty()) << row.text;
  EXPECT_EQ(problems.front(), std::string("a.yaml:") + row.expected) << row.text;
}

}  // namespace holdfast::config
