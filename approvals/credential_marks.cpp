#include "approvals/credential_marks.hpp"

namespace holdfast::approvals {

void mark_credentials(Options& options, const crypto::MarkKey& key) {
  for (Approver& approver : options.approvers) {
    approver.marks = {};
    if (!approver.token.empty())
      approver.marks.token = key.mark({"token", approver.id, approver.token.reveal_secret()});
    if (!approver.webhook) continue;
    for (const Secret& secret : approver.webhook->secrets)
      approver.marks.secrets.push_back(key.mark({"webhook", approver.id, secret.reveal_secret()}));
  }
}

}  // namespace holdfast::approvals
