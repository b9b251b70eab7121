// Attacks on the framing, and on the control plane. Each test is named after the attack (docs/attacks.md); the lines
// of 03-calls, "What the proxy accepts", are in strictness.mjs.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import test, { after, before } from 'node:test';
import { newSecret, startApprover, callback } from './support/approver.mjs';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { raw, send, statusOf } from './support/http.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const agent = 'agent-token-of-bot-0123456789';
const secret = newSecret();
let upstream, alice, holdfast;

before(async () => {
  upstream = await startUpstream();
  alice = await startApprover(secret);
  holdfast = await Holdfast.start(
    await makeConfig({
      agents: [{ id: 'bot', token: agent }],
      upstreams: [payment(upstream.url)],
      rules: paymentRules,
      approvers: [{ id: 'alice', groups: ['lead'], token: tokens.alice, webhook: { url: alice.url, secret } }],
      hold: { wait: '0s' },
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  [upstream, alice].forEach((server) => server?.close());
});

let count = 0;
const pay = (body, headers = {}) => send(holdfast.agentUrl, { path: '/payment/v1/send', headers: { 'holdfast-agent-token': agent, ...headers }, body });
const bearer = { authorization: `Bearer ${tokens.alice}` };
const ask = (path, headers = {}, method = 'GET', body = undefined) => send(holdfast.controlUrl, { method, path, headers, body });

async function held(more = {}) {
  const body = { to: 'acme', amount: 1000 + ++count, ...more };
  assert.equal((await pay(body)).status, 202);
  return { body, hold: await holdfast.pending((h) => h.args.amount === body.amount) };
}

const endpoints = (id) => [
  ['GET', '/v1/approvals'], ['GET', `/v1/approvals/${id}`], ['POST', `/v1/approvals/${id}/approve`], ['POST', `/v1/approvals/${id}/reject`],
  ['GET', '/v1/receipts'], ['GET', `/v1/receipts/${id}`], ['GET', `/v1/receipts/${id}/proof`], ['GET', '/checkpoint'],
  ['POST', '/v1/halt'], ['POST', '/v1/resume'],
];

test('pipelined requests with different verdicts', async () => {
  const port = holdfast.agentPort;
  const request = (amount, last = false) => {
    const body = JSON.stringify({ amount });
    return `POST /payment/v1/send HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHoldfast-Agent-Token: ${agent}\r\nContent-Type: application/json\r\n${last ? 'Connection: close\r\n' : ''}Content-Length: ${body.length}\r\n\r\n${body}`;
  };
  upstream.requests.length = 0;
  const denied = `DELETE /payment/v1/all HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHoldfast-Agent-Token: ${agent}\r\n\r\n`;
  const answer = await raw(port, request(1) + denied + request(7000) + request(2) + request(3, true));
  assert.deepEqual([...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((m) => Number(m[1])), [200, 403, 202, 200, 200]);
  assert.deepEqual(upstream.requests.map((r) => JSON.parse(r.body).amount), [1, 2, 3]);
});

test('response splitting', async () => {
  const { body, hold } = await held();
  const reason = 'no\r\nX-Injected: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
  await holdfast.vote(hold, 'reject', { reason });
  const text = JSON.stringify(body);
  const bytes = `POST /payment/v1/send HTTP/1.1\r\nHost: 127.0.0.1:${holdfast.agentPort}\r\nHoldfast-Agent-Token: ${agent}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
  const answer = await raw(holdfast.agentPort, bytes);
  assert.equal(statusOf(answer), 403);
  assert.equal([...answer.matchAll(/HTTP\/1\.1 \d/g)].length, 2, 'its own status line, and the one quoted in the body');
  const [head, content] = [answer.slice(0, answer.indexOf('\r\n\r\n')), answer.slice(answer.indexOf('\r\n\r\n') + 4)];
  assert.doesNotMatch(head, /injected/i);
  assert.match(JSON.parse(content).detail, /X-Injected/, 'it is text, inside JSON');
});

test('Connection: close, authorization', async () => {
  const credential = { authorization: 'Bearer of-alice' };
  const body = { to: 'acme', amount: 1000 + ++count };
  assert.equal((await pay(body, { ...credential, connection: 'close, authorization' })).status, 202);
  await holdfast.vote(await holdfast.pending((h) => h.args.amount === body.amount), 'approve');
  assert.equal((await pay(body, credential)).status, 202, 'with its credential it is another call');
  assert.equal((await pay(body)).status, 200, 'what was judged, approved and sent is the call without');
  assert.equal(upstream.requests.at(-1).headers.authorization, undefined);
});

test('no token, wrong token, token in the query', async () => {
  const { hold } = await held();
  for (const [method, path] of endpoints(hold.id)) {
    const body = method === 'POST' ? { digest: hold.digest, reason: '' } : undefined;
    assert.equal((await ask(path, {}, method, body)).status, 401, `${method} ${path}`);
    assert.equal((await ask(`${path}?token=${tokens.alice}&access_token=${tokens.alice}`, {}, method, body)).status, 401);
    assert.equal((await ask(path, { cookie: `token=${tokens.alice}` }, method, body)).status, 401);
  }
  for (const wrong of [tokens.alice.slice(0, -1), `${tokens.alice}x`, tokens.alice.toUpperCase(), agent]) {
    assert.equal((await ask('/v1/approvals', { authorization: `Bearer ${wrong}` })).status, 401);
  }
  assert.equal((await holdfast.hold(hold.id)).status, 'pending');
});

test('CSRF from another origin, DNS rebinding, clickjacking', async () => {
  const { hold } = await held();
  for (const [method, path] of [...endpoints(hold.id), ['POST', '/v1/callbacks/alice'], ['GET', '/healthz'], ['GET', '/.well-known/holdfast/']]) {
    for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:${holdfast.agentPort}`]) {
      assert.equal((await ask(path, { ...bearer, origin }, method)).status, 403, `${method} ${path} from ${origin}`);
    }
    for (const host of ['evil.example', `evil.example:${holdfast.controlPort}`, '169.254.169.254', `127.0.0.1:${holdfast.agentPort}`]) {
      assert.equal((await ask(path, { ...bearer, host }, method)).status, 421, `${method} ${path} as ${host}`);
    }
    const { headers } = await ask(path, bearer, method === 'POST' ? 'HEAD' : method);
    assert.match(headers['content-security-policy'], /frame-ancestors 'none'/);
    assert.equal(headers['access-control-allow-origin'], undefined);
  }
  // A form of another site can post without asking first; it has no bearer token to add.
  assert.equal((await ask(`/v1/approvals/${hold.id}/approve`, { 'content-type': 'text/plain' }, 'POST', JSON.stringify({ digest: hold.digest, reason: '' }))).status, 401);
  assert.equal((await holdfast.hold(hold.id)).status, 'pending');
});

test('stored markup in arguments, reasons and agent names', async () => {
  const markup = '<script>alert(1)</script>';
  const { hold } = await held({ note: markup });
  for (const path of ['/v1/approvals', `/v1/approvals/${hold.id}`]) {
    const answer = await ask(path, bearer);
    assert.match(answer.headers['content-type'], /^application\/json/);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.match(answer.headers['content-security-policy'], /default-src 'none'/);
  }
});

test('SSRF through webhook URLs', async () => {
  // A receiver that sends us on, and one on an address of a private range.
  let visited = 0;
  const inner = await startUpstream(() => ++visited);
  let asked = 0;
  const redirecting = createServer((request, response) => {
    ++asked;
    response.writeHead(307, { location: `${inner.url}/admin` }).end();
  });
  await new Promise((resolve) => redirecting.listen(0, resolve));
  const port = redirecting.address().port;
  const own = Object.values(networkInterfaces()).flat().find((a) => /^(10|192\.168|192\.0\.2|172\.(1[6-9]|2\d|3[01]))\./.test(a.address))?.address;
  const start = async (url, allow_private) => {
    const approvers = [{ id: 'alice', groups: ['lead'], token: tokens.alice, webhook: { url, secret } }];
    const house = await Holdfast.start(await makeConfig({ upstreams: [payment(upstream.url)], rules: paymentRules, approvers, webhooks: { allow_private }, hold: { wait: '0s' } }));
    await send(house.agentUrl, { path: '/payment/v1/send', body: { amount: 5000 } });
    return house;
  };
  const redirected = await start(`http://127.0.0.1:${port}/hook`, []);
  await until('a redirect to be taken for a failure', () => asked >= 2);
  assert.equal(visited, 0, 'nobody followed it');
  await redirected.stop();
  if (own) {
    asked = 0;
    const refused = await start(`http://${own}:${port}/hook`, []);
    await until('the refusal to be logged', () => refused.stderr.includes('notification_failed'));
    await refused.stop();
    assert.equal(asked, 0, 'a private address is not dialled');
    const listed = await start(`http://${own}:${port}/hook`, [own]);
    await until('the listed one', () => asked >= 1);
    await listed.stop();
  }
  redirecting.close();
  redirecting.closeAllConnections();
  inner.close();
});

test('secrets in logs, errors, metrics and answers', async () => {
  const { hold } = await held();
  const told = await alice.next('approval.requested', (event) => event.approval_id === hold.id);
  const forged = `whsec_${Buffer.from('x'.repeat(24)).toString('base64')}`;
  await callback(told.callback_url, secret, { data: {}, signWith: forged });
  const wrong = 'a-wrong-token-that-somebody-typed';
  const pages = [await ask('/v1/approvals', { authorization: `Bearer ${wrong}` }), await pay({ amount: 1 }, { 'holdfast-agent-token': wrong })];
  for (const path of ['/v1/approvals', `/v1/approvals/${hold.id}`, '/v1/receipts', '/readyz', '/metrics', '/.well-known/holdfast/', '/checkpoint']) pages.push(await ask(path, bearer));
  const checked = await holdfast.cli('check');
  const texts = [holdfast.stdout, holdfast.stderr, checked.stdout, checked.stderr, ...alice.inbox.map((n) => n.body), ...pages.map((p) => p.text + JSON.stringify(p.headers))];
  texts.push(JSON.stringify(await holdfast.receipts()));
  for (const text of texts) {
    for (const one of [agent, secret, forged, wrong, secret.slice(6), ...Object.values(tokens)]) assert.ok(!text.includes(one), `${one} stands in ${text}`);
  }
});
