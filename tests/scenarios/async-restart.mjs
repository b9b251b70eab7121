// Asynchronous calls over a restart: they run at their approval, exactly once, with the headers they came with, which
// lie sealed on the disk; kill -9 in between leaves at most once.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { freePort } from './support/ports.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const secret = 'sk-live-never-in-clear-0123456789';

async function house(answer, { url, ...extra } = {}) {
  const upstream = await startUpstream(answer);
  const holdfast = await Holdfast.start(await makeConfig({ upstreams: [payment(url ?? upstream.url)], rules: paymentRules, ...extra }));
  const ask = (amount, more = {}) =>
    send(holdfast.agentUrl, {
      path: '/payment/v1/send?x=1',
      body: `{ "to": "acme",  "amount": ${amount} }`,
      headers: { prefer: 'respond-async', authorization: `Bearer ${secret}`, 'x-order': '17', 'user-agent': 'scenario', ...more },
    });
  const hold = async (amount, more) => {
    const answered = await ask(amount, more);
    assert.equal(answered.status, 202, answered.text);
    return { ...(await holdfast.pending()), url: answered.headers.location };
  };
  const status = (its) => send(holdfast.agentUrl, { method: 'GET', path: its.url });
  const close = async () => {
    await holdfast.stop();
    upstream.close();
  };
  return { upstream, holdfast, ask, hold, status, close };
}

const ended = (holdfast, hold) => until(`the end of ${hold.id}`, async () => ((its) => its.resolution && its)(await holdfast.hold(hold.id)));
const crash = async (holdfast) => {
  await holdfast.kill();
  await holdfast.start();
};

async function assertReceipts(holdfast, hold, state) {
  const receipts = await until('the receipt', async () => {
    const found = (await holdfast.receipts(hold.call_id)).filter((entry) => entry.kind === 'receipt');
    return found.length > 0 && found;
  });
  assert.deepEqual(receipts.map((entry) => entry.outcome.state), [state]);
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  return receipts[0];
}

function assertNoSecret(holdfast) {
  const data = join(holdfast.folder, 'data');
  const files = readdirSync(data, { recursive: true }).map((name) => join(data, name)).filter((file) => statSync(file).isFile());
  assert.ok(files.some((file) => file.endsWith('approvals.db-wal') || file.endsWith('approvals.db')));
  for (const file of files) assert.ok(!readFileSync(file).includes(secret), `${file} holds the credential in clear`);
}

for (const restart of ['kill', 'stop']) {
  test(`approved after ${restart} and start, it runs at once, as it was sent, and its answer waits at the status URL`, async () => {
    const { upstream, holdfast, hold, ask, status, close } = await house();
    const held = await hold(5000);
    assertNoSecret(holdfast);
    await holdfast[restart]();
    await holdfast.start();
    assert.equal((await status(held)).status, 202);
    assert.equal(upstream.requests.length, 0);

    await holdfast.vote(held, 'approve');
    assert.equal((await ended(holdfast, held)).resolution, 'succeeded');
    assert.equal(upstream.requests.length, 1);
    const [sent] = upstream.requests;
    assert.equal(sent.path, '/v1/send?x=1');
    assert.equal(sent.body.toString(), '{ "to": "acme",  "amount": 5000 }');
    assert.equal(sent.headers.authorization, `Bearer ${secret}`);
    assert.equal(sent.headers['x-order'], '17');
    assert.equal(sent.headers['user-agent'], 'scenario');
    for (let i = 0; i < 2; ++i) {
      const answer = await status(held);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['holdfast-resolution'], 'succeeded');
      assert.equal(answer.json.path, '/v1/send?x=1');
    }
    assert.equal((await ask(5000)).status, 200, 'the identical request is given the answer');
    assert.equal(upstream.requests.length, 1);
    const receipt = await assertReceipts(holdfast, held, 'succeeded');
    assert.ok(receipt.prev && receipt.approvals.length === 1 && receipt.outcome.sent === receipt.request.digest, JSON.stringify(receipt));
    assertNoSecret(holdfast);
    await close();
  });
}

test('approved while its upstream is away, it runs at the next start, once', async () => {
  const port = await freePort();
  const { holdfast, hold, close } = await house(undefined, { url: `http://127.0.0.1:${port}` });
  const held = await hold(5000);
  await holdfast.vote(held, 'approve');
  await until('a try to reach the upstream', async () => (await holdfast.hold(held.id)).status === 'approved');
  await holdfast.kill();
  const late = await startUpstream();
  holdfast.write({ ...holdfast.config, upstreams: [payment(`http://127.0.0.1:${port}`)] });
  const { server } = late;
  await new Promise((resolve) => server.close(resolve));
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await holdfast.start();
  assert.equal((await ended(holdfast, held)).resolution, 'succeeded');
  assert.equal(late.requests.length, 1);
  await assertReceipts(holdfast, held, 'succeeded'); // a crash before it is there makes it an unknown outcome
  await crash(holdfast);
  assert.equal(late.requests.length, 1);
  await assertReceipts(holdfast, held, 'succeeded');
  await close();
  late.close();
});

test('approved while its upstream is away, it runs when the upstream is back', async () => {
  const port = await freePort();
  const { holdfast, hold, close } = await house(undefined, { url: `http://127.0.0.1:${port}` });
  const held = await hold(5000);
  await holdfast.vote(held, 'approve');
  await until('the approval', async () => (await holdfast.hold(held.id)).status === 'approved');
  const late = await startUpstream();
  await new Promise((resolve) => late.server.close(resolve));
  await new Promise((resolve) => late.server.listen(port, '127.0.0.1', resolve));
  assert.equal((await ended(holdfast, held)).resolution, 'succeeded');
  assert.equal(late.requests.length, 1);
  await assertReceipts(holdfast, held, 'succeeded');
  await close();
  late.close();
});

test('under way at kill -9, it is an unknown outcome, and is not run again', async () => {
  const { upstream, holdfast, hold, status, close } = await house(() => {}); // the upstream never answers
  const held = await hold(5000);
  await crash(holdfast);
  await holdfast.vote(held, 'approve');
  await until('the call to reach the upstream', () => upstream.requests.length === 1);
  await crash(holdfast);
  assert.equal((await ended(holdfast, held)).resolution, 'outcome_unknown');
  assert.equal((await status(held)).json.reason_code, 'outcome_unknown');
  await crash(holdfast);
  assert.equal(upstream.requests.length, 1);
  await assertReceipts(holdfast, held, 'outcome_unknown');
  await close();
});

test('killed at any moment around the approval, it runs at most once, and exactly once when nothing was under way', async () => {
  const { upstream, holdfast, hold, close } = await house();
  for (let round = 0; round < 8; ++round) {
    const before = upstream.requests.length;
    const held = await hold(5000 + round);
    if (round % 2) await crash(holdfast);
    const voted = holdfast.vote(held, 'approve').catch(() => {});
    // From before the vote is read to after the answer is stored.
    for (let turn = 0; turn < round * 3; ++turn) await new Promise(setImmediate);
    await holdfast.kill();
    await voted;
    await holdfast.start();
    if ((await holdfast.hold(held.id)).status === 'pending') await holdfast.vote(held, 'approve');
    const { resolution } = await ended(holdfast, held);
    const ran = upstream.requests.length - before;
    assert.ok(resolution === 'succeeded' ? ran === 1 : resolution === 'outcome_unknown' && ran <= 1, `${resolution}, sent ${ran} times`);
    await assertReceipts(holdfast, held, resolution);
  }
  await close();
});

test('it is judged again under the policy of the day', async (t) => {
  const changes = {
    'a rule that denies': (config) => ({ ...config, rules: [{ tool: 'payment.send', action: 'deny' }] }),
    'another upstream behind the name': (config) => ({ ...config, upstreams: [payment('http://127.0.0.1:9')] }),
    'no upstream of that name': (config) => ({ ...config, upstreams: [payment(config.upstreams[0].url, { name: 'other', path: '/other/' })], rules: [] }),
    'no agent of that name': (config) => ({ ...config, agents: [{ id: 'somebody-else' }] }),
  };
  for (const [name, change] of Object.entries(changes)) {
    await t.test(name, async () => {
      const { upstream, holdfast, hold, close } = await house();
      const held = await hold(5000);
      await holdfast.stop();
      holdfast.write(change(holdfast.config));
      await holdfast.start();
      await holdfast.vote(held, 'approve');
      assert.equal((await ended(holdfast, held)).resolution, 'policy_changed');
      assert.equal(upstream.requests.length, 0);
      await assertReceipts(holdfast, held, 'policy_changed');
      await close();
    });
  }
});

test('its key is made once, for us alone; without it, and with another, nothing starts that needs it', async () => {
  const { holdfast, hold, upstream } = await house();
  const key = join(holdfast.folder, 'data', 'keys', 'store.key');
  const bytes = readFileSync(key);
  assert.equal(bytes.length, 32);
  assert.equal(statSync(key).mode & 0o777, 0o600);
  await crash(holdfast);
  assert.deepEqual(readFileSync(key), bytes, 'never overwritten');
  // With nothing sealed a new key is as good.
  await holdfast.stop();
  rmSync(key);
  await holdfast.start();
  const held = await hold(5000);
  await holdfast.stop();

  renameSync(key, `${key}.away`);
  const refused = async () => {
    await assert.rejects(holdfast.start(), /ended with 3/);
    return holdfast.stderr;
  };
  assert.match(await refused(), /store\.key is missing, and the requests of 1 held calls/);
  assert.equal(readdirSync(join(key, '..')).includes('store.key'), false, 'no new one is made in its place');
  writeFileSync(key, bytes, { mode: 0o600 });
  assert.match(await refused(), /does not open with keys\/store\.key/);
  renameSync(`${key}.away`, key);
  await holdfast.start();
  await holdfast.vote(held, 'approve');
  assert.equal((await ended(holdfast, held)).resolution, 'succeeded');
  await holdfast.stop();
  rmSync(key);
  await holdfast.start(); // what was sealed went with its ending
  await holdfast.stop();
  upstream.close();
});
