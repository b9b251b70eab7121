// docs/reference.yaml in a folder with the files it names, and the environment it asks for.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "tests/config/folder.hpp"

namespace holdfast::config {

inline std::map<std::string, std::string> reference_variables() {
  return {{"SUPPORT_BOT_TOKEN", "support-bot-token-01"},
          {"PAYMENT_KEY", "Bearer a-key-of-the-gateway"},
          {"ALICE_TOKEN", "alice-token-0123456789"},
          {"ONCALL_TOKEN", "oncall-token-0123456789"},
          {"PDP_TOKEN", "pdp-token-0123456789"},
          {"ALICE_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
          {"BUDGET_SECRET_NEW", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx"},
          {"BUDGET_SECRET_OLD", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSy"}};
}

inline std::string reference_text() {
  std::ifstream file(std::string(HOLDFAST_SOURCE_DIR) + "/docs/reference.yaml");
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::filesystem::path write_reference(Folder& folder) {
  for (const char* name : {"tls/ca.pem", "tls/client.pem", "tls/client.key"})
    folder.write(name, "");
  folder.write("payment.openapi.yaml", "openapi: 3.1.0\npaths: {/v1/send: {post: {operationId: send}}}\n");
  return folder.write("reference.yaml", reference_text());
}

}  // namespace holdfast::config
