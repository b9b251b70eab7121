// The floor plan: which layer may include which, as CMake declared it, held against the includes of the
// sources.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "tests/lint/source_tree.hpp"

namespace holdfast::lint {

struct Layer {
  std::set<std::string, std::less<>> uses;
  std::set<std::string, std::less<>> options_of;  // of these only options.hpp
};

using FloorPlan = std::map<std::string, Layer, std::less<>>;

// Lines of `name uses=a,b options=c,d`, as cmake/layer.cmake writes them.
[[nodiscard]] FloorPlan parse_floor_plan(std::string_view text);

// What 01-architecture forbids whatever CMake says: empty when the declared plan is inside the drawn one.
[[nodiscard]] Findings check_plan(const FloorPlan& plan);

// Every include of a layer's file names itself, a layer it uses, or the options of one it fills; and the
// heavy headers (Beast, Asio) are included by net alone.
[[nodiscard]] Findings check_includes(const FloorPlan& plan, const SourceFile& file);

}  // namespace holdfast::lint
