// A policy and a call that can be changed, printed and judged.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/call.hpp"
#include "policy/options.hpp"
#include "tests/policy/reference/tree.hpp"

namespace holdfast::reference {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// What core::Call views, owned.
struct Facts {
  std::optional<Agent> agent;
  std::string upstream, tool, operation, sensitivity;
  std::string method, path, respelt_path, host, host_alone;
  Pairs headers, query, path_parameters;
  Readable args_state = Readable::absent, body_state = Readable::absent;
  Readable context_state = Readable::absent;
  Tree args, body, context;  // of documents that are whole
  std::optional<Annotations> annotations;
  std::optional<std::vector<std::string>> labels_seen;  // nothing: nobody looked
  std::optional<WallTime> now;
  bool form = false;
  std::vector<std::string> contested, unclear_query, unclear_form;
};

// A Call with all it points to.
class Made {
 public:
  explicit Made(Facts facts);
  Made(const Made&) = delete;
  Made& operator=(const Made&) = delete;

  [[nodiscard]] const Call& call() const { return call_; }

 private:
  Facts facts_;
  std::deque<json::Document> documents_;
  std::vector<Field> headers_, query_, path_parameters_;
  std::vector<std::string_view> contested_, unclear_query_, unclear_form_;
  Call call_;
};

// As their author would write them, for whoever has to find out what went wrong.
[[nodiscard]] std::string to_text(const policy::Condition& condition);
[[nodiscard]] std::string to_text(const policy::Options& options);
[[nodiscard]] std::string to_text(const Facts& facts);
[[nodiscard]] std::string name_of(policy::Operator op);

// The operators, in the order of their enum.
inline constexpr int kOperators = static_cast<int>(policy::Operator::cidr) + 1;

}  // namespace holdfast::reference
