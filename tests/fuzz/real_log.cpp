#include "tests/fuzz/real_log.hpp"

#include <fstream>
#include <future>
#include <iterator>

#include "core/id.hpp"
#include "core/log.hpp"
#include "receipts/folder.hpp"
#include "receipts/log.hpp"
#include "receipts/segment.hpp"
#include "receipts/verify.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/support/manual_clock.hpp"

namespace holdfast::fuzz {
namespace {

namespace fs = std::filesystem;

json::ObjectText receipt(const WallTime at) {
  const std::string digest = "sha256:" + std::string(64, 'a');
  json::ObjectText out;
  out.set("id", make_uuid7(at)).set("call", make_uuid7(at));
  out.set("agent", json::ObjectText().set("id", "assistant").set("auth", "token"));
  out.set("request", json::ObjectText().set("digest", digest).set("bytes", 17).set("tool", "payment.send"));
  out.set("decision", json::ObjectText().set("effect", "allow").set("rule", "r").set("policy", digest));
  out.set("outcome", json::ObjectText().set("state", "succeeded").set("status", 200).set("sent", digest));
  return out;
}

// Two runs, the first with a clean end, in commits of one entry.
void fill(const fs::path& folder) {
  const test::ManualClock clock;
  receipts::Options options;
  options.data_dir = folder;
  options.origin = "holdfast.test/fuzz";
  options.segment_bytes = kSegmentBytes;
  options.delay = std::chrono::microseconds(1);
  for (int run = 0; run < 2; ++run) {
    const auto log = receipts::Log::open(options, &clock);
    claim(log.has_value(), "a log can be made", log ? "" : log.error().detail);
    for (int i = 0; i < 8; ++i) {
      std::promise<bool> done;
      (*log)->append("receipt", receipt(clock.wall()),
                     [&](Result<receipts::Appended> at) { done.set_value(at.has_value()); });
      claim(done.get_future().get(), "an entry can be appended");
    }
  }
}

}  // namespace

void write_files(const fs::path& folder, const Bytes& files) {
  for (const auto& [name, bytes] : read_files(folder)) {
    if (!files.contains(name)) fs::remove(folder / name);
  }
  for (const auto& [name, bytes] : files) {
    fs::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary | std::ios::trunc) << bytes;
  }
}

Bytes read_files(const fs::path& folder) {
  Bytes out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    out[fs::relative(entry.path(), folder).string()] = {std::istreambuf_iterator<char>(file), {}};
  }
  return out;
}

RealLog::RealLog() {
  log::start(log::Format::text, log::Level::error);
  const test::TempFolder folder;
  fill(folder.path());
  files = read_files(folder.path());
  vkey = receipts::read_vkey(folder.path()).value();
  key = crypto::parse_vkey(vkey).value();
  const receipts::Folder places(folder.path());
  const auto posix = receipts::make_files();
  receipts::RightEdge tree;
  roots.push_back(tree.root());
  const auto segments = receipts::list_segments(places.segments);
  for (const std::uint64_t first : segments.value()) {
    const auto file = posix->open(receipts::segment_path(places.segments, first), receipts::Open::read);
    receipts::FrameReader reader(file->get(), receipts::kSegmentHeader);
    while (reader.next() == receipts::FrameReader::Step::frame) {
      if (reader.type() != receipts::Frame::entry) continue;
      entries.emplace_back(reader.payload());
      tree.append(receipts::leaf_hash(reader.payload()));
      for (const receipts::Hash& hash : tree.completed())
        hashes.append(crypto::bytes_of(hash));
      roots.push_back(tree.root());
    }
  }
  for (const auto& [name, bytes] : files) {
    if (name.ends_with(".seg") || name.ends_with("hashes") || name.ends_with("checkpoint"))
      damageable.push_back(name);
  }
  claim(files.at("log/hashes").starts_with(hashes), "the log keeps the hashes of its entries");
  files["log/hashes"].resize(hashes.size() + 64);  // what is preallocated behind them only costs time here
  claim(damageable.size() > 4, "the log has several segments");
}

}  // namespace holdfast::fuzz
