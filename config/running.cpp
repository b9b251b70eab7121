// Sections that say how the process runs: hold, limits, receipts, digest, mcp, loops.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "config/schema.hpp"
#include "config/sections.hpp"

namespace holdfast::config {
namespace {

using std::chrono::milliseconds;

void read_hold(Section& root, Config& config) {
  root.map("hold", [&](Section& section) {
    proxy::Hold& hold = config.proxy.hold;
    approvals::Options& approvals = config.approvals;
    hold.wait = section.duration("wait", hold.wait, {milliseconds(0), kLongest});
    hold.max_wait = section.duration("max_wait", hold.max_wait, {milliseconds(0), kLongest});
    approvals.redeem_ttl =
        section.duration("redeem_ttl", approvals.redeem_ttl, {kShortestApproval, kLongest});
    approvals.result_ttl = section.duration("result_ttl", approvals.result_ttl, {milliseconds(0), kLongest});
    approvals.result_max = section.size("result_max", approvals.result_max, {0, 64U << 20U});
    approvals.result_total = section.size("result_total", approvals.result_total, {0, 4095U << 20U});
    if (hold.wait > hold.max_wait) {
      section.context().error(section.place("wait"), "`hold.wait` is longer than `hold.max_wait`",
                              fmt::format("max_wait is {}", duration_text(hold.max_wait)));
    }
  });
}

void read_limits(Section& root, proxy::Limits& limits) {
  root.map("limits", [&](Section& section) {
    limits.body = section.size("body", limits.body, {1, 1U << 30U});
    limits.headers = static_cast<std::size_t>(
        section.integer("headers", static_cast<std::int64_t>(limits.headers), {1, 10000}));
    limits.header_bytes = section.size("header_bytes", limits.header_bytes, {1024, 1U << 20U});
    limits.header_time = section.duration("header_time", limits.header_time, {kShortest, kLongest});
    limits.idle = section.duration("idle", limits.idle, {kShortest, kLongest});
    limits.body_idle = section.duration("body_idle", limits.body_idle, {kShortest, kLongest});
    limits.write_idle = section.duration("write_idle", limits.write_idle, {kShortest, kLongest});
    limits.connections = static_cast<std::size_t>(
        section.integer("connections", static_cast<std::int64_t>(limits.connections), {1, 1000000}));
    limits.reply = section.size("reply", limits.reply, {1024, 64U << 20U});
    limits.depth =
        static_cast<std::size_t>(section.integer("depth", static_cast<std::int64_t>(limits.depth), {1, 256}));
    limits.tool_name = static_cast<std::size_t>(
        section.integer("tool_name", static_cast<std::int64_t>(limits.tool_name), {1, kLongestTool}));
  });
}

// The log's name in checkpoints (C2SP signed note): no space and no plus.
bool is_origin(const std::string& origin) {
  constexpr std::size_t kLongestOrigin = 200;
  return origin.size() <= kLongestOrigin &&
         std::all_of(origin.begin(), origin.end(), [](char c) { return c > ' ' && c < 0x7f && c != '+'; });
}

bool is_header_name(const std::string& name) {  // RFC 9110 §5.6.2, in lower case
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || kMarks.find(c) != std::string_view::npos;
  });
}

void read_digest(Section& root, proxy::Options& options) {
  root.map("digest", [&](Section& section) {
    for (std::string name : section.texts("ignore_headers")) {
      if (!is_header_name(name)) {
        section.context().error(section.place("ignore_headers"),
                                "`digest.ignore_headers` holds something that is no "
                                "header's name");
      }
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      options.ignore_headers.push_back(std::move(name));
    }
  });
}

}  // namespace

void read_receipts(Section& root, receipts::Options& options) {
  root.map("receipts", [&](Section& section) {
    options.mode = section.choice("mode", 0, {"batched", "strict"}) == 1 ? receipts::Mode::strict
                                                                         : receipts::Mode::batched;
    // The reference shows the default as "": the empty name is the one that is made at the first start.
    const Shape shape{.kind = Shape::Kind::custom, .fallback = quoted(""), .schema = schema::any_text};
    const Node* origin = section.take("origin", shape);
    if (origin != nullptr &&
        !(origin->kind == Node::Kind::scalar && !origin->plain && origin->text.empty())) {
      options.origin = section.text("origin").value_or("");
      if (!is_origin(options.origin)) {
        section.wrong("origin", *origin, "a short name of visible ASCII characters without `+`",
                      "such as receipts.example.com/prod");
      }
    }
    options.batch = static_cast<int>(section.integer("batch", options.batch, {1, 65536}));
    options.delay = section.duration("delay", std::chrono::duration_cast<milliseconds>(options.delay),
                                     {milliseconds(0), std::chrono::seconds(1)});
  });
}

void read_running(Section& root, Config& config) {
  root.require("data_dir", "such as data_dir: ./data");
  config.receipts.data_dir = root.path("data_dir").value_or("");
  read_hold(root, config);
  read_labels(root, config);
  read_limits(root, config.proxy.limits);
  read_receipts(root, config.receipts);
  read_digest(root, config.proxy);
  root.map("mcp", [&](Section& section) {
    config.proxy.mcp_deny_as_error = section.choice("deny_as", 0, {"result", "error"}) == 1;
  });
  config.proxy.loops = static_cast<int>(root.integer("loops", 0, {0, 256}));
}

}  // namespace holdfast::config
