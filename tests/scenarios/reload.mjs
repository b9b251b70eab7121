// The configuration of the running program is exchanged by SIGHUP: whole or not at all, recorded before anybody is judged by
// it, and nobody's vote counts who is not on the roster of now.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { tokens } from './support/holdfast.mjs';
import { freePort } from './support/ports.mjs';
import { denyAll, house, policies, receiptOf, two } from './support/reloads.mjs';
import { until } from './support/until.mjs';
import { payment, paymentRules } from './support/upstream.mjs';

// An upstream that answers when it is told to.
function slow() {
  const waiting = [];
  return { waiting, answer: (request, response) => waiting.push(() => response.end('done')) };
}

test('SIGHUP: what was allowed is denied, and the policy entry stands before the first receipt that names it', async () => {
  const { holdfast, pay, change, close } = await house();
  const before = await receiptOf(holdfast, await pay(5));
  await change({ rules: denyAll });
  const refused = await pay(5);
  assert.deepEqual([refused.status, refused.json.reason_code], [403, 'policy_denied']);
  const after = await receiptOf(holdfast, refused);
  const [first, second] = policies(holdfast);
  assert.notEqual(first.digest, second.digest);
  assert.deepEqual([before.decision.policy, after.decision.policy], [first.digest, second.digest]);
  assert.ok(before.seq < second.seq && second.seq < after.seq, `${before.seq} ${second.seq} ${after.seq}`);
  await change({});
  assert.equal((await pay(5)).status, 200, 'and back');
  assert.deepEqual(policies(holdfast).map((entry) => entry.digest), [first.digest, second.digest, first.digest]);
  await close();
});

test('a call under way ends under the policy it was judged by, and one that comes is judged by the new', async () => {
  const { waiting, answer } = slow();
  const { holdfast, pay, change, close } = await house({}, { answer });
  const running = pay(5);
  await until('the call at the upstream', () => waiting.length === 1);
  await change({ rules: denyAll, upstreams: [payment('http://127.0.0.1:9')] });
  assert.equal((await pay(6)).json.reason_code, 'policy_denied');
  waiting[0]();
  const ended = await running;
  assert.deepEqual([ended.status, ended.text], [200, 'done']);
  const receipt = await receiptOf(holdfast, ended);
  assert.equal(receipt.decision.policy, policies(holdfast)[0].digest);
  await close();
});

test('a held call is judged again when it is to be sent', async () => {
  const { upstream, holdfast, pay, change, close } = await house();
  const waiting = pay(5000, { prefer: 'wait=60' });
  const hold = await holdfast.pending();
  await change({ rules: denyAll });
  assert.equal((await holdfast.vote(hold, 'approve')).status, 200);
  const refused = await waiting;
  assert.deepEqual([refused.status, refused.json.reason_code], [403, 'policy_changed'], refused.text);
  await change({ rules: [{ tool: 'payment.send', action: 'allow' }] });
  assert.equal(upstream.requests.length, 0, 'a policy that is looser afterwards revives nothing');

  await change({});
  const another = pay(6000, { prefer: 'wait=60' });
  const held = await holdfast.pending((one) => one.args.amount === 6000);
  await change({ rules: [{ tool: 'payment.send', action: 'allow' }] });
  assert.equal((await holdfast.hold(held.id)).status, 'pending', 'a looser policy releases nothing by itself');
  assert.equal((await holdfast.vote(held, 'approve')).status, 200);
  assert.equal((await another).status, 200);
  await close();
});

test('a call is not sent by the approvals of before when the policy of now asks for more', async () => {
  const { upstream, holdfast, pay, change, close } = await house();
  const unknown = { 'args.nosuch': 1 };
  const asked = (more) => ({ timeout: '60s', plans: { default: { require: 1, from: ['lead'] }, other: { require: 1, from: ['lead'] } }, ...more });
  const stricter = [
    { multi_approval: [{ condition: { tool: 'payment.send' }, required_approvers: 2 }] },
    { multi_approval: [{ condition: { tool: 'payment.send' }, must_include: ['lead'] }] },
    { approvals: asked({ routes: [{ when: unknown, plan: 'other' }] }) },
    { approvals: asked({ routes: [{ plan: 'other' }] }) },
  ];
  for (const [i, more] of stricter.entries()) {
    await change({});
    const waiting = pay(7000 + i, { prefer: 'wait=60' });
    const hold = await holdfast.pending((one) => one.args.amount === 7000 + i);
    await change(more);
    assert.equal((await holdfast.vote(hold, 'approve')).status, 200);
    const refused = await waiting;
    assert.deepEqual([refused.status, refused.json.reason_code], [403, 'policy_changed'], `${i}: ${refused.text}`);
  }
  assert.equal(upstream.requests.length, 0);
  await close();
});

test('a file with mistakes is refused, each with its place, and the one before goes on', async () => {
  const { holdfast, pay, reloaded, hup, change, close } = await house();
  await reloaded('refused', () => {
    holdfast.write('version: 1\ndefault: alow\nrules: 7\n');
    hup();
  });
  for (const mistake of [/at=\S*holdfast\.yaml:2:10 what=.*default/, /at=\S*holdfast\.yaml:3:8 what=.*rules/, /data_dir/]) assert.match(holdfast.stderr, mistake);
  assert.match(holdfast.stderr, /reload_refused/);
  assert.equal((await pay(5)).status, 200);
  assert.equal((await holdfast.api('GET', '/readyz', undefined, '')).status, 200);
  rmSync(holdfast.file);
  await reloaded('refused', hup);
  assert.equal((await pay(5)).status, 200);
  assert.equal(policies(holdfast).length, 1);
  await change({ rules: denyAll });
  assert.equal((await pay(5)).status, 403, 'it is taken once it is whole');
  await close();
});

test('what needs a restart is named, and nothing of its file is taken', async () => {
  const { holdfast, config, pay, change, close } = await house();
  const moved = {
    agent_plane: { listen: `127.0.0.1:${await freePort()}` },
    control_plane: { listen: `127.0.0.1:${await freePort()}` },
    data_dir: './elsewhere',
    receipts: { mode: 'strict', origin: 'elsewhere.example', batch: 7, delay: '3ms' },
    loops: 2,
  };
  for (const [section, value] of Object.entries(moved)) {
    await change({ [section]: value, rules: denyAll }, 'needs_restart');
    assert.equal((await pay(5)).status, 200, section);
  }
  for (const key of ['agent_plane.listen', 'control_plane.listen', 'data_dir', 'receipts.mode', 'receipts.origin', 'receipts.batch', 'receipts.delay', 'loops']) {
    assert.ok(holdfast.stderr.includes(`\`${key}\` is`), `${key} is named`);
  }
  assert.equal(policies(holdfast).length, 1);
  await change({ data_dir: join(holdfast.folder, 'data'), hold: { ...config.hold, wait: '400ms' } });
  await close();
});

test('a storm of SIGHUP is a few reloads, and the last file wins', async () => {
  const { holdfast, config, pay, hup, results, close } = await house();
  for (let i = 0; i < 50; ++i) {
    holdfast.write({ ...config, rules: i % 2 ? denyAll : paymentRules });
    hup();
    if (i % 10 === 0) assert.ok([200, 403].includes((await pay(5)).status));
  }
  await until('the last file in force', async () => (await pay(5)).status === 403 && (await results())('applied') > 0);
  assert.ok((await results())('applied') <= 50);
  await close();
});

test('while everything is halted a reload is taken, and the halt stays', async () => {
  const { holdfast, config, pay, change, close } = await house();
  const waiting = pay(5000, { prefer: 'wait=60' });
  const hold = await holdfast.pending();
  await holdfast.api('POST', '/v1/halt', { reason: 'stop' });
  await holdfast.vote(hold, 'approve');
  const oncall = 'token-of-oncall-0123456789';
  await change({ control_plane: { ...config.control_plane, tokens: [{ id: 'oncall', token: oncall, roles: ['admin'] }] } });
  assert.equal((await pay(5)).json.reason_code, 'halted');
  assert.equal((await holdfast.api('POST', '/v1/resume', { reason: 'looked into' }, oncall)).status, 200);
  assert.equal((await waiting).status, 200, 'what was approved runs');
  await close();
});

test('a stop is not held up by a reload, and none begins after it', async () => {
  const { waiting, answer } = slow();
  const { upstream, holdfast, config, pay, hup } = await house({}, { answer });
  const running = pay(5);
  await until('the call at the upstream', () => waiting.length === 1);
  hup();
  holdfast.child.kill('SIGTERM');
  await until('the stop', () => holdfast.stderr.includes('stopping'));
  holdfast.write({ ...config, rules: denyAll });
  hup();
  await until('the refusal', () => holdfast.stderr.includes('reload_ignored'));
  waiting[0]();
  assert.equal((await running).status, 200);
  assert.deepEqual(await holdfast.ended, { code: 0, signal: null });
  assert.equal((await holdfast.verifyAll()).code, 0);
  upstream.close();
});

test('calls are released while the roster changes under them, and every release is backed by the roster before it', async () => {
  const { upstream, holdfast, config, pay, hup, results, close } = await house({ approvals: { timeout: '60s', plans: { default: { require: 1, from: ['lead'] } }, flood: { pending_per_agent: 100 } } });
  // Bob is in the group and is not; what he approves is sent only while he is.
  let here = true;
  let released = 0;
  for (let round = 0; round < 8; ++round) {
    const calls = Array.from({ length: 6 }, (_, i) => pay(1000 + round * 10 + i, { prefer: 'wait=60' }));
    const holds = await until('the holds', async () => {
      const pending = await holdfast.approvals('pending');
      return pending.length === 6 && pending;
    });
    const votes = holds.map((hold) => holdfast.vote(hold, 'approve', { token: tokens.bob }));
    here = !here;
    holdfast.write({ ...config, approvers: here ? two : [two[0], { ...two[1], groups: ['gone'] }] });
    hup();
    await Promise.all(votes);
    // What bob approved too late waits again, for alice.
    let answered = false;
    const all = Promise.all(calls).finally(() => (answered = true));
    await until('all answered', async () => {
      for (const hold of await holdfast.approvals('pending')) await holdfast.vote(hold, 'approve');
      return answered;
    });
    const answers = await all;
    assert.deepEqual(answers.map((answer) => answer.status), Array(6).fill(200), answers.map((answer) => answer.text).join());
    released += 6;
  }
  assert.equal(upstream.requests.length, released, 'each once');
  assert.ok((await results())('applied') > 0);
  await close();
});
