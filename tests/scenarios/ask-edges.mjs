// At the edges of pdp_plane: questions that cannot be read, whoever stops waiting, what operators see of it, and headers that
// Holdfast would add if it carried the call (docs/ask-only.md, docs/metrics.md).
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test from 'node:test';
import { agents, askingHouse, pdpToken } from './support/asking.mjs';
import { raw, send, statusOf } from './support/http.mjs';
import { moved, parse } from './support/prometheus.mjs';
import { until } from './support/until.mjs';
import { payment } from './support/upstream.mjs';

const own = { 'holdfast-pdp-token': pdpToken, 'holdfast-agent-token': agents[0].token };
const original = { 'x-original-method': 'GET', 'x-original-uri': '/payment/v1/list', 'x-forwarded-method': 'GET', 'x-forwarded-uri': '/payment/v1/list', 'x-forwarded-host': 'pay.example' };
const lines = (headers) => Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
const gates = ['/v1/nginx/hidden', '/v1/nginx/none', '/v1/forward-auth/hidden', '/v1/forward-auth/sent', '/v1/envoy/sent/payment/v1/list', '/v1/as/support-bot/envoy/none/payment/v1/list'];

test('a question that cannot be read is a no as any other: 403, whether the agent plane says 400, 413, 431 or 501', async () => {
  const { holdfast, upstream, pdpPort, close } = await askingHouse({ limits: { body: '2KiB' }, rules: [{ tool: 'payment.**', action: 'allow' }] });
  const agentPort = Number(new URL(holdfast.agentUrl).port);
  const rows = {
    'an upgrade to WebSocket': ['GET', 501, 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n'],
    'a coding that is not chunked': ['POST', 501, 'Transfer-Encoding: gzip, chunked\r\n'],
    'two lengths': ['POST', 400, 'Content-Length: 0\r\nContent-Length: 1\r\n'],
    'a header that folds': ['GET', 400, 'X-A: b\r\n c\r\n'],
    'more headers than there may be': ['GET', 431, Array.from({ length: 200 }, (_, i) => `X-${i}: y\r\n`).join('')],
    'a body longer than limits.body': ['POST', 413, 'Content-Length: 100000\r\n'],
  };
  const ask = (port, method, target, headers, more) => raw(port, `${method} ${target} HTTP/1.1\r\nHost: pay.example\r\n${lines(headers)}${more}Connection: close\r\n\r\n`);
  for (const [what, [method, status, more]] of Object.entries(rows)) {
    for (const gate of gates) {
      const answer = await ask(pdpPort, method, gate, { ...own, ...original }, more);
      assert.equal(statusOf(answer), 403, `${what} at ${gate}: ${answer}`);
      assert.match(answer, /\r\nHoldfast-Reason: malformed\r\n/, `${what} at ${gate}`);
      assert.match(answer, /"reason_code":"malformed"/);
    }
    if (status !== 413) assert.equal(statusOf(await ask(agentPort, method, '/payment/v1/list', { 'holdfast-agent-token': agents[0].token }, more)), status, what);
  }
  for (const target of ['/v1/envoy/sent/%zz', '/v1/envoy/sent/payment/%ff']) assert.equal(statusOf(await ask(pdpPort, 'GET', target, own, '')), 403, target);
  const asked = statusOf(await ask(pdpPort, 'GET', '/v1/nginx/hidden', { ...own, ...original }, ''));
  assert.equal(asked, 200, 'and without all of it, it passes');
  assert.equal(upstream.requests.length, 0);
  await close();
});

test('who waits for a decision and leaves, waits no more; who only sends no more, is told', async () => {
  const { holdfast, check, decide, pdpPort, close } = await askingHouse();
  const { approval_id: id } = (await check(5000)).json;
  const wait = (version = '1.1') => {
    const socket = connect({ port: pdpPort, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {});
    socket.write(`GET /v1/check/${id}?wait=300 HTTP/${version}\r\nHost: x\r\nAuthorization: Bearer ${pdpToken}\r\n\r\n`);
    return socket;
  };
  const somebody = async () => !(await holdfast.hold(id)).detached;
  const leave = { reset: (socket) => socket.resetAndDestroy(), end: (socket) => socket.destroy() };
  for (const [how, go] of Object.entries(leave)) {
    const socket = wait();
    await until('somebody who waits', somebody);
    go(socket);
    await until(`nobody, after the ${how}`, async () => !(await somebody()));
  }
  const old = wait('1.0');
  await until('somebody who waits', somebody);
  old.end();
  await until('nobody: an HTTP/1.0 client cannot be probed', async () => !(await somebody()));
  old.destroy();

  const half = wait();
  await until('somebody who waits', somebody);
  half.end();
  let text = '';
  half.on('data', (bytes) => (text += bytes));
  await until('the probe', () => text.includes('102 Processing'));
  assert.ok(await somebody(), 'half-closed is still waiting');
  await decide(id);
  await until('the answer', () => /HTTP\/1\.1 200 OK[^]*"status":"approved"/.test(text));
  half.destroy();
  await close();
});

test('figures: checks by decision, approvals that were consumed, outcomes told and missing', async () => {
  const { holdfast, ask, check, approved, consume, tell, receiptOf, pdpUrl, close } = await askingHouse({}, { pdp: { outcome_within: '1s' } });
  const page = async () => parse(await (await fetch(`${holdfast.controlUrl}/metrics`)).text());
  const before = await page();
  await check(5);
  await ask('POST', '/v1/check', { tool: 'payment.wipe', agent: 'support-bot' });
  const told = await approved(5000); // one escalated
  await consume(told);
  const promised = (await check(6, { report: true })).json.call_id;
  assert.equal((await page()).value('holdfast_check_outcomes_awaited'), 2);
  await tell(told, 'succeeded', 200);
  await receiptOf(promised); // nobody told
  const failed = (await check(7, { report: true })).json.call_id;
  await tell(failed, 'failed', 500);
  const gate = (headers) => send(pdpUrl, { method: 'GET', path: '/v1/nginx/hidden', headers: { ...own, ...original, ...headers } });
  assert.equal((await gate({})).status, 200);
  assert.equal((await gate({ 'x-original-uri': '/payment//v1/list' })).status, 403);
  const grown = Object.entries(moved(before, await page())).filter(([name]) => name.startsWith('holdfast_check'));
  assert.deepEqual(Object.fromEntries(grown), {
    'holdfast_checks_total{decision="allow"}': 4,
    'holdfast_checks_total{decision="escalate"}': 1,
    'holdfast_checks_total{decision="deny"}': 2,
    holdfast_checks_consumed_total: 1,
    'holdfast_check_outcomes_total{outcome="succeeded"}': 1,
    'holdfast_check_outcomes_total{outcome="failed"}': 1,
    'holdfast_check_outcomes_total{outcome="outcome_unknown"}': 1,
  });
  assert.equal((await page()).value('holdfast_check_outcomes_awaited'), 0);
  await close();
});

test('inject: whoever asks carries the call with its own credentials: ours are in no answer, and the header of the agent is judged as it is sent', async () => {
  const secret = 'Bearer sk_live_of_the_upstream_0123456789';
  const rules = [
    { tool: 'payment.list', action: 'deny', when: { 'http.header.authorization': { eq: 'Bearer of-another', missing: false } } },
    { tool: 'payment.list', action: 'allow' },
    { tool: 'payment.send', action: 'escalate' },
  ];
  const made = await askingHouse({ rules }, { upstreams: (url) => [payment(url, { inject: { Authorization: secret } })] });
  const { holdfast, pdpUrl, close } = made;
  const gate = (uri, headers = {}, method = 'GET') => send(pdpUrl, { method: 'GET', path: '/v1/nginx/none', headers: { ...own, ...original, 'x-original-uri': uri, 'x-original-method': method, ...headers } });
  const allowed = await gate('/payment/v1/list');
  assert.equal(allowed.status, 200, allowed.text);
  assert.equal((await gate('/payment/v1/list', { authorization: 'Bearer of-another' })).status, 403, 'what would be sent is judged');
  const waits = await gate('/payment/v1/send', { authorization: 'Bearer of-the-agent' }, 'POST');
  assert.equal(waits.json.reason_code, 'approval_pending', waits.text);
  await holdfast.vote(await holdfast.hold(waits.json.approval_id), 'approve');
  assert.equal((await gate('/payment/v1/send', { authorization: 'Bearer of-another' }, 'POST')).json.reason_code, 'approval_pending', 'with another credential it is another call');
  const taken = await gate('/payment/v1/send', { authorization: 'Bearer of-the-agent' }, 'POST');
  assert.equal(taken.status, 200, taken.text);
  for (const answer of [allowed, waits, taken]) assert.doesNotMatch(JSON.stringify(answer.headers) + answer.text, /sk_live/);
  const carried = await send(holdfast.agentUrl, { method: 'GET', path: '/payment/v1/list', headers: { 'holdfast-agent-token': agents[0].token, authorization: 'Bearer of-another' } });
  assert.deepEqual([carried.status, made.upstream.requests[0].headers.authorization], [200, secret], 'where we carry it, ours stands in place of it');
  for (const receipt of await holdfast.receipts()) assert.equal('injected' in receipt.outcome, receipt.request.protocol === 'http', 'only what we sent says what we added');
  await close();
});
