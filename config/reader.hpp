// A cursor over the tree: required and optional keys, ranges, choices; unknown keys and wrong types become
// problems. Whoever asks for a key says with it what may stand there, so the keys the loader knows, and what
// they take, are listed in one place: its code.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/file.hpp"
#include "config/scalar.hpp"
#include "config/shape.hpp"
#include "config/standing.hpp"
#include "config/tree.hpp"
#include "core/problem.hpp"
#include "core/secret.hpp"
#include "policy/options.hpp"

namespace holdfast::config {

// What all sections share: the problems found, the keys asked for (`upstreams[].tools[].name`; a key of the
// author's own choice is `*`), and the files that the configuration includes.
struct Context {
  Problems problems;
  std::vector<File> included;         // names are unique
  std::vector<Included> included_at;  // where these stand, also of those that could not be read
  std::set<std::string> asked;

  std::map<std::string, std::string> variables;  // of the environment, that stand in what was asked for
  std::set<std::string> secret_variables;        // names of those that stand in a secret
  std::map<std::string, std::shared_ptr<const policy::ZoneClock>> zones;  // read so far, by name
  std::set<std::string> told;  // ids of agents of whose credential it has been said that it cannot be read

  void error(Position at, std::string message, std::string hint = {});
  [[nodiscard]] std::size_t errors() const;  // so far
  void warning(Position at, std::string message, std::string hint = {});
  // The scalar with its ${NAME} replaced; absent, and a problem, when that fails or it is not a scalar.
  std::optional<Scalar> scalar(const Node& node, std::string_view name);
};

template <class T>
struct Range {
  T least;
  T most;
};

// Where a section writes down what it was asked; null: nobody wants to know.
struct Notes {
  Node* schema = nullptr;  // the JSON Schema of this map
  Node* shown = nullptr;   // this map with its defaults, secrets masked
};

// One map of the document, read key by key. Keys nobody asked for are problems when the section goes out of
// scope. For the schema the loader walks over sections that nobody wrote: every section once, with no value
// under any key. So ask for a key whether it is there or not (`if (section.has(...))` around it hides it).
class Section {
 public:
  // `node` null: nothing was written, every key takes its default. Anything but a map is a problem.
  Section(Context* context, const Node* node, std::string name, std::string pattern, Position at,
          Notes notes = {});
  ~Section();
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;

  [[nodiscard]] const Position& at() const { return at_; }
  // Also on the schema's walk.
  [[nodiscard]] bool given() const { return node_ != nullptr || notes_.schema != nullptr; }
  // The value as it stands, without taking the key.
  [[nodiscard]] const Node* peek(std::string_view key) const {
    return node_ == nullptr ? nullptr : node_->find(key);
  }
  [[nodiscard]] bool has(std::string_view key) const { return peek(key) != nullptr; }
  // Keys are there that nobody has asked for so far.
  [[nodiscard]] bool has_unknown_keys() const;
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Context& context() const { return *context_; }

  // Takes a key as it is; null when it is not there or has nothing behind it (a problem).
  const Node* take(std::string_view key, const Shape& shape);
  // The place of a key's value, else of the section.
  [[nodiscard]] Position place(std::string_view key) const;
  // `upstreams[0].url`, for messages.
  [[nodiscard]] std::string name_of(std::string_view key) const;

  // A problem when the key is not there. Say it before the key is read, which then has no default.
  void require(std::string_view key, std::string hint = {});
  // Whether exactly one of the two is there; whether both or neither are. What to say is the caller's.
  [[nodiscard]] bool exactly_one(std::string_view one, std::string_view other);
  [[nodiscard]] bool together(std::string_view one, std::string_view other);

  std::optional<std::string> text(std::string_view key);
  std::string text(std::string_view key, const std::string& fallback);
  std::optional<std::string> required_text(std::string_view key);
  bool flag(std::string_view key, bool fallback);
  std::int64_t integer(std::string_view key, std::int64_t fallback, Range<std::int64_t> range);
  // Where more than the number may stand: as `shape` says.
  std::int64_t integer(std::string_view key, std::int64_t fallback, Range<std::int64_t> range,
                       const Shape& shape);
  std::uint64_t size(std::string_view key, std::uint64_t fallback, Range<std::uint64_t> range);
  std::chrono::milliseconds duration(std::string_view key, std::chrono::milliseconds fallback,
                                     Range<std::chrono::milliseconds> range);
  std::optional<std::chrono::milliseconds> duration(std::string_view key,
                                                    Range<std::chrono::milliseconds> range);
  // `words` are those there are, and `least` of them there must be: for the schema. What to say of others is
  // the caller's.
  std::vector<std::string> texts(std::string_view key, const std::vector<std::string>& words = {},
                                 std::int64_t least = 0);
  // ${NAME}, file:PATH (relative to the file that names it) or the text itself; never quoted in a message.
  std::optional<Secret> secret(std::string_view key);
  std::vector<Secret> secrets(std::string_view key);
  // Each secret of a map whose keys the author chose; absent, and a problem, when it cannot be read.
  void secret_members(std::string_view key,
                      const std::function<void(const Member&, const std::optional<Secret>&)>& read);
  // A path, made relative to the folder of the file that names it.
  std::optional<std::filesystem::path> path(std::string_view key);
  // The position in `names` of the word written, or `fallback`.
  std::size_t choice(std::string_view key, std::size_t fallback, const std::vector<std::string>& names);

  void map(std::string_view key, const std::function<void(Section&)>& read);
  // Each map of a list.
  void each(std::string_view key, const std::function<void(Section&)>& read);
  // Each map of a map whose keys the author chose: the key, its place (of the walk: none), the map.
  void maps(std::string_view key, const std::function<void(const std::string&, Section&)>& read);
  // Each member of a map whose keys the author chose; `schema` is what may stand under such a key.
  void members(std::string_view key, Node (*schema)(), const std::function<void(const Member&)>& read);

  void wrong(std::string_view key, const Node& node, std::string_view expected, std::string hint = {});

 private:
  // What a shape's map or list writes its own notes into.
  struct Taken {
    const Node* node = nullptr;
    Notes notes;
  };
  Taken take_noted(std::string_view key, const Shape& shape);
  std::optional<Scalar> scalar_of(std::string_view key, const Node** node, const Shape& shape);
  std::optional<std::string> text_of(std::string_view key, const Shape& shape);
  std::optional<std::chrono::milliseconds> duration_of(std::string_view key,
                                                       Range<std::chrono::milliseconds> range,
                                                       std::optional<Node> fallback);
  std::optional<Secret> secret_of(const std::string& name, const Node& node);
  [[nodiscard]] std::string hint_for_unknown(const std::string& key, const std::string& parent) const;
  [[nodiscard]] std::string pattern_of(std::string_view key) const;

  Context* context_;
  const Node* node_;
  std::string name_;
  std::string pattern_;
  Position at_;
  Notes notes_;
  std::vector<std::string> known_;
  std::vector<std::string> without_content_;  // keys of maps with nothing behind them
};

// The folder that relative paths of this file start from.
[[nodiscard]] std::filesystem::path folder_of(const Position& at);

// Nothing behind the key, or `null`.
[[nodiscard]] bool is_null(const Node& node);

// "a map", "a single value": safe to say of a place where a secret may stand.
[[nodiscard]] std::string_view kind_of(const Node& node);

// `abc`, or what stands in the file when the value came from the environment.
[[nodiscard]] std::string quoted_as_written(const Node& node);

}  // namespace holdfast::config
