// The file of the tree's hashes, in the order they become known. Derived from the segments.
#pragma once

#include <cstdint>
#include <memory>

#include "receipts/files.hpp"
#include "receipts/merkle.hpp"

namespace holdfast::receipts {

// Reads nodes from the file, which must outlive the reader. Error: corrupt when the file is too short.
[[nodiscard]] NodeReader node_reader(const File* hashes);

}  // namespace holdfast::receipts
