// What it costs to find a request's tool among many of one upstream: a listed one, and a path that is none's.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "proxy/route.hpp"
#include "proxy/route_index.hpp"

namespace holdfast::bench {
namespace {

// A tenth each: POST /v1/r0, GET /v1/r0/{id}, GET /v1/r0/{id}/parts, ... as an OpenAPI document has them.
std::vector<proxy::Upstream> upstream_of(std::int64_t tools) {
  std::vector<proxy::Upstream> upstreams(1);
  for (std::int64_t i = 0; i < tools; ++i) {
    proxy::Tool tool;
    const std::string collection = "/v1/r" + std::to_string(i / 10);
    const std::string depth = i % 10 < 2 ? "" : "/{id}";
    tool.name = "t" + std::to_string(i);
    tool.method = i % 2 == 0 ? "GET" : "POST";
    tool.path = collection + depth + (i % 10 < 4 ? "" : "/part" + std::to_string(i % 10));
    upstreams[0].tools.push_back(std::move(tool));
  }
  proxy::index_routes(upstreams);
  return upstreams;
}

void find(benchmark::State& state, const std::string& path, bool listed) {
  const std::vector<proxy::Upstream> upstreams = upstream_of(state.range(0));
  for (auto _ : state) {
    const auto match = proxy::find_tool(upstreams[0], "GET", path);
    if (!match || (match->tool != nullptr) != listed) return state.SkipWithError("found something else");
    benchmark::DoNotOptimize(match->tool);
  }
}

void literal_path(benchmark::State& state) {
  find(state, "/v1/r0", true);
}
void template_path(benchmark::State& state) {
  find(state, "/v1/r0/c-1042/part6", true);
}
void unlisted_path(benchmark::State& state) {
  find(state, "/v1/other/c-1042", false);
}

BENCHMARK(literal_path)->Name("route, a literal path among tools")->Arg(10)->Arg(100)->Arg(1000)->Arg(10'000);
BENCHMARK(template_path)
    ->Name("route, a template's path among tools")
    ->Arg(10)
    ->Arg(100)
    ->Arg(1000)
    ->Arg(10'000);
BENCHMARK(unlisted_path)->Name("route, a path of no tool among")->Arg(10)->Arg(100)->Arg(1000)->Arg(10'000);

}  // namespace
}  // namespace holdfast::bench
