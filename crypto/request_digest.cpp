#include "crypto/request_digest.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "core/id.hpp"
#include "crypto/encoding.hpp"

namespace holdfast::crypto {
namespace {

struct Component {
  std::string name;
  std::string value;
};

std::string sha256_field(std::string_view bytes) {
  return "sha-256=:" + to_base64(bytes_of(sha256(bytes))) + ":";
}

// RFC 9421 §2.1: white space around a field's value is not part of it.
std::string_view trimmed(std::string_view value) {
  const auto first = value.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return value.substr(first, value.find_last_not_of(" \t") - first + 1);
}

bool is_credential(std::string_view name) {
  return name == "authorization" || name == "cookie";
}

// RFC 9421 §2.1: fields of one name are one component, their values joined by ", " in order. A content-type
// or content-digest of the client therefore joins ours instead of standing a second time.
void add_headers(std::vector<Component>& components, const RequestComponents& request) {
  // A multimap keeps the order of equal names.
  const std::multimap<std::string_view, std::string_view> headers(request.headers.begin(),
                                                                  request.headers.end());
  for (const auto& [name, value] : headers) {
    const auto same = [&](const Component& component) { return component.name == name; };
    const auto known = std::find_if(components.begin(), components.end(), same);
    if (known == components.end()) {
      components.push_back({std::string(name), std::string(trimmed(value))});
    } else {
      known->value.append(", ").append(trimmed(value));
    }
  }
  for (Component& component : components) {
    if (is_credential(component.name)) component.value = sha256_field(component.value);
  }
}

}  // namespace

std::string signature_base(const RequestComponents& request, std::string_view nonce) {
  std::vector<Component> components;
  components.push_back({"@method", std::string(request.method)});
  components.push_back({"@target-uri", std::string(request.target_uri)});
  if (!request.content_type.empty()) {
    components.push_back({"content-type", std::string(trimmed(request.content_type))});
  }
  components.push_back({"content-digest", "sha-256=:" + to_base64(bytes_of(request.content)) + ":"});
  add_headers(components, request);

  std::string base;
  std::string names;
  for (const Component& component : components) {
    base.append("\"").append(component.name).append("\": ").append(component.value).append("\n");
    names.append(names.empty() ? "\"" : " \"").append(component.name).append("\"");
  }
  return base.append("\"@signature-params\": (")
      .append(names)
      .append(");nonce=\"")
      .append(nonce)
      .append("\";tag=\"holdfast-request-v1\"");
}

std::string request_digest(const RequestComponents& components, std::string_view nonce) {
  return digest_text(sha256(signature_base(components, nonce)));
}

std::string make_nonce() {
  std::array<std::byte, 16> bytes;
  fill_random(bytes);
  return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace holdfast::crypto
