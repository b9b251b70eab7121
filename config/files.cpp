#include "config/files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/file.hpp"
#include "config/yaml.hpp"

namespace holdfast::config {
namespace {

namespace fs = std::filesystem;

void problem(Problems* problems, const Position& at, std::string message, std::string hint = {}) {
  problems->push_back({Severity::error, at, std::move(message), std::move(hint)});
}

std::optional<std::string> read_text(const fs::path& path, Problems* problems) {
  auto text = read_file(path, kMaxFileBytes);
  if (text) return std::move(*text);
  problem(problems, {path.string(), 0, 0}, text.error().detail,
          text.error().code == Code::not_found
              ? "--config names another; without it HOLDFAST_CONFIG, ./holdfast.yaml and "
                "/etc/holdfast/holdfast.yaml are looked for"
              : "");
  return std::nullopt;
}

// In name order. A file that looks like configuration and would be passed over is a problem: its rules would
// be missed.
std::vector<fs::path> files_of(const fs::path& directory, Problems* problems) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (name.starts_with('.') || fs::is_directory(entry->path(), ignored)) continue;
    if (name.ends_with(".yaml")) {
      files.push_back(entry->path());
    } else if (name.ends_with(".yml")) {
      problem(problems, {entry->path().string(), 0, 0}, "only *.yaml is read from a directory",
              "rename it, or move it away");
    }
  }
  if (error)
    problem(problems, {directory.string(), 0, 0}, fmt::format("cannot be read: {}", error.message()));
  if (files.empty() && problems->empty()) {
    problem(problems, {directory.string(), 0, 0}, "there is no *.yaml in this directory");
  }
  std::sort(files.begin(), files.end());
  return files;
}

void merge(Node& into, Node&& from, const std::string& name, Problems* problems) {
  if (into.kind == Node::Kind::list && from.kind == Node::Kind::list) {
    std::move(from.items.begin(), from.items.end(), std::back_inserter(into.items));
    return;
  }
  if (into.kind != Node::Kind::map || from.kind != Node::Kind::map) {
    return problem(problems, from.at,
                   fmt::format("`{}` is set twice: the first is at {}:{}:{}", name, into.at.file,
                               into.at.line, into.at.column),
                   fmt::format("write `{}` in one of the files: only maps and lists are put together", name));
  }
  for (Member& member : from.members) {
    const auto same = std::find_if(into.members.begin(), into.members.end(),
                                   [&](const Member& other) { return other.key == member.key; });
    if (same == into.members.end()) {
      into.members.push_back(std::move(member));
    } else {
      merge(same->value, std::move(member.value), name.empty() ? member.key : name + "." + member.key,
            problems);
    }
  }
}

}  // namespace

Documents read_documents(const fs::path& path, Problems* problems) {
  Documents out;
  std::error_code error;
  const bool directory = fs::is_directory(path, error);
  const std::vector<fs::path> paths = directory ? files_of(path, problems) : std::vector<fs::path>{path};
  for (const fs::path& file : paths) {
    auto text = read_text(file, problems);
    if (!text) continue;
    auto node = parse_yaml(*text, file.string(), problems);
    out.files.push_back({file.filename().string(), std::move(*text)});
    if (!node) continue;
    if (directory && node->find("openapi") != nullptr) {
      problem(problems, node->at, "this is an OpenAPI document, not configuration",
              "put it into a folder of its own");
    } else if (!out.root) {
      out.root = std::move(node);
    } else {
      merge(*out.root, std::move(*node), "", problems);
    }
  }
  if (has_error(*problems)) out.root.reset();
  return out;
}

}  // namespace holdfast::config
