// The words that generated policies and calls are made of: few, so that rules and calls meet.
#pragma once

#include <string>
#include <vector>

#include "tests/policy/reference/random.hpp"
#include "tests/policy/reference/tree.hpp"

namespace holdfast::reference {

using Words = std::vector<std::string>;

const Words& tools();
const Words& tool_patterns();
const Words& document_fields();  // behind `args.` or `body.`
const Words& fact_fields();      // those that are text
const Words& hint_fields();      // those that are true or false
const Words& tier_names();
const Words& labels();                            // that an agent has seen, or a rule asks for
const Words& facts_of(const std::string& field);  // values it may have, that a rule may also ask for

const Words& numbers();      // of policies and calls
const Words& odd_numbers();  // of calls only: beyond the limits
const Words& texts();
const Words& odd_texts();  // of calls only: not NFC, U+0000
const Words& globs();
const Words& regexes();
const Words& networks();
const Words& types();

// A name that some reader takes for this one.
std::string look_alike(Random& random, const std::string& name);
// The same of a parameter, and of what is a part of it; and names that nearly are one.
std::string respelt_parameter(Random& random, const std::string& name);

}  // namespace holdfast::reference
