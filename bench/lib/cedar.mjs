// cedar.mjs SIZES SECONDS: one round of Cedar in a process of its own, which asks about the call on its standard input. Prints
// CPU microseconds of a decision by the policy of each size, and by one without conditions. Policies are parsed once, and each
// decision is made by the stateful interface.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { cedar_policy, kCalled, kCalls } from './same_policies.mjs';

const cedar = createRequire(`${process.env.HOLDFAST_JUDGES}/`)('@cedar-policy/cedar-wasm/nodejs');
const kNothing = 'nothing'; // of no condition: what is left is the way into Cedar and out of it

// Cedar's numbers are whole: fractions go in as text. No rule reads them.
const whole = (_, value) => (typeof value === 'number' && !Number.isInteger(value) ? String(value) : value);

function parse(name, text) {
  const answer = cedar.preparsePolicySet(name, { staticPolicies: text });
  if (answer.type !== 'success') throw new Error(`Cedar refuses the policy: ${JSON.stringify(answer.errors[0])}`);
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

function measure(policies, text, seconds) {
  const until = performance.now() + seconds * 1e3;
  const before = process.cpuUsage();
  let count = 0;
  for (; performance.now() < until; ++count) {
    if (!decide(policies, JSON.parse(text, whole))) throw new Error('Cedar does not allow the call');
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

// Everybody must decide alike before anything is measured.
function check(policies, text) {
  for (const [changes, expected] of kCalls) {
    const allowed = decide(policies, JSON.parse(JSON.stringify({ ...JSON.parse(text), ...changes }), whole));
    if (allowed !== expected) throw new Error(`Cedar decides otherwise about ${JSON.stringify(changes)} by ${policies} rules`);
  }
}

const [sizes, seconds] = [process.argv[2].split(','), Number(process.argv[3])];
const text = readFileSync(0, 'utf8');
const figures = {};
parse(kNothing, 'permit(principal, action, resource);');
measure(kNothing, text, seconds); // until everything is compiled
figures[kNothing] = measure(kNothing, text, seconds);
for (const size of sizes) {
  parse(size, cedar_policy(Number(size)));
  check(size, text);
  figures[size] = measure(size, text, seconds);
}
console.log(JSON.stringify(figures));
