// Attacks on the asking: votes that nobody who was asked has cast, on a call that nobody was shown. Each test is
// named after the attack (docs/attacks.md).
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test, { after, before } from 'node:test';
import { callback, newSecret, sign, startApprover, voteOn } from './support/approver.mjs';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const agent = 'agent-token-of-bot-0123456789';
const secrets = { alice: newSecret(), carol: newSecret() };
const approvals = {
  timeout: '60s',
  flood: { pending_per_agent: 1000, rejections_per_tool: 1000 },
  plans: { default: { require: 1, from: ['lead'] }, two: { require: 2, from: ['lead', 'security'] }, quick: { require: 1, from: ['lead'], timeout: '1s' } },
};
const rules = [
  { tool: 'payment.send', action: 'escalate', plan: 'two', when: { 'args.amount': { gt: 100000 } } },
  { tool: 'payment.send', action: 'escalate', plan: 'quick', when: { 'args.to': 'nobody' } },
  ...paymentRules,
];
let upstream, alice, holdfast, config;

before(async () => {
  upstream = await startUpstream();
  alice = await startApprover(secrets.alice);
  config = await makeConfig({
    agents: [{ id: 'bot', token: agent }],
    upstreams: [payment(upstream.url)],
    rules,
    approvers: [
      { id: 'alice', groups: ['lead'], token: tokens.alice, webhook: { url: alice.url, secret: secrets.alice } },
      { id: 'bob', groups: ['security'], token: tokens.bob },
      { id: 'carol', groups: ['outside'], token: tokens.carol, webhook: { url: alice.url, secret: secrets.carol } },
    ],
    approvals,
    hold: { wait: '0s' },
  });
  holdfast = await Holdfast.start(config);
});

after(async () => {
  await holdfast?.stop();
  [upstream, alice].forEach((server) => server?.close());
});

let count = 0;
const wait = (seconds) => ({ prefer: `wait=${seconds}` });
const pay = (amount, more = {}, headers = {}) =>
  send(holdfast.agentUrl, { path: '/payment/v1/send', headers: { 'holdfast-agent-token': agent, ...headers }, body: { to: 'acme', amount, ...more } });
const executed = (amount) => upstream.requests.filter((r) => JSON.parse(r.body).amount === amount).length;
const urlOf = (approver) => `${holdfast.controlUrl}/v1/callbacks/${approver}`;
const cast = (told, vote, more = {}) => callback(urlOf('alice'), secrets.alice, { data: voteOn(told, vote), ...more });

// A payment nobody else makes, held with nobody waiting, and what alice was told of it.
async function held(amount = 1000 + ++count, more = {}) {
  const answer = await pay(amount, more);
  assert.equal(answer.status, 202, answer.text);
  const told = await alice.next('approval.requested', (event) => event.args.amount === amount);
  return { amount, answer, told, hold: await holdfast.hold(told.approval_id) };
}

async function assertUntouched(id, amount) {
  const hold = await holdfast.hold(id);
  assert.deepEqual([hold.status, hold.approvals], ['pending', []]);
  if (amount) assert.equal(executed(amount), 0);
}

test('the agent reads the approval nonce, URL or token from anything it can reach', async () => {
  const { amount, answer, told, hold } = await held();
  const location = answer.headers.location;
  const get = (path, method = 'GET') => send(holdfast.agentUrl, { method, path, headers: { 'holdfast-agent-token': agent } });
  const pages = [answer, await get(location), await get('/.well-known/holdfast/'), await get('/'), await get(`/v1/approvals/${hold.id}`), await get('/checkpoint')];
  pages.push(await get(`/v1/receipts?call=${hold.call_id}`), await pay(amount), await get(location, 'DELETE'), await get(location));
  const secret = [holdfast.config.control_plane.listen, told.callback_url, hold.digest, told.digest, secrets.alice, ...Object.values(tokens), '/v1/callbacks', 'nonce'];
  for (const page of pages) {
    const everything = `${page.text}${JSON.stringify(page.headers)}`;
    for (const text of secret) assert.ok(!everything.includes(text), `${text} stands in ${everything}`);
  }
  // What the upstream is sent, the agent may read through a tool.
  const passed = await pay(5);
  for (const text of [...secret, agent]) assert.ok(!passed.text.includes(text) && !JSON.stringify(upstream.requests.at(-1).headers).includes(text));
});

test('the agent posts its own approval', async () => {
  const { amount, told, hold } = await held();
  const body = { digest: hold.digest, reason: 'fine' };
  const approve = (base, headers) => send(base, { path: `/v1/approvals/${hold.id}/approve`, headers, body });
  const bearer = { authorization: `Bearer ${agent}`, 'holdfast-agent-token': agent };
  assert.equal((await approve(holdfast.agentUrl, bearer)).status, 404, 'the agent plane has no such endpoint');
  assert.equal((await approve(holdfast.controlUrl, bearer)).status, 401, 'its own token opens nothing');
  assert.equal((await approve(holdfast.controlUrl, {})).status, 401);
  const message = { jsonrpc: '2.0', id: 1, method: 'approvals/approve', params: { id: hold.id } };
  assert.equal((await send(holdfast.agentUrl, { path: `/v1/callbacks/alice`, headers: bearer, body: message })).status, 404);
  const signWith = `whsec_${Buffer.from(agent).toString('base64')}`;
  assert.equal((await cast(told, 'approve', { signWith })).status, 401);
  await assertUntouched(hold.id, amount);
});

test('one credential votes under two names', async () => {
  const twice = (id, credential) => ({ id, groups: ['lead'], ...credential });
  const webhook = { webhook: { url: alice.url, secret: secrets.alice } };
  for (const shared of [{ token: tokens.alice }, webhook]) {
    const approvers = [twice('alice', shared), twice('albert', shared)];
    const checked = await new Holdfast(await makeConfig({ upstreams: [payment(upstream.url)], rules: paymentRules, approvers })).cli('check');
    assert.equal(checked.code, 1);
    assert.match(checked.stdout + checked.stderr, /have the same (token|webhook secret)/);
  }
  const agents = [{ id: 'bot', token: tokens.alice }];
  const own = await new Holdfast(await makeConfig({ agents, upstreams: [payment(upstream.url)], rules: paymentRules })).cli('check');
  assert.equal(own.code, 1, "an agent's token that is an approver's too");
  // One person with two credentials is one person.
  const { amount, told, hold } = await held(200_000 + ++count);
  assert.equal((await cast(told, 'approve')).body.status, 'pending');
  assert.equal((await holdfast.vote(hold, 'approve')).status, 409, 'the same person by token');
  assert.equal((await holdfast.hold(hold.id)).approvals.length, 1);
  assert.equal((await pay(amount)).status, 202);
  assert.equal(executed(amount), 0);
});

test('a name in the body outranks the credential', async () => {
  const { amount, told, hold } = await held(200_000 + ++count);
  const data = { ...voteOn(told, 'approve'), approver: 'bob' };
  assert.ok([400, 403].includes((await callback(urlOf('alice'), secrets.alice, { data })).status));
  const named = await holdfast.api('POST', `/v1/approvals/${hold.id}/approve`, { digest: hold.digest, reason: '', approver: 'bob' });
  assert.equal(named.status, 400);
  assert.equal((await callback(urlOf('bob'), secrets.alice, { data: voteOn(told, 'approve') })).status, 401, 'nor the path');
  await assertUntouched(hold.id, amount);
});

test('a vote by somebody not on the plan', async () => {
  const { amount, told, hold } = await held();
  assert.equal((await callback(urlOf('carol'), secrets.carol, { data: voteOn(told, 'approve') })).status, 403);
  assert.equal((await holdfast.vote(hold, 'approve', { token: tokens.carol })).status, 404, 'to her it does not exist');
  assert.equal((await holdfast.vote(hold, 'approve', { token: tokens.bob })).status, 404);
  await assertUntouched(hold.id, amount);
});

test('a second vote', async () => {
  const { told, hold } = await held(200_000 + ++count);
  assert.equal((await cast(told, 'approve')).status, 200);
  assert.equal((await cast(told, 'approve')).status, 409);
  assert.equal((await cast(told, 'reject')).status, 409);
  assert.equal((await holdfast.vote(hold, 'approve')).status, 409);
  const now = await holdfast.hold(hold.id);
  assert.deepEqual([now.status, now.approvals.length], ['pending', 1]);
});

test('approve and reject racing', async () => {
  for (let i = 0; i < 10; ++i) {
    const { amount, told, hold } = await held();
    const [yes, no] = await Promise.all([cast(told, 'approve'), holdfast.vote(hold, 'reject')]);
    assert.deepEqual([yes.status, no.status].sort(), [200, 409]);
    const now = await holdfast.hold(hold.id);
    assert.equal(now.status, yes.status === 200 ? 'approved' : 'rejected');
    assert.equal(now.approvals.length, 1);
    assert.equal((await pay(amount)).status, yes.status === 200 ? 200 : 403);
    assert.equal(executed(amount), yes.status === 200 ? 1 : 0);
  }
});

test('approve racing timeout', async () => {
  const calls = await Promise.all(Array.from({ length: 12 }, () => held(undefined, { to: 'nobody' })));
  await Promise.all(calls.map(async ({ amount, hold }, i) => {
    const moment = Date.parse(hold.expires_at) - 30 + i * 5; // from 30 ms before to 25 ms after
    const voted = await until('the moment', () => Date.now() >= moment).then(() => holdfast.vote(hold, 'approve'));
    const now = await holdfast.hold(hold.id);
    if (voted.status === 200) {
      assert.equal(now.status, 'approved');
      assert.ok(Date.parse(now.approvals[0].at) < Date.parse(hold.expires_at), 'a vote that counts was in time');
    } else {
      assert.deepEqual([voted.status, now.status, now.approvals.length], [410, 'expired', 0]);
    }
    assert.equal((await pay(amount, { to: 'nobody' })).status, voted.status === 200 ? 200 : 202);
    assert.equal(executed(amount), voted.status === 200 ? 1 : 0);
  }));
});

test('a duplicate callback delivered twice, and twice at once', async () => {
  const { amount, told, hold } = await held(200_000 + ++count);
  const again = { id: `msg_twice_${count}`, at: new Date() };
  const answers = [...(await Promise.all([cast(told, 'approve', again), cast(told, 'approve', again)])), await cast(told, 'approve', again)];
  assert.deepEqual(answers.map((answer) => answer.status), [200, 200, 200]);
  assert.equal(new Set(answers.map((answer) => answer.text)).size, 1);
  const now = await holdfast.hold(hold.id);
  assert.deepEqual([now.status, now.approvals.length], ['pending', 1], 'a quorum of two is not met by one who says it twice');
  assert.equal(executed(amount), 0);
});

test('a replayed callback, after a restart too', async () => {
  const { amount, told } = await held();
  const vote = { id: `msg_replay_${count}`, at: new Date() };
  const first = await cast(told, 'approve', vote);
  assert.equal((await pay(amount)).status, 200);
  assert.equal((await pay(amount)).status, 202, 'the same call once more, held anew');
  const anew = await alice.next('approval.requested', (event) => event.args.amount === amount && event.approval_id !== told.approval_id);
  for (const restart of [false, true]) {
    if (restart) {
      await holdfast.kill();
      await holdfast.start();
    }
    const replayed = await cast(told, 'approve', vote);
    assert.deepEqual([replayed.status, replayed.text], [first.status, first.text]);
    const moved = await callback(urlOf('alice'), secrets.alice, { data: voteOn(anew, 'approve'), ...vote });
    assert.equal(moved.status, 400, 'nor does its id carry another vote');
    await assertUntouched(anew.approval_id);
  }
  assert.equal(executed(amount), 1);
});

test('an old signature with a new body', async () => {
  const { amount, told, hold } = await held();
  const at = new Date();
  const id = 'msg_old_1';
  const old = JSON.stringify({ type: 'approval.vote', data: voteOn(told, 'reject') });
  const signature = sign(secrets.alice, id, at, old);
  const forged = await cast(told, 'approve', { id, at, headers: { 'webhook-signature': signature } });
  assert.equal(forged.status, 401);
  await assertUntouched(hold.id, amount);
});

test('a timestamp with trailing junk', async () => {
  const { amount, told, hold } = await held();
  const now = String(Math.floor(Date.now() / 1000));
  const id = 'msg_junk_1';
  const body = JSON.stringify({ type: 'approval.vote', data: voteOn(told, 'approve') });
  // Signed so by whoever has the secret; the last, put there by somebody on the way. (Ten failures are the limit.)
  const signed = (stamp) => createHmac('sha256', Buffer.from(secrets.alice.slice(6), 'base64')).update(`${id}.${stamp}.${body}`).digest('base64');
  const forged = [`${now}x`, `${now}.0`, `+${now}`, `0${now}`, `${now}e0`, `${now},${now}`].map((stamp) => ({ 'webhook-timestamp': stamp, 'webhook-signature': `v1,${signed(stamp)}` }));
  for (const headers of [...forged, { 'webhook-timestamp': `${now}x` }]) {
    assert.equal((await cast(told, 'approve', { id, body, headers })).status, 401, JSON.stringify(headers));
  }
  await assertUntouched(hold.id, amount);
});
