// Attacks between the approval and the call: another call than the one that was shown, another policy than the one
// that asked, another eye than the one that reads. Each test is named after the attack (docs/attacks.md).
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { newSecret, startApprover, callback, sign, voteOn } from './support/approver.mjs';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { post, refusalOf, startToolServer, toolCall } from './support/rpc.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';

const agent = 'agent-token-of-bot-0123456789';
const secret = newSecret();
const bob = { id: 'bob', groups: ['lead'], token: tokens.bob };
let upstream, tools, alice, holdfast;

before(async () => {
  upstream = await startUpstream();
  tools = await startToolServer();
  alice = await startApprover(secret);
  holdfast = await Holdfast.start(
    await makeConfig({
      agents: [{ id: 'bot', token: agent }],
      upstreams: [payment(upstream.url), { name: 'tools', protocol: 'mcp', url: `${tools.url}/mcp`, path: '/mcp/tools' }],
      rules: [...paymentRules, { tool: 'tools.send', action: 'escalate' }],
      approvers: [{ id: 'alice', groups: ['lead'], token: tokens.alice, webhook: { url: alice.url, secret } }, bob, { id: 'carol', groups: ['spare'], token: tokens.carol }],
      approvals: { timeout: '60s', flood: { pending_per_agent: 1000 }, plans: { default: { require: 1, from: ['lead'] }, strict: { require: 2, from: ['lead', 'spare'] } } },
      hold: { wait: '0s' },
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  [upstream, tools, alice].forEach((server) => server?.close());
});

let count = 0;
const own = { 'holdfast-agent-token': agent };
const pay = (body, headers = {}) => send(holdfast.agentUrl, { path: '/payment/v1/send', headers: { ...own, ...headers }, body });
const executed = (amount) => upstream.requests.filter((r) => JSON.parse(r.body).amount === amount).length;
const holdOf = (amount) => holdfast.pending((hold) => hold.args?.amount === amount);

// A payment nobody else makes, held and approved, with nobody waiting for it.
async function approved(headers = {}, voter = tokens.alice) {
  const body = { to: 'acme', amount: 1000 + ++count };
  assert.equal((await pay(body, headers)).status, 202);
  const hold = await holdOf(body.amount);
  assert.equal((await holdfast.vote(hold, 'approve', { token: voter })).body.status, 'approved');
  return { body, hold };
}

test('approve $5, then send $999,999', async () => {
  const { body, hold } = await approved();
  for (const other of [{ ...body, amount: 999_999 }, `{"to":"acme", "amount":${body.amount}}`, { ...body, to: 'mallory' }, { ...body, more: 1 }]) {
    assert.equal((await pay(other)).status, 202, 'another call, held on its own');
  }
  assert.equal(upstream.requests.length, 0);
  const elsewhere = await send(holdfast.agentUrl, { path: '/payment/v1/send?to=mallory', headers: own, body });
  assert.equal(elsewhere.status, 202, elsewhere.text);
  assert.equal((await holdfast.hold(hold.id)).status, 'approved', 'the approval waits for its own call');
  assert.equal((await pay(body)).status, 200);
  assert.deepEqual(JSON.parse(upstream.requests.at(-1).body), body);
  assert.equal(upstream.requests.length, 1);
});

test('a redeeming retry with another Authorization, X-On-Behalf-Of, _meta or inputResponses', async () => {
  const { body } = await approved({ authorization: 'Bearer of-alice' });
  const headers = [{}, { authorization: 'Bearer of-mallory' }, { authorization: 'Bearer of-alice', 'x-on-behalf-of': 'mallory' }];
  headers.push({ authorization: 'Bearer of-alice', cookie: 'as=mallory' }, { authorization: 'Bearer of-alice', 'content-type': 'application/json; charset=utf-8' });
  headers.push({ authorization: ['Bearer of-alice', 'Bearer of-mallory'] }, { authorization: 'Bearer of-alice', connection: 'close, authorization' });
  for (const other of headers) assert.notEqual((await pay(body, other)).status, 200, JSON.stringify(other));
  assert.equal(executed(body.amount), 0);
  assert.equal((await pay(body, { authorization: 'Bearer of-alice', 'user-agent': 'another' })).status, 200);

  const params = { name: 'send', arguments: { n: 1 }, _meta: { progressToken: 1, 'acme/on-behalf-of': 'alice' }, inputResponses: { ok: true } };
  const ask = (more = {}, id = 1) => post(holdfast.agentUrl, '/mcp/tools', { jsonrpc: '2.0', id, method: 'tools/call', params: { ...params, ...more } }, { headers: { ...own, prefer: 'wait=0' }, signal: AbortSignal.timeout(500) }).catch(() => undefined);
  await ask();
  const hold = await holdfast.pending((h) => h.tool === 'tools.send');
  await holdfast.vote(hold, 'approve');
  const others = [{ _meta: { progressToken: 1, 'acme/on-behalf-of': 'mallory' } }, { _meta: { progressToken: 1 } }, { _meta: undefined }];
  others.push({ inputResponses: { ok: false } }, { inputResponses: undefined }, { arguments: { n: 2 } });
  await Promise.all(others.map((other) => ask(other)));
  assert.equal(tools.requests.length, 0);
  const answer = await ask({ _meta: { ...params._meta, progressToken: 'another' } }, 'another id');
  assert.equal(refusalOf(answer), undefined, answer.text);
  assert.equal(tools.requests.length, 1);
});

async function restartWith(changes) {
  await holdfast.stop();
  holdfast.write({ ...holdfast.config, ...changes });
  await holdfast.start();
}

test('approve, then the policy is changed, then release', async () => {
  const [denied, replanned] = [await approved(), await approved()];
  await restartWith({ rules: [{ tool: 'payment.send', action: 'deny', when: { 'args.amount': { eq: denied.body.amount } } }, { tool: 'payment.send', action: 'escalate', plan: 'strict' }] });
  assert.equal((await pay(denied.body)).json.reason_code, 'policy_denied');
  assert.equal((await pay(replanned.body)).json.reason_code, 'policy_changed', 'other people would be asked today');
  assert.equal((await holdfast.hold(replanned.hold.id)).status, 'policy_changed');
  assert.equal(executed(denied.body.amount) + executed(replanned.body.amount), 0);
  await restartWith({});
  assert.equal((await pay(replanned.body)).status, 202, 'what has ended does not come back');
});

test('an approver is removed from the roster while the hold waits', async () => {
  const [kept, lost] = [await approved({}, tokens.bob), await approved()];
  const waiting = { to: 'acme', amount: 1000 + ++count };
  assert.equal((await pay(waiting)).status, 202);
  const undecided = await holdOf(waiting.amount);
  await restartWith({ approvers: holdfast.config.approvers.slice(1) });
  assert.equal((await holdfast.vote(undecided, 'approve')).status, 401, 'her token opens nothing');
  assert.equal((await callback(`${holdfast.controlUrl}/v1/callbacks/alice`, secret, { data: { approval_id: undecided.id, vote: 'approve', digest: undecided.digest } })).status, 401);
  const back = await pay(lost.body);
  assert.equal(back.status, 202, 'her vote no longer counts');
  const hold = (await holdfast.api('GET', `/v1/approvals/${lost.hold.id}`, undefined, tokens.bob)).body;
  assert.deepEqual([hold.status, hold.pending_approvers], ['pending', ['bob']]);
  assert.equal((await pay(kept.body)).status, 200, "bob's vote does");
  assert.equal(executed(lost.body.amount), 0);
  await restartWith({});
});

test('GET on an approve link by a mail scanner', async () => {
  const body = { to: 'acme', amount: 1000 + ++count };
  await pay(body);
  const hold = await holdOf(body.amount);
  const told = await alice.next('approval.requested', (event) => event.approval_id === hold.id);
  const authorization = `Bearer ${tokens.alice}`;
  for (const url of [`${holdfast.controlUrl}/v1/approvals/${hold.id}/approve`, told.callback_url]) {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      for (const headers of [{}, { authorization }]) {
        const answer = await fetch(url, { method, headers });
        assert.equal(answer.status, 405, `${method} ${url}`);
      }
    }
    assert.equal((await fetch(url, { method: 'POST' })).status, 401, 'a form that posts itself has no credential');
  }
  assert.equal((await holdfast.hold(hold.id)).status, 'pending');
});

test('a notification bounced back to the callback endpoint', async () => {
  const { body, hold } = await approved();
  for (const notice of alice.inbox.filter((n) => n.event.approval_id === hold.id)) {
    const same = Object.fromEntries(Object.entries(notice.headers).filter(([name]) => /^webhook-|^content-type$/.test(name)));
    const answer = await fetch(`${holdfast.controlUrl}/v1/callbacks/alice`, { method: 'POST', headers: same, body: notice.body });
    assert.equal(answer.status, 400, await answer.text());
    // Signed anew by whoever holds the secret, it is still no vote.
    const at = new Date(Number(same['webhook-timestamp']) * 1000);
    const anew = { ...same, 'webhook-id': 'msg_bounced', 'webhook-signature': sign(secret, 'msg_bounced', at, notice.body) };
    assert.equal((await fetch(`${holdfast.controlUrl}/v1/callbacks/alice`, { method: 'POST', headers: anew, body: notice.body })).status, 400);
  }
  assert.equal((await holdfast.hold(hold.id)).approvals.length, 1);
  assert.equal(executed(body.amount), 0);
});

test('the same rejected call asked again and again until somebody clicks', async () => {
  const body = { to: 'acme', amount: 1000 + ++count };
  await pay(body);
  const hold = await holdOf(body.amount);
  await holdfast.vote(hold, 'reject', { reason: 'no' });
  for (let i = 0; i < 50; ++i) assert.equal((await pay(body, { 'user-agent': `try ${i}` })).json.reason_code, 'rejected');
  const asked = alice.inbox.filter((n) => n.event.event === 'approval.requested' && n.event.args.amount === body.amount);
  assert.equal(asked.length, 1, 'she was asked once');
  assert.equal((await holdfast.approvals('pending')).filter((h) => h.args.amount === body.amount).length, 0);
});

// What an approver reads is what there is: nothing hidden, nothing cut off, nothing in another order.
const show = async (hold) => {
  const shown = await holdfast.cli('approvals', 'show', hold.id);
  assert.equal(shown.code, 0, shown.stderr);
  return shown.stdout;
};

test('an approver is shown text with bidi controls', async () => {
  const to = 'acme\u202e 000,1 \u2066\u200b\u0007\u001b[2Kаcme';
  assert.equal((await pay({ to, amount: 5000 })).status, 202);
  const hold = await holdfast.pending((h) => h.args.to === to);
  for (const text of [await show(hold), (await holdfast.cli('approvals', 'list')).stdout]) {
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\u0400-\u04ff]/);
  }
  assert.match(await show(hold), /\\u\{202e\}.*\\u\{2066\}.*\\u\{430\}cme/);
});

test('3,001 characters of padding before the payee', async () => {
  const body = `{"note":"${' '.repeat(3001)}","to":"mallory","amount":5000}`;
  assert.equal((await pay(body)).status, 202);
  const hold = await holdfast.pending((h) => h.args.to === 'mallory');
  assert.match(await show(hold), /"to":"mallory"/, 'the command line shows every byte');
  const told = await alice.next('approval.requested', (event) => event.approval_id === hold.id);
  assert.equal(told.args.to, 'mallory');
  const { body: notice } = alice.inbox.find((n) => n.event === told);
  assert.ok(notice.includes(body), 'the notification carries the arguments as they were sent');
  const voted = await holdfast.cli('approvals', 'approve', hold.id, '--reason', 'x');
  assert.match(voted.stdout, /"to":"mallory"/, 'and so does the command that approves');
});

test('the log verifies', async () => {
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
