// One function per section of the configuration. Each reads its keys, reports what is wrong with them, and
// leaves defaults where something was wrong; what holds between sections is in cross_checks.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "config/config.hpp"
#include "config/reader.hpp"

namespace holdfast::config {

// Bounds of every time and deadline in the configuration.
inline constexpr std::chrono::milliseconds kShortest{1};
inline constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365);
// 04-approvals: "1s upwards".
inline constexpr std::chrono::milliseconds kShortestApproval = std::chrono::seconds(1);
inline constexpr std::int64_t kLongestTool =
    128;  // <upstream>.<name>, so that a receipt always fits (05-receipts)

// All of them, in their order.
Sound read_sections(Section& root, Config& config);
void read_planes(Section& root, Config& config);
// What was written as `listen` of a plane, into host and port.
void take_listen(Section& plane, const std::string& written, std::string& host, std::string& port);
// `tls` of a plane; `at`, which may be null, is where it stands. The files are read with the configuration
// (app/configuration.hpp), where what is wrong with them is said.
TlsFiles read_tls(Section& plane, Position* at);
// `insecure` of a plane that takes tokens of people or proxies, whose host was read: beyond loopback without
// TLS it is an error unless that says otherwise (06-deployment).
void read_insecure(Section& plane, const std::string& host);
void read_pdp_plane(Section& root, Config& config);
void read_agents(Section& root, Config& config);  // after trust_tiers
void read_upstreams(Section& root, proxy::Options& options);
void read_tools(Section& upstream, proxy::Upstream& into);
void read_inject(Section& upstream, proxy::Upstream& into);
void read_trust_tiers(Section& root, Config& config);
void read_rules(Section& root, policy::Options& options);
void read_limit(Section& rule_section, policy::Rule& rule);  // after its action
void read_labels_to_add(Section& rule_section, policy::Rule& rule);
void read_labels(Section& root, Config& config);  // after hold
void read_auto_rules(Section& root, policy::Options& options);
void read_routes(Section& approvals, policy::Options& options);
// `reason` of a rule; and whether and how long it takes part.
std::string read_reason(Section& section);
void read_rollout(Section& section, policy::Rule& rule);
void read_env(Section& root, policy::Options& options);
void read_approvers(Section& root, approvals::Options& options);
void read_approvals(Section& root, Config& config);
void read_tokens(Section& control_plane, control::Options& options);
// `roles` of somebody; `approver` is one that only those who stand under `approvers` have.
approvals::Roles read_roles(Section& section, bool approver);
void read_receipts(Section& root, receipts::Options& options);
void read_tests(Section& root, Config& config);
void read_running(Section& root, Config& config);  // hold, limits, receipts, digest, mcp, loops

// Absent when the key is not there, or what stands there was reported.
std::optional<policy::Condition> read_condition(Section& section, std::string_view key);

// `time` in a condition. An absent result was reported.
std::optional<policy::TimeWindow> read_time_window(Context& context, const Node& node,
                                                   const std::string& name);

// Of cross_check: what agents are known by.
void check_agents(Context& context, const Config& config);

// Of cross_check: the tokens of the control plane.
void check_tokens(Context& context, const Config& config);

// Of cross_check: the token of `pdp_plane`.
void check_pdp_plane(Context& context, const Config& config);

// What holds between sections; and fills what the policy wants to know of the upstreams.
void cross_check(Context& context, Config& config, const Section& root, const Sound& sound);

// Of ids: 1 to 128 visible ASCII characters without quotes and backslash. Says what is wrong, or nothing.
std::string wrong_with_id(std::string_view id);

}  // namespace holdfast::config
