// What people are told of a held call: a summary that is the author's, and no value that a tool redacts, but to whoever asks for
// the one approval. What is approved and sent is the call as it is.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { callback, newSecret, startApprover, voteOn } from './support/approver.mjs';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { startUpstream } from './support/upstream.mjs';

const secret = newSecret();
const values = ['hunter2-in-the-body', 'pin-in-the-query', 'account-in-the-path'];
let upstream, alice, holdfast;

before(async () => {
  upstream = await startUpstream();
  alice = await startApprover(secret);
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [{
        name: 'bank', protocol: 'http', url: upstream.url, path: '/bank/',
        tools: [{
          name: 'pay', match: 'POST /v1/accounts/{account}/pay',
          args: { account: 'path.account', pin: 'query.pin', amount: 'body.amount', vendor: 'body.vendor', password: 'body.login.password' },
          summary: 'Pay {args.amount} to {args.vendor}', redact: ['args.password', 'args.pin', 'args.account'],
        }],
      }],
      rules: [{ tool: 'bank.pay', action: 'escalate', when: { 'args.amount': { gt: 1 } } }, { tool: 'bank.pay', action: 'allow' }],
      approvers: [{ id: 'alice', groups: ['lead'], token: tokens.alice, webhook: { url: alice.url, secret } }],
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  [upstream, alice].forEach((server) => server?.close());
});

const pay = (amount) =>
  send(holdfast.agentUrl, {
    path: `/bank/v1/accounts/${values[2]}/pay?pin=${values[1]}`,
    headers: { prefer: 'wait=20' },
    body: { amount, vendor: 'ACME\u202e" to "me', login: { password: values[0] } },
  });
const shows = (text, where) => values.forEach((value) => assert.ok(!text.includes(value), `${where} shows ${value}`));

test('a notice has the summary and no redacted value; the vote on its digest sends the call as it is', async () => {
  const asked = pay(500);
  const told = await alice.next('approval.requested', (event) => event.args.amount === 500);
  shows(JSON.stringify(alice.inbox.map((notice) => notice.body)), 'the notice');
  assert.equal(told.summary, 'Pay 500 to "ACME\\u202e\\" to \\"me"');
  assert.equal(told.redacted, true);
  assert.equal(told.args.password, '[redacted]');
  assert.equal(told.body_omitted, true);
  assert.match(told.target, /\/v1\/accounts\/\{account\}\/pay\?\[redacted\]$/);
  assert.equal((await callback(told.callback_url, secret, { data: voteOn(told, 'approve') })).status, 200);
  assert.equal((await asked).status, 200);
  const sent = upstream.requests.find((request) => JSON.parse(request.body).amount === 500);
  assert.equal(JSON.parse(sent.body).login.password, values[0]);
  assert.ok(sent.path.includes(values[1]) && sent.path.includes(values[2]));
});

test('lists show no redacted value; who asks for the one approval sees all that he decides on', async () => {
  const asked = pay(600).catch(() => {}); // the program is killed meanwhile
  const row = await holdfast.pending((hold) => hold.args.amount === 600);
  shows(JSON.stringify(row), 'the list');
  assert.equal(row.redacted, true);
  shows((await holdfast.cli('approvals', 'list')).stdout, 'the command line\u2019s list');
  const whole = await holdfast.hold(row.id);
  values.forEach((value) => assert.ok(JSON.stringify(whole).includes(value), value));
  assert.equal(whole.redacted, undefined);
  const shown = (await holdfast.cli('approvals', 'show', row.id)).stdout;
  values.forEach((value) => assert.ok(shown.includes(value), value));
  assert.match(shown, /summary: +Pay 600 to "ACME\\+u202e/);
  await holdfast.kill();
  await asked;
  await holdfast.start();
  const again = await holdfast.pending((hold) => hold.args.amount === 600);
  shows(JSON.stringify(again), 'the list after a restart');
  assert.equal(again.summary, row.summary);
  assert.equal((await holdfast.vote(again, 'reject')).status, 200);
});

test('what is refused before its tool is known leaves no redacted value in the log', async () => {
  const path = `/bank/v1/accounts/${values[2]}/pay?pin=${values[1]}`;
  const refusals = [
    [400, { path: path.replace('/v1/', '/V1/') }],
    [400, { path: `${path}&_method=DELETE` }],
    [400, { path, headers: { 'holdfast-context': 'x' } }],
    [400, { path, headers: { 'x-original-url': '/v1/pay' } }],
    [403, { path: path.replace('/pay?', '/pays?') }],
    [403, { path, method: 'GET' }],
  ];
  for (const [status, request] of refusals) {
    const answer = await send(holdfast.agentUrl, { body: request.method ? undefined : { amount: 1, vendor: 'x' }, ...request });
    assert.equal(answer.status, status, JSON.stringify(request));
    const [receipt] = await holdfast.receipts(answer.headers['holdfast-call']);
    assert.match(receipt.request.target, /\/\[redacted\]\?\[redacted\]$/);
  }
});

test('receipts and the log hold none, of held calls and of others', async () => {
  assert.equal((await pay(1)).status, 200);
  await holdfast.stop();
  const receipts = await holdfast.receipts();
  assert.ok(receipts.filter((entry) => entry.request?.target?.includes('/v1/accounts/{account}/pay?[redacted]')).length >= 3);
  shows(JSON.stringify(receipts), 'a receipt');
  shows(holdfast.stderr + holdfast.stdout, 'the log');
  const log = join(holdfast.folder, 'data', 'log', 'segments');
  for (const name of readdirSync(log)) shows(readFileSync(join(log, name), 'latin1'), name);
  assert.equal((await holdfast.verifyAll()).code, 0);
});
