#include "config/environment.hpp"
#include "config/files.hpp"
#include "config/sections.hpp"
#include "config/shown.hpp"

namespace holdfast::config {

// Twice over the same tree: which variables are secret is known only after the last section.
Shown show(const std::filesystem::path& path) {
  Shown out;
  Context first;
  const Documents documents = read_documents(path, &out.problems);
  if (!documents.root) return out;
  const auto read = [&](Context& context, Notes notes) {
    Config config;
    Section root(&context, &*documents.root, "", "", documents.root->at, notes);
    cross_check(context, config, root, read_sections(root, config));
  };
  read(first, {});
  Context second;
  second.secret_variables = first.secret_variables;
  Node tree = map_of({});
  read(second, {nullptr, &tree});
  conceal(&first.problems, first.variables);
  out.problems = std::move(first.problems);
  if (!has_error(out.problems) && !has_error(second.problems)) out.tree = std::move(tree);
  return out;
}

}  // namespace holdfast::config
