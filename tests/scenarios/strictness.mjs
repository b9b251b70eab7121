// 03-calls, "What the proxy accepts", line by line, as bytes on a socket.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { raw, statusOf } from './support/http.mjs';
import { startUpstream } from './support/upstream.mjs';

let upstream, holdfast, host;

before(async () => {
  upstream = await startUpstream();
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [{ name: 'api', protocol: 'http', url: upstream.url, path: '/api/', tools: [{ name: 'send', match: 'POST /v1/send' }, { name: 'get', match: 'GET /v1/items/{id}' }] }],
      rules: [
        { tool: 'api.send', action: 'deny', when: { 'args.amount': { gt: 100 } } },
        { tool: 'api.**', action: 'allow' },
      ],
    }),
  );
  host = `Host: 127.0.0.1:${holdfast.agentPort}`;
});

after(async () => {
  await holdfast?.stop();
  upstream?.close();
});

const body = '{"amount":5}';
const text = (lines, content = '') => `${lines.join('\r\n')}\r\n\r\n${content}`;
const post = (headers, content = body, target = '/api/v1/send') =>
  text([`POST ${target} HTTP/1.1`, host, 'Content-Type: application/json', ...headers], content);
const sized = (content, more = [], target = undefined) => post([`Content-Length: ${Buffer.byteLength(content, 'latin1')}`, ...more], content, target);
const get = (target, headers = []) => text([`GET ${target} HTTP/1.1`, host, ...headers]);
const whole = (answer) => /\r\n\r\n/.test(answer);

test('the same bytes without the fault pass', async () => {
  assert.equal(statusOf(await raw(holdfast.agentPort, sized(body), { done: whole })), 200);
  assert.equal(statusOf(await raw(holdfast.agentPort, get('/api/v1/items/7'), { done: whole })), 200);
});

const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const refused = () => ({
  // Framing: every one of these is read differently by some server.
  'an unknown transfer coding': [post(['Transfer-Encoding: gzip, chunked'], chunked), [400, 501]],
  'a misspelt transfer coding': [post(['Transfer-Encoding: xchunked'], chunked), [400, 501]],
  'Transfer-Encoding: identity': [post(['Transfer-Encoding: identity', `Content-Length: ${body.length}`]), [400, 501]],
  'Transfer-Encoding with Content-Length': [post(['Transfer-Encoding: chunked', `Content-Length: ${body.length}`], chunked), [400]],
  'Transfer-Encoding twice': [post(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], chunked), [400, 501]],
  'Transfer-Encoding in HTTP/1.0': [text(['POST /api/v1/send HTTP/1.0', host, 'Content-Type: application/json', 'Transfer-Encoding: chunked'], chunked), [400]],
  'Content-Length twice, equal': [post([`Content-Length: ${body.length}`, `Content-Length: ${body.length}`]), [400]],
  'Content-Length as a list': [post([`Content-Length: ${body.length}, ${body.length}`]), [400]],
  'Content-Length with a sign': [post([`Content-Length: +${body.length}`]), [400]],
  'Content-Length that is no number': [post(['Content-Length: 0x0c']), [400]],
  'a folded header': [post([`Content-Length: ${body.length}`, 'X-A: b', ' c']), [400]],
  'a space before the colon': [post([`Content-Length : ${body.length}`]), [400]],
  'a bad chunk size': [post(['Transfer-Encoding: chunked'], `zz\r\n${body}\r\n0\r\n\r\n`), [400]],
  // Where it goes.
  'no Host': [text(['GET /api/v1/items/7 HTTP/1.1']), [400]],
  'two Hosts': [get('/api/v1/items/7', [host]), [400]],
  'an absolute target of another authority': [get('http://other.example/api/v1/items/7'), [400]],
  'a control in the target': [get('/api/v1/items/\x01'), [400]],
  'a byte over 0x7f in the target': [get('/api/v1/items/\xc3\xa9'), [400]],
  'a dot segment': [get('/api/v1/x/../items/7'), [400]],
  'an escaped dot segment': [get('/api/v1/%2e%2e/v1/items/7'), [400]],
  'an empty segment': [get('/api//v1/items/7'), [400]],
  'a path parameter': [get('/api/v1/items/7;a=b'), [400]],
  'a backslash': [get('/api/v1\\items/7'), [400]],
  'an escaped slash': [get('/api/v1/items/7%2F8'), [400]],
  'an escaped backslash': [get('/api/v1/items/7%5C8'), [400]],
  'an escaped NUL': [get('/api/v1/items/7%00'), [400]],
  'an escape that is not UTF-8': [get('/api/v1/items/%ff'), [400]],
  'a broken escape': [get('/api/v1/items/%4'), [400]],
  // Another name for a listed tool.
  'a trailing slash': [sized(body, [], '/api/v1/send/'), [400, 403]],
  'another case': [sized(body, [], '/api/V1/send'), [400, 403]],
  'a suffix': [sized(body, [], '/api/v1/send.json'), [400, 403]],
  // Headers that change what is run.
  'a method override': [sized(body, ['X-HTTP-Method-Override: DELETE']), [400]],
  'an original URL': [sized(body, ['X-Original-URL: /v1/other']), [400]],
  'a rewritten URL': [sized(body, ['X-Rewrite-URL: /v1/other']), [400]],
  'a _method parameter': [sized(body, [], '/api/v1/send?_method=DELETE'), [400]],
  'a Holdfast header of ours': [sized(body, ['Holdfast-Decision: allow']), [400]],
  'another expectation': [sized(body, ['Expect: 200-maybe']), [417]],
  'a WebSocket': [get('/api/v1/items/7', ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Version: 13']), [501]],
  'a foreign Origin': [sized(body, ['Origin: https://evil.example']), [403]],
  // Sizes.
  'too many headers': [get('/api/v1/items/7', Array.from({ length: 120 }, (_, i) => `X-${i}: y`)), [431]],
  'headers too large': [get('/api/v1/items/7', [`X-Long: ${'y'.repeat(40_000)}`]), [431]],
  'a judged body too large': [sized(`{"amount":5,"x":"${'y'.repeat((1 << 20) + 10)}"}`), [413]],
  'an encoded judged body': [sized(body, ['Content-Encoding: gzip']), [415]],
});

test('every fault is refused, with its status, and nothing reaches the upstream', async (t) => {
  const before = upstream.requests.length;
  for (const [name, [bytes, statuses]] of Object.entries(refused())) {
    await t.test(name, async () => {
      const answer = await raw(holdfast.agentPort, bytes, { done: (seen) => /\r\n\r\n.*}/s.test(seen) });
      assert.ok(statuses.includes(statusOf(answer)), `wanted ${statuses}, got: ${answer.slice(0, 400)}`);
      assert.equal(upstream.requests.length, before);
    });
  }
});

// JSON that a rule reads: whatever two readers could disagree on is refused or denied, never passed.
const json = {
  'a duplicate member': '{"amount":5000,"amount":5}',
  'a member equal after case folding': '{"amount":5,"Amount":5000}',
  'a byte order mark': '\xef\xbb\xbf{"amount":5}',
  'text after the value': '{"amount":5} {"amount":5000}',
  'a lone surrogate': '{"amount":5,"x":"\\ud800"}',
  'bytes that are not UTF-8': '{"amount":5,"x":"\xff"}',
  'a comment': '{"amount":5/*000*/}',
  'a trailing comma': '{"amount":5,}',
  'a string for a number': '{"amount":"5000"}',
  'no amount': '{}',
  'null for a number': '{"amount":null}',
  'an exponent beyond measure': '{"amount":1e4000}',
  'a nesting beyond measure': `{"amount":5,"x":${'['.repeat(100)}${']'.repeat(100)}}`,
  'half a document': '{"amount":5',
};

test('JSON that readers could disagree on never passes', async (t) => {
  const before = upstream.requests.length;
  for (const [name, content] of Object.entries(json)) {
    await t.test(name, async () => {
      const answer = await raw(holdfast.agentPort, sized(content), { done: (seen) => /\r\n\r\n.*}/s.test(seen) });
      assert.ok([400, 403].includes(statusOf(answer)), answer.slice(0, 400));
      assert.equal(upstream.requests.length, before);
    });
  }
  await t.test('another content type than the tool reads', async () => {
    const bytes = sized(body).replace('application/json', 'text/plain');
    const answer = await raw(holdfast.agentPort, bytes, { done: (seen) => /\r\n\r\n.*}/s.test(seen) });
    assert.ok([400, 403, 415].includes(statusOf(answer)), answer.slice(0, 400));
    assert.equal(upstream.requests.length, before);
  });
});

test('escapes of unreserved characters are decoded, for matching and forwarding alike', async () => {
  assert.equal(statusOf(await raw(holdfast.agentPort, sized(body, [], '/api/v1/%73end'), { done: whole })), 200);
  assert.equal(upstream.requests.at(-1).path, '/v1/send');
  const answer = await raw(holdfast.agentPort, sized('{"amount":500}', [], '/api/v1/%73end'), { done: whole });
  assert.equal(statusOf(answer), 403);
});

test('what belongs to the connection or to us does not reach the upstream', async () => {
  const headers = ['Connection: keep-alive, X-Hop', 'X-Hop: 1', 'Keep-Alive: 5', 'X-Forwarded-For: 10.0.0.1', 'Forwarded: for=x', 'X-Kept: yes', 'Upgrade: h2c', 'HTTP2-Settings: AAAA', 'TE: trailers'];
  assert.equal(statusOf(await raw(holdfast.agentPort, sized(body, headers), { done: whole })), 200);
  const seen = upstream.requests.at(-1).headers;
  assert.equal(seen['x-kept'], 'yes');
  for (const name of ['x-hop', 'keep-alive', 'x-forwarded-for', 'forwarded', 'upgrade', 'http2-settings', 'te']) {
    assert.equal(seen[name], undefined, name);
  }
  assert.equal(seen.host, `127.0.0.1:${upstream.port}`);
});

test('Expect: 100-continue is answered after the decision on the headers, never for a refused call', async () => {
  const passes = sized(body, ['Expect: 100-continue']);
  assert.match(await raw(holdfast.agentPort, passes, { done: (seen) => /HTTP\/1\.1 200/.test(seen) }), /^HTTP\/1\.1 (100 Continue\r\n\r\nHTTP\/1\.1 )?200/);
  const head = text(['POST /nowhere HTTP/1.1', host, 'Content-Type: application/json', 'Content-Length: 12', 'Expect: 100-continue']);
  assert.equal(statusOf(await raw(holdfast.agentPort, head, { done: whole })), 404);
});

test('pipelined requests get one verdict each, in order', async () => {
  const before = upstream.requests.length;
  const bytes = sized('{"amount":1}') + sized('{"amount":500}') + sized('{"amount":2}', ['Connection: close']);
  const answer = await raw(holdfast.agentPort, bytes);
  const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((m) => Number(m[1]));
  assert.deepEqual(statuses, [200, 403, 200]);
  assert.deepEqual(upstream.requests.slice(before).map((r) => JSON.parse(r.body).amount), [1, 2]);
});

test('a head that never ends is cut off, and does not keep others from being served', async () => {
  const slow = connect(holdfast.agentPort, '127.0.0.1');
  slow.on('error', () => {});
  slow.write('POST /api/v1/send HTTP/1.1\r\nX-Slow: ');
  assert.equal(statusOf(await raw(holdfast.agentPort, sized(body), { done: whole })), 200);
  slow.destroy();
});
