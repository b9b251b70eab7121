// 03-calls, "What the proxy accepts", row by row: bodies of HTTP calls and messages of MCP. What every reader must read
// alike is refused when it is not; what a rule cannot be sure of is denied.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { raw } from './support/http.mjs';
import { startToolServer } from './support/rpc.mjs';
import { Judge, chunks, read, requests } from './support/strict.mjs';
import { startUpstream } from './support/upstream.mjs';

let upstream, tools, holdfast, judge, wire;

before(async () => {
  [upstream, tools] = [await startUpstream(), await startToolServer()];
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [
        {
          name: 'api', protocol: 'http', url: upstream.url, path: '/api/',
          tools: [{ name: 'send', match: 'POST /v1/send' }, { name: 'form', match: 'POST /v1/form', body: 'form' }, { name: 'hold', match: 'POST /v1/hold' }, { name: 'stream', match: 'POST /v1/stream' }],
        },
        { name: 'mcp', protocol: 'mcp', url: `${tools.url}/mcp`, path: '/mcp' },
      ],
      rules: [
        { tool: 'api.send', action: 'deny', when: { 'args.amount': { gt: 100 } } },
        { tool: 'api.form', action: 'deny', when: { 'args.amount': { starts_with: '9' } } },
        { tool: 'api.hold', action: 'escalate' },
        { tool: '**', action: 'allow' },
      ],
    }),
  );
  wire = requests(holdfast.agentPort);
  judge = new Judge(holdfast, [upstream, tools], wire.post('/api/v1/stream', 'smuggled'));
});

after(async () => {
  await holdfast?.stop();
  [upstream, tools].forEach((server) => server?.close());
});

const whole = (answer) => /\r\n\r\n.*\}$/s.test(answer);
let others = 0; // calls that were not refused for their shape

const row = (bytes, status, reason = 'malformed') => ({ bytes, status, reason, recorded: true });
const send = (content, headers = [], type = undefined) => wire.post('/api/v1/send', content, headers, type);
const body = '{"amount":5}';
const large = `{"amount":5,"x":"${'y'.repeat((1 << 20) + 10)}"}`;
const deep = (n) => `{"amount":5,"x":${'['.repeat(n)}${']'.repeat(n)}}`;

const bodies = () => ({
  'a member twice': row(send('{"amount":5000,"amount":5}'), 400),
  'a member twice, once escaped': row(send('{"amount":5,"\\u0061mount":5000}'), 400),
  'a member twice, further down': row(send('{"amount":5,"x":[{"y":{"a":1,"a":2}}]}'), 400),
  'a byte order mark': row(send('\xef\xbb\xbf{"amount":5}'), 400),
  'UTF-16': row(send('{\0"\0a\0m\0o\0u\0n\0t\0"\0:\x005\0}\0'), 400),
  'bytes that are not UTF-8': row(send('{"amount":5,"x":"\xff"}'), 400),
  'overlong UTF-8': row(send('{"amount":5,"x":"\xc0\xaf"}'), 400),
  'a surrogate in UTF-8': row(send('{"amount":5,"x":"\xed\xa0\x80"}'), 400),
  'a lone surrogate': row(send('{"amount":5,"x":"\\ud800"}'), 400),
  'a lone low surrogate': row(send('{"amount":5,"x":"\\udc00"}'), 400),
  'surrogates the wrong way round': row(send('{"amount":5,"x":"\\udc00\\ud800"}'), 400),
  'a lone surrogate in a name': row(send('{"amount":5,"\\ud800":1}'), 400),
  'text after the value': row(send('{"amount":5} {"amount":5000}'), 400),
  'a NUL after the value': row(send('{"amount":5}\0'), 400),
  'half a document': row(send('{"amount":5'), 400),
  'a comment': row(send('{"amount":5/*000*/}'), 400),
  'a comma at the end': row(send('{"amount":5,}'), 400),
  'single quotes': row(send("{'amount':5}"), 400),
  'a name without quotes': row(send('{amount:5}'), 400),
  'a control in a string': row(send('{"amount":5,"x":"\x01"}'), 400),
  'an escape of nothing': row(send('{"amount":5,"x":"\\x41"}'), 400),
  'NaN': row(send('{"amount":NaN}'), 400),
  'Infinity': row(send('{"amount":-Infinity}'), 400),
  'a number with a plus': row(send('{"amount":+5}'), 400),
  'a number in hexadecimal': row(send('{"amount":0x5}'), 400),
  'a number that begins with 0': row(send('{"amount":05}'), 400),
  'a number that ends in a point': row(send('{"amount":5.}'), 400),
  'white space that is not of JSON': row(send('{"amount":\x0b5}'), 400),
  'a nesting over the limit': row(send(deep(64)), 400),
  'an encoding': row(send(body, ['Content-Encoding: gzip']), 415),
  'an encoding in another case': row(send(body, ['content-encoding: BR']), 415),
  'two encodings': row(send(body, ['Content-Encoding: identity', 'Content-Encoding: gzip']), 415),
  'an encoding of nothing': row(send(body, ['Content-Encoding:']), 415),
  'an encoding named by Connection': row(send(body, ['Connection: content-encoding', 'Content-Encoding: gzip']), 415),
  'an encoding of what is held': { ...row(wire.post('/api/v1/hold', body, ['Content-Encoding: gzip']), 415), decision: 'escalate' },
  'a body over the limit': row(send(large), 413, 'too_large'),
  'a body over the limit, in chunks': row(wire.framed('/api/v1/send', ['Transfer-Encoding: chunked'], chunks(large)), 413, 'too_large'),
  'a body over the limit, announced': row(wire.framed('/api/v1/send', ['Content-Length: 99999999999'], ''), 413, 'too_large'),
  'a body over the limit that is held': { ...row(wire.post('/api/v1/hold', large), 413, 'too_large'), decision: 'escalate' },
  'a broken escape in a form': row(wire.post('/api/v1/form', 'amount=%4', [], 'application/x-www-form-urlencoded'), 400),
  'a form that is not UTF-8': row(wire.post('/api/v1/form', 'amount=%ff', [], 'application/x-www-form-urlencoded'), 400),
});

test('every body that two readers could read differently is refused, with its status, and nothing reaches the upstream', async (t) => {
  for (const [name, one] of Object.entries(bodies())) await t.test(name, () => judge.expectRefused({ ...one, name }));
});

// Well-formed, and no small amount for certain: unknown, and so denied (law 3).
const uncertain = () => ({
  'an amount that is text': send('{"amount":"5"}'),
  'no amount': send('{}'),
  'no body': send(''),
  'null': send('{"amount":null}'),
  'an amount in a list': send('{"amount":[5]}'),
  'an object instead': send('{"amount":{"value":5}}'),
  'no object at all': send('[{"amount":5}]'),
  'a name equal after case folding': send('{"amount":5,"Amount":5000}'),
  'a name of full width': send('{"amount":5,"\xef\xbd\x81mount":5000}'),
  'an exponent beyond measure': send('{"amount":1e4000}'),
  'a tiny exponent beyond measure': send('{"amount":1e-4000}'),
  'more digits than are compared': send(`{"amount":0.${'0'.repeat(500)}1}`),
  'another type': send(body, [], 'text/plain'),
  'no type': send(body, [], ''),
  'a type of another charset': send(body, [], 'application/json; charset=utf-16'),
  'a charset in another case and quotes': send(body, [], 'application/json;x=y; CHARSET="ISO-8859-1"'),
  'a form for JSON': send('amount=5', [], 'application/x-www-form-urlencoded'),
  'JSON for a form': wire.post('/api/v1/form', body),
  'a form that says it twice': wire.post('/api/v1/form', 'amount=5&amount=9', [], 'application/x-www-form-urlencoded'),
  'the same in the query': wire.post('/api/v1/send?amount=5', body),
});

test('what is well-formed and uncertain is denied', async (t) => {
  for (const [name, bytes] of Object.entries(uncertain())) {
    await t.test(name, async () => {
      const { status, head, body: text } = read(await raw(holdfast.agentPort, bytes, { done: whole }));
      assert.equal(status, 403, text);
      assert.equal(JSON.parse(text).reason_code, 'policy_denied');
      assert.match(head, /^Holdfast-Decision: deny$/m);
      assert.equal(upstream.requests.length, 0);
      ++others;
    });
  }
});

const kType = 'application/json';
const call = (more = '') => `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"list"}${more}}`;
const post = (content, headers = [], type = kType) => wire.post('/mcp', content, headers, type);
const rpc = (bytes, code, status = 400, id = null, reason = 'malformed') => ({ ...row(bytes, status, reason), rpc: code, id });

const messages = () => ({
  'no JSON': rpc(post('{"jsonrpc"'), -32700),
  'a member twice': rpc(post(call(',"id":8')), -32700),
  'a byte order mark': rpc(post(`\xef\xbb\xbf${call()}`), -32700),
  'two messages': rpc(post(call() + call()), -32700),
  'no body': rpc(post(''), -32700),
  'a batch': rpc(post(`[${call()}]`), -32600),
  'an empty batch': rpc(post('[]'), -32600),
  'no object': rpc(post('7'), -32600),
  'another version': rpc(post('{"jsonrpc":"1.0","id":7,"method":"ping"}'), -32600),
  'no version': rpc(post('{"id":7,"method":"ping"}'), -32600),
  'a stranger in the envelope': rpc(post(call(',"extra":1')), -32600),
  'a method and a result': rpc(post(call(',"result":{}')), -32600),
  'a method that is no text': rpc(post('{"jsonrpc":"2.0","id":7,"method":7}'), -32600),
  'an id of null': rpc(post('{"jsonrpc":"2.0","id":null,"method":"ping"}'), -32600),
  'an id with a fraction': rpc(post('{"jsonrpc":"2.0","id":1.5,"method":"ping"}'), -32600),
  'params that are a list': rpc(post('{"jsonrpc":"2.0","id":7,"method":"ping","params":[]}'), -32600),
  'neither method nor answer': rpc(post('{"jsonrpc":"2.0","id":7}'), -32600),
  'a method that is nearly tools/call': rpc(post('{"jsonrpc":"2.0","id":7,"method":"Tools/Call","params":{"name":"list"}}'), -32600, 400, 7),
  'no tool': rpc(post('{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{}}'), -32602, 400, 7),
  'no params': rpc(post('{"jsonrpc":"2.0","id":"a","method":"tools/call"}'), -32602, 400, 'a'),
  'an empty name': rpc(post('{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":""}}'), -32602, 400, 7),
  'a name of 129 bytes with its upstream': rpc(post(`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"${'x'.repeat(125)}"}}`), -32602, 400, 7),
  'a name with a control': rpc(post('{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"a\\u0009b"}}'), -32602, 400, 7),
  'a name that is ours': rpc(post('{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"mcp.resources/read"}}'), -32602, 400, 7),
  'Mcp-Name of another tool': rpc(post(call(), ['Mcp-Name: other']), -32020, 400, 7),
  'Mcp-Name twice': rpc(post(call(), ['Mcp-Name: list', 'Mcp-Name: list']), -32020, 400, 7),
  'Mcp-Param of another amount': rpc(post(call(), ['Mcp-Param-Amount: 5000']), -32020, 400, 7),
  'an Mcp header that says nothing of the body': rpc(post(call(), ['Mcp-Tenant: x']), -32020, 400, 7),
  'Mcp-Method of another method': rpc(post(call(), ['Mcp-Method: ping']), -32020, 400, 7),
  'Mcp-Name of what names nothing': rpc(post('{"jsonrpc":"2.0","id":7,"method":"ping"}', ['Mcp-Name: list']), -32020, 400, 7),
  'another type': rpc(post(call(), [], 'text/plain'), -32600, 415),
  'no type': rpc(post(call(), [], ''), -32600, 415),
  'another charset': rpc(post(call(), [], `${kType}; charset=utf-16`), -32600, 415),
  'an encoding': rpc(post(call(), ['Content-Encoding: gzip']), -32600, 415),
  'a method of HTTP that MCP has no use for': rpc(wire.get('/mcp', [], 'PUT /mcp HTTP/1.1'), -32600, 501),
  'GET with a body': rpc(wire.text(['GET /mcp HTTP/1.1', wire.host, wire.length('x')], 'x'), -32600),
  'DELETE with a body': rpc(wire.text(['DELETE /mcp HTTP/1.1', wire.host, 'Transfer-Encoding: chunked'], chunks('x')), -32600),
  'a message over the limit': rpc(post(large), -32600, 413, null, 'too_large'),
  'a nesting over the limit': rpc(post(call(`,"x":${deep(64)}`)), -32700),
  'a method override': rpc(post(call(), ['X-HTTP-Method-Override: DELETE']), -32600),
  '_method in the query': rpc(wire.post('/mcp?_method=DELETE', call()), -32600),
});

test('every message that MCP does not know, or that two readers could read differently, is refused', async (t) => {
  for (const [name, one] of Object.entries(messages())) await t.test(name, () => judge.expectRefused({ ...one, name }));
});

test('what is just within the limits passes', async () => {
  const filler = (1 << 20) - '{"amount":5,"x":""}'.length;
  for (const bytes of [
    send(body),
    send(deep(63)),
    send(`{"amount":5,"x":"${'y'.repeat(filler)}"}`),
    wire.post('/api/v1/stream', large), // no rule asks for its body
    wire.post('/api/v1/stream', 'anything', ['Content-Encoding: gzip'], 'text/plain'),
    wire.post('/api/v1/form', 'amount=5', [], 'application/x-www-form-urlencoded'),
    post(call()),
    post(call().replace('list', 'x'.repeat(124))),
  ]) {
    const { status, body: text } = read(await raw(holdfast.agentPort, bytes, { done: whole }));
    assert.equal(status, 200, text.slice(0, 300));
    ++others;
  }
  assert.equal(upstream.requests[2].body.length, 1 << 20);
});

test('a body that breaks off while it streams is an unknown outcome, and its upstream never has it whole', async () => {
  const before = upstream.requests.length;
  for (const content of ['5\r\nhello\r\nzz\r\n', '5\r\nhello\r\n5\r\nhello!\r\n0\r\n\r\n']) {
    const answer = await raw(holdfast.agentPort, wire.framed('/api/v1/stream', ['Transfer-Encoding: chunked'], content) + wire.post('/api/v1/stream', 'smuggled'));
    assert.doesNotMatch(answer, /200 OK/);
    ++others;
  }
  assert.equal(upstream.requests.length, before);
});

test('each refusal left one receipt', async () => {
  await judge.expectReceipts(others);
  assert.equal(judge.unrecorded, 0);
});
