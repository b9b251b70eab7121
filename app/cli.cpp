#include "app/cli.hpp"

#include <CLI/CLI.hpp>
#include <functional>

#include "app/commands/approvals.hpp"
#include "app/commands/check.hpp"
#include "app/commands/config.hpp"
#include "app/commands/halt.hpp"
#include "app/commands/keys.hpp"
#include "app/commands/policy.hpp"
#include "app/commands/policy_diff.hpp"
#include "app/commands/receipts.hpp"
#include "app/commands/run.hpp"
#include "app/usage.hpp"

namespace holdfast::app {
namespace {

// Everything that can be said on a command line, and what to do about it.
struct Said {
  CommonOptions common;
  bool strict = false;
  bool vkey_only = false;
  bool part = false;
  ApprovalQuery approvals;
  std::string id;
  std::string reason;
  std::string call;
  std::string call_file;
  std::string before, after;
  int limit = 100;
  bool as_entry = false;
  bool as_proof = false;
  bool all = false;
  VerifyWhat verify;
  std::function<int()> command;
};

CLI::App* add(CLI::App* parent, const char* name, const char* description, const char* example) {
  CLI::App* command = parent->add_subcommand(name, description);
  command->footer(std::string("Example:\n  ") + example + "\n");
  return command;
}

void take_config(CLI::App* command, Said* said) {
  command
      ->add_option("--config", said->common.config,
                   "Configuration file or folder; default $HOLDFAST_CONFIG, ./holdfast.yaml, "
                   "/etc/holdfast/holdfast.yaml")
      ->type_name("FILE");
}

void take_json(CLI::App* command, Said* said) {
  command->add_flag("--json", said->common.json, "Print what the API returns");
}

void take_control(CLI::App* command, Said* said) {
  take_config(command, said);
  take_json(command, said);
  CommonOptions& common = said->common;
  const auto take = [command](const char* name, std::string& into, const char* what, const char* type) {
    return command->add_option(name, into, what)->type_name(type);
  };
  take("--control", common.control, "Control plane; default the configuration's", "URL");
  take("--token-file", common.token_file,
       "Your token; default $HOLDFAST_TOKEN, then ~/.config/holdfast/token", "FILE");
  take("--ca", common.ca, "Who vouches for an https control plane; default the system's roots", "FILE")
      ->envname("HOLDFAST_CA");
  take("--cert", common.cert, "Your certificate, for a control plane with client_ca", "FILE")
      ->envname("HOLDFAST_CERT");
  take("--key", common.key, "Its key; default the same file", "FILE")->envname("HOLDFAST_KEY");
  command->add_flag("--insecure", common.insecure, "Let --control be http:// beyond loopback");
}

void add_run_and_check(CLI::App* root, Said* said) {
  CLI::App* serve =
      add(root, "run", "Serve both planes until told to stop", "holdfast run --config holdfast.yaml");
  take_config(serve, said);
  serve->callback([said] { said->command = [said] { return run(said->common); }; });

  CLI::App* checking =
      add(root, "check", "Report every mistake of a configuration", "holdfast check --config holdfast.yaml");
  take_config(checking, said);
  checking->add_flag("--strict", said->strict, "Warnings are errors");
  checking->add_flag("--json", said->common.json, "Print the problems as JSON");
  checking->callback([said] { said->command = [said] { return check(said->common, said->strict); }; });
}

void add_config(CLI::App* root, Said* said) {
  CLI::App* config = add(root, "config", "The configuration: what it says in full, and what it may say",
                         "holdfast config schema > holdfast.schema.json");
  config->require_subcommand(1);
  CLI::App* show = add(config, "show", "Print it with every default, files put together, secrets masked",
                       "holdfast config show --config /etc/holdfast");
  take_config(show, said);
  show->add_flag("--json", said->common.json, "Print JSON");
  show->callback([said] { said->command = [said] { return show_config(said->common); }; });
  CLI::App* schema = add(config, "schema", "Print the JSON Schema, for editors",
                         "holdfast config schema > holdfast.schema.json");
  schema->add_flag("--part", said->part, "Of one file of a folder: nothing is required at the top");
  schema->callback([said] { said->command = [said] { return print_schema(said->part); }; });
}

void add_keys(CLI::App* root, Said* said) {
  CLI::App* keys =
      add(root, "keys", "The key that signs the receipt log", "holdfast keys show --vkey > holdfast.vkey");
  keys->require_subcommand(1);
  CLI::App* init =
      add(keys, "init", "Make the key, unless there is one", "holdfast keys init --config holdfast.yaml");
  take_config(init, said);
  init->callback([said] { said->command = [said] { return init_keys(said->common); }; });
  CLI::App* show = add(keys, "show", "Print the public key", "holdfast keys show --vkey > holdfast.vkey");
  take_config(show, said);
  take_json(show, said);
  show->add_flag("--vkey", said->vkey_only, "Only the verifier key, on one line");
  show->callback([said] { said->command = [said] { return show_keys(said->common, said->vkey_only); }; });
}

void add_policy(CLI::App* root, Said* said) {
  CLI::App* policy =
      add(root, "policy", "What the policy says of calls that nobody makes", "holdfast policy test");
  policy->require_subcommand(1);
  const auto add_one = [&](const char* name, const char* what, const char* example, auto command) {
    CLI::App* one = add(policy, name, what, example);
    take_config(one, said);
    one->add_flag("--json", said->common.json, "Print the result as JSON");
    one->callback([said, command] { said->command = [said, command] { return command(*said); }; });
    return one;
  };
  add_one("test", "Run the `tests:` of the configuration", "holdfast policy test",
          [](const Said& it) { return test_policy(it.common); });
  add_one("explain", "Every rule that has a say in a call, every condition, and why the winner won",
          "holdfast policy explain --call call.json",
          [](const Said& it) { return explain_call(it.common, it.call_file); })
      ->add_option("--call", said->call_file, "A described call as JSON; - is standard input")
      ->type_name("FILE")
      ->required();
  CLI::App* diff = add(
      policy, "diff",
      "Which decisions another policy would make otherwise: of the calls in the receipt log, or of a file",
      "holdfast policy diff holdfast.yaml new.yaml --calls calls.jsonl");
  diff->add_option("OLD", said->before, "The configuration of now, whose receipt log is read")->required();
  diff->add_option("NEW", said->after, "The other one")->required();
  diff->add_option("--calls", said->call_file, "Described calls as JSON, one a line; - is standard input")
      ->type_name("FILE");
  take_json(diff, said);
  diff->callback([said] {
    said->command = [said] {
      return diff_policies(said->common, said->before, said->after, said->call_file);
    };
  });
  add_one("lint", "What the policy allows but hardly means", "holdfast policy lint --strict",
          [](const Said& it) { return lint_policy(it.common, it.strict); })
      ->add_flag("--strict", said->strict, "Warnings are errors");
}

constexpr const char* kId = "0197f3c2-9d3e-7c11-8a53-3f0e6a1b2c4d";

void add_vote(CLI::App* approvals, Said* said, Vote act) {
  const bool approving = act == Vote::approve;
  const std::string example = std::string("holdfast approvals ") + (approving ? "approve " : "reject ") +
                              kId + (approving ? " --reason 'within budget'" : " --reason 'unknown vendor'");
  CLI::App* command = add(
      approvals, approving ? "approve" : "reject",
      approving ? "Show a held call and approve exactly what was shown" : "Show a held call and reject it",
      example.c_str());
  take_control(command, said);
  command->add_option("ID", said->id, "The approval")->required();
  CLI::Option* reason =
      command->add_option("--reason", said->reason, "Stands in the receipt")->type_name("TEXT");
  if (!approving) reason->required();
  command->callback([said, act] {
    said->command = [said, act] { return vote(said->common, act, said->id, said->reason); };
  });
}

void add_approvals(CLI::App* root, Said* said) {
  CLI::App* approvals =
      add(root, "approvals", "Calls that wait for approval", "holdfast approvals list --status pending");
  approvals->require_subcommand(1);
  CLI::App* list =
      add(approvals, "list", "List them, newest first", "holdfast approvals list --status pending");
  take_control(list, said);
  list->add_option("--status", said->approvals.status, "Only those")
      ->type_name("STATUS")
      ->check(CLI::IsMember({"pending", "approved", "released", "rejected", "expired", "cancelled",
                             "client_gone", "policy_changed"}));
  list->add_option("--limit", said->approvals.limit, "At most so many")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  list->add_option("--cursor", said->approvals.cursor, "Go on where a list ended")->type_name("CURSOR");
  list->callback(
      [said] { said->command = [said] { return list_approvals(said->common, said->approvals); }; });
  const std::string example = std::string("holdfast approvals show ") + kId;
  CLI::App* show = add(approvals, "show", "Show one with all its arguments", example.c_str());
  take_control(show, said);
  show->add_option("ID", said->id, "The approval")->required();
  show->callback([said] { said->command = [said] { return show_approval(said->common, said->id); }; });
  add_vote(approvals, said, Vote::approve);
  add_vote(approvals, said, Vote::reject);
}

void add_halt(CLI::App* root, Said* said) {
  const auto add_turn = [&](const char* name, const char* what, const char* example, auto turn) {
    CLI::App* command = add(root, name, what, example);
    take_control(command, said);
    command->add_option("--reason", said->reason, "Stands in the receipt log")->type_name("TEXT");
    command->callback(
        [said, turn] { said->command = [said, turn] { return turn(said->common, said->reason); }; });
  };
  add_turn("halt", "Send nothing and hold nothing until an admin resumes; also after a restart",
           "holdfast halt --reason 'the agent is sending money'", halt);
  add_turn("resume", "Lift a halt: admins only", "holdfast resume --reason 'checked with finance'", resume);
}

void add_receipt_reading(CLI::App* receipts, Said* said) {
  CLI::App* list = add(receipts, "list", "List receipts, newest first", "holdfast receipts list --limit 20");
  take_config(list, said);
  take_json(list, said);
  list->add_option("--call", said->call, "Only those of this call")->type_name("ID");
  list->add_option("--limit", said->limit, "At most so many")->type_name("N")->check(CLI::Range(1, 100000));
  list->callback(
      [said] { said->command = [said] { return list_receipts(said->common, said->call, said->limit); }; });

  const std::string example = std::string("holdfast receipts show ") + kId + " --proof > receipt.proof";
  CLI::App* show = add(receipts, "show", "Show one entry", example.c_str());
  take_config(show, said);
  take_json(show, said);
  show->add_option("ID", said->id, "The entry")->required();
  CLI::Option* entry = show->add_flag("--entry", said->as_entry, "Its exact bytes and nothing else");
  show->add_flag("--proof", said->as_proof, "Its proof of inclusion (c2sp.org/tlog-proof@v1)")
      ->excludes(entry);
  show->callback([said] {
    said->command = [said] {
      const ShowAs as = said->as_entry ? ShowAs::entry : said->as_proof ? ShowAs::proof : ShowAs::text;
      return show_receipt(said->common, said->id, as);
    };
  });
}

void add_verify(CLI::App* receipts, Said* said) {
  CLI::App* verify = add(
      receipts, "verify", "Check the whole log, or one entry, against a key",
      "holdfast receipts verify --entry receipt.json --proof receipt.proof --vkey \"$(cat holdfast.vkey)\"");
  take_config(verify, said);
  CLI::Option* id = verify->add_option("ID", said->verify.id, "One entry of the log");
  CLI::Option* all = verify->add_flag("--all", said->all, "The whole log; the default");
  CLI::Option* entry =
      verify->add_option("--entry", said->verify.entry_file, "An entry's exact bytes")->type_name("FILE");
  CLI::Option* proof = verify->add_option("--proof", said->verify.proof_file, "Its proof")->type_name("FILE");
  CLI::Option* since =
      verify->add_option("--since", said->verify.since_file, "A checkpoint the log must still agree with")
          ->type_name("FILE");
  verify->add_option("--vkey", said->verify.vkey, "The log's verifier key; default the one in data_dir")
      ->type_name("VKEY");
  all->excludes(id)->excludes(entry);
  entry->needs(proof)->excludes(id);
  proof->needs(entry);
  since->excludes(id)->excludes(entry);
  verify->callback(
      [said] { said->command = [said] { return verify_receipts(said->common, said->verify); }; });
}

void build(CLI::App* root, Said* said) {
  root->set_version_flag("--version", "holdfast " HOLDFAST_VERSION);
  root->require_subcommand(1);
  root->footer(
      "Example:\n  holdfast check && holdfast run\n\nEvery command has its own --help.\n"
      "Exit codes: 0 fine, 1 what was checked is bad or refused, 2 usage, 3 cannot reach, start or stop.\n");
  add_run_and_check(root, said);
  add_config(root, said);
  add_policy(root, said);
  add_keys(root, said);
  add_approvals(root, said);
  add_halt(root, said);
  CLI::App* receipts = add(root, "receipts", "The signed record of every call", "holdfast receipts verify");
  receipts->require_subcommand(1);
  add_receipt_reading(receipts, said);
  add_verify(receipts, said);
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App root(
      "Holdfast judges the tool calls of AI agents, holds what needs approval, and signs a receipt of each.",
      "holdfast");
  Said said;
  try {
    build(&root, &said);
    root.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return tell(root, e);
  }
  return said.command();
}

}  // namespace holdfast::app
