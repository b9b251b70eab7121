// Conditions on what is not in the call itself, and rules that decide nothing: the agent's context is judged and never
// forwarded, and a rule in shadow, or one that has expired, is told in the receipt.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { allEntries } from './support/log.mjs';
import { payment, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const kZone = 'Europe/Berlin';
let upstream, holdfast;

before(async () => {
  upstream = await startUpstream();
  holdfast = new Holdfast(
    await makeConfig({
      env: { STAGE: '${HF_STAGE}' },
      upstreams: [payment(upstream.url)],
      rules: [
        { id: 'no-delegates', tool: 'payment.send', action: 'deny', when: { 'context.on_behalf_of': { exists: true } } },
        { id: 'urgent', tool: 'payment.send', action: 'escalate', when: { 'context.urgent': { eq: true, missing: false } } },
        { id: 'not-in-prod', tool: 'payment.send', action: 'deny', mode: 'shadow', when: { 'env.STAGE': 'prod' } },
        { id: 'large', tool: 'payment.send', action: 'deny', mode: 'shadow', when: { 'args.amount': { gt: 100 } } },
        { id: 'long-ago', tool: 'payment.list', action: 'deny', expires: '2020-01-01' },
        { id: 'always', tool: 'payment.list', action: 'allow', when: { time: { days: 'mon-sun', zone: kZone } } },
        { id: 'send', tool: 'payment.send', action: 'allow' },
      ],
    }),
  );
  await holdfast.start({ HF_STAGE: 'test' });
});

after(async () => {
  await holdfast?.stop();
  upstream?.close();
});

const pay = (headers, body = { amount: 5 }) => send(holdfast.agentUrl, { path: '/payment/v1/send', headers, body });
const receiptOf = (answer) =>
  until('the receipt', () => allEntries(holdfast).find((entry) => entry.kind === 'receipt' && entry.call === answer.headers['holdfast-call']));

test('the context of a call is judged, and goes no further', async () => {
  const before = upstream.requests.length;
  const plain = await pay({ 'Holdfast-Context': '{"ticket":"A-1"}' });
  assert.equal(plain.status, 200);
  assert.equal(upstream.requests.length, before + 1);
  assert.ok(!upstream.requests.at(-1).rawHeaders.some((name) => /holdfast/i.test(name)));
  const delegated = await pay({ 'holdfast-context': '{"on_behalf_of":"eve"}' });
  assert.equal(delegated.status, 403);
  assert.equal(delegated.json.reason_code, 'policy_denied');
  assert.equal(upstream.requests.length, before + 1);
});

test('a context that cannot be read is refused before any rule is asked', async () => {
  const before = upstream.requests.length;
  for (const context of ['{"on_behalf_of":', '["on_behalf_of"]', '{"a":1,"a":2}', '']) {
    const answer = await pay({ 'Holdfast-Context': context });
    assert.equal(answer.status, 400, context);
    assert.equal(answer.json.reason_code, 'malformed');
    assert.match(answer.json.detail, /Holdfast-Context/);
  }
  assert.equal(upstream.requests.length, before);
});

test('a held call is judged by the context it came with when it runs', async () => {
  const answer = await pay({ 'Holdfast-Context': '{"urgent":true}', prefer: 'respond-async' }, { amount: 7 });
  assert.equal(answer.status, 202);
  const hold = await holdfast.pending();
  assert.equal(hold.rule, 'urgent');
  const before = upstream.requests.length;
  assert.equal((await holdfast.vote(hold, 'approve')).status, 200);
  await until('the call to run', () => upstream.requests.length === before + 1);
  const receipt = await until('the receipt', () => allEntries(holdfast).find((entry) => entry.kind === 'receipt' && entry.hold === hold.id));
  assert.equal(receipt.decision.rule, 'urgent');
  assert.ok(!upstream.requests.at(-1).rawHeaders.some((name) => /holdfast/i.test(name)));
});

test('what a rule in shadow would have done stands in the receipt, and nowhere else', async () => {
  const large = await pay({}, { amount: 500 });
  assert.equal(large.status, 200);
  assert.equal(large.headers['holdfast-decision'], 'allow');
  const { decision } = await receiptOf(large);
  assert.equal(decision.effect, 'allow');
  assert.equal(decision.rule, 'send');
  assert.deepEqual(decision.shadow, { effect: 'deny', rule: 'large' });
  const small = await receiptOf(await pay({}, { amount: 5 }));
  assert.equal(small.decision.shadow, undefined, 'env.STAGE is not prod, and 5 is not large');
});

test('a body that only a rule in shadow would read is not refused for it', async () => {
  const text = await send(holdfast.agentUrl, { path: '/payment/v1/send', headers: { 'content-type': 'text/plain' }, body: 'five' });
  assert.equal(text.status, 200);
  const { decision } = await receiptOf(text);
  assert.deepEqual(decision.shadow, { effect: 'deny', rule: 'large' }, 'unknown to it');
});

test('a rule that has expired decides nothing, and a window of all days is always open', async () => {
  const listed = await send(holdfast.agentUrl, { method: 'GET', path: '/payment/v1/list' });
  assert.equal(listed.status, 200);
  const { decision } = await receiptOf(listed);
  assert.equal(decision.rule, 'always');
  assert.deepEqual(decision.shadow, { effect: 'deny', rule: 'long-ago' });
});

test('the page of figures counts them, and the log verifies', async () => {
  const page = (await send(holdfast.controlUrl, { method: 'GET', path: '/metrics' })).text;
  const counted = Number(/holdfast_shadow_decisions_total\{decision="deny"\} (\d+)/.exec(page)[1]);
  assert.equal(counted, 3);
  assert.match(page, /holdfast_shadow_decisions_total\{decision="allow"\} 0/);
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stderr);
});
