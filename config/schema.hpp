// The JSON Schema (draft-07, which editors take) of the configuration, written down while the loader walks
// over its own sections. What holds between keys, and what stands inside a string, is beyond it:
// `holdfast check` says that.
#pragma once

#include <string>
#include <string_view>

#include "config/shape.hpp"

namespace holdfast::config {

// Notes what may stand under `key` in the schema of a map. Returns the schema of the map that the shape
// holds, if it holds one: valid until the next note of the same map.
Node* describe(Node* map, std::string_view key, const Shape& shape);
void describe_required(Node* map, std::string_view key);
void describe_exactly_one(Node* map, std::string_view one, std::string_view other);
void describe_together(Node* map, std::string_view one, std::string_view other);

namespace schema {

[[nodiscard]] Node no_keys();  // a map, before its keys are noted

// Of values, for shapes of one's own.
[[nodiscard]] Node text();      // not empty
[[nodiscard]] Node any_text();  // empty too
[[nodiscard]] Node flag();
[[nodiscard]] Node amount();       // a number that is not negative
[[nodiscard]] Node tier();         // 1 to 5, or a name of trust_tiers
[[nodiscard]] Node tier_number();  // 1 to 5
[[nodiscard]] Node condition();    // of `when`
[[nodiscard]] Node list_of_words(const std::vector<std::string>& words, std::size_t count);

[[nodiscard]] Node call();  // of a test

// What `condition` and `call` refer to.
[[nodiscard]] Node condition_definitions();
[[nodiscard]] Node call_definition();

}  // namespace schema

// The whole schema. Of one file of several (`part`): the same, and nothing is required at the top.
[[nodiscard]] std::string schema_text(bool part);

}  // namespace holdfast::config
