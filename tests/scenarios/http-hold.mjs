// Plain HTTP: waiting, 202 and the status URL, redemption, asynchronous calls, endings.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const agents = { bot: 'agent-token-of-bot-0123456789', other: 'agent-token-of-other-01234567' };
let upstream, holdfast;

before(async () => {
  upstream = await startUpstream((request, response, body) => {
    const paid = JSON.parse(body);
    response.writeHead(201, { 'content-type': 'application/json', 'x-payment': `p${paid.amount}` });
    response.end(JSON.stringify({ paid: paid.amount, times: upstream.requests.length }));
  });
  holdfast = await Holdfast.start(
    await makeConfig({
      agents: [
        { id: 'bot', token: agents.bot, trust_tier: 3 },
        { id: 'other', token: agents.other, trust_tier: 3 },
      ],
      upstreams: [payment(upstream.url)],
      rules: [
        { tool: 'payment.send', action: 'escalate', plan: 'quick', when: { 'args.to': 'nobody' }, reason: 'Nobody is asked' },
        ...paymentRules,
      ],
      approvals: {
        timeout: '60s',
        plans: { default: { require: 1, from: ['lead'] }, quick: { require: 1, from: ['lead'], timeout: '1s' } },
      },
      hold: { wait: '500ms', redeem_ttl: '60s' },
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  upstream?.close();
});

let count = 0;
const nextAmount = () => 1000 + ++count;
const pay = (amount, { agent = 'bot', to = 'acme', headers = {}, signal } = {}) =>
  send(holdfast.agentUrl, { path: '/payment/v1/send', headers: { 'holdfast-agent-token': agents[agent], ...headers }, body: { to, amount }, signal });
const status = (location, { agent = 'bot', method = 'GET' } = {}) =>
  send(holdfast.agentUrl, { method, path: location, headers: { 'holdfast-agent-token': agents[agent] } });
const executed = (amount) => upstream.requests.filter((r) => JSON.parse(r.body).amount === amount).length;
const holdOf = (amount) => holdfast.pending((hold) => hold.args?.amount === amount);
const approve = async (hold) => assert.equal((await holdfast.vote(hold, 'approve')).status, 200);
const wait = (seconds) => ({ prefer: `wait=${seconds}` });

function assertPending(answer) {
  assert.equal(answer.status, 202);
  assert.match(answer.headers.location, /^\/\.well-known\/holdfast\/calls\/[A-Za-z0-9_-]{22}$/);
  assert.match(answer.headers['retry-after'], /^\d+$/);
  assert.equal(answer.headers['holdfast-decision'], 'escalate');
  assert.equal(answer.json.reason_code, 'approval_pending');
  assert.equal(answer.json.retry, 'same_call');
  return answer.headers.location;
}

test('a client that waits gets its answer when the vote comes', async () => {
  const amount = nextAmount();
  const asked = pay(amount, { headers: wait(30) });
  await approve(await holdOf(amount));
  const answer = await asked;
  assert.equal(answer.status, 201);
  assert.equal(answer.json.paid, amount);
  assert.equal(answer.headers['x-payment'], `p${amount}`);
  assert.equal(answer.headers['holdfast-decision'], 'escalate');
  assert.match(answer.headers['holdfast-call'], /^[0-9a-f-]{36}$/);
  assert.equal(executed(amount), 1);
});

test('after hold.wait comes 202; the status URL follows the hold, and the identical retry runs it once', async () => {
  const amount = nextAmount();
  const first = await pay(amount);
  const location = assertPending(first);
  assert.match(first.json.detail, /Waiting for approval \(handle [^ ]+\); call again/, 'not the id of the approval');
  const hold = await holdOf(amount);
  assert.ok(!location.includes(hold.id) && !location.includes(hold.call_id));

  const pending = await status(location);
  assert.equal(pending.status, 202);
  assert.equal(pending.json.status, 'pending');
  assert.equal((await status(location, { agent: 'other' })).status, 404, "another agent's handle");

  await approve(hold);
  const approved = await status(location);
  assert.equal(approved.status, 202);
  assert.equal(approved.json.status, 'approved');
  assert.equal(approved.json.next, 'send_again');
  assert.ok(Date.parse(approved.json.until) > Date.now());
  assert.equal(executed(amount), 0, 'looking at the status runs nothing');

  const answer = await pay(amount);
  assert.equal(answer.status, 201);
  assert.equal(executed(amount), 1);
  // Until the store has its ending, the same call again joins the one that is finishing.
  await until('its ending', async () => (await holdfast.hold(hold.id)).resolution);
  assertPending(await pay(amount)); // the approval is spent
  assert.equal(executed(amount), 1);
});

test('what is not identical does not redeem an approval', async () => {
  const amount = nextAmount();
  assertPending(await pay(amount));
  await approve(await holdOf(amount));
  for (const other of [{ agent: 'other' }, { to: 'mallory' }, { headers: { authorization: 'Bearer x' } }, { headers: { 'idempotency-key': '2' } }]) {
    assertPending(await pay(amount, other));
  }
  assert.equal(executed(amount), 0);
  const same = { 'user-agent': 'another', accept: 'text/plain', date: new Date().toUTCString(), prefer: 'wait=5' };
  assert.equal((await pay(amount, { headers: same })).status, 201);
  assert.equal(executed(amount), 1);
});

test('two identical requests at once are one hold, one execution, and the same answer', async () => {
  const amount = nextAmount();
  const both = Promise.all([pay(amount, { headers: wait(30) }), pay(amount, { headers: wait(30) })]);
  const hold = await holdOf(amount);
  assert.equal((await holdfast.approvals('pending')).filter((h) => h.args.amount === amount).length, 1);
  await approve(hold);
  const answers = await both;
  // The later of the two may have come after the release; then it is a call of its own, and held.
  const released = answers.filter((a) => a.status === 201);
  assert.ok(released.length >= 1);
  assert.equal(new Set(released.map((a) => a.text)).size, 1);
  assert.equal(executed(amount), 1);
});

test('Prefer: wait=1 is what it says', async () => {
  const amount = nextAmount();
  const began = performance.now();
  assertPending(await pay(amount, { headers: wait(1) }));
  assert.ok(performance.now() - began < 10_000);
});

test('an asynchronous call runs at approval; its answer is kept, readable, and handed over once', async () => {
  const amount = nextAmount();
  const location = assertPending(await pay(amount, { headers: { prefer: 'respond-async' } }));
  await approve(await holdOf(amount));
  await until('the call to run', () => executed(amount) === 1);
  const kept = await until('the kept answer', async () => {
    const answer = await status(location);
    return answer.status === 201 && answer;
  });
  assert.equal(kept.json.paid, amount);
  assert.equal(kept.headers['x-payment'], `p${amount}`);
  assert.ok(kept.headers['holdfast-resolution']);
  assert.equal((await status(location)).status, 201, 'any number of times');
  assert.equal((await status(location, { agent: 'other' })).status, 404);

  const handed = await pay(amount, { headers: { prefer: 'respond-async' } });
  assert.equal(handed.status, 201);
  assert.equal(handed.text, kept.text);
  assert.equal(executed(amount), 1);
  assertPending(await pay(amount, { headers: { prefer: 'respond-async' } })); // and now it is a new call
  assert.equal(executed(amount), 1);
});

test('a client that is gone when the approval comes gets nothing run until it asks again', async () => {
  const amount = nextAmount();
  const abort = new AbortController();
  const lost = pay(amount, { headers: wait(30), signal: abort.signal });
  const hold = await holdOf(amount);
  abort.abort();
  await assert.rejects(lost);
  await until('the hold to be detached', async () => (await holdfast.hold(hold.id)).detached);
  await approve(hold);
  assert.equal((await holdfast.hold(hold.id)).status, 'approved');
  assert.equal(executed(amount), 0);
  assert.equal((await pay(amount)).status, 201);
  assert.equal(executed(amount), 1);
});

test('a rejection is repeated for the identical call, and nobody is asked again', async () => {
  const amount = nextAmount();
  const asked = pay(amount, { headers: wait(30) });
  await holdfast.vote(await holdOf(amount), 'reject', { reason: 'Ask for less' });
  for (const refused of [await asked, await pay(amount)]) {
    assert.equal(refused.status, 403);
    assert.equal(refused.headers['content-type'], 'application/problem+json');
    assert.equal(refused.json.reason_code, 'rejected');
    assert.equal(refused.json.retry, 'changed_call');
    assert.match(refused.json.detail, /Ask for less/);
  }
  assert.equal((await holdfast.approvals('pending')).filter((h) => h.args.amount === amount).length, 0);
  assertPending(await pay(amount, { to: 'somebody else' })); // changed arguments are a new call
  assert.equal(executed(amount), 0);
});

test('a hold that nobody decides expires, by name, for the waiting client and at the status URL', async () => {
  const amount = nextAmount();
  const location = assertPending(await pay(amount, { to: 'nobody', headers: { prefer: 'respond-async' } }));
  const gone = await until('the expiry', async () => {
    const answer = await status(location);
    return answer.status === 403 && answer;
  });
  assert.equal(gone.json.reason_code, 'expired');
  const waiting = await pay(nextAmount(), { to: 'nobody', headers: wait(30) });
  assert.equal(waiting.status, 403);
  assert.equal(waiting.json.reason_code, 'expired');
  assert.equal(waiting.json.retry, 'same_call');
  assert.equal(executed(amount), 0);
});

test('an approval that nobody comes for in redeem_ttl ends as client_gone', async () => {
  const house = await Holdfast.start(
    await makeConfig({ upstreams: [payment(upstream.url)], rules: paymentRules, hold: { wait: '0s', redeem_ttl: '1s' } }),
  );
  const amount = nextAmount();
  const ask = () => send(house.agentUrl, { path: '/payment/v1/send', body: { to: 'acme', amount } });
  const location = assertPending(await ask());
  const hold = await house.pending();
  await house.vote(hold, 'approve');
  await until('the approval to lapse', async () => (await house.hold(hold.id)).status === 'client_gone');
  const gone = await send(house.agentUrl, { method: 'GET', path: location });
  assert.equal(gone.status, 403);
  assert.equal(gone.json.reason_code, 'client_gone');
  assertPending(await ask()); // a new call, held anew
  assert.equal(executed(amount), 0);
  await house.stop();
});

test('DELETE on the status URL ends the hold; only its own agent may', async () => {
  const amount = nextAmount();
  const location = assertPending(await pay(amount));
  const hold = await holdOf(amount);
  assert.equal((await status(location, { agent: 'other', method: 'DELETE' })).status, 404);
  assert.equal((await holdfast.hold(hold.id)).status, 'pending');
  const ended = await status(location, { method: 'DELETE' });
  assert.ok(ended.status < 500, `DELETE: ${ended.status}`);
  assert.equal((await holdfast.hold(hold.id)).status, 'cancelled');
  assert.equal((await status(location)).json.reason_code, 'cancelled');
  assert.equal((await holdfast.vote(hold, 'approve')).status, 409);
  assert.equal(executed(amount), 0);
});

test('the agent plane tells how it works, and no secret', async () => {
  const page = await send(holdfast.agentUrl, { method: 'GET', path: '/.well-known/holdfast/' });
  assert.equal(page.status, 200);
  for (const secret of [...Object.values(agents), 'token-of-alice']) assert.ok(!page.text.includes(secret));
  assert.equal((await send(holdfast.agentUrl, { method: 'GET', path: '/.well-known/holdfast/elsewhere' })).status, 404);
  assert.equal((await send(holdfast.agentUrl, { method: 'GET', path: '/v1/approvals' })).status, 404);
});

test('the command line decides as well', async () => {
  const amount = nextAmount();
  const asked = pay(amount, { headers: wait(30) });
  const hold = await holdOf(amount);
  const listed = await holdfast.cli('approvals', 'list', '--json');
  assert.equal(listed.code, 0, listed.stderr);
  assert.ok(JSON.parse(listed.stdout).approvals.some((h) => h.id === hold.id));
  const shown = await holdfast.cli('approvals', 'show', hold.id);
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, new RegExp(hold.digest));
  const voted = await holdfast.cli('approvals', 'approve', hold.id, '--reason', 'fine');
  assert.equal(voted.code, 0, voted.stderr);
  assert.equal((await asked).status, 201);
  const late = await holdfast.cli('approvals', 'reject', hold.id, '--reason', 'too late');
  assert.equal(late.code, 1);
  assert.match(late.stderr, /\S/);
  assert.equal(executed(amount), 1);
});

test('the log verifies', async () => {
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
