// Votes by webhook: npm `standardwebhooks` verifies what we send and signs what comes back.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { callback, newSecret, startApprover, voteOn } from './support/approver.mjs';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const secrets = { alice: newSecret(), bob: newSecret(), carol: newSecret() };
let upstream, alice, bob, carol, holdfast;

before(async () => {
  upstream = await startUpstream();
  alice = await startApprover(secrets.alice);
  bob = await startApprover(secrets.bob, {
    status: (event, deliveries) => (event.args?.amount === 250_002 && deliveries === 1 ? 500 : 204),
  });
  carol = await startApprover(secrets.carol);
  const webhook = (approver, secret) => ({ url: approver.url, secret });
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [payment(upstream.url)],
      rules: [
        { tool: 'payment.send', action: 'escalate', plan: 'two', when: { 'args.amount': { gt: 100000 } } },
        { tool: 'payment.send', action: 'escalate', plan: 'quick', when: { 'args.to': 'nobody' } },
        ...paymentRules,
      ],
      approvers: [
        { id: 'alice', groups: ['lead'], token: tokens.alice, webhook: webhook(alice, secrets.alice) },
        { id: 'bob', groups: ['security'], token: tokens.bob, webhook: webhook(bob, secrets.bob) },
        { id: 'carol', groups: ['other'], token: tokens.carol, webhook: webhook(carol, secrets.carol) },
      ],
      approvals: {
        timeout: '60s',
        flood: { rejections_per_tool: 100 }, // the tests here reject one tool often
        plans: {
          default: { require: 1, from: ['lead'] },
          two: { require: 2, from: ['lead', 'security'] },
          quick: { require: 1, from: ['lead'], timeout: '1s' },
        },
      },
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  [upstream, alice, bob, carol].forEach((server) => server?.close());
});

let payments = 0;
const pay = (body, wait = 20) => send(holdfast.agentUrl, { path: '/payment/v1/send', headers: { prefer: `wait=${wait}` }, body });
const executed = (amount) => upstream.requests.filter((r) => JSON.parse(r.body).amount === amount).length;

// A payment nobody else makes, held, and what alice was told of it.
async function held(more = {}) {
  const amount = 1000 + ++payments;
  const asked = pay({ to: 'acme', amount, ...more });
  const told = await alice.next('approval.requested', (event) => event.args.amount === (more.amount ?? amount));
  return { asked, told, amount: more.amount ?? amount };
}
const urlOf = (approver) => `${holdfast.controlUrl}/v1/callbacks/${approver}`;
const cast = (who, told, vote, more = {}) => callback(urlOf(who), secrets[who], { data: voteOn(told, vote), ...more });

test('the notification says what is asked, and the signed vote releases the call', async () => {
  const { asked, told, amount } = await held();
  const { headers, body } = alice.inbox.find((n) => n.event === told);
  assert.match(headers['webhook-id'], /^hf_out_/);
  assert.equal(headers['content-type'].split(';')[0], 'application/json');
  assert.equal(told.tool, 'payment.send');
  assert.deepEqual(told.operation, { type: 'none', target: 'payment.send' });
  assert.equal(told.agent_id, 'anonymous');
  assert.equal(told.reason, 'Payments over $100 require approval');
  assert.equal(told.plan, 'default');
  assert.match(told.digest, /^sha256:[0-9a-f]{64}$/);
  assert.ok(Date.parse(told.timeout_at) > Date.now());
  assert.equal(told.callback_url, urlOf('alice'));
  for (const secret of [secrets.alice, ...Object.values(tokens)]) assert.ok(!body.includes(secret));
  assert.ok((await holdfast.approvals('pending')).some((hold) => hold.id === told.approval_id), 'on disk before anyone is told');

  const answer = await callback(told.callback_url, secrets.alice, { data: voteOn(told, 'approve', 'Within Q1 budget') });
  assert.equal(answer.status, 200);
  assert.equal(answer.body.status, 'approved');
  assert.equal(answer.body.approvals.length, 1);
  assert.deepEqual(answer.body.pending_approvers, []);
  assert.equal((await asked).status, 200);
  assert.equal(executed(amount), 1);
  const [vote] = (await holdfast.hold(told.approval_id)).approvals;
  assert.equal(vote.approver, 'alice');
  assert.equal(vote.reason, 'Within Q1 budget');
  await alice.next('approval.resolved', (event) => event.approval_id === told.approval_id);
});

test('a rejection by webhook refuses the call', async () => {
  const { asked, told, amount } = await held();
  const answer = await callback(urlOf('alice'), secrets.alice, { data: voteOn(told, 'reject', 'Not this month') });
  assert.equal(answer.body.status, 'rejected');
  const refused = await asked;
  assert.equal(refused.status, 403);
  assert.equal(refused.json.reason_code, 'rejected');
  assert.equal(executed(amount), 0);
});

test('a duplicate delivery gets the same answer and counts once', async () => {
  const { asked, told, amount } = await held();
  const at = new Date();
  const id = 'msg_duplicate_1';
  const both = await Promise.all([cast('alice', told, 'approve', { id, at }), cast('alice', told, 'approve', { id, at })]);
  const third = await cast('alice', told, 'approve', { id, at });
  assert.deepEqual(both.map((a) => a.status), [200, 200]);
  assert.equal(both[0].text, both[1].text);
  assert.equal(third.text, both[0].text);
  await asked;
  assert.equal(executed(amount), 1);
  assert.equal((await holdfast.hold(told.approval_id)).approvals.length, 1);
});

test('the same id with another body is refused', async () => {
  const { asked, told } = await held();
  const id = 'msg_twobodies_1';
  assert.equal((await cast('alice', told, 'reject', { id })).status, 200);
  const other = await callback(urlOf('alice'), secrets.alice, { data: voteOn(told, 'approve'), id });
  assert.equal(other.status, 400);
  assert.equal((await asked).status, 403);
});

test('a second vote, a late vote and a vote on another digest are conflicts', async () => {
  const { asked, told, amount } = await held();
  const wrong = { ...voteOn(told, 'approve'), digest: `sha256:${'0'.repeat(64)}` };
  assert.equal((await callback(urlOf('alice'), secrets.alice, { data: wrong })).status, 409);
  const none = { ...voteOn(told, 'approve'), digest: undefined };
  assert.equal((await callback(urlOf('alice'), secrets.alice, { data: none })).status, 400);
  assert.equal(executed(amount), 0);
  assert.equal((await cast('alice', told, 'approve')).status, 200);
  await asked;
  // The client has its answer a moment before the ending is on disk.
  await until('the ending', async () => (await holdfast.hold(told.approval_id)).resolution);
  const late = await cast('alice', told, 'reject');
  assert.equal(late.status, 409);
  assert.match(late.text, /succeeded/, 'it says how the hold ended');
  assert.equal(executed(amount), 1);
});

test('a vote on an expired hold is told that it is gone', async () => {
  const { asked, told, amount } = await held({ to: 'nobody' });
  assert.equal((await asked).json.reason_code, 'expired');
  const late = await cast('alice', told, 'approve');
  assert.equal(late.status, 410);
  assert.match(late.text, /expired/);
  assert.equal(executed(amount), 0);
});

test('forged, stale and malformed callbacks change nothing', async () => {
  const { asked, told, amount } = await held();
  const minutes = (n) => new Date(Date.now() + n * 60_000);
  const now = String(Math.floor(Date.now() / 1000));
  const data = voteOn(told, 'approve');
  const genuineId = alice.inbox.find((n) => n.event === told).headers['webhook-id'];
  const cases = [
    ['another secret', 401, { data, signWith: newSecret() }],
    ["another approver's secret", 401, { data, signWith: secrets.bob }],
    ['a stale timestamp', 401, { data, at: minutes(-6) }],
    ['a timestamp from the future', 401, { data, at: minutes(6) }],
    ['a timestamp with trailing junk', 401, { data, headers: { 'webhook-timestamp': `${now}x` } }],
    ['no signature', 401, { data, headers: { 'webhook-signature': '' } }],
    ['a signature of another version', 401, { data, headers: { 'webhook-signature': 'v2,AAAA' } }],
    ["our own notification's id", 400, { data, id: genuineId }],
    ['a body that is no JSON', 400, { body: 'approve, please' }],
    ['a duplicate member', 400, { body: '{"type":"approval.vote","type":"approval.vote","data":{}}' }],
    ['another type', 400, { data, type: 'approval.requested' }],
    ['another act', 400, { data: { ...data, vote: 'maybe' } }],
    ['another approver in the body', 403, { data: { ...data, approver: 'bob' } }],
    ['a hold that is not there', 404, { data: { ...data, approval_id: '00000000-0000-7000-8000-000000000000' } }],
    ['a body over 64 KiB', 413, { data: { ...data, reason: 'x'.repeat(70_000) } }],
  ];
  for (const [name, status, options] of cases) {
    const answer = await callback(urlOf('alice'), secrets.alice, options);
    const right = answer.status === status || (status === 403 && answer.status === 400);
    assert.ok(right, `${name}: ${answer.status} ${answer.text}`);
  }
  assert.equal((await cast('carol', told, 'approve')).status, 403, 'carol is not on the plan');
  const nobody = await callback(urlOf('mallory'), secrets.alice, { data });
  assert.ok([401, 404].includes(nobody.status), `mallory: ${nobody.status}`);
  const bounced = alice.inbox.find((n) => n.event === told);
  const echo = await fetch(urlOf('alice'), { method: 'POST', headers: pick(bounced.headers), body: bounced.body });
  assert.ok(echo.status >= 400, 'our own notification is no vote');

  const hold = await holdfast.hold(told.approval_id);
  assert.equal(hold.status, 'pending');
  assert.deepEqual(hold.approvals, []);
  assert.equal(executed(amount), 0);
  await cast('alice', told, 'reject');
  await asked;
});

const pick = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => /^webhook-|^content-type$/.test(name)));

test('a quorum counts distinct people', async () => {
  const { asked, told, amount } = await held({ amount: 250_001 });
  const first = await cast('alice', told, 'approve');
  assert.equal(first.body.status, 'pending');
  assert.deepEqual(first.body.pending_approvers, ['bob']);
  assert.equal((await cast('alice', told, 'approve')).status, 409, 'again by webhook');
  assert.equal((await holdfast.vote({ id: told.approval_id, digest: told.digest }, 'approve')).status, 409, 'again by token');
  assert.equal(executed(amount), 0);
  assert.equal((await cast('bob', told, 'approve')).body.status, 'approved');
  assert.equal((await asked).status, 200);
  assert.equal(executed(amount), 1);
});

test('a notification that failed is delivered again, with the same id', async () => {
  const { asked, told } = await held({ amount: 250_002 });
  const fits = (n) => n.event.approval_id === told.approval_id && n.event.event === 'approval.requested';
  const both = await until('the second try', () => bob.inbox.filter(fits).length === 2 && bob.inbox.filter(fits), 15_000);
  assert.equal(both[0].headers['webhook-id'], both[1].headers['webhook-id']);
  assert.equal(both[0].body, both[1].body);
  await cast('bob', told, 'reject');
  assert.equal((await asked).status, 403);
});

test('a callback that is replayed after a restart gets the same answer, and nothing runs twice', async () => {
  const { asked, told, amount } = await held();
  const at = new Date();
  const id = 'msg_replayed_1';
  const before = await cast('alice', told, 'approve', { id, at });
  assert.equal((await asked).status, 200);
  await holdfast.kill();
  await holdfast.start();
  const after = await cast('alice', told, 'approve', { id, at });
  assert.equal(after.status, before.status);
  assert.equal(after.text, before.text);
  assert.equal((await cast('alice', told, 'approve')).status, 409);
  assert.equal(executed(amount), 1);
});

test('nothing we sent failed verification, and the log verifies', async () => {
  for (const approver of [alice, bob, carol]) assert.deepEqual(approver.refused, []);
  assert.equal(carol.inbox.length, 0, 'who is on no plan is told nothing');
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
