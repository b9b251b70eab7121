// Every way we know to wash a label off, to read without getting one, or to be judged before it is there.
import assert from 'node:assert/strict';
import test, { after, afterEach, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { freePort } from './support/ports.mjs';
import { post, refusalOf, startToolServer, toolCall } from './support/rpc.mjs';
import { startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const pdpToken = 'token-of-the-pdp-0123456789';
const secrets = { 'agent.labels_seen': { contains: 'private_data' } };
const rules = [
  { tool: 't.never', action: 'deny' },
  { id: 'shadow', tool: 't.plain', action: 'allow', add_labels: ['private_data'], mode: 'shadow' },
  { id: 'lapsed', tool: 't.plain', action: 'allow', add_labels: ['private_data'], expires: '2020-01-01' },
  { tool: 't.plain', action: 'allow' },
  { tool: 't.once', action: 'allow', add_labels: ['private_data'], limit: { calls: 1, per: '1h', by: 'agent' } },
  { tool: 't.asked', action: 'escalate', add_labels: ['private_data'] },
  { tool: 't.perhaps', action: 'allow', add_labels: ['private_data'], when: { 'args.of': { gt: 5 } } },
  { tool: 't.perhaps', action: 'allow' },
  { id: 'reading', tool: '*.read', action: 'allow', add_labels: ['private_data'] },
  { id: 'flow', tool: '*.post', action: 'escalate', when: secrets, reason: 'This agent has seen private data' },
  { tool: '*.post', action: 'allow' },
];
const names = ['never', 'plain', 'once', 'asked', 'perhaps', 'post'];
let upstream, tools, holdfast, pdpUrl, waiting;
let agentsTaken = 0, number = 0;
const admin = 'token-of-the-admin-0123456789';

const ids = Array.from({ length: 40 }, (_, i) => `bot${i}`);
const tokenOf = (id) => `agent-token-of-${id}-0123456789`;
const newAgent = () => ids[agentsTaken++];

async function config(more = {}) {
  const pdp = await freePort();
  return makeConfig({
    agents: ids.map((id) => ({ id, token: tokenOf(id) })),
    upstreams: [
      { name: 't', protocol: 'http', url: upstream.url, path: '/t/', tools: [{ name: 'read', match: 'GET /read' }, ...names.map((name) => ({ name, match: `POST /${name}` }))], method_in_body: 'keep' },
      { name: 'mcp', protocol: 'mcp', url: `${tools.url}/mcp`, path: '/mcp' },
    ],
    rules,
    pdp_plane: { listen: `127.0.0.1:${pdp}`, token: pdpToken },
    hold: { wait: '0s', redeem_ttl: '60s' },
    control_plane: { listen: `127.0.0.1:${await freePort()}`, tokens: [{ id: 'root', token: admin, roles: ['admin'] }] },
    loops: 2,
    ...more,
  });
}

before(async () => {
  waiting = []; // answers of the tool that are held back
  upstream = await startUpstream((request, response, body) => {
    const answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end(body.length ? body : '{"secret":1}');
    if (request.headers['x-hold-back']) waiting.push(answer);
    else answer();
  });
  tools = await startToolServer();
  const made = await config();
  pdpUrl = `http://${made.pdp_plane.listen}`;
  holdfast = await Holdfast.start(made);
});
afterEach(() => waiting.splice(0).forEach((answer) => answer()));
after(async () => {
  await holdfast?.stop();
  [upstream, tools].forEach((server) => server?.close());
});

const call = (agent, name, { method = 'POST', body = { of: agent }, headers = {} } = {}) =>
  send(holdfast.agentUrl, { method, path: `/t/${name}`, body: method === 'GET' ? undefined : body, headers: { 'holdfast-agent-token': tokenOf(agent), ...headers } });
const read = (agent, headers = {}) => call(agent, 'read', { method: 'GET', headers });
const passes = async (agent) => (await call(agent, 'post', { body: { of: agent, n: ++number } })).status === 200;
const receiptOf = (id) => until('its receipt', async () => (await holdfast.receipts(id))[0]);
const approve = async (tool, agent) => {
  const hold = await holdfast.pending((one) => one.tool === tool && one.agent.id === agent);
  assert.equal((await holdfast.vote(hold, 'approve')).status, 200);
  return hold;
};
const check = (body) => send(pdpUrl, { path: '/v1/check', body, headers: { authorization: `Bearer ${pdpToken}` } });
const told = {
  'nginx/hidden': (method, uri) => ({ 'x-original-method': method, 'x-original-uri': uri }),
  'forward-auth/sent': (method, uri) => ({ 'x-forwarded-method': method, 'x-forwarded-uri': uri, 'x-forwarded-host': 'app.internal' }),
};
const gate = (agent, method, uri, kind, body) =>
  send(pdpUrl, { path: `/v1/as/${agent}/${kind}`, body, headers: { 'holdfast-pdp-token': pdpToken, ...told[kind](method, uri) } });

test('a call that is judged while another reads: the label is on before the read leaves, whatever the tool takes to answer', async () => {
  const agent = newAgent();
  const reading = read(agent, { 'x-hold-back': '1' });
  await until('the tool has the call', () => waiting.length === 1);
  assert.equal(await passes(agent), false);
  assert.equal(await passes(newAgent()), true);
  waiting.splice(0).forEach((answer) => answer());
  assert.equal((await reading).status, 200);
});

test('a client that hangs up before the answer has the label all the same', async () => {
  const agent = newAgent();
  const gone = new AbortController();
  const reading = send(holdfast.agentUrl, { method: 'GET', path: '/t/read', signal: gone.signal, headers: { 'holdfast-agent-token': tokenOf(agent), 'x-hold-back': '1' } }).catch(() => 'gone');
  await until('the tool has the call', () => waiting.length === 1);
  gone.abort();
  assert.equal(await reading, 'gone');
  assert.equal(await passes(agent), false);
});

test('many calls at once, on every connection and loop: whoever was answered is labelled', async () => {
  const agent = newAgent();
  const answers = await Promise.all(Array.from({ length: 20 }, async () => {
    assert.equal((await read(agent)).status, 200);
    return passes(agent);
  }));
  assert.deepEqual(new Set(answers), new Set([false]));
});

test('what is denied, limited, rejected, in shadow or lapsed labels nobody', async () => {
  const agent = newAgent();
  assert.equal((await call(agent, 'never')).status, 403);
  const plain = await call(agent, 'plain');
  assert.equal(plain.status, 200);
  assert.equal((await receiptOf(plain.headers['holdfast-call'])).decision.labels, undefined);
  assert.equal((await call(agent, 'asked')).status, 202);
  await holdfast.vote(await holdfast.pending((one) => one.agent.id === agent), 'reject');
  assert.equal((await call(agent, 'asked')).json.reason_code, 'rejected');
  assert.equal(await passes(agent), true);
});

test('what a limit refuses labels nobody, and what it lets through does', async () => {
  const agent = newAgent();
  assert.equal((await call(agent, 'once')).status, 200);
  assert.equal(await passes(agent), false);
  assert.equal((await holdfast.api('POST', `/v1/agents/${agent}`, { remove_labels: ['private_data'] }, admin)).status, 200);
  assert.equal((await call(agent, 'once')).status, 429);
  assert.equal(await passes(agent), true);
});

test('a rule that may have been meant labels: an argument of another type does not avoid it', async () => {
  const agent = newAgent();
  assert.equal((await call(agent, 'perhaps', { body: { of: 1 } })).status, 200);
  assert.equal(await passes(agent), true);
  assert.equal((await call(agent, 'perhaps', { body: { of: '9' } })).status, 200);
  assert.equal(await passes(agent), false);
});

test('an asynchronous call labels when it runs, and its stored answer is read behind that', async () => {
  const agent = newAgent();
  const asked = await call(agent, 'asked', { headers: { prefer: 'respond-async' } });
  assert.equal(asked.status, 202);
  assert.equal(await passes(agent), true, 'nothing was read yet');
  await approve('t.asked', agent);
  const stored = () => send(holdfast.agentUrl, { method: 'GET', path: asked.headers.location, headers: { 'holdfast-agent-token': tokenOf(agent) } });
  await until('its answer', async () => (await stored()).status === 200);
  assert.equal(await passes(agent), false);
});

test('a held call is judged again with the labels its agent has when it is released', async () => {
  const agent = newAgent();
  const body = { of: agent, held: 1 };
  assert.equal((await read(agent)).status, 200);
  const held = await call(agent, 'post', { body });
  assert.equal(held.status, 202);
  const { id } = await approve('t.post', agent);
  const sent = await call(agent, 'post', { body });
  assert.equal(sent.status, 200);
  assert.deepEqual((await receiptOf(sent.headers['holdfast-call'])).decision.labels_seen, ['private_data']);
  assert.equal((await holdfast.hold(id)).status, 'released');
});

test('reading and posting by way of systems that ask: one set of labels, whoever carries the call', async () => {
  const [a, b, c] = [newAgent(), newAgent(), newAgent()];
  const posting = (agent) => check({ tool: 't.post', agent, args: { of: agent } });
  assert.equal((await posting(a)).json.allowed, true);
  const allowed = await check({ tool: 't.read', agent: a });
  assert.equal(allowed.json.allowed, true, allowed.text);
  assert.deepEqual((await receiptOf(allowed.json.call_id)).decision.labels, ['private_data']);
  assert.equal(await passes(a), false, 'read by a check, posted through us');
  const held = await posting(a);
  assert.equal(held.json.requires_approval, true, 'and posted by a check');

  assert.equal((await read(b)).status, 200);
  const after = await posting(b);
  assert.equal(after.json.requires_approval, true, 'read through us, posted by a check');
  await holdfast.vote(await holdfast.hold(after.json.approval_id), 'approve');
  const consumed = await send(pdpUrl, { path: `/v1/check/${after.json.approval_id}/consume`, headers: { authorization: `Bearer ${pdpToken}` } });
  assert.equal(consumed.status, 200, consumed.text);

  const clean = await gate(c, 'POST', '/t/post', 'forward-auth/sent', { of: c });
  assert.equal(clean.status, 200, clean.text);
  const seen = await gate(c, 'GET', '/t/read', 'nginx/hidden');
  assert.equal(seen.status, 200, seen.text);
  assert.equal(await passes(c), false, 'read through a proxy that asks');
  assert.equal((await gate(c, 'POST', '/t/post', 'forward-auth/sent', { of: c, n: 2 })).status, 403);
});

test('what is consumed labels its agent when it is consumed', async () => {
  const agent = newAgent();
  const asked = await check({ tool: 't.asked', agent, args: {} });
  await holdfast.vote(await holdfast.hold(asked.json.approval_id), 'approve');
  assert.equal(await passes(agent), true);
  const consumed = await send(pdpUrl, { path: `/v1/check/${asked.json.approval_id}/consume`, headers: { authorization: `Bearer ${pdpToken}` } });
  assert.equal(consumed.status, 200, consumed.text);
  assert.equal(await passes(agent), false);
});

test('a body that the proxy does not show may hold what is read meanwhile: it is not allowed by a label that is not there yet', async () => {
  const agent = newAgent();
  const early = await gate(agent, 'POST', '/t/post', 'nginx/hidden');
  assert.equal(early.status, 403, 'its body could be sent after the secret was read');
  assert.equal((await gate(agent, 'POST', '/t/plain', 'nginx/hidden')).status, 200, 'where no rule asks for labels it is as ever');
});

test('who asks about a call of its own is told by the labels it has, and cannot bring its own', async () => {
  const agent = newAgent();
  const ask = (body) => send(holdfast.agentUrl, { path: '/.well-known/holdfast/check', body, headers: { 'holdfast-agent-token': tokenOf(agent) } });
  assert.equal((await ask({ tool: 't.post', args: {} })).json.decision, 'allow');
  await read(agent);
  assert.equal((await ask({ tool: 't.post', args: {} })).json.decision, 'escalate');
  assert.equal((await ask({ tool: 't.post', args: {}, agent: { id: agent, labels_seen: [] } })).status, 403);
  assert.equal((await check({ tool: 't.post', args: {}, agent: { id: agent, labels_seen: [] } })).status, 400);
});

test('over MCP, as a notification and as a call: who reads is labelled', async () => {
  const [called, told] = [newAgent(), newAgent()];
  const ask = (agent, message) => post(holdfast.agentUrl, '/mcp', message, { headers: { 'holdfast-agent-token': tokenOf(agent) } });
  assert.equal(refusalOf(await ask(called, toolCall('post'))), undefined);
  await ask(called, toolCall('read'));
  assert.equal(refusalOf(await ask(called, toolCall('post'))), 'approval_pending');
  await ask(told, toolCall('read', {}, { id: undefined }));
  assert.equal(await passes(told), false);
});

test('a reload that takes the rule away takes no label off, nor does a restart, nor one behind the other', async () => {
  const agent = newAgent();
  assert.equal((await read(agent)).status, 200);
  const without = { ...holdfast.config, rules: [{ tool: '*.read', action: 'allow' }, ...rules.filter(({ id }) => id !== 'reading')] };
  holdfast.write(without);
  holdfast.child.kill('SIGHUP');
  const other = newAgent();
  await until('the new policy', async () => {
    const answer = await read(other);
    return (await receiptOf(answer.headers['holdfast-call'])).decision.rule === 'rules[0]';
  });
  assert.equal(await passes(agent), false);
  await holdfast.stop();
  await holdfast.start();
  assert.equal(await passes(agent), false);
  await holdfast.kill();
  holdfast.write(holdfast.config);
  await holdfast.start();
  assert.equal(await passes(agent), false);
});

test('while a call is under way its label stays, however short labels.ttl is, and counts from its end', async () => {
  const short = await config({ labels: { ttl: '1s' }, hold: { wait: '0s', result_ttl: '1s' } });
  const house = await Holdfast.start(short);
  const ask = (name, method, headers = {}) => send(house.agentUrl, { method, path: `/t/${name}`, body: method === 'GET' ? undefined : { n: ++number }, headers: { 'holdfast-agent-token': tokenOf('bot0'), ...headers } });
  const reading = ask('read', 'GET', { 'x-hold-back': '1' });
  await until('the tool has the call', () => waiting.length === 1);
  const begun = performance.now();
  await until('more than its time', () => performance.now() - begun > 1500);
  assert.equal((await ask('post', 'POST')).status, 202, 'the secret is still to come');
  waiting.splice(0).forEach((answer) => answer());
  assert.equal((await reading).status, 200);
  await until('it has fallen off', async () => (await ask('post', 'POST')).status === 200);
  await house.stop();
});

test('a check whose outcome is promised is under way until it is told, and its label stays on until then', async () => {
  const short = await config({ labels: { ttl: '1s' }, hold: { wait: '0s', result_ttl: '1s' } });
  const house = await Holdfast.start(short);
  const asked = (path, body) => send(`http://${short.pdp_plane.listen}`, { path, body, headers: { authorization: `Bearer ${pdpToken}` } });
  const posting = async () => (await asked('/v1/check', { tool: 't.post', agent: 'bot0', args: { n: ++number } })).json.allowed;
  const reading = await asked('/v1/check', { tool: 't.read', agent: 'bot0', report: true });
  assert.equal(reading.json.allowed, true, reading.text);
  const begun = performance.now();
  await until('more than its time', () => performance.now() - begun > 1500);
  assert.equal(await posting(), false, 'the secret is still to come');
  assert.equal((await asked(`/v1/check/${reading.json.call_id}/outcome`, { outcome: 'succeeded' })).status, 200);
  await until('it has fallen off', posting);
  await house.stop();
});

test('nobody is told apart without identity: what one anonymous caller reads, all have read', async () => {
  const house = await Holdfast.start(await config({ agents: undefined }));
  const ask = (name, method) => send(house.agentUrl, { method, path: `/t/${name}`, body: method === 'GET' ? undefined : { n: ++number } });
  assert.equal((await ask('post', 'POST')).status, 200);
  assert.equal((await ask('read', 'GET')).status, 200);
  assert.equal((await ask('post', 'POST')).status, 202);
  await house.stop();
});
