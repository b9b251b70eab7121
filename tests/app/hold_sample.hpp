// Object A of the interfaces page, as the API sends it.
#pragma once

namespace holdfast::app {

inline constexpr const char* kId = "0197f3c2-9d3e-7c11-8a53-3f0e6a1b2c4d";

inline constexpr const char* kHold =
    R"({"agent":{"id":"bot","trust_tier":3},"approvals":[{"approver":"bob","at":"2026-01-02T03:04:05.678Z","level":0,)"
    R"("reason":"fine\u001b[2J","vote":"approve"}],"args":{"amount":5000,"to":"p\u202eq"},"call_id":"c",)"
    R"("claimed_context":{"ticket":"A\u202e-1","why":"\u001b[2J"},)"
    R"("created_at":"2026-01-02T03:00:00.000Z","detached":false,"digest":"sha256:00ff","expires_at":)"
    R"("2026-01-02T04:00:00.000Z","headers":[{"credential":"00aa","name":"authorization"},{"name":"x-a","value":"p\u202eq"},)"
    R"({"name":"x-b","value_base64":"/w=="}],"id":"0197f3c2-9d3e-7c11-8a53-3f0e6a1b2c4d","method":"POST","operation":"FINANCIAL",)"
    R"("pending_approvers":["alice","carol"],"plan":"default","reason":"over $100","required":2,"resolution":null,)"
    R"("risk_level":"high","rule":"rules[0]","status":"pending",)"
    R"("body":"raw\u0007","target":"http://127.0.0.1:9001/v1/send","tool":"payment.send"})";

}  // namespace holdfast::app
