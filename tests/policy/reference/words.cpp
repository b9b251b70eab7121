#include "tests/policy/reference/words.hpp"

#include <map>

namespace holdfast::reference {

using namespace std::string_literals;

namespace {

bool is_ascii(char byte) {
  return static_cast<unsigned char>(byte) < 0x80;
}

}  // namespace

const Words& tools() {
  static const Words words = {"payment.send",          "payment.send.now",
                              "payment.refund.create", "payment.refund.delete",
                              "payment.http.post",     "payment.mcp.tools/x",
                              "payments.send",         "crm.send",
                              "crm.list.all",          "crm.http.get",
                              "files.gr\u00f6\u00dfe", "files.read",
                              "files.read.",           "send",
                              "files.e\u0301",         "crm"};
  return words;
}

const Words& tool_patterns() {
  static const Words words = {"*",
                              "**",
                              "payment.*",
                              "payment.**",
                              "payment.send",
                              "*.send",
                              "**.send",
                              "pay*.send",
                              "crm.*",
                              "crm.l*",
                              "*.*",
                              "*.*.*",
                              "payment.refund.*",
                              "**.*.get",
                              "p**e",
                              "*r*.*e*",
                              "payment*.s*d",
                              "**send**",
                              "payment.**.create",
                              "crm.**.all",
                              "files.*",
                              "files.read*",
                              "files.gr\u00f6\u00dfe",
                              "send",
                              "*.http.*",
                              "**.mcp.**",
                              "crm.send",
                              "*.list.*",
                              "payment.refund.create",
                              "f*.r*d",
                              "*m.*",
                              "crm**"};
  return words;
}

const Words& document_fields() {
  static const Words words = {"amount",
                              "note",
                              "to.iban",
                              "to",
                              "items[*].price",
                              "items[*].tags[*]",
                              "items.length",
                              "items",
                              "tags",
                              "tags[*]",
                              "tags.length",
                              "opts.force",
                              "opts",
                              "grid[*][*]",
                              "grid[*].length",
                              "grid.length",
                              "length",
                              "note.length",
                              "to.length",
                              "ip",
                              "gr\u00f6\u00dfe",
                              "k",
                              "items[*]",
                              "opts.deep.amount",
                              "items[*].to.iban"};
  return words;
}

const Words& fact_fields() {
  static const Words words = {"tool",
                              "upstream",
                              "operation",
                              "operation_type",
                              "http.method",
                              "http.path",
                              "http.host",
                              "http.header.x-env",
                              "http.header.X-Env",
                              "http.header.x-ip",
                              "query.dry",
                              "http.query.kin",
                              "query.kin",
                              "query._id",
                              "query.a.b",
                              "path.id",
                              "agent.id",
                              "agent.labels.team",
                              "risk_level",
                              "http.header.x-none",
                              "agent.labels.none",
                              "env.STAGE",
                              "env.REGION"};
  return words;
}

const Words& hint_fields() {
  static const Words words = {"annotations.read_only", "annotations.destructive", "annotations.idempotent",
                              "annotations.open_world"};
  return words;
}

const Words& tier_names() {
  static const Words words = {"partner", "intern"};
  return words;
}

const Words& labels() {
  static const Words words = {"private_data", "Private_data", "private", "secret"};
  return words;
}

const Words& facts_of(const std::string& field) {
  static const std::map<std::string, Words> known = {
      {"tool", tools()},
      {"upstream", {"payment", "payments", "crm", "files", ""}},
      {"operation", {"none", "FINANCIAL", "READ"}},
      {"http.method", {"GET", "POST", "DELETE"}},
      {"http.path", {"/v1/x", "/v1/a/x", "/v1/a/b/x", "/", "/v1/%3A", "/v1/:"}},
      {"http.host", {"crm.internal", "10.1.2.3", "crm.internal:81"}},
      {"risk_level", {"low", "medium", "high", "critical"}},
      {"agent.id", {"anonymous", "support-bot", "a"}},
      {"env.STAGE", {"prod", "test"}},
      {"env.REGION", {"eu", "us", ""}},
  };
  const auto found = known.find(field == "operation_type" ? "operation" : field);
  return found == known.end() ? texts() : found->second;
}

const Words& numbers() {
  static const Words words = {"0",
                              "-0",
                              "1",
                              "2",
                              "3",
                              "5",
                              "5.0",
                              "50e-1",
                              "0.5e1",
                              "100",
                              "1e2",
                              "1E+02",
                              "100.01",
                              "99.9",
                              "-1",
                              "-100",
                              "-1.0",
                              "0.1",
                              "1e-1",
                              "0.10",
                              "0.11",
                              "1e400",
                              "-1e400",
                              "1e-400",
                              "0e5",
                              "9007199254740992",
                              "9007199254740993",
                              "9007199254740993.0",
                              "9007199254740993e0",
                              "5.000000000000000000001",
                              "0.09999999999999999999999",
                              "99.99999999999999999999",
                              "9e399",
                              "1e-390",
                              std::string(400, '7'),
                              "0." + std::string(398, '0') + "1"};
  return words;
}

const Words& odd_numbers() {
  static const Words words = {"1e401",
                              "-1e401",
                              "1e-401",
                              "-1e99999",
                              "0e401",
                              std::string(401, '7'),
                              "0." + std::string(399, '0') + "1"};
  return words;
}

const Words& texts() {
  static const Words words = {"",
                              "a",
                              "abc",
                              "A",
                              "USD",
                              "usd",
                              "EUR",
                              "hello",
                              "/v1/x",
                              "/v1/a/x",
                              "/v1/a/b/x",
                              "5",
                              "true",
                              "\u00e9",
                              "gr\u00f6\u00dfe",
                              "10.1.2.3",
                              "10.1.2.4",
                              "64:ff9b::a01:203",
                              "fd00::1",
                              "::ffff:10.1.2.3",
                              "::10.1.2.3",
                              "2002:a01:203::",
                              "::1",
                              "010.1.2.3",
                              "10.1.2.3/32",
                              "a.c",
                              "a\nc",
                              "\u65e5\u672c",
                              "\nusd"};
  return words;
}

const Words& odd_texts() {
  static const Words words = {"e\u0301", "\u212b", "abc\0"s, "10.1.2.3\0"s, "\0"s, "a\u0323\u0307\u0308",
                              "\u0344"};
  return words;
}

const Words& globs() {
  static const Words words = {"/v1/*", "/v1/**", "*",    "**",   "/v1/*/x", "/v1/**/x", "a*",   "*c",
                              "a?c",   "a.c",    "*.*",  "abc$", "10.*",    "**x",      "/**/", "*\u00e9*",
                              "/*/*",  "*b**",   "**a*", "",     "crm.*",   "*[a]*"};
  return words;
}

const Words& regexes() {
  static const Words words = {
      "[a-z]+",  "^a",      "c$",      "^abc$",    "a|abc",   "abc\\$",  "\\d+",     "(?i)usd", ".*",
      "^(a|c)$", "a.c",     "\u00e9",  "[^/]+",    "a{1,3}",  "",        "\\\\$",    "(a|b)*c", "/v1/[a-z]/x",
      "^/v1/",   "(?s)a.c", "10\\..*", "[A-Z]{3}", "(?i)^US", "(?s).*c", "(?-s)a.*", "[^$]+",   "(?i)(?s)C$"};
  return words;
}

const Words& networks() {
  static const Words words = {"10.0.0.0/8", "10.1.2.3/32",   "0.0.0.0/0",          "::/0",
                              "fd00::/8",   "::1/128",       "10.1.2.0/30",        "10.1.2.4/31",
                              "::/95",      "::ffff:0:0/96", "::ffff:10.0.0.0/104"};
  return words;
}

const Words& types() {
  static const Words words = {"null", "boolean", "number", "string", "array", "object"};
  return words;
}

std::string look_alike(Random& random, const std::string& name) {
  static const std::map<char, Words> letters = {
      {'a', {"A", "\uff41", "\u00aa"}}, {'k', {"K", "\u212a"}},     {'t', {"T", "\u24e3"}},
      {'i', {"I", "\u2170", "\u2139"}}, {'n', {"N", "\U0001d427"}}, {'o', {"O", "\u00ba"}},
      {'g', {"G", "\u210a"}},           {'l', {"L", "\u2113"}},     {'s', {"S", "\u017f"}}};
  static const Words unseen = {"\u00ad", "\u200b", "\ufe0f"};
  std::string out = name;
  const auto other = letters.find(name.front());
  if (other != letters.end() && random.percent(70)) {
    out.replace(0, 1, random.of(other->second));
  } else {
    std::size_t second = 1;
    while (second < out.size() && (static_cast<unsigned char>(out[second]) >> 6) == 2)
      ++second;
    out.insert(second, random.of(unseen));
  }
  return out;
}

std::string respelt_parameter(Random& random, const std::string& name) {
  static const Words before = {"", "", "", "[", " ", ".", "!", "[[", "]", "_", "._", "\x01", "x"};
  static const Words behind = {"",  "",  "",     "[]",   "[x]", ".x", "]",  " ",
                               "[", ".", "(1i)", ":int", "s",   "_",  "_x", "\xff"};
  std::string out = random.percent(60) ? name : look_alike(random, name);
  if (random.percent(10) && is_ascii(out.back()))
    out.insert(out.size() - 1, random.of(Words{"]", "\x02", "_", "["}));
  return random.of(before) + out + random.of(behind);
}

}  // namespace holdfast::reference
