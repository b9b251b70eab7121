// Headers that the sidecar adds: the agent never holds them, cannot replace them, and nothing of ours tells them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { raw, send } from './support/http.mjs';
import { freePort, tempFolder } from './support/ports.mjs';
import { until } from './support/until.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';

const folder = tempFolder();
const secrets = ['Bearer sk_live_first_0123456789', 'Bearer sk_live_second_987654321', 'tenant-key-of-the-environment'];
let upstream, holdfast;

before(async () => {
  upstream = await startUpstream((request, response) => response.end('paid'));
  writeFileSync(join(folder, 'stripe'), `${secrets[0]}\n`);
  holdfast = new Holdfast(
    await makeConfig({
      upstreams: [
        payment(upstream.url, { inject: { Authorization: 'file:stripe', 'X-Tenant-Key': '${TENANT_KEY}' } }),
        { name: 'gone', protocol: 'http', url: `http://127.0.0.1:${await freePort()}`, path: '/gone/', inject: { Authorization: 'file:stripe' } },
      ],
      rules: [
        { tool: 'gone.**', action: 'allow' },
        { tool: 'payment.list', action: 'deny', when: { 'http.header.authorization': { exists: true } } },
        ...paymentRules,
      ],
    }),
    folder,
  );
  process.env.TENANT_KEY = secrets[2];
  await holdfast.start();
});

after(async () => {
  await holdfast?.stop();
  upstream?.close();
});

const values = (request, name) => {
  const found = [];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    if (request.rawHeaders[i].toLowerCase().replaceAll('_', '-') === name) found.push(request.rawHeaders[i + 1]);
  }
  return found;
};
const lastOf = (path) => upstream.requests.filter((request) => request.path === path).at(-1);

test('what the agent sends under the name is replaced, in any case and however often', async () => {
  const own = ['Authorization: Bearer mine', 'AUTHORIZATION: Basic bWluZQ==', 'x-tenant-key: other', 'X_Tenant_Key: other', 'x-TENANT_key: third', 'X-Kept: yes'];
  const answer = await raw(
    holdfast.agentPort,
    `GET /payment/v1/list HTTP/1.1\r\nHost: a\r\nConnection: close, authorization\r\n${own.join('\r\n')}\r\n\r\n`,
  );
  assert.match(answer, /^HTTP\/1.1 200 /, 'no rule sees the header of the agent');
  const request = lastOf('/v1/list');
  assert.deepEqual(values(request, 'authorization'), [secrets[0]]);
  assert.deepEqual(values(request, 'x-tenant-key'), [secrets[2]]);
  assert.deepEqual(values(request, 'x-kept'), ['yes']);
});

test('a body that streams goes out with them, and the receipt says their names', async () => {
  const answer = await send(holdfast.agentUrl, { path: '/payment/v1/send', body: { amount: 5 } });
  assert.deepEqual(values(lastOf('/v1/send'), 'authorization'), [secrets[0]]);
  const receipt = await until('the receipt', async () => (await holdfast.receipts(answer.headers['holdfast-call'])).find((entry) => entry.kind === 'receipt'));
  assert.deepEqual(receipt.outcome.injected, ['authorization', 'x-tenant-key']);
  assert.equal(receipt.outcome.sent, receipt.request.digest);
  assert.equal((await holdfast.verifyAll()).code, 0);
});

test('of a call that reached no upstream the receipt says that nothing was added', async () => {
  const answer = await send(holdfast.agentUrl, { method: 'GET', path: '/gone/list' });
  assert.equal(answer.json.reason_code, 'upstream_failed', answer.text);
  const receipt = await until('the receipt', async () => (await holdfast.receipts(answer.headers['holdfast-call'])).find((entry) => entry.kind === 'receipt'));
  assert.deepEqual([receipt.outcome.state, receipt.outcome.injected], ['upstream_failed', undefined]);
});

test('held calls are sent with the value of the moment at which they are sent, stored ones too', async () => {
  const held = send(holdfast.agentUrl, { path: '/payment/v1/send', body: { amount: 500 }, headers: { prefer: 'wait=30' } });
  const first = await holdfast.pending((hold) => hold.args.amount === 500);
  const stored = await send(holdfast.agentUrl, { path: '/payment/v1/send', body: { amount: 600 }, headers: { prefer: 'respond-async', authorization: 'Bearer mine' } });
  assert.equal(stored.status, 202);
  const second = await holdfast.pending((hold) => hold.args.amount === 600);
  writeFileSync(join(folder, 'stripe'), secrets[1]);
  holdfast.child.kill('SIGHUP');
  await until('the reload', () => holdfast.stderr.includes(' reloaded '));
  for (const hold of [first, second]) assert.equal((await holdfast.vote(hold, 'approve')).status, 200);
  assert.equal((await held).status, 200);
  await until('both', () => upstream.requests.filter((r) => /500|600/.test(r.body)).length === 2);
  for (const request of upstream.requests.filter((r) => /500|600/.test(r.body)))
    assert.deepEqual(values(request, 'authorization'), [secrets[1]]);
});

test('no secret is in anything we write, answer or print', async () => {
  await holdfast.stop();
  const shown = await holdfast.cli('config', 'show');
  assert.match(shown.stdout, /Authorization: "?file:.*stripe/);
  const texts = { log: holdfast.stderr, show: shown.stdout + shown.stderr };
  const walk = (at) => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (entry.isDirectory()) walk(join(at, entry.name));
      else texts[entry.name] = readFileSync(join(at, entry.name), 'latin1');
    }
  };
  walk(join(folder, 'data'));
  for (const [where, text] of Object.entries(texts)) {
    for (const secret of secrets) assert.ok(!text.includes(secret.replace('Bearer ', '')), `${where} holds a secret`);
  }
  assert.ok(Object.values(texts).some((text) => text.includes('x-tenant-key')), 'the receipts, which say its name, were looked at');
});
