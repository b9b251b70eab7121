// kill -9 at bad moments; nothing acknowledged is lost, and nothing runs twice.
import assert from 'node:assert/strict';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

async function house(answer, extra = {}) {
  const upstream = await startUpstream(answer);
  const holdfast = await Holdfast.start(await makeConfig({ upstreams: [payment(upstream.url)], rules: paymentRules, ...extra }));
  const pay = (amount, headers = {}) => send(holdfast.agentUrl, { path: '/payment/v1/send', body: { to: 'acme', amount }, headers });
  const close = async () => {
    await holdfast.stop();
    upstream.close();
  };
  return { upstream, holdfast, pay, close };
}

async function assertGreen(holdfast) {
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
}

test('a pending hold survives kill -9, takes its vote, and the identical retry is released once', async () => {
  const { upstream, holdfast, pay, close } = await house();
  const lost = pay(5000, { prefer: 'wait=60' });
  const hold = await holdfast.pending();
  await Promise.all([assert.rejects(lost), holdfast.kill()]);
  await assertGreen(holdfast); // with the process gone

  await holdfast.start();
  const [back] = await holdfast.approvals('pending');
  assert.equal(back.id, hold.id);
  assert.equal(back.digest, hold.digest);
  assert.equal(back.expires_at, hold.expires_at, 'the first deadline stands');
  assert.equal(back.detached, true);
  assert.equal((await holdfast.vote(back, 'approve')).status, 200);
  assert.equal(upstream.requests.length, 0);
  assert.equal((await pay(5000)).status, 200);
  assert.equal(upstream.requests.length, 1);
  await assertGreen(holdfast);
  await close();
});

test('an approval survives kill -9, and so does the fact that it was spent', async () => {
  const { upstream, holdfast, pay, close } = await house();
  assert.equal((await pay(5000)).status, 202);
  await holdfast.vote(await holdfast.pending(), 'approve');
  await holdfast.kill();
  await holdfast.start();
  assert.equal(upstream.requests.length, 0);
  assert.equal((await pay(5000)).status, 200);
  await holdfast.kill();
  await holdfast.start();
  assert.equal((await pay(5000)).status, 202, 'a new call, held anew');
  assert.equal(upstream.requests.length, 1);
  await assertGreen(holdfast);
  await close();
});

for (const amount of [5, 5000]) {
  const kind = amount > 100 ? 'an approved' : 'an allowed';
  test(`${kind} call that is under way at kill -9 ends as outcome_unknown, and is not sent again`, async () => {
    const { upstream, holdfast, pay, close } = await house(() => {}); // the upstream never answers
    const lost = pay(amount, { prefer: 'wait=60' });
    if (amount > 100) await holdfast.vote(await holdfast.pending(), 'approve');
    await until('the call to reach the upstream', () => upstream.requests.length === 1);
    await Promise.all([assert.rejects(lost), holdfast.kill()]);

    await holdfast.start();
    const receipts = (await holdfast.receipts()).filter((entry) => entry.kind === 'receipt');
    assert.equal(receipts.length, 1);
    assert.equal(receipts[0].outcome.state, 'outcome_unknown');
    if (amount > 100) {
      assert.ok(receipts[0].prev, 'it points at its authorize entry');
      const [hold] = await holdfast.approvals();
      assert.equal(hold.status, 'released');
      assert.equal(hold.resolution, 'outcome_unknown');
    }
    assert.equal(upstream.requests.length, 1);
    await assertGreen(holdfast);
    await close();
  });
}

// The one receipt of a held call that never ran.
async function assertOneReceipt(holdfast, hold, state) {
  const states = (await holdfast.receipts(hold.call_id)).map((entry) => entry.outcome.state);
  assert.deepEqual(states, [state]);
  await assertGreen(holdfast);
}

for (const end of ['kill', 'stop']) {
  test(`a hold that expires after ${end}, while nobody runs, gets exactly one receipt`, async () => {
    const approvals = { timeout: '2s', plans: { default: { require: 1, from: ['lead'] } } };
    const { holdfast, pay, close } = await house(undefined, { approvals, hold: { wait: '0s' } });
    assert.equal((await pay(5000)).status, 202);
    const hold = await holdfast.pending();
    await holdfast[end]();
    await until('its deadline', () => Date.now() > Date.parse(hold.expires_at));
    await holdfast.start();
    assert.equal((await holdfast.hold(hold.id)).status, 'expired');
    await assertOneReceipt(holdfast, hold, 'expired');
    await holdfast.kill();
    await holdfast.start();
    await assertOneReceipt(holdfast, hold, 'expired');
    await close();
  });
}

// The store is durable before the vote is answered, the log a moment later: a long group commit makes that moment
// long enough to die in.
test('a rejection that was answered just before kill -9 gets exactly one receipt', async () => {
  const { holdfast, pay, close } = await house(undefined, { hold: { wait: '0s' }, receipts: { delay: '1s' } });
  assert.equal((await pay(5000)).status, 202);
  const hold = await holdfast.pending();
  assert.equal((await holdfast.vote(hold, 'reject', { reason: 'no' })).body.status, 'rejected');
  await holdfast.kill();
  assert.deepEqual(await holdfast.receipts(hold.call_id), [], 'the crash came before the log');

  await holdfast.start();
  await assertOneReceipt(holdfast, hold, 'rejected');
  await holdfast.kill();
  await holdfast.start();
  await assertOneReceipt(holdfast, hold, 'rejected');
  await close();
});

// The answer names its receipt. It used to be sent while the receipt still waited for the group commit, and a kill at
// that moment left an agent with the id of a receipt that nobody has.
test('a denial that was answered just before kill -9 has its receipt', async () => {
  const { holdfast, close } = await house(undefined, { receipts: { delay: '300ms' } });
  const denied = await send(holdfast.agentUrl, { method: 'DELETE', path: '/payment/v1/all' });
  await holdfast.kill();
  assert.equal(denied.status, 403);
  const states = (await holdfast.receipts(denied.headers['holdfast-call'])).map((entry) => entry.outcome.state);
  assert.deepEqual(states, ['policy_denied']);
  await assertGreen(holdfast);
  await holdfast.start();
  await close();
});

// Copies of the store's files, to be put back later.
function backUp(holdfast) {
  const data = join(holdfast.folder, 'data');
  const files = () => readdirSync(data).filter((name) => name.startsWith('approvals.db'));
  const kept = files();
  for (const name of kept) cpSync(join(data, name), join(holdfast.folder, name));
  return () => {
    for (const name of files()) rmSync(join(data, name));
    for (const name of kept) cpSync(join(holdfast.folder, name), join(data, name));
  };
}

test('an approval that the log knows to be spent is not spent again from a restored store', async () => {
  const { upstream, holdfast, pay, close } = await house();
  const holds = [];
  for (const amount of [5000, 6000]) {
    assert.equal((await pay(amount)).status, 202);
    holds.push(await holdfast.pending());
    await holdfast.vote(holds.at(-1), 'approve');
  }
  await holdfast.stop();
  const restore = backUp(holdfast);

  await holdfast.start();
  assert.equal((await pay(5000)).status, 200);
  await holdfast.stop();
  restore();
  await holdfast.start();
  const [spent, unspent] = [await holdfast.hold(holds[0].id), await holdfast.hold(holds[1].id)];
  assert.deepEqual([spent.status, spent.resolution], ['released', 'succeeded']);
  assert.equal(unspent.status, 'approved');
  assert.equal((await pay(5000)).status, 202, 'a new call, held anew');
  assert.equal(upstream.requests.length, 1);
  assert.equal((await pay(6000)).status, 200, 'the other approval stands');
  assert.equal(upstream.requests.length, 2);
  await assertGreen(holdfast);
  await close();
});

test('a call under way at kill -9 is not run again from a store that is older', async () => {
  const { upstream, holdfast, pay, close } = await house(() => {}); // the upstream never answers
  assert.equal((await pay(5000)).status, 202);
  const hold = await holdfast.pending();
  await holdfast.vote(hold, 'approve');
  await holdfast.stop();
  const restore = backUp(holdfast);
  await holdfast.start();
  const lost = pay(5000);
  await until('the call to reach the upstream', () => upstream.requests.length === 1);
  await Promise.all([assert.rejects(lost), holdfast.kill()]);
  restore();
  await holdfast.start();
  const after = await holdfast.hold(hold.id);
  assert.deepEqual([after.status, after.resolution], ['released', 'outcome_unknown']);
  assert.equal((await pay(5000)).status, 202, 'a new call, held anew');
  assert.equal(upstream.requests.length, 1);
  await assertGreen(holdfast);
  await close();
});

test('a call under way at kill -9 is not run again when the log has been moved away', async () => {
  const { upstream, holdfast, pay, close } = await house(() => {}); // the upstream never answers
  const lost = pay(5000, { prefer: 'wait=60' });
  const hold = await holdfast.pending();
  await holdfast.vote(hold, 'approve');
  await until('the call to reach the upstream', () => upstream.requests.length === 1);
  await Promise.all([assert.rejects(lost), holdfast.kill()]);
  rmSync(join(holdfast.folder, 'data', 'log'), { recursive: true });
  await holdfast.start();
  const after = await holdfast.hold(hold.id);
  assert.deepEqual([after.status, after.resolution], ['released', 'outcome_unknown']);
  assert.equal((await pay(5000)).status, 202, 'a new call, held anew');
  assert.equal(upstream.requests.length, 1);
  await close();
});

// The store is newer than the log: what it remembers of the log's head tells.
test('a call under way at kill -9 is not run again beside a log from an older backup', async () => {
  const { upstream, holdfast, pay, close } = await house(() => {}); // the upstream never answers
  assert.equal((await pay(5000)).status, 202);
  const hold = await holdfast.pending();
  await holdfast.vote(hold, 'approve');
  await holdfast.stop();
  const log = join(holdfast.folder, 'data', 'log');
  cpSync(log, join(holdfast.folder, 'backup'), { recursive: true });
  await holdfast.start();
  const lost = pay(5000);
  await until('the call to reach the upstream', () => upstream.requests.length === 1);
  await Promise.all([assert.rejects(lost), holdfast.kill()]);
  rmSync(log, { recursive: true });
  cpSync(join(holdfast.folder, 'backup'), log, { recursive: true });
  await assert.rejects(holdfast.start(), /is an older copy/, 'it would sign another history of the same log');

  rmSync(log, { recursive: true }); // as the sentence says
  await holdfast.start();
  const after = await holdfast.hold(hold.id);
  assert.deepEqual([after.status, after.resolution], ['released', 'outcome_unknown']);
  assert.equal((await pay(5000)).status, 202, 'a new call, held anew');
  assert.equal(upstream.requests.length, 1);
  await close();
});

test('an approval does not outlive the policy it was given under', async () => {
  const { upstream, holdfast, pay, close } = await house();
  assert.equal((await pay(5000)).status, 202);
  const hold = await holdfast.pending();
  await holdfast.vote(hold, 'approve');
  await holdfast.stop();
  const rules = [{ tool: 'payment.send', action: 'deny', reason: 'No payments today' }];
  holdfast.write({ ...holdfast.config, rules });
  await holdfast.start();
  const refused = await pay(5000);
  assert.equal(refused.status, 403);
  assert.ok(['policy_denied', 'policy_changed'].includes(refused.json.reason_code), refused.text);
  assert.equal(upstream.requests.length, 0);
  await assertGreen(holdfast);
  await close();
});

test('it goes on when nobody reads its output any more', async () => {
  const { holdfast, pay, close } = await house();
  holdfast.child.stdout.destroy();
  holdfast.child.stderr.destroy();
  for (let i = 1; i <= 3; ++i) assert.equal((await pay(5000 + i)).status, 202); // each writes a line of the log
  await close();
});

test('an orderly stop answers who waits, and loses nothing', async () => {
  const { holdfast, pay, upstream } = await house();
  assert.equal((await pay(5)).status, 200);
  const waiting = pay(5000, { prefer: 'wait=60' });
  await holdfast.pending();
  const ended = await holdfast.stop();
  assert.deepEqual(ended, { code: 0, signal: null });
  const answer = await waiting.catch((error) => error);
  assert.ok(answer instanceof Error || [202, 503].includes(answer.status), `the waiting client got ${answer.status}`);
  await assertGreen(holdfast);
  await holdfast.start();
  assert.equal((await holdfast.approvals('pending')).length, 1, 'the hold is still there');
  await holdfast.stop();
  upstream.close();
});
