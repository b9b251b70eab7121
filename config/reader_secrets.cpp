// The part of the reader that touches secrets: nothing in here quotes a value.
#include <fmt/format.h>

#include "config/environment.hpp"
#include "config/reader.hpp"
#include "config/shown.hpp"

namespace holdfast::config {

std::optional<Secret> Section::secret_of(const std::string& name, const Node& node) {
  constexpr std::string_view kFile = "file:";
  if (is_null(node)) {  // `null` is no secret of four letters
    context_->error(node.at, fmt::format("`{}` has no value", name));
    return std::nullopt;
  }
  const auto scalar = context_->scalar(node, name);
  if (!scalar) return std::nullopt;
  const auto expanded = expand(node.text);
  for (const auto& [variable, value] : expanded->variables)
    context_->secret_variables.insert(variable);
  // Decided on what the author wrote: a secret from the environment that happens to begin with `file:` is
  // itself.
  if (node.text == kFile) {
    context_->error(node.at, fmt::format("`{}`: no path follows `file:`", name),
                    "such as file:secrets/token");
    return std::nullopt;
  }
  if (node.text.starts_with(kFile)) {
    auto secret = read_secret_file(folder_of(node.at) / scalar->text.substr(kFile.size()));
    if (secret) return *secret;
    context_->error(node.at, fmt::format("`{}`: {}", name, secret.error().detail));
    return std::nullopt;
  }
  if (scalar->text.empty()) {
    context_->error(node.at, fmt::format("`{}` is empty", name), emptiness_of(node.text));
    return std::nullopt;
  }
  if (scalar->text == kMasked) {
    context_->error(node.at, fmt::format("`{}` is masked", name),
                    "`config show` prints *** in place of a secret: write ${NAME} or file:PATH");
    return std::nullopt;
  }
  if (!scalar->from_environment) {
    context_->warning(node.at, fmt::format("`{}` is written in the configuration itself", name),
                      is_variable_without_braces(node.text)
                          ? "write ${NAME}, with braces, for an environment variable"
                          : "use ${NAME} or file:PATH: whoever may read the policy could use it");
  }
  return Secret(scalar->text);
}

std::optional<Secret> Section::secret(std::string_view key) {
  const Node* node = take(key, {.kind = Shape::Kind::secret});
  return node == nullptr ? std::nullopt : secret_of(name_of(key), *node);
}

std::vector<Secret> Section::secrets(std::string_view key) {
  std::vector<Secret> out;
  const Node* node = take(key, {.kind = Shape::Kind::secrets});
  if (node == nullptr) return out;
  if (node->kind != Node::Kind::list) {
    context_->error(node->at, fmt::format("`{}` must be a list", name_of(key)),
                    "one alone is written as `secret`");
    return out;
  }
  for (const Node& item : node->items) {
    if (auto secret = secret_of(name_of(key), item)) out.push_back(std::move(*secret));
  }
  return out;
}

void Section::secret_members(std::string_view key,
                             const std::function<void(const Member&, const std::optional<Secret>&)>& read) {
  const Node* node = take(key, {.kind = Shape::Kind::secret_members});
  if (node == nullptr) return;
  if (node->kind != Node::Kind::map) {
    return context_->error(node->at, fmt::format("`{}` must be a map, not {}", name_of(key), kind_of(*node)));
  }
  for (const Member& member : node->members)
    read(member, secret_of(fmt::format("{}.{}", name_of(key), member.key), member.value));
}

std::optional<std::filesystem::path> Section::path(std::string_view key) {
  const auto written = text_of(key, {.kind = Shape::Kind::path});
  if (!written) return std::nullopt;
  return (folder_of(place(key)) / *written).lexically_normal();
}

}  // namespace holdfast::config
