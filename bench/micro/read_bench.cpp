// What every judged call costs before it is judged: strict JSON, and the digest that ties the call together.
#include <benchmark/benchmark.h>

#include "bench/micro/sample.hpp"
#include "core/json.hpp"
#include "crypto/request_digest.hpp"

namespace holdfast::bench {
namespace {

void strict_json(benchmark::State& state) {
  const std::string text = payment(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    const auto document = json::parse(text, {});
    if (!document) return state.SkipWithError(document.error().detail.c_str());
    benchmark::DoNotOptimize(document->root());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

// The body's SHA-256 and the digest over it and the headers.
void digest_of_request(benchmark::State& state) {
  const std::string body = payment(static_cast<std::size_t>(state.range(0)));
  const crypto::Nonce nonce = crypto::make_nonce();
  crypto::RequestComponents components;
  components.method = "POST";
  components.target_uri = "https://pay.example.com/v1/send";
  components.content_type = "application/json";
  components.headers = {{"authorization", "Bearer 0123456789abcdef0123456789abcdef"},
                        {"idempotency-key", "7f9c2ba4-e88f-4ab5-a5f2-1d6a5ddff2c1"},
                        {"x-tenant", "acme"}};
  for (auto _ : state) {
    components.content = crypto::sha256(body);
    benchmark::DoNotOptimize(crypto::request_digest(components, nonce));
  }
}

BENCHMARK(strict_json)->Name("strict JSON, bytes")->Arg(1024)->Arg(65'536);
BENCHMARK(digest_of_request)->Name("request digest, bytes")->Arg(1024)->Arg(65'536);

}  // namespace
}  // namespace holdfast::bench
