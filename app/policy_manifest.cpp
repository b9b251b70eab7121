#include "app/policy_manifest.hpp"

#include <algorithm>

#include "core/json_text.hpp"
#include "crypto/digest.hpp"

namespace holdfast::app {

PolicyManifest manifest_of(const config::Config& config) {
  std::vector<const config::File*> order;
  for (const config::File& file : config.files)
    order.push_back(&file);
  std::sort(order.begin(), order.end(), [](auto* a, auto* b) { return a->name < b->name; });
  std::vector<std::string> listed;
  for (const config::File* file : order) {
    json::ObjectText object;
    object.set("name", json::to_utf8(file->name))
        .set("sha256", crypto::digest_text(crypto::sha256(file->text)));
    listed.push_back(object.text());
  }
  PolicyManifest manifest;
  manifest.files_json = json::array_text(listed);
  json::ObjectText object;
  object.set("construction", "holdfast-policy-v2").set_raw("files", manifest.files_json);
  std::vector<std::string> variables;
  for (const auto& [name, value] : config.variables) {
    json::ObjectText variable;
    variable.set("name", name).set("sha256", crypto::digest_text(crypto::sha256(value)));
    variables.push_back(variable.text());
  }
  object.set_raw("variables", json::array_text(variables));
  manifest.text = object.text();
  manifest.digest = crypto::digest_text(crypto::sha256(manifest.text));
  return manifest;
}

std::string roster_text(const approvals::Options& options) {
  std::vector<std::string> approvers;
  for (const approvals::Approver& approver : options.approvers) {
    json::ObjectText object;
    object.set("id", approver.id).set_raw("groups", json::strings_text(approver.groups));
    approvers.push_back(object.text());
  }
  json::ObjectText object;
  object.set_raw("approvers", json::array_text(approvers));
  return object.text();
}

}  // namespace holdfast::app
