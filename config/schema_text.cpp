// The loader's walk over its own sections, and what it noted, as text.
#include "config/schema.hpp"
#include "config/schema_descriptions.hpp"
#include "config/sections.hpp"
#include "config/tree_text.hpp"

namespace holdfast::config {

std::string schema_text(bool part) {
  Node walked = schema::no_keys();
  {
    Context context;  // its problems are those of a configuration that says nothing
    Config config;
    Section root(&context, nullptr, "", "", {}, {&walked, nullptr});
    read_sections(root, config);
  }
  add_descriptions(&walked);
  Node out = map_of({{"$schema", quoted("http://json-schema.org/draft-07/schema#")},
                     {"title", quoted(part ? "Holdfast: one file of several" : "Holdfast")}});
  for (Member& member : walked.members) {
    if (!part || member.key != "required") out.members.push_back(std::move(member));
  }
  Node definitions = schema::condition_definitions();
  definitions.members.push_back({"call", {}, schema::call_definition()});
  out.members.push_back({"definitions", {}, std::move(definitions)});
  return to_json(out);
}

}  // namespace holdfast::config
