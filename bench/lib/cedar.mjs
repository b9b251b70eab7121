// Cedar in this process: policies parsed once, each decision by its stateful interface.
import { createRequire } from 'node:module';

import { cedar_policy, kCalled } from './same_policies.mjs';

const cedar = createRequire(`${process.env.HOLDFAST_JUDGES}/`)('@cedar-policy/cedar-wasm/nodejs');
const kNothing = 'nothing'; // of no condition: what is left is the way into Cedar and out of it

// Cedar's numbers are whole: fractions go in as text. No rule reads them.
const whole = (_, value) => (typeof value === 'number' && !Number.isInteger(value) ? String(value) : value);

function parse(name, text) {
  const answer = cedar.preparsePolicySet(name, { staticPolicies: text });
  if (answer.type !== 'success') throw new Error(`Cedar refuses the policy: ${JSON.stringify(answer.errors[0])}`);
}

export function prepare(sizes) {
  parse(kNothing, 'permit(principal, action, resource);');
  for (const size of sizes) parse(String(size), cedar_policy(size));
}

function decide(policies, context) {
  const answer = cedar.statefulIsAuthorized({
    principal: { type: 'Agent', id: 'anonymous' },
    action: { type: 'Action', id: kCalled },
    resource: { type: 'Upstream', id: 'payment' },
    context,
    preparsedPolicySetId: policies,
    entities: [],
  });
  if (answer.type !== 'success') throw new Error(`Cedar fails: ${JSON.stringify(answer.errors[0])}`);
  return answer.response.decision === 'allow';
}

export const allows = (size, args) => decide(String(size), JSON.parse(JSON.stringify(args), whole));

// CPU microseconds of one decision by the policy of this size (null: by one without conditions), from the text of the call.
export function measure(size, text, seconds) {
  const policies = size === null ? kNothing : String(size);
  const until = performance.now() + seconds * 1e3;
  const before = process.cpuUsage();
  let count = 0;
  for (; performance.now() < until; ++count) {
    if (!decide(policies, JSON.parse(text, whole))) throw new Error('Cedar does not allow the call');
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
