// 03-calls, "What the proxy accepts", row by row, as bytes on a socket: framing, targets and headers. Bodies are in
// strictness-bodies.mjs, responses in responses.mjs, the spellings of names in spellings.mjs.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { raw } from './support/http.mjs';
import { Judge, chunks, read, requests } from './support/strict.mjs';
import { echo, startUpstream } from './support/upstream.mjs';

const token = 'agent-token-of-bot-0123456789';
let upstream, holdfast, judge, wire;

before(async () => {
  upstream = await startUpstream((request, response, content) => {
    upstream.requests.at(-1).trailers = request.rawTrailers;
    echo(request, response, content);
  }, { create: (handler) => createServer({ maxHeaderSize: 1 << 16 }, handler) });
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [
        { name: 'api', protocol: 'http', url: upstream.url, path: '/api/', tools: [{ name: 'send', match: 'POST /v1/send' }, { name: 'get', match: 'GET /v1/items/{id}' }] },
        { name: 'web', protocol: 'http', url: upstream.url, path: '/web/' },
      ],
      limits: { header_time: '2s' },
      rules: [
        { tool: 'api.send', action: 'deny', when: { 'args.amount': { gt: 100 } } },
        { tool: 'api.http.delete', action: 'deny' },
        { tool: '**', action: 'allow' },
      ],
    }),
  );
  wire = requests(holdfast.agentPort);
  judge = new Judge(holdfast, [upstream], wire.get('/api/v1/items/smuggled'));
});

after(async () => {
  await holdfast?.stop();
  upstream?.close();
});

const body = '{"amount":5}';
const whole = (answer) => /\r\n\r\n.*\}$/s.test(answer);
const ask = (bytes) => raw(holdfast.agentPort, bytes, { done: whole });
let passed = 0;

async function passes(bytes, path) {
  assert.equal(read(await ask(bytes)).status, 200);
  ++passed;
  if (path) assert.equal(upstream.requests.at(-1).path, path);
  return upstream.requests.at(-1);
}

// Refused before it is known for whom it was: without a receipt.
const unread = (bytes, status = 400, reason = 'malformed') => ({ bytes, status, reason, recorded: false });
const known = (bytes, status = 400, reason = 'malformed') => ({ bytes, status, reason, recorded: true });

const target = '/api/v1/send';
const item = '/api/v1/items/7';
const coding = (value, more = []) => wire.framed(target, [`Transfer-Encoding: ${value}`, ...more], chunks(body));
const length = (value) => wire.framed(target, [`Content-Length: ${value}`], body);
const line = (text, headers = [wire.host]) => wire.text([text, ...headers]);

const framing = () => ({
  'an unknown coding before chunked': unread(coding('gzip, chunked'), 501),
  'an unknown coding': unread(coding('xchunked'), 501),
  'chunked in another case': unread(coding('Chunked'), 501),
  'chunked with a parameter': unread(coding('chunked;q=1'), 501),
  'chunked in quotes': unread(coding('"chunked"'), 501),
  'chunked and an empty element': unread(coding('chunked,'), 501),
  'chunked twice in one line': unread(coding('chunked, chunked'), 501),
  'chunked before another': unread(coding('chunked, identity'), 501),
  'identity': unread(coding('identity'), 501),
  'no coding at all': unread(coding(''), 501),
  'chunked behind a vertical tab': unread(coding('\x0bchunked')),
  'chunked before a NUL': unread(coding('chunked\0')),
  'Transfer-Encoding twice': unread(coding('chunked', ['Transfer-Encoding: chunked'])),
  'Transfer-Encoding twice, in another case': unread(coding('chunked', ['transfer-encoding: identity'])),
  'Transfer-Encoding with Content-Length': unread(coding('chunked', [`Content-Length: ${body.length}`])),
  'Content-Length with Transfer-Encoding': unread(wire.framed(target, ['Content-Length: 3', 'Transfer-Encoding: chunked'], chunks(body))),
  'identity with Content-Length': unread(coding('identity', [`Content-Length: ${body.length}`])),
  'Transfer-Encoding in HTTP/1.0': unread(wire.text([`POST ${target} HTTP/1.0`, wire.host, 'Transfer-Encoding: chunked'], chunks(body))),
  'Transfer_Encoding': known(wire.post(target, body, ['Transfer_Encoding: chunked'])),
  'Content-Length twice, equal': unread(wire.framed(target, [wire.length(body), wire.length(body)], body)),
  'Content-Length twice, different': unread(wire.framed(target, ['Content-Length: 3', wire.length(body)], body)),
  'Content-Length as a list, equal': unread(length('12, 12')),
  'Content-Length as a list, different': unread(length('3, 12')),
  'Content-Length with a plus': unread(length('+12')),
  'Content-Length below nothing': unread(length('-1')),
  'Content-Length in hexadecimal': unread(length('0xc')),
  'Content-Length with a fraction': unread(length('12.0')),
  'Content-Length in two words': unread(length('1 2')),
  'Content-Length of nothing': unread(length('')),
  'Content-Length beyond any sum': unread(length('18446744073709551628')),
  'Content_Length': known(wire.post(target, body, ['Content_Length: 3'])),
  'a chunk size that is none': known(wire.framed(target, ['Transfer-Encoding: chunked'], `zz\r\n${body}\r\n0\r\n\r\n`)),
  'a chunk size of nothing': known(wire.framed(target, ['Transfer-Encoding: chunked'], `\r\n${body}\r\n0\r\n\r\n`)),
  'a chunk size below nothing': known(wire.framed(target, ['Transfer-Encoding: chunked'], `-c\r\n${body}\r\n0\r\n\r\n`)),
  'a chunk size with 0x': known(wire.framed(target, ['Transfer-Encoding: chunked'], `0xc\r\n${body}\r\n0\r\n\r\n`)),
  'a chunk size behind a space': known(wire.framed(target, ['Transfer-Encoding: chunked'], ` c\r\n${body}\r\n0\r\n\r\n`)),
  'a chunk size beyond any sum': known(wire.framed(target, ['Transfer-Encoding: chunked'], `1000000000000000c\r\n${body}\r\n0\r\n\r\n`)),
  'a chunk size that ends in LF': known(wire.framed(target, ['Transfer-Encoding: chunked'], `c\n${body}\r\n0\r\n\r\n`)),
  'a chunk longer than its size': known(wire.framed(target, ['Transfer-Encoding: chunked'], `5\r\n${body}\r\n0\r\n\r\n`)),
  'a control in a chunk extension': known(wire.framed(target, ['Transfer-Encoding: chunked'], `c;a=\x01\r\n${body}\r\n0\r\n\r\n`)),
  'chunk extensions without end': known(wire.framed(target, ['Transfer-Encoding: chunked'], `c;${'x'.repeat(20_000)}\r\n${body}\r\n0\r\n\r\n`)),
  'many small chunk extensions': known(wire.framed(target, ['Transfer-Encoding: chunked'], `${`1;${'x'.repeat(100)}\r\n \r\n`.repeat(200)}c\r\n${body}\r\n0\r\n\r\n`)),
  'a trailer that is no field': known(wire.framed(target, ['Transfer-Encoding: chunked'], `c\r\n${body}\r\n0\r\nno colon\r\n\r\n`)),
  'trailers without end': known(wire.framed(target, ['Transfer-Encoding: chunked'], `c\r\n${body}\r\n0\r\n${'X: y\r\n'.repeat(4000)}\r\n`)),
});

const lines = () => ({
  'a folded header': unread(wire.get(item, ['X-A: b', ' c'])),
  'a header folded with a tab': unread(wire.get(item, ['X-A: b', '\tc'])),
  'a first header that is folded': unread(wire.text([`GET ${item} HTTP/1.1`, ' X-A: b', wire.host])),
  'a space before the colon': unread(wire.post(target, body, ['X-A : b'])),
  'a tab before the colon': unread(wire.get(item, ['X-A\t: b'])),
  'a header without a colon': unread(wire.get(item, ['X-A'])),
  'a header without a name': unread(wire.get(item, [': b'])),
  'a name that is no token': unread(wire.get(item, ['X(A): b'])),
  'a name over 0x7f': unread(wire.get(item, ['X-\xe9: b'])),
  'a NUL in a value': unread(wire.get(item, ['X-A: b\0c'])),
  'a CR in a value': unread(wire.get(item, ['X-A: b\rX-B: c'])),
  'a LF in a value': unread(wire.get(item, ['X-A: b\nX-B: c'])),
  'a DEL in a value': unread(wire.get(item, ['X-A: b\x7f'])),
  'lines that end in LF': unread(`GET ${item} HTTP/1.1\n${wire.host}\n\n`),
  'a request line of two parts': unread(line(`GET ${item}`)),
  'a request line of HTTP/0.9': unread(`GET ${item}\r\n`),
  'a request line of four parts': unread(line(`GET ${item} x HTTP/1.1`)),
  'two spaces behind the method': unread(line(`GET  ${item} HTTP/1.1`)),
  'two spaces behind the target': unread(line(`GET ${item}  HTTP/1.1`)),
  'a tab behind the method': unread(line(`GET\t${item} HTTP/1.1`)),
  'a space before the method': unread(line(` GET ${item} HTTP/1.1`)),
  'a space behind the version': unread(line(`GET ${item} HTTP/1.1 `)),
  'the version in another case': unread(line(`GET ${item} http/1.1`)),
  'HTTP/2': unread(line('PRI * HTTP/2.0')),
  'two empty lines first': unread(`\r\n\r\n${wire.get(item)}`),
  'a method in another case': unread(line(`Get ${item} HTTP/1.1`)),
  'a method that is no token': unread(line(`G(T ${item} HTTP/1.1`)),
  'a method with a digit': unread(line(`GE7 ${item} HTTP/1.1`)),
  'a method without end': unread(line(`${'X'.repeat(33)} ${item} HTTP/1.1`)),
  'TRACE': unread(line(`TRACE ${item} HTTP/1.1`), 501),
  'CONNECT': unread(line('CONNECT 127.0.0.1:1 HTTP/1.1'), 501),
  'the start of TLS': unread('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
  'more than 100 headers': unread(wire.get(item, Array.from({ length: 100 }, (_, i) => `X-${i}: y`)), 431, 'too_large'),
  'a head over 32 KiB': unread(wire.get(item, [`X-Long: ${'y'.repeat(33_000)}`]), 431, 'too_large'),
  'a head without end': unread(`GET ${item} HTTP/1.1\r\n${wire.host}\r\nX-Long: ${'y'.repeat(40_000)}`, 431, 'too_large'),
});

const where = () => ({
  'no Host': unread(wire.text([`GET ${item} HTTP/1.1`])),
  'two Hosts, equal': unread(wire.get(item, [wire.host])),
  'two Hosts, different': unread(wire.get(item, ['Host: evil.example'])),
  'an empty Host': unread(line(`GET ${item} HTTP/1.1`, ['Host:'])),
  'a Host with a path': unread(line(`GET ${item} HTTP/1.1`, ['Host: a/b'])),
  'a Host with a user': unread(line(`GET ${item} HTTP/1.1`, ['Host: a@b'])),
  'Hosts in one line': unread(line(`GET ${item} HTTP/1.1`, ['Host: a, b'])),
  'an absolute target of another authority': unread(line(`GET http://other.example${item} HTTP/1.1`)),
  'an absolute target of another port': unread(line(`GET http://127.0.0.1:1${item} HTTP/1.1`)),
  'an absolute target with a user': unread(line(`GET http://x@127.0.0.1:${holdfast.agentPort}${item} HTTP/1.1`)),
  'an absolute target of another scheme': unread(line(`GET https://127.0.0.1:${holdfast.agentPort}${item} HTTP/1.1`)),
  'an absolute target without a path, with a query': unread(line(`GET http://127.0.0.1:${holdfast.agentPort}?x HTTP/1.1`)),
  'an absolute target in HTTP/1.0 without Host': unread(line(`GET http://127.0.0.1:${holdfast.agentPort}${item} HTTP/1.0`, ['X-A: b'])),
  'the asterisk': unread(line('OPTIONS * HTTP/1.1'), 501),
  'a target that is no path': unread(line('GET api/v1/items/7 HTTP/1.1')),
  'a fragment': unread(wire.get(`${item}#x`)),
  ...Object.fromEntries([...'\x01\x0b\x1f\x7f\x80\xe9\xff'].map((c) => [`the byte 0x${c.charCodeAt(0).toString(16)} in the target`, unread(wire.get(`${item}${c}`))])),
  ...Object.fromEntries([...'\x00\r\n'].map((c) => [`the byte 0x0${c.charCodeAt(0).toString(16)} in the target`, unread(wire.get(`${item}${c}x`))])),
  ...Object.fromEntries([...'"<>\\`{};'].map((c) => [`${c} in the path`, unread(wire.get(`${item}${c}`))])),
  'a dot segment': unread(wire.get('/api/v1/./items/7')),
  'two dots': unread(wire.get('/api/v1/x/../items/7')),
  'two dots at the end': unread(wire.get('/api/v1/items/..')),
  'escaped dots': unread(wire.get('/api/v1/%2e%2E/v1/items/7')),
  'an empty segment': unread(wire.get('/api//v1/items/7')),
  'an empty first segment': unread(wire.get('//api/v1/items/7')),
  ...Object.fromEntries(['%2F', '%2f', '%5C', '%5c', '%00', '%0a', '%1F', '%7f', '%C2%85', '%ff', '%C0%AF', '%ED%A0%80', '%', '%4', '%zz', '%u0041'].map((escape) => [`${escape} in the path`, unread(wire.get(`${item}${escape}`))])),
  'a NUL in the query': known(wire.get(`${item}?x=%00`)),
  'an escape in the query that is not UTF-8': known(wire.get(`${item}?x=%ff`)),
  'an escape in the query that is none': known(wire.get(`${item}?x=%4`)),
  'a path of nobody': unread(wire.get('/nowhere'), 404, 'not_found'),
  'a prefix without its slash': unread(wire.get('/api'), 404, 'not_found'),
  'a prefix in another case': unread(wire.get('/API/v1/items/7'), 404, 'not_found'),
});

const overrides = ['X-HTTP-Method-Override', 'x-http-method-override', 'X-HTTP-Method', 'X-Method-Override', 'X-Original-Method', 'X-Original-URL', 'X-Rewrite-URL', 'X-Original-URI', 'X_HTTP_METHOD_OVERRIDE', 'X_Original_URL', 'SCRIPT_NAME', 'Script-Name', 'Daphne-Root-Path'];
const headers = () => ({
  ...Object.fromEntries(overrides.map((name) => [name, known(wire.post(target, body, [`${name}: DELETE`]))])),
  ...Object.fromEntries(['Holdfast-Decision', 'holdfast-call', 'Holdfast-Receipt', 'Holdfast-Anything', 'Holdfast_Agent_Token'].map((name) => [name, known(wire.post(target, body, [`${name}: allow`]))])),
  ...Object.fromEntries(['X_Forwarded_For', 'Content_Type', 'Content_Encoding', 'Mcp_Name'].map((name) => [name, known(wire.post(target, body, [`${name}: x`]))])),
  'Content-Type twice': known(wire.post(target, body, ['Content-Type: application/json'])),
  ...Object.fromEntries(['_method', '_Method', '%5Fmethod', '.method', '%5Bmethod', '+_method'].map((name) => [`${name} in the query`, known(wire.post(`${target}?${name}=DELETE`, body))])),
  '_method in a form': known(wire.post('/web/form', 'a=1&_method=DELETE', [], 'application/x-www-form-urlencoded')),
  '_method in JSON that is read': known(wire.post(target, '{"amount":5,"_method":"DELETE"}')),
  'a WebSocket': unread(wire.get(item, ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Version: 13']), 501),
  'a WebSocket among others, in another case': unread(wire.get(item, ['Connection: upgrade', 'Upgrade: h2c, WebSocket']), 501),
  'another expectation': unread(wire.post(target, body, ['Expect: 200-maybe']), 417),
  'an expectation twice': unread(wire.post(target, body, ['Expect: 100-continue', 'Expect: 100-continue']), 417),
  'an expectation beside 100-continue': unread(wire.post(target, body, ['Expect: 100-continue, x']), 417),
  'a foreign Origin': unread(wire.post(target, body, ['Origin: https://evil.example']), 403),
  'an Origin of nobody': unread(wire.post(target, body, ['Origin: null']), 403),
  'an Origin that begins like loopback': unread(wire.post(target, body, ['Origin: http://127.0.0.1.evil.example']), 403),
  'a foreign Origin behind one that is taken': unread(wire.post(target, body, ['Origin: http://localhost', 'Origin: https://evil.example']), 403),
  'a foreign Origin at our own page': unread(wire.get('/.well-known/holdfast/', ['Origin: https://evil.example']), 403),
  'another expectation at our own page': unread(wire.get('/.well-known/holdfast/', ['Expect: 200-maybe']), 417),
});

const each = (table) => async (t) => {
  for (const [name, row] of Object.entries(table())) await t.test(name, () => judge.expectRefused({ ...row, name }));
};
test('every fault in the framing is refused, with its status, and nothing reaches the upstream', each(framing));
test('every fault in the lines of a head is refused, with its status, and nothing reaches the upstream', each(lines));
test('every fault in where it goes is refused, with its status, and nothing reaches the upstream', each(where));
test('every header that changes what is run is refused, with its status, and nothing reaches the upstream', each(headers));

test('what is just within the limits passes', async () => {
  // With Host and 99 more, and with the bytes that are left.
  await passes(wire.get(item, Array.from({ length: 99 }, (_, i) => `X-${i}: y`)));
  const most = wire.get(item, [`X-Long: ${'y'.repeat((32 << 10) - wire.get(item, ['X-Long: ']).length)}`]);
  assert.equal(most.length, 32 << 10);
  await passes(most);
  await judge.expectRefused({ ...unread(most.replace('X-Long: ', 'X-Long: y'), 431, 'too_large') });
});

test('what is no fault passes', async () => {
  await passes(wire.post(target, body), '/v1/send');
  await passes(wire.get(item), '/v1/items/7');
  await passes(`\r\n${wire.get(item)}`);
  await passes(line(`GET http://127.0.0.1:${holdfast.agentPort}${item} HTTP/1.1`), '/v1/items/7');
  await passes(line(`GET ${item} HTTP/1.0`, ['X-A: b']));
  await passes(wire.framed(target, ['Transfer-Encoding:  chunked\t'], chunks('{"amount"', ':5}')));
  await passes(wire.post(target, body, ['Content-Encoding: identity', 'Origin: http://localhost:3000']));
  await passes(wire.get(`${item}?x=/../;\\y`), '/v1/items/7?x=/../;\\y');
});

test('escapes of unreserved characters are decoded, for matching and forwarding alike, and nothing else', async () => {
  await passes(wire.post('/api/v1/%73end', body), '/v1/send');
  await passes(wire.post('/%61pi/v1/%73end', body), '/v1/send');
  await passes(wire.get('/api/v1/items/%7e%41%20%c3%a9%2b'), '/v1/items/~A%20%c3%a9%2b');
  assert.equal(read(await ask(wire.post('/api/v1/%73end', '{"amount":500}'))).status, 403);
});

test('what belongs to the connection or to us does not reach the upstream', async () => {
  const sent = ['Connection: keep-alive, X-Hop', 'X-Hop: 1', 'Keep-Alive: 5', 'X-Forwarded-For: 10.0.0.1', 'X-Forwarded-Anything: 1', 'Forwarded: for=x', 'X-Kept: yes', 'Upgrade: h2c', 'HTTP2-Settings: AAAA',
    'TE: trailers', 'Trailer: X-T', 'Proxy-Authorization: Basic x', 'Proxy-Connection: keep-alive', `Holdfast-Agent-Token: ${token}`];
  const { headers: seen } = await passes(wire.post(target, body, sent));
  assert.equal(seen['x-kept'], 'yes');
  for (const name of ['x-hop', 'keep-alive', 'x-forwarded-for', 'x-forwarded-anything', 'forwarded', 'upgrade', 'http2-settings', 'te', 'trailer', 'proxy-authorization', 'proxy-connection', 'holdfast-agent-token']) {
    assert.equal(seen[name], undefined, name);
  }
  assert.equal(seen.host, `127.0.0.1:${upstream.port}`);
});

test('chunk extensions and trailers are dropped, of a body that is read and of one that streams', async () => {
  for (const path of [target, '/web/stream']) {
    const seen = await passes(wire.framed(path, ['Transfer-Encoding: chunked', 'Trailer: X-T'], `c;a="b";c\r\n${body}\r\n0;d\r\nX-T: 1\r\nContent-Length: 3\r\n\r\n`));
    assert.equal(seen.body.toString(), body);
    assert.deepEqual(seen.trailers, [], path);
  }
});

test('Expect: 100-continue is answered after the decision on the headers, and not for what is refused', async () => {
  const head = (path, content, more = []) => wire.framed(path, [`Content-Length: ${content}`, 'Expect: 100-continue', ...more], '');
  const socket = connect(holdfast.agentPort, '127.0.0.1', () => socket.write(head(target, body.length)));
  let text = '';
  for await (const chunk of socket.setEncoding('latin1')) {
    text += chunk;
    if (text === 'HTTP/1.1 100 Continue\r\n\r\n') socket.write(body);
    if (whole(text)) break;
  }
  assert.match(text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  ++passed;
  assert.equal(upstream.requests.at(-1).headers.expect, undefined);
  await judge.expectRefused(unread(head('/nowhere', 12), 404, 'not_found'));
  await judge.expectRefused(known(head(target, 2 << 20), 413, 'too_large'));
  await judge.expectRefused(known(head(target, 12, ['X-Original-URL: /']), 400));
  const denied = read(await raw(holdfast.agentPort, head('/api/v1/all', 12).replace('POST', 'DELETE')));
  assert.deepEqual([denied.status, denied.count], [403, 1], 'its body was never asked for');
  ++passed;
});

test('pipelined requests get one verdict each, in order', async () => {
  const before = upstream.requests.length;
  const bytes = wire.post(target, '{"amount":1}') + wire.post(target, '{"amount":500}') + wire.post(target, '{"amount":2}', ['Connection: close']);
  const answer = await raw(holdfast.agentPort, bytes);
  assert.deepEqual([...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((m) => Number(m[1])), [200, 403, 200]);
  assert.deepEqual(upstream.requests.slice(before).map((r) => JSON.parse(r.body).amount), [1, 2]);
  passed += 3;
});

test('a head that never ends is cut off, and does not keep others from being served', async () => {
  const slow = raw(holdfast.agentPort, `POST ${target} HTTP/1.1\r\nX-Slow: `);
  await passes(wire.post(target, body));
  const { status, body: text } = read(await slow);
  assert.deepEqual([status, JSON.parse(text).reason_code], [408, 'malformed']);
});

test('each refusal that was meant for an upstream left one receipt, and nothing else did', async () => {
  await judge.expectReceipts(passed + 1); // and one that was denied
  assert.ok(judge.unrecorded > 100);
});
