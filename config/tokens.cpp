// Roles, and the credentials of the control plane beside those of approvers.
#include <fmt/format.h>

#include "config/sections.hpp"

namespace holdfast::config {

approvals::Roles read_roles(Section& section, bool approver) {
  approvals::Roles roles;
  std::vector<std::string> known = {"auditor", "admin"};
  if (approver) known.insert(known.begin(), "approver");
  for (const std::string& role : section.texts("roles", known, approver ? 0 : 1)) {
    if (role == "auditor") {
      roles.auditor = true;
    } else if (role == "admin") {
      roles.admin = true;
    } else if (role != "approver") {
      section.context().error(
          section.place("roles"),
          fmt::format("`{}` names the role `{}`, and there is none", section.name_of("roles"), role),
          "the roles are approver, auditor and admin");
    } else if (!approver) {
      section.context().error(section.place("roles"),
                              fmt::format("`{}` cannot make an approver", section.name_of("roles")),
                              "who votes stands under `approvers`, with her groups");
    }
  }
  return roles;
}

void read_tokens(Section& control_plane, control::Options& options) {
  control_plane.each("tokens", [&](Section& section) {
    control::TokenHolder holder;
    holder.at = section.at();
    holder.id = section.required_text("id").value_or("");
    if (const std::string wrong = wrong_with_id(holder.id); !wrong.empty()) {
      section.context().error(section.place("id"), fmt::format("`{}` {}", section.name_of("id"), wrong));
    }
    section.require("token", "${NAME} or file:PATH, 16 characters or more");
    holder.token = section.secret("token").value_or(Secret());
    section.require("roles", "roles: [auditor] or [admin]");
    holder.roles = read_roles(section, false);
    const Node* given = section.peek("roles");
    if (given != nullptr && given->kind == Node::Kind::list && given->items.empty()) {
      section.context().error(section.at(), fmt::format("`{}` needs `roles`", section.name()),
                              "roles: [auditor] or [admin]");
    }
    options.tokens.push_back(std::move(holder));
  });
}

}  // namespace holdfast::config
