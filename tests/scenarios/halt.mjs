// The kill switch of the running program: nothing leaves after `halt` has been answered, nothing is lost by it, it
// survives kill -9, and only an admin lifts it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Holdfast, makeConfig, run, tokens } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { turns } from './support/log.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const oncall = 'token-of-oncall-0123456789';
const auditor = 'token-of-auditor-012345678';

async function house({ answer, ...extra } = {}) {
  const upstream = await startUpstream(answer);
  const config = await makeConfig({ upstreams: [payment(upstream.url)], rules: paymentRules, ...extra });
  config.control_plane.tokens = [
    { id: 'oncall', token: oncall, roles: ['admin'] },
    { id: 'audrey', token: auditor, roles: ['auditor'] },
  ];
  const holdfast = await Holdfast.start(config);
  const pay = (amount, headers = {}) => send(holdfast.agentUrl, { path: '/payment/v1/send', body: { to: 'acme', amount }, headers });
  const close = async () => {
    await holdfast.stop();
    upstream.close();
  };
  return { upstream, holdfast, pay, close };
}

const halt = (holdfast, token = tokens.alice, reason = 'the agent is mad') => holdfast.api('POST', '/v1/halt', { reason }, token);
const resume = (holdfast, token = oncall) => holdfast.api('POST', '/v1/resume', { reason: 'looked into' }, token);

async function assertGreen(holdfast) {
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
}

test('halt denies allowed and escalated calls alike, each with its receipt, and resume lets them go on', async () => {
  const { upstream, holdfast, pay, close } = await house();
  assert.equal((await pay(5)).status, 200);
  const halted = await halt(holdfast);
  assert.equal(halted.status, 200);
  assert.deepEqual([halted.body.halted, halted.body.by, halted.body.reason], [true, 'alice', 'the agent is mad']);

  for (const amount of [6, 6000]) {
    const refused = await pay(amount);
    assert.deepEqual([refused.status, refused.json.reason_code, refused.json.retry], [503, 'halted', 'later'], refused.text);
    assert.ok(refused.headers['retry-after']);
    assert.doesNotMatch(refused.text, /mad|alice/, 'who and why is not for the agent');
    const [receipt] = await holdfast.receipts(refused.json.call_id);
    assert.equal(receipt.outcome.state, 'halted');
  }
  const denied = await send(holdfast.agentUrl, { method: 'GET', path: '/payment/v1/balance' });
  assert.equal(denied.json.reason_code, 'policy_denied', 'what is denied anyway is told so');
  assert.equal((await holdfast.approvals('pending')).length, 0, 'nothing is held');
  assert.equal(upstream.requests.length, 1);
  const ready = await holdfast.api('GET', '/readyz', undefined, '');
  assert.deepEqual([ready.status, /halted/.test(ready.body)], [503, true]);
  assert.equal((await holdfast.api('GET', '/healthz', undefined, '')).status, 200);

  assert.equal((await resume(holdfast)).body.halted, false);
  assert.equal((await holdfast.api('GET', '/readyz', undefined, '')).status, 200);
  assert.equal((await pay(6)).status, 200);
  assert.equal((await pay(6000)).status, 202);
  const log = turns(holdfast);
  assert.deepEqual(
    log.map(({ act, by, reason }) => ({ act, by, reason })),
    [
      { act: 'halt', by: { auth: 'token', id: 'alice' }, reason: 'the agent is mad' },
      { act: 'resume', by: { auth: 'token', id: 'oncall' }, reason: 'looked into' },
    ],
  );
  await assertGreen(holdfast);
  await close();
});

test('anyone with a credential of the control plane halts, only an admin resumes, and an agent does neither', async () => {
  const agents = [{ id: 'bot', token: 'token-of-bot-0123456789ab' }];
  const { holdfast, close } = await house({ agents });
  for (const nobody of ['', 'token-of-bot-0123456789ab']) assert.equal((await halt(holdfast, nobody)).status, 401);
  assert.equal((await holdfast.api('GET', '/readyz', undefined, '')).status, 200);
  for (const token of [tokens.alice, auditor, oncall]) {
    assert.equal((await halt(holdfast, token)).body.halted, true);
    for (const other of [tokens.alice, auditor]) {
      const refused = await resume(holdfast, other);
      assert.deepEqual([refused.status, /admin/.test(refused.body.detail)], [403, true]);
    }
    assert.equal((await holdfast.api('GET', '/readyz', undefined, '')).status, 503);
    assert.equal((await resume(holdfast)).body.halted, false);
  }
  assert.equal((await send(holdfast.agentUrl, { path: '/v1/halt', body: {} })).status, 404, 'the agent plane has no such thing');
  assert.equal(turns(holdfast).length, 6);
  await close();
});

test('a second halt is the first one still, and a second resume changes nothing', async () => {
  const { holdfast, close } = await house();
  assert.equal((await resume(holdfast)).body.halted, false, 'there was nothing to lift');
  await halt(holdfast);
  const again = await halt(holdfast, auditor, 'me too');
  assert.deepEqual([again.status, again.body.by, again.body.reason], [200, 'alice', 'the agent is mad']);
  await resume(holdfast);
  assert.equal((await resume(holdfast)).body.by, 'oncall');
  await Promise.all([halt(holdfast), halt(holdfast, auditor), halt(holdfast, oncall)]);
  assert.deepEqual(turns(holdfast).map((turn) => turn.act), ['halt', 'resume', 'halt']);
  await assertGreen(holdfast);
  await close();
});

test('who waits goes on waiting: votes are recorded, and the call runs when somebody resumes', async () => {
  const { upstream, holdfast, pay, close } = await house();
  const waiting = pay(5000, { prefer: 'wait=60' });
  const hold = await holdfast.pending();
  await halt(holdfast);
  assert.equal((await holdfast.vote(hold, 'approve')).status, 200);
  assert.equal((await holdfast.hold(hold.id)).status, 'approved');
  assert.equal((await pay(5000)).json.reason_code, 'halted', 'a call that comes now is refused, be it the identical one');
  assert.equal(upstream.requests.length, 0);
  await resume(holdfast);
  assert.equal((await waiting).status, 200);
  assert.equal(upstream.requests.length, 1);
  await assertGreen(holdfast);
  await close();
});

test('an asynchronous call runs after the resume, without anybody asking', async () => {
  const { upstream, holdfast, pay, close } = await house();
  assert.equal((await pay(5000, { prefer: 'respond-async' })).status, 202);
  await halt(holdfast);
  await holdfast.vote(await holdfast.pending(), 'approve');
  assert.equal(upstream.requests.length, 0);
  await resume(holdfast);
  await until('the call', () => upstream.requests.length === 1);
  await close();
});

test('who has waited long enough is told what it waits for, and the approval stands for the same call', async () => {
  const { upstream, holdfast, pay, close } = await house({ hold: { wait: '1s' } });
  const waiting = pay(5000);
  const hold = await holdfast.pending();
  await halt(holdfast);
  await holdfast.vote(hold, 'approve');
  const told = await waiting;
  assert.deepEqual([told.status, told.json.reason_code, told.json.approval_id], [503, 'halted', hold.id], told.text);
  assert.equal((await holdfast.hold(hold.id)).status, 'approved');
  await resume(holdfast);
  assert.equal((await pay(5000)).status, 200);
  assert.equal(upstream.requests.length, 1);
  await close();
});

test('deadlines go on: a hold expires while everything is halted', async () => {
  const approvals = { timeout: '1s', plans: { default: { require: 1, from: ['lead'] } } };
  const { holdfast, pay, close } = await house({ approvals });
  const waiting = pay(5000, { prefer: 'wait=60' });
  await holdfast.pending();
  await halt(holdfast);
  assert.equal((await waiting).json.reason_code, 'expired');
  await close();
});

test('kill -9 while halted: it starts halted, nothing is lost, and the resume releases', async () => {
  const { upstream, holdfast, pay, close } = await house();
  assert.equal((await pay(5000)).status, 202);
  const hold = await holdfast.pending();
  await holdfast.vote(hold, 'approve');
  await halt(holdfast);
  for (const end of ['kill', 'stop', 'kill']) {
    await holdfast[end]();
    await holdfast.start();
    assert.match(holdfast.stdout, /^ready .*halted=true$/m);
    assert.equal((await pay(5000)).json.reason_code, 'halted');
    assert.equal((await holdfast.hold(hold.id)).status, 'approved');
  }
  assert.equal(upstream.requests.length, 0);
  await resume(holdfast);
  await holdfast.kill();
  await holdfast.start();
  assert.doesNotMatch(holdfast.stdout, /halted/, 'the resume is as durable as the halt');
  assert.equal((await pay(5000)).status, 200);
  assert.equal(upstream.requests.length, 1);
  assert.deepEqual(turns(holdfast).map((turn) => turn.act), ['halt', 'resume']);
  await assertGreen(holdfast);
  await close();
});

test('SIGUSR1 halts', async () => {
  const { holdfast, pay, close } = await house();
  assert.equal((await pay(5)).status, 200);
  holdfast.child.kill('SIGUSR1');
  await until('the halt', async () => (await pay(5)).status === 503);
  await until('its entry', () => turns(holdfast).length === 1);
  const [turn] = turns(holdfast);
  assert.deepEqual([turn.act, turn.by], ['halt', { auth: 'signal' }]);
  await holdfast.kill();
  await holdfast.start();
  assert.equal((await pay(5)).status, 503);
  await resume(holdfast);
  assert.equal((await pay(5)).status, 200);
  await assertGreen(holdfast);
  await close();
});

test('the command line: halt, resume, and their exit codes', async () => {
  const { holdfast, pay, close } = await house();
  const halted = await holdfast.cli('halt', '--reason', 'enough');
  assert.equal(halted.code, 0, halted.stderr);
  assert.match(halted.stdout, /^halted since \S+ by alice: enough\n$/);
  assert.equal((await pay(5)).status, 503);
  const forbidden = await holdfast.cli('resume');
  assert.deepEqual([forbidden.code, /only an admin/.test(forbidden.stderr)], [1, true], forbidden.stderr);
  const env = { ...process.env, HOLDFAST_TOKEN: oncall };
  const resumed = await run(process.env.HOLDFAST_BIN, ['resume', '--json', '--config', holdfast.file], { env });
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.equal(JSON.parse(resumed.stdout).halted, false);
  assert.equal((await pay(5)).status, 200);
  await close();
  assert.equal((await holdfast.cli('halt')).code, 3, 'nobody is there');
});
