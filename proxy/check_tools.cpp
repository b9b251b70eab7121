#include "proxy/check_tools.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proxy/redact.hpp"
#include "proxy/summary.hpp"

namespace holdfast::proxy {
namespace {

class Check {
 public:
  Check(const Upstream& upstream, const Tool& tool, Problems& problems)
      : upstream_(upstream), tool_(tool), problems_(problems) {}

  void run() {
    std::vector<policy::FieldPath> redacted;
    for (const std::string& written : tool_.redact) {
      auto field = parse_redacted(written);
      if (field) {
        redacted.push_back(std::move(*field));
      } else {
        wrong(tool_.redact_at, fmt::format("`redact` {}", field.error().detail));
      }
    }
    const auto parts = parse_summary(tool_.summary);
    if (!parts) return wrong(tool_.summary_at, fmt::format("`summary` {}", parts.error().detail));
    for (const SummaryPart& part : *parts) {
      const bool tells = part.field && std::any_of(redacted.begin(), redacted.end(), [&](const auto& field) {
                           return may_tell(*part.field, field);
                         });
      if (tells) return wrong(tool_.summary_at, "`summary` may show what `redact` keeps from notices");
    }
  }

 private:
  void wrong(const Position& at, const std::string& what) {
    problems_.push_back({Severity::error, at.line > 0 ? at : tool_.at,
                         fmt::format("of the tool `{}.{}` {}", upstream_.name, tool_.name, what), ""});
  }

  const Upstream& upstream_;
  const Tool& tool_;
  Problems& problems_;
};

}  // namespace

Problems check_tools(const std::vector<Upstream>& upstreams) {
  Problems problems;
  for (const Upstream& upstream : upstreams) {
    for (const Tool& tool : upstream.tools)
      Check(upstream, tool, problems).run();
  }
  return problems;
}

}  // namespace holdfast::proxy
