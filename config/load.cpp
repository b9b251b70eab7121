#include "config/load.hpp"

#include <algorithm>
#include <cstdlib>
#include <tuple>
#include <vector>

#include "config/address.hpp"
#include "config/environment.hpp"
#include "config/files.hpp"
#include "config/sections.hpp"

namespace holdfast::config {
namespace {

// In the order of the files, and of the lines in them.
void sort_by_place(Problems& problems, const std::vector<File>& files) {
  const auto rank = [&](const Problem& problem) {
    const std::string& at = problem.at.file;
    return std::find_if(files.begin(), files.end(),
                        [&](const File& file) { return at == file.name || at.ends_with("/" + file.name); }) -
           files.begin();
  };
  std::vector<std::tuple<std::ptrdiff_t, int, int, std::size_t>> order;
  for (std::size_t i = 0; i < problems.size(); ++i) {
    order.emplace_back(rank(problems[i]), problems[i].at.line, problems[i].at.column, i);
  }
  std::sort(order.begin(), order.end());
  Problems sorted;
  for (const auto& [file, line, column, i] : order)
    sorted.push_back(std::move(problems[i]));
  problems = std::move(sorted);
}

void read_version(Section& root) {
  root.require("version", "write version: 1");
  static_cast<void>(root.integer("version", 1, {1, 1}));
}

// A part that is not there may stand under a misspelt name.
void doubt_what_is_missing(const Section& root, Sound& sound) {
  if (!root.has_unknown_keys()) return;
  sound.agents = sound.agents && root.has("agents");
  sound.upstreams = sound.upstreams && root.has("upstreams");
  sound.rules = sound.rules && root.has("rules");
  sound.approvers = sound.approvers && root.has("approvers");
  sound.approvals = sound.approvals && root.has("approvals");
}

}  // namespace

Sound read_sections(Section& root, Config& config) {
  Sound sound;
  const auto good = [&](auto read) {
    const std::size_t before = root.context().errors();
    read();
    return root.context().errors() == before;
  };
  read_version(root);
  read_planes(root, config);
  read_pdp_plane(root, config);
  sound.agents = good([&] {
    read_trust_tiers(root, config);
    read_env(root, config.policy);
    read_agents(root, config);
  });
  sound.upstreams = good([&] { read_upstreams(root, config.proxy); });
  sound.rules = good([&] {
    read_rules(root, config.policy);
    read_auto_rules(root, config.policy);
  });
  sound.approvers = good([&] { read_approvers(root, config.approvals); });
  sound.approvals = good([&] { read_approvals(root, config); });
  sound.running = good([&] { read_running(root, config); });
  read_tests(root, config);
  doubt_what_is_missing(root, sound);
  return sound;
}

Asked load_and_list_keys(const std::filesystem::path& path) {
  Context context;
  Asked out;
  out.draft.standing = standing_of(path);
  Documents documents = read_documents(path, &context.problems);
  if (documents.root) {
    Section root(&context, &*documents.root, "", "", documents.root->at);
    out.draft.config.emplace();
    out.draft.sound = read_sections(root, *out.draft.config);
    cross_check(context, *out.draft.config, root, out.draft.sound);
    std::move(context.included.begin(), context.included.end(), std::back_inserter(documents.files));
    out.draft.config->files = documents.files;
    out.draft.config->variables = context.variables;
    for (const std::string& secret : context.secret_variables)
      out.draft.config->variables.erase(secret);
  }
  include(out.draft.standing, std::move(context.included_at));
  sort_by_place(context.problems, documents.files);
  conceal(&context.problems, context.variables);
  out.draft.variables = std::move(context.variables);
  out.draft.problems = std::move(context.problems);
  out.keys = std::move(context.asked);
  return out;
}

Draft read(const std::filesystem::path& path) {
  return load_and_list_keys(path).draft;
}

Loaded load(const std::filesystem::path& path) {
  Draft draft = read(path);
  Loaded out;
  if (!has_error(draft.problems)) out.config = std::move(draft.config);
  out.problems = std::move(draft.problems);
  return out;
}

Result<Places> locate(const std::filesystem::path& path) {
  Context context;
  const Documents documents = read_documents(path, &context.problems);
  Config config;
  if (documents.root) {
    // Two readers of the same root: this one leaves alone what it does not need, so unknown keys are not its
    // business.
    Node needed;
    needed.kind = Node::Kind::map;
    needed.at = documents.root->at;
    for (const Member& member : documents.root->members) {
      const bool wanted =
          member.key == "data_dir" || member.key == "control_plane" || member.key == "receipts";
      if (!wanted) continue;
      needed.members.push_back(member);
      std::erase_if(needed.members.back().value.members,
                    [](const Member& key) { return key.key == "tokens"; });
    }
    Section root(&context, &needed, "", "", needed.at);
    config.receipts.data_dir = root.path("data_dir").value_or("");
    read_planes(root, config);
    read_receipts(root, config.receipts);
  }
  conceal(&context.problems, context.variables);
  for (const Problem& problem : context.problems) {
    if (problem.severity == Severity::error) return fail(Code::malformed, to_text(problem));
  }
  return Places{config.receipts, config.control};
}

std::filesystem::path find_config(const std::string& option) {
  if (!option.empty()) return option;
  const char* variable =
      std::getenv("HOLDFAST_CONFIG");  // NOLINT(concurrency-mt-unsafe): nobody sets variables
  if (variable != nullptr && *variable != '\0') return variable;
  std::error_code error;
  for (const char* path : {"holdfast.yaml", "/etc/holdfast/holdfast.yaml"}) {
    if (std::filesystem::exists(path, error)) return path;
  }
  return "holdfast.yaml";
}

}  // namespace holdfast::config
