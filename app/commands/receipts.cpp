#include "app/commands/receipts.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>

#include "app/data_dir.hpp"
#include "app/exit.hpp"
#include "app/receipt_view.hpp"
#include "app/say.hpp"
#include "app/visible.hpp"
#include "core/errno_text.hpp"
#include "receipts/reader.hpp"
#include "receipts/verify.hpp"

namespace holdfast::app {
namespace {

// Bad when what is there is not what it should be, or is not there; cannot when we could not look.
int exit_of(const Error& error) {
  switch (error.code) {
    case Code::malformed:
    case Code::too_large:
    case Code::unsupported:
    case Code::unauthenticated:
    case Code::forbidden:
    case Code::not_found:
    case Code::conflict:
    case Code::gone:
    case Code::corrupt:
      return kBad;
    case Code::closed:
    case Code::timeout:
    case Code::cancelled:
    case Code::limited:
    case Code::halted:
    case Code::unavailable:
    case Code::io:
    case Code::internal:
      return kCannot;
  }
  return kCannot;
}

Result<std::unique_ptr<receipts::Reader>> open_log(const CommonOptions& options) {
  const auto found = find_receipts(options);
  if (!found) return fail(found.error());
  return receipts::Reader::open(found->data_dir);
}

// A log that cannot be opened is nothing we could have checked.
int cannot_open(const Error& error) {
  return complain(error.code == Code::corrupt ? kBad : kCannot, error.detail);
}

Result<std::string> read_whole_file(const std::string& path) {
  constexpr std::size_t kLargest = std::size_t{1} << 20U;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Code::io, fmt::format("{} cannot be read: {}", path, errno_text(errno)));
  std::string bytes(kLargest + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  if (bytes.size() > kLargest)
    return fail(Code::io, fmt::format("{} is longer than {} bytes", path, kLargest));
  return bytes;
}

// The pinned key; says which one is used, because everything that follows rests on it.
Result<std::string> pin_key(const CommonOptions& options, const VerifyWhat& what) {
  if (!what.vkey.empty()) {
    say(fmt::format("key: {} (given by --vkey)", what.vkey));
    return what.vkey;
  }
  const auto found = find_receipts(options);
  if (!found) return fail(found.error());
  auto vkey = find_vkey(found->data_dir);
  if (vkey) say(fmt::format("key: {} (from {}; pin it with --vkey)", *vkey, found->data_dir.string()));
  return vkey;
}

int verify_one(const std::string& entry, const std::string& proof, const std::string& vkey) {
  const auto verified = receipts::verify_entry(entry, proof, vkey);
  if (!verified) return complain(kBad, fmt::format("NOT verified: {}", visible(verified.error().detail)));
  say(fmt::format("verified: {}\nentry {} of the {} under the checkpoint", visible(verified->summary),
                  verified->index, verified->tree_size));
  return kFine;
}

int verify_files(const VerifyWhat& what, const std::string& vkey) {
  const auto entry = read_whole_file(what.entry_file);
  if (!entry) return complain(kCannot, entry.error().detail);
  const auto proof = read_whole_file(what.proof_file);
  if (!proof) return complain(kCannot, proof.error().detail);
  return verify_one(*entry, *proof, vkey);
}

int verify_id(const CommonOptions& options, const std::string& id, const std::string& vkey) {
  const auto log = open_log(options);
  if (!log) return cannot_open(log.error());
  const auto stored = (*log)->find(id);
  if (!stored) return complain(exit_of(stored.error()), stored.error().detail);
  const auto proof = (*log)->proof(stored->index);
  if (!proof) return complain(exit_of(proof.error()), proof.error().detail);
  return verify_one(stored->entry, *proof, vkey);
}

int verify_all(const CommonOptions& options, const std::string& vkey, const std::string& since) {
  const auto found = find_receipts(options);
  if (!found) return complain(kCannot, found.error().detail);
  const auto report = receipts::verify_log(found->data_dir, vkey, since);
  if (!report)
    return complain(exit_of(report.error()), fmt::format("NOT verified: {}", visible(report.error().detail)));
  for (const std::string& failure : report->failures)
    complain(kBad, fmt::format("NOT verified: {}", visible(failure)));
  if (!report->failures.empty()) return kBad;
  say(fmt::format("verified: {} entries, {} of them receipts\ncheckpoint:\n{}", report->entries,
                  report->receipts, report->checkpoint));
  return kFine;
}

}  // namespace

int list_receipts(const CommonOptions& options, const std::string& call, int limit) {
  const auto log = open_log(options);
  if (!log) return cannot_open(log.error());
  const auto entries = (*log)->list(call, static_cast<std::size_t>(limit), false);
  if (!entries) return complain(exit_of(entries.error()), entries.error().detail);
  if (options.json) {
    say(receipts_json(*entries));
  } else if (entries->empty()) {
    say("no receipts");
  } else {
    write_exactly(receipts_table(*entries));
  }
  return kFine;
}

int show_receipt(const CommonOptions& options, const std::string& id, ShowAs as) {
  const auto log = open_log(options);
  if (!log) return cannot_open(log.error());
  const auto stored = (*log)->find(id);
  if (!stored) return complain(exit_of(stored.error()), stored.error().detail);
  if (as == ShowAs::entry) {
    write_exactly(stored->entry);
    return kFine;
  }
  if (as == ShowAs::proof) {
    const auto proof = (*log)->proof(stored->index);
    if (!proof) return complain(exit_of(proof.error()), proof.error().detail);
    write_exactly(*proof);
    return kFine;
  }
  if (options.json) {
    say(stored->entry);
  } else {
    write_exactly(receipt_text(*stored));
  }
  return kFine;
}

int verify_receipts(const CommonOptions& options, const VerifyWhat& what) {
  const auto vkey = pin_key(options, what);
  if (!vkey) return complain(kCannot, vkey.error().detail);
  if (!what.entry_file.empty()) return verify_files(what, *vkey);
  if (!what.id.empty()) return verify_id(options, what.id, *vkey);
  std::string since;
  if (!what.since_file.empty()) {
    auto text = read_whole_file(what.since_file);
    if (!text) return complain(kCannot, text.error().detail);
    since = std::move(*text);
  }
  return verify_all(options, *vkey, since);
}

}  // namespace holdfast::app
