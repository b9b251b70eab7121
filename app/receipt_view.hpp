// Entries of the log as the command line shows them. Their texts may come from an agent.
#pragma once

#include <string>
#include <vector>

#include "receipts/log.hpp"

namespace holdfast::app {

// One line each.
[[nodiscard]] std::string receipts_table(const std::vector<receipts::Stored>& entries);

// Every member of one entry on a line of its own, by its dotted name.
[[nodiscard]] std::string receipt_text(const receipts::Stored& stored);

// {"receipts":[{"index","entry"}...]}, as the API returns it.
[[nodiscard]] std::string receipts_json(const std::vector<receipts::Stored>& entries);

}  // namespace holdfast::app
