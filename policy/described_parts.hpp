// The steps of described_call.cpp, a file each. Not for others.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "policy/arguments.hpp"
#include "policy/described_call.hpp"

namespace holdfast::policy {

// What the call points to.
struct DescribedCall::Parts {
  json::Document written;  // of a description that was text
  json::Document sent;     // of `raw`
  Agent agent;
  Annotations annotations;
  std::optional<Tool> tool;  // as it is listed
  std::deque<std::string> texts;
  std::vector<Field> headers, query, path_parameters;
  Arguments arguments;
  Call call;
};

// One reading of a description.
class Description {
 public:
  Description(const json::Value& written, const Policy& policy, const Describing& how,
              DescribedCall::Parts* parts)
      : written_(written), directory_(policy.directory()), policy_(policy), how_(how), parts_(*parts) {}

  [[nodiscard]] Result<void> read();

 private:
  [[nodiscard]] Result<void> read_tool();
  [[nodiscard]] std::string near_tool(std::string_view tool, std::string_view like) const;
  [[nodiscard]] Result<void> read_upstream();
  [[nodiscard]] Result<void> read_kind();
  [[nodiscard]] Result<void> read_agent();
  [[nodiscard]] Result<void> read_agent_object(const json::Value& agent);
  [[nodiscard]] Result<void> read_labels_seen(const json::Value& agent);

  // described_context.cpp
  [[nodiscard]] Result<void> read_context();
  [[nodiscard]] Result<void> read_message_context(const json::Value* params);
  [[nodiscard]] Result<void> take_context(const json::Value& context, std::string_view what);
  [[nodiscard]] Result<void> read_annotations();
  [[nodiscard]] Result<void> read_now();

  // described_http.cpp
  [[nodiscard]] Result<void> read_http();
  [[nodiscard]] Result<void> read_path(const json::Value& http);
  [[nodiscard]] Result<void> read_path_parameters();
  [[nodiscard]] Result<void> read_fields(const json::Value& from, std::string_view member, bool lower_names,
                                         std::vector<Field>& into, bool& untold);
  void complete_from_listing();

  // described_body.cpp
  [[nodiscard]] Result<void> read_documents();
  [[nodiscard]] Result<void> read_raw(const json::Value& raw);
  [[nodiscard]] Result<void> read_message(const json::Value& message);
  [[nodiscard]] Result<void> read_body(const json::Value& body);
  [[nodiscard]] Result<void> read_args(const json::Value& args);

  // The text of a member that may be left out; empty then.
  [[nodiscard]] Result<std::string_view> text(const json::Value& object, std::string_view member) const;
  // Refuses what is no object, and members of other names.
  [[nodiscard]] static Result<void> only(const json::Value& object, std::string_view what,
                                         std::span<const std::string_view> known);
  // A copy that lives as long as the call.
  [[nodiscard]] std::string_view kept(std::string text) { return parts_.texts.emplace_back(std::move(text)); }
  // Whether the description may say what else only configuration, server and clock do.
  [[nodiscard]] bool states_facts() const { return how_.caller == nullptr && !how_.call_only; }
  [[nodiscard]] bool maps_args() const { return listed_ != nullptr && !listed_->args.empty(); }

  const json::Value& written_;
  const Directory& directory_;
  const Policy& policy_;
  const Describing& how_;
  DescribedCall::Parts& parts_;
  const Tool* listed_ = nullptr;             // the tool, if it is listed
  const KnownUpstream* upstream_ = nullptr;  // if it is known
};

}  // namespace holdfast::policy
