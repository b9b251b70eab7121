#include "receipts/entry.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/id.hpp"

namespace holdfast::receipts {
namespace {

constexpr std::size_t kDepth = 16;
constexpr std::uint64_t kLargestInteger = (std::uint64_t{1} << 53) - 1;
constexpr std::array<std::string_view, 15> kKinds = {
    "genesis", "boot",    "authorize", "receipt",   "policy", "roster",      "key", "vote",
    "halt",    "capture", "refusals",  "heartbeat", "gap",    "attestation", "seal"};

std::optional<std::uint64_t> magnitude(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value > kLargestInteger)
    return std::nullopt;
  return value;
}

// The JSON grammar already forbids leading zeros; zero has no sign in RFC 8785.
bool is_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto value = magnitude(text.substr(negative ? 1 : 0));
  return value && !(negative && *value == 0);
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Empty, or what in the value an entry may not hold. The depth is bounded by the reader.
std::string_view complaint(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::null:
      return "a null";
    case json::Kind::boolean:
    case json::Kind::string:
      return {};
    case json::Kind::number:
      return is_integer(value.text()) ? "" : "a number that is not a safe integer";
    case json::Kind::array:
      for (const json::Value& item : value.items()) {
        if (const auto found = complaint(item); !found.empty()) return found;
      }
      return {};
    case json::Kind::object:
      for (const json::Member& member : value.members()) {
        if (!is_ascii(member.name)) return "a member name that is not ASCII";
        if (const auto found = complaint(member.value); !found.empty()) return found;
      }
      return {};
  }
  return "an unknown value";
}

Result<Entry> read_head(json::Document document) {
  Entry entry{std::move(document), {}, {}, {}, {}, 0, 0};
  const json::Value* root = &entry.document.root();
  entry.kind = text_of(root, "kind");
  entry.id = text_of(root, "id");
  entry.issuer = text_of(root, "iss");
  entry.boot = text_of(root, "boot");
  const auto at = count_of(root, "iat");
  const auto seq = count_of(root, "seq");
  if (count_of(root, "v") != 1) return fail(Code::malformed, "the entry's v is not 1");
  if (std::find(kKinds.begin(), kKinds.end(), entry.kind) == kKinds.end()) {
    return fail(Code::malformed, "the entry's kind is not one of format version 1");
  }
  if (!is_uuid7(entry.id)) return fail(Code::malformed, "the entry's id is not a UUIDv7");
  if (entry.issuer.empty()) return fail(Code::malformed, "the entry has no iss");
  if (!at) return fail(Code::malformed, "the entry's iat is not a count of seconds");
  if (!is_uuid7(entry.boot)) return fail(Code::malformed, "the entry's boot is not a UUIDv7");
  if (!seq) return fail(Code::malformed, "the entry's seq is not a count");
  entry.at = *at;
  entry.seq = *seq;
  return entry;
}

}  // namespace

std::string_view text_of(const json::Value* object, std::string_view name) {
  const json::Value* value = object == nullptr ? nullptr : object->find(name);
  return value != nullptr && value->is(json::Kind::string) ? value->text() : std::string_view();
}

std::optional<std::uint64_t> count_of(const json::Value* object, std::string_view name) {
  const json::Value* value = object == nullptr ? nullptr : object->find(name);
  if (value == nullptr || !value->is(json::Kind::number)) return std::nullopt;
  return magnitude(value->text());
}

const json::Value* object_of(const json::Value* object, std::string_view name) {
  const json::Value* value = object == nullptr ? nullptr : object->find(name);
  return value != nullptr && value->is(json::Kind::object) ? value : nullptr;
}

Error entry_too_large(std::size_t bytes) {
  return {Code::too_large, "the entry has " + std::to_string(bytes) + " bytes; 65535 is the most"};
}

Result<Entry> parse_entry(std::string_view bytes) {
  if (bytes.size() > kLargestEntry) return fail(entry_too_large(bytes.size()));
  auto document = json::parse(bytes, {kLargestEntry, kDepth});
  if (!document) return fail(Code::malformed, "the entry is not strict JSON: " + document.error().detail);
  if (!document->root().is(json::Kind::object))
    return fail(Code::malformed, "the entry is not a JSON object");
  if (const auto found = complaint(document->root()); !found.empty()) {
    return fail(Code::malformed, "the entry holds " + std::string(found));
  }
  if (json::to_canonical(document->root()) != bytes) {
    return fail(Code::malformed, "the entry is not in RFC 8785 form");
  }
  return read_head(std::move(*document));
}

}  // namespace holdfast::receipts
