#include "proxy/mcp/session.hpp"

#include "core/secret.hpp"
#include "crypto/digest.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"

namespace holdfast::proxy::mcp {
namespace {

constexpr std::size_t kTagSize = 43;  // base64url of 32 bytes

// Each part is preceded by its length, so that no two triples share a text.
std::string tag(std::string_view key, std::string_view agent, std::string_view upstream,
                std::string_view session) {
  std::string text = "holdfast-mcp-session-v1";
  for (const std::string_view part : {agent, upstream, session}) {
    text.append(1, '\n').append(std::to_string(part.size())).append(1, ':').append(part);
  }
  return crypto::to_base64url(crypto::bytes_of(crypto::hmac_sha256(key, text)));
}

}  // namespace

std::string bind_session(std::string_view key, std::string_view agent, std::string_view upstream,
                         std::string_view session) {
  return std::string(session) + "." + tag(key, agent, upstream, session);
}

Result<std::string> unbind_session(std::string_view key, std::string_view agent, std::string_view upstream,
                                   std::string_view bound) {
  if (bound.size() > kTagSize + 1 && bound[bound.size() - kTagSize - 1] == '.') {
    const std::string_view session = bound.substr(0, bound.size() - kTagSize - 1);
    const Secret expected(tag(key, agent, upstream, session));
    if (expected.equals(bound.substr(session.size() + 1))) return std::string(session);
  }
  return fail(Code::not_found, "this session is not known here; initialize a new one");
}

}  // namespace holdfast::proxy::mcp
