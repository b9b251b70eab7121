// Systems that have a proxy of their own ask on pdp_plane: check, wait, consume, outcome (docs/ask-only.md).
import assert from 'node:assert/strict';
import test from 'node:test';
import { askingHouse, tokens } from './support/asking.mjs';
import { until } from './support/until.mjs';

const big = { reason: 'Payments over $100 require approval' };

test('check answers allowed, requires_approval or denied, each with its receipt or its hold', async () => {
  const { upstream, holdfast, ask, check, state, receiptOf, close } = await askingHouse();
  const allowed = await check(5);
  assert.equal(allowed.status, 200, allowed.text);
  assert.deepEqual([allowed.json.allowed, allowed.json.requires_approval, allowed.json.decision], [true, false, 'allow']);
  const receipt = await receiptOf(allowed.json.call_id);
  assert.deepEqual([receipt.id, receipt.outcome.state, receipt.decision.effect], [allowed.json.receipt_id, 'permitted', 'allow']);
  assert.deepEqual([receipt.agent, receipt.request.protocol, receipt.request.tool], [{ id: 'support-bot', auth: 'pdp' }, 'check', 'payment.send']);

  const held = await check(5000);
  assert.deepEqual([held.json.allowed, held.json.requires_approval, held.json.decision], [false, true, 'escalate'], held.text);
  assert.deepEqual([held.json.reason, held.json.reason_code, held.json.status], [big.reason, 'approval_pending', 'pending']);
  assert.equal((await check(5000)).json.approval_id, held.json.approval_id, 'the same question is the same approval');
  assert.notEqual((await check(5000, { agent: 'other-bot' })).json.approval_id, held.json.approval_id, 'of another agent it is another');
  const shown = await holdfast.hold(held.json.approval_id);
  assert.deepEqual([shown.agent.id, shown.tool, shown.args, shown.target], ['support-bot', 'payment.send', { to: 'acme', amount: 5000 }, 'check:payment.send']);
  assert.deepEqual(JSON.parse(shown.body), { agent: 'support-bot', args: { amount: 5000, to: 'acme' }, tool: 'payment.send' }, 'approvers see all that the digest covers');
  assert.equal((await state(held.json.approval_id)).json.status, 'pending');

  const denied = await ask('POST', '/v1/check', { tool: 'payment.wipe', agent: 'support-bot' });
  assert.deepEqual([denied.json.allowed, denied.json.requires_approval, denied.json.reason_code], [false, false, 'policy_denied'], denied.text);
  assert.equal(denied.json.reason, 'Nothing is wiped here');
  assert.equal((await receiptOf(denied.json.call_id)).outcome.state, 'policy_denied');
  assert.equal(upstream.requests.length, 0, 'nothing is ever sent');
  await close();
});

test('what a description leaves out is unknown, and unknown never allows', async () => {
  const { ask, close } = await askingHouse();
  for (const args of [undefined, { to: 'acme' }, { to: 'acme', amount: '5' }, { to: 'acme', amount: null }]) {
    const answer = await ask('POST', '/v1/check', { tool: 'payment.send', agent: 'support-bot', ...(args ? { args } : {}) });
    assert.deepEqual([answer.status, answer.json.allowed, answer.json.requires_approval], [200, false, true], JSON.stringify(args));
  }
  await close();
});

test('an approval is consumed once, closed by its outcome, and verifies', async () => {
  const { holdfast, check, state, consume, tell, decide, receiptOf, entriesOf, close } = await askingHouse();
  const { approval_id: id, call_id: call } = (await check(5000)).json;
  const early = await consume(id);
  assert.deepEqual([early.status, early.json.reason_code], [409, 'approval_pending'], early.text);
  const waiting = state(id, 30);
  await until('somebody who waits', async () => !(await holdfast.hold(id)).detached);
  await decide(id);
  const told = await waiting;
  assert.deepEqual([told.json.status, told.json.resolution, told.json.next], ['approved', null, 'consume'], told.text);
  assert.equal((await check(5000)).json.status, 'approved', 'asking again says so, and consumes nothing');

  const both = await Promise.all([consume(id), consume(id)]);
  assert.deepEqual(both.map((one) => one.status).sort(), [200, 409], both.map((one) => one.text).join());
  const taken = both.find((one) => one.status === 200).json;
  assert.deepEqual([taken.allowed, taken.call_id, taken.status], [true, call, 'released']);
  assert.equal((await consume(id)).status, 409);
  assert.deepEqual(entriesOf(call).map((entry) => entry.kind), ['authorize'], 'durable before the yes');

  for (const wrong of [{}, { outcome: 'maybe' }, { outcome: 'failed', status: 99 }, { outcome: 'failed', status: '200' }, { outcome: 'failed', more: 1 }])
    assert.equal((await tell(id, wrong.outcome, wrong.status ?? (wrong.more ? {} : undefined))).status, 400);
  const closed = await tell(id, 'succeeded', 201);
  assert.deepEqual([closed.status, closed.json.resolution], [200, 'succeeded'], closed.text);
  assert.equal((await tell(id, 'failed', 500)).status, 409, 'told once');
  const receipt = await receiptOf(call);
  assert.deepEqual([receipt.outcome.state, receipt.outcome.status, receipt.outcome.reported], ['succeeded', 201, true]);
  assert.deepEqual(receipt.approvals.map((one) => [one.act, one.kid]), [['approve', 'alice']]);
  assert.equal((await state(id)).json.resolution, 'succeeded');
  const fresh = await check(5000);
  assert.notEqual(fresh.json.approval_id, id, 'the next time it is asked anew');
  await close();
});

test('a rejection is a no, for the cool-down too; an expired approval cannot be consumed', async () => {
  const { check, consume, state, decide, close } = await askingHouse({ hold: { wait: '500ms', redeem_ttl: '1s' } });
  const { approval_id: id } = (await check(5000)).json;
  await decide(id, 'reject', { reason: 'too much' });
  assert.equal((await state(id)).json.resolution, 'rejected');
  assert.deepEqual([(await consume(id)).status, (await consume(id)).json.reason_code], [409, 'rejected']);
  const again = await check(5000);
  assert.deepEqual([again.json.allowed, again.json.requires_approval, again.json.reason_code], [false, false, 'rejected'], again.text);

  const late = (await check(6000)).json.approval_id;
  await decide(late);
  await until('the end of redeem_ttl', async () => (await state(late)).json.resolution === 'client_gone');
  assert.deepEqual([(await consume(late)).status, (await consume(late)).json.reason_code], [409, 'client_gone']);
  await close();
});

test('whoever promises to report gets an authorize entry first; what is not told in time is outcome_unknown', async () => {
  const { check, approved, consume, tell, receiptOf, entriesOf, close } = await askingHouse({}, { pdp: { outcome_within: '1s' } });
  const promised = (await check(5, { report: true })).json;
  assert.ok(promised.allowed && promised.report_by && !promised.receipt_id);
  assert.deepEqual(entriesOf(promised.call_id).map((entry) => [entry.kind, entry.decision.effect]), [['authorize', 'allow']]);
  assert.equal((await tell(promised.call_id, 'failed', 502)).status, 200);
  assert.deepEqual([(await receiptOf(promised.call_id)).outcome.state, (await receiptOf(promised.call_id)).outcome.status], ['failed', 502]);

  const silent = (await check(6, { report: true })).json.call_id;
  const id = await approved(5000);
  const held = (await consume(id)).json.call_id;
  for (const call of [silent, held]) {
    const receipt = await receiptOf(call);
    assert.deepEqual([receipt.outcome.state, receipt.outcome.reported], ['outcome_unknown', undefined]);
  }
  assert.equal((await tell(id, 'succeeded')).status, 409, 'too late');
  const unpromised = (await check(7)).json.call_id;
  assert.equal((await tell(unpromised, 'succeeded')).status, 409, 'its receipt is written');
  await close();
});

test('judged again at the consumption: policy, votes and kill switch', async () => {
  const oncall = { id: 'oncall', token: 'token-of-oncall-0123456789', roles: ['admin'] };
  const house = await askingHouse();
  const { holdfast, config, approved, consume, state, check, close } = house;
  const reload = async (more) => {
    holdfast.write({ ...config, control_plane: { ...config.control_plane, tokens: [oncall] }, ...more });
    const before = (holdfast.stderr.match(/\breloaded\b/g) ?? []).length;
    holdfast.child.kill('SIGHUP');
    await until('the reload', () => (holdfast.stderr.match(/\breloaded\b/g) ?? []).length > before);
  };
  await reload({});
  const [denied, unvoted, halted] = [await approved(1000), await approved(2000), await approved(3000)];

  assert.equal((await holdfast.api('POST', '/v1/halt', { reason: '' })).status, 200);
  assert.deepEqual([(await consume(halted)).status, (await consume(halted)).json.reason_code], [503, 'halted']);
  assert.deepEqual([(await check(5)).json.allowed, (await check(5)).json.reason_code], [false, 'halted']);
  assert.equal((await check(9000)).json.reason_code, 'halted', 'nothing is held');
  assert.equal((await holdfast.api('POST', '/v1/resume', { reason: '' }, oncall.token)).status, 200);
  assert.equal((await consume(halted)).status, 200, 'the approval stood');

  await reload({ approvers: [{ id: 'bob', groups: ['lead'], token: tokens.bob }] });
  assert.equal((await consume(unvoted)).status, 409, 'her vote counts no more');
  assert.equal((await state(unvoted)).json.status, 'pending');

  await reload({ rules: [{ tool: 'payment.**', action: 'deny' }] });
  const changed = await consume(denied);
  assert.equal(changed.status, 409, changed.text);
  assert.deepEqual([changed.json.reason_code, (await state(denied)).json.resolution], ['policy_changed', 'policy_changed']);
  assert.equal((await consume(denied)).json.reason_code, 'policy_changed');
  await close();
});

test('a looser policy does not release by itself: the approval is consumed as it was given', async () => {
  const { holdfast, config, approved, consume, receiptOf, close } = await askingHouse();
  const reload = async (rules) => {
    const before = (holdfast.stderr.match(/\breloaded\b/g) ?? []).length;
    holdfast.write({ ...config, rules });
    holdfast.child.kill('SIGHUP');
    await until('the reload', () => (holdfast.stderr.match(/\breloaded\b/g) ?? []).length > before);
  };
  const loose = await approved(2000);
  await reload([{ tool: 'payment.**', action: 'allow' }]);
  const taken = await consume(loose);
  assert.equal(taken.status, 200, taken.text);
  await close();
  await holdfast.start();
  const receipt = await receiptOf(taken.json.call_id);
  assert.deepEqual([receipt.decision.effect, receipt.approvals.length], ['escalate', 1]);
  await holdfast.stop();
});

test('kill -9: holds of checks survive and are consumed afterwards; what was consumed and not told is outcome_unknown', async () => {
  const { holdfast, check, approved, consume, state, decide, receiptOf, entriesOf, tell, close } = await askingHouse();
  const pending = (await check(1000)).json.approval_id;
  const ready = await approved(2000);
  const spent = await approved(3000);
  const spentCall = (await consume(spent)).json.call_id;
  const promised = (await check(5, { report: true })).json.call_id;
  await holdfast.kill();
  await holdfast.start();
  for (const call of [spentCall, promised]) {
    const receipt = await receiptOf(call);
    assert.deepEqual([receipt.outcome.state, receipt.outcome.recovered], ['outcome_unknown', true]);
  }
  assert.equal((await consume(spent)).status, 409);
  assert.equal((await tell(spent, 'succeeded')).status, 409);
  assert.equal((await state(spent)).json.resolution, 'outcome_unknown');
  assert.equal((await consume(ready)).status, 200);
  assert.equal((await tell(ready, 'succeeded', 200)).status, 200);
  await decide(pending);
  assert.equal((await consume(pending)).status, 200);
  assert.deepEqual(entriesOf((await state(pending)).json.call_id).map((entry) => entry.kind), ['authorize']);
  await close();
});

test('the approval of a check opens nothing on the agent plane, and that of a proxied call nothing here', async () => {
  const { upstream, holdfast, approved, consume, state, check, decide, pay, close } = await askingHouse();
  const asked = await approved(5000);
  assert.equal((await pay(5000)).status, 202, 'the same call through the proxy asks for itself');
  const proxied = await holdfast.pending((one) => one.args.amount === 5000);
  assert.notEqual(proxied.id, asked);
  assert.equal(upstream.requests.length, 0);
  await holdfast.vote(proxied, 'approve');
  assert.equal((await state(proxied.id)).status, 404);
  assert.equal((await consume(proxied.id)).status, 404);
  assert.equal((await check(5000)).json.approval_id, asked);
  assert.equal((await pay(5000)).status, 200);
  assert.equal((await consume(asked)).status, 200);
  assert.equal(upstream.requests.length, 1);
  await close();
});
