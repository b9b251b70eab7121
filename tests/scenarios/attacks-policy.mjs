// Attacks on the judge: a call that should be held or refused, dressed as one that may pass. Each test is named
// after the attack (docs/attacks.md).
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before, beforeEach } from 'node:test';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { raw, send, statusOf } from './support/http.mjs';
import { post, refusalOf, refused, startToolServer, toolCall } from './support/rpc.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';

const hundred = { 'args.amount': { gt: 100 } };
let upstream, tools, holdfast;

before(async () => {
  upstream = await startUpstream();
  tools = await startToolServer();
  const mapped = { name: 'give', match: 'POST /v1/gifts/{to}', args: { to: 'path.to', amount: 'body.amount' } };
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [
        payment(upstream.url, { tools: [...payment('').tools, { name: 'refunds', match: 'POST /v1/refunds' }, mapped] }),
        { name: 'tools', protocol: 'mcp', url: `${tools.url}/mcp`, path: '/mcp/tools' },
      ],
      rules: [
        ...paymentRules,
        { tool: 'payment.refunds', action: 'deny', when: hundred },
        { tool: 'payment.refunds', action: 'allow' },
        { tool: 'payment.give', action: 'deny', when: { any: [hundred, { 'args.nosuch': { eq: 'x' } }] } },
        { tool: 'payment.give', action: 'allow' },
        { tool: 'tools.send', action: 'deny', when: hundred },
        { tool: 'tools.*', action: 'allow' },
      ],
      hold: { wait: '0s' },
      approvals: { timeout: '60s', flood: { pending_per_agent: 1000 }, plans: { default: { require: 1, from: ['lead'] } } },
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  [upstream, tools].forEach((server) => server?.close());
});

beforeEach(() => {
  upstream.requests.length = 0;
  tools.requests.length = 0;
});

const json = { 'content-type': 'application/json' };
const pay = (body, path = '/payment/v1/send', headers = json) => send(holdfast.agentUrl, { path, body, headers });
const rpc = (message, options) => post(holdfast.agentUrl, '/mcp/tools', message, options);

// Held (202), refused, or both readers would have agreed: never passed on.
async function neverPasses(bodies, path, headers) {
  for (const [name, body] of Object.entries(bodies)) {
    const answer = await pay(body, path, headers);
    assert.ok([202, 400, 403, 413, 415].includes(answer.status), `${name}: ${answer.status} ${answer.text}`);
    assert.equal(upstream.requests.length, 0, name);
  }
}

test('amount: "5000" against gt: 100', async () => {
  assert.equal((await pay('{"amount":5}')).status, 200, 'the same call in good form passes');
  upstream.requests.length = 0;
  await neverPasses({ text: '{"amount":"5000"}', 'small text': '{"amount":"5"}', 'text in a list': '{"amount":["5000"]}' });
});

test('amount missing, null, nested, in an array, twice, 1e400, -0, 9007199254740993, with a BOM, in UTF-16', async () => {
  await neverPasses({
    missing: '{}',
    null: '{"amount":null}',
    nested: '{"payment":{"amount":5}}',
    'in an array': '{"amount":[5]}',
    'in an array of calls': '[{"amount":5}]',
    twice: '{"amount":5,"amount":5000}',
    'twice, the other way': '{"amount":5000,"amount":5}',
    'twice, escaped': '{"amount":5,"\\u0061mount":5000}',
    '1e400': '{"amount":1e400}',
    '9007199254740993': '{"amount":9007199254740993}',
    'with a BOM': Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"amount":5}')]),
    'in UTF-16': Buffer.from('\ufeff{"amount":5}', 'utf16le'),
    'in UTF-16 without a BOM': Buffer.from('{"amount":5}', 'utf16le'),
  });
  assert.equal((await pay('{"amount":-0}')).status, 200, '-0 is a number, and is not over 100');
  assert.equal(upstream.requests.at(-1).body.toString(), '{"amount":-0}', 'and is sent as it was written');
});

test('the same key in another case, or with look-alike letters', async () => {
  await neverPasses({
    'both cases': '{"amount":5,"Amount":5000}',
    'the other case first': '{"AMOUNT":5000,"amount":5}',
    'the other case alone': '{"Amount":5}',
    'full width letters': '{"amount":5,"\uff41\uff4d\uff4f\uff55\uff4e\uff54":5000}',
    'an invisible letter': '{"amount":5,"amo\u00adunt":5000}',
    'a Cyrillic a': '{"\u0430mount":5}',
    'a NUL behind it': '{"amount":5,"amount\\u0000":5000}',
  });
});

test('tools/call inside a batch array', async () => {
  const batch = [{ jsonrpc: '2.0', id: 1, method: 'ping' }, toolCall('send', { amount: 5000 }, { id: 2 })];
  for (const revision of ['2025-03-26', '2025-06-18']) {
    assert.ok((await rpc(JSON.stringify(batch), { revision })).status >= 400, revision);
    assert.ok((await rpc(JSON.stringify([toolCall('send', { amount: 5 })]), { revision })).status >= 400, 'even one good call');
  }
  assert.equal(tools.requests.length, 0);
});

test('tools/call without an id', async () => {
  const notification = { jsonrpc: '2.0', method: 'tools/call', params: { name: 'send', arguments: { amount: 5000 } } };
  assert.ok((await rpc(notification)).status >= 400);
  assert.equal(tools.requests.length, 0);
});

test('a body larger than the limit with the bad field at its end', async () => {
  const padding = 'x'.repeat((1 << 20) + 1);
  const answer = await pay(`{"amount":5,"note":"${padding}","amount":5000}`);
  assert.equal(answer.status, 413);
  const chunked = ['5', 'x'].map(() => `{"amount":5,"note":"${padding}"`).join('');
  const bytes = `POST /payment/v1/send HTTP/1.1\r\nHost: 127.0.0.1:${holdfast.agentPort}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const cut = await raw(holdfast.agentPort, `${bytes}${chunked.length.toString(16)}\r\n${chunked}\r\n0\r\n\r\n`, { done: (text) => /}/.test(text) });
  assert.equal(statusOf(cut), 413);
  assert.equal(upstream.requests.length, 0);
});

test('a gzip body', async () => {
  const bodies = { gzip: gzipSync('{"amount":5000}'), 'plain text called gzip': '{"amount":5}' };
  for (const coding of ['gzip', 'x-gzip', 'identity, gzip', 'br']) {
    await neverPasses(bodies, '/payment/v1/send', { ...json, 'content-encoding': coding });
  }
});

test('a form body where JSON is expected', async () => {
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', 'application/json, text/plain', '']) {
    await neverPasses({ form: 'amount=5000', 'JSON all the same': '{"amount":5}' }, '/payment/v1/send', { 'content-type': type });
  }
});

test('a body field repeated in query and path', async () => {
  await neverPasses({ query: '{"amount":5}' }, '/payment/v1/send?amount=5000');
  await neverPasses({ 'query in another case': '{"amount":5}' }, '/payment/v1/send?Amount=5000');
  await neverPasses({ path: '{"amount":5,"to":"mallory"}' }, '/payment/v1/gifts/acme?amount=5000');
});

test('an Mcp-Name header that differs from the body', async () => {
  const message = toolCall('send', { amount: 5 });
  for (const revision of ['2025-06-18', '2025-11-25']) {
    for (const headers of [{ 'mcp-name': 'list' }, { 'mcp-name': 'Send' }, { 'mcp-method': 'tools/list' }, { 'mcp-name': ['send', 'list'] }]) {
      const answer = await rpc(message, { headers, revision });
      assert.equal(answer.status, 400, `${JSON.stringify(headers)}: ${answer.text}`);
    }
    assert.equal(refusalOf(await rpc(message, { headers: { 'mcp-name': 'send', 'mcp-method': 'tools/call' }, revision })), undefined);
  }
  assert.equal(tools.requests.length, 2);
});

test('a tool name with another case, a trailing dot, NUL, percent escapes', async () => {
  for (const name of ['Send', 'SEND', 'send.', 'send\0', 'send ', ' send', '\uff53end', 'se\u00adnd', 'tools.send']) {
    const answer = await rpc(toolCall(name, { amount: 5000 }));
    assert.ok(refused(answer), `${JSON.stringify(name)}: ${answer.status} ${answer.text}`);
  }
  assert.equal(tools.requests.length, 0);
});

test('paths %72efunds, //refunds, x/../refunds, refunds;a=b, and an absolute target of another host', async () => {
  const large = '{"amount":5000}';
  const ask = (target) =>
    raw(holdfast.agentPort, `POST ${target} HTTP/1.1\r\nHost: 127.0.0.1:${holdfast.agentPort}\r\nContent-Type: application/json\r\nContent-Length: ${large.length}\r\n\r\n${large}`, {
      done: (text) => /\r\n\r\n.*}/s.test(text),
    });
  const targets = ['%72efunds', '%52efunds', '/refunds', 'x/../refunds', './refunds', 'refunds;a=b', 'refunds%3Ba', 'refunds%00', 'refunds%2F', 'refunds/', 'refunds.json', 'Refunds'];
  for (const name of targets) assert.ok([400, 403].includes(statusOf(await ask(`/payment/v1/${name}`))), name);
  assert.equal(statusOf(await ask('http://crm.internal/payment/v1/refunds')), 400);
  assert.equal(upstream.requests.length, 0);
});

test('a rule on a field the tool does not have', async () => {
  const answer = await pay('{"amount":5}', '/payment/v1/gifts/acme');
  assert.equal(answer.status, 403, 'a condition that can never be known never lets a call through');
  assert.equal(upstream.requests.length, 0);
});

test("the README's own policy against /v1/send/, /V1/send, /v1/send.json and GET with a body", async () => {
  const text = readFileSync(join(process.env.HOLDFAST_ROOT, 'examples', 'first.yaml'), 'utf8');
  process.env.ALICE_TOKEN = 'token-of-alice-0123456789';
  const { agent_plane, control_plane } = await makeConfig();
  const planes = `agent_plane: {listen: "${agent_plane.listen}"}\ncontrol_plane: {listen: "${control_plane.listen}"}\n`;
  const house = new Holdfast(text.replaceAll('http://127.0.0.1:9001', upstream.url) + planes);
  await house.start();
  const url = `http://${agent_plane.listen}`;
  const ask = (method, path, body = '{"amount":5000}') => send(url, { method, path, body, headers: json });
  for (const [method, path] of [['POST', '/payment/v1/send/'], ['POST', '/payment/V1/send'], ['POST', '/payment/v1/send.json'], ['GET', '/payment/v1/send'], ['PUT', '/payment/v1/send']]) {
    const answer = await ask(method, path);
    assert.ok([400, 403].includes(answer.status), `${method} ${path}: ${answer.status} ${answer.text}`);
  }
  assert.equal(upstream.requests.length, 0);
  assert.equal((await ask('POST', '/payment/v1/send', '{"amount":5}')).status, 200);
  await house.stop();
});

test('a route on an unknown field falling to a laxer plan', async () => {
  const strict = { require: 2, from: ['lead', 'security'], must_include: ['security'] };
  const routed = await Holdfast.start(
    await makeConfig({
      upstreams: [payment(upstream.url)],
      rules: [{ tool: 'payment.send', action: 'escalate' }],
      approvers: [['alice', 'lead'], ['bob', 'security']].map(([id, group]) => ({ id, groups: [group], token: tokens[id] })),
      approvals: {
        timeout: '60s',
        routes: [{ when: hundred, plan: 'strict' }],
        plans: { default: { require: 1, from: ['lead'] }, strict },
      },
      hold: { wait: '0s' },
    }),
  );
  try {
    const body = { amount: '5000' };
    assert.equal((await send(routed.agentUrl, { path: '/payment/v1/send', body })).status, 202);
    const hold = await routed.pending((one) => one.tool === 'payment.send');
    assert.equal(hold.plan, 'default');
    assert.deepEqual(hold.further_plans, ['strict']);
    const status = async () => (await routed.api('GET', `/v1/approvals/${hold.id}`)).body.status;
    assert.equal((await routed.vote(hold, 'approve')).status, 200);
    assert.equal(await status(), 'pending', 'the default plan alone is met');
    assert.equal((await send(routed.agentUrl, { path: '/payment/v1/send', body })).status, 202);
    assert.equal(upstream.requests.length, 0);
    assert.equal((await routed.vote(hold, 'approve', { token: tokens.bob })).status, 200);
    assert.equal((await send(routed.agentUrl, { path: '/payment/v1/send', body })).status, 200);
    assert.equal((await routed.cli('receipts', 'verify', '--all')).code, 0);
  } finally {
    await routed.stop();
  }
});

test('resources/read, prompts/get, Tools/Call and a vendor method under default deny', async () => {
  for (const method of ['resources/read', 'prompts/get', 'Tools/Call', 'tools/call ', 'vendor/run', 'tools/callx']) {
    const answer = await rpc({ jsonrpc: '2.0', id: 1, method, params: { name: 'send', uri: 'file:///etc/passwd', arguments: { amount: 5 } } });
    assert.ok(refused(answer), `${method}: ${answer.status} ${answer.text}`);
  }
  assert.equal(tools.requests.length, 0);
});

test('X-HTTP-Method-Override: DELETE', async () => {
  for (const name of ['x-http-method-override', 'X-Http-Method', 'x-method-override', 'x_http_method_override', 'x-original-url', 'x-rewrite-url']) {
    const answer = await pay('{"amount":5}', '/payment/v1/send', { ...json, [name]: name.includes('url') ? '/v1/all' : 'DELETE' });
    assert.equal(answer.status, 400, name);
  }
  assert.equal((await pay('{"amount":5}', '/payment/v1/send?_method=DELETE')).status, 400);
  assert.equal((await pay('{"amount":5,"_method":"DELETE"}')).status, 400);
  assert.equal(upstream.requests.length, 0);
});
