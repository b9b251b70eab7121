// The files of the tree as the lint reads them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::lint {

struct SourceFile {
  std::string path;  // from the root, with slashes: "net/listener.cpp"
  std::string text;
};

// Something against a house rule. `line` counts from 1; 0 is the file as a whole.
struct Finding {
  std::string path;
  int line = 0;
  std::string message;
};

using Findings = std::vector<Finding>;

// Every text file of the tree but builds, version control and fetched packages, in path order.
[[nodiscard]] std::vector<SourceFile> read_tree(const std::string& root);

// C++: .hpp and .cpp.
[[nodiscard]] bool is_code(std::string_view path);

// The folder a path begins with: "net" of "net/listener.cpp", empty for a file at the root.
[[nodiscard]] std::string_view folder_of(std::string_view path);

[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

// The text with comments, string and character literals blanked by spaces, newlines kept: what the compiler
// reads.
[[nodiscard]] std::string code_only(std::string_view text);

[[nodiscard]] std::string to_text(const Findings& findings);

}  // namespace holdfast::lint
