// Flow rules over the sockets: reading secrets, then posting to the outside, needs approval although each alone does
// not. The label sticks to the agent: over sessions, kill -9, and the time an upload takes.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { freePort } from './support/ports.mjs';
import { messageOf, post, refusalOf, startToolServer, toolCall } from './support/rpc.mjs';
import { startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const ids = ['reader', 'reader2', 'reader3', 'holder', 'slow', 'failing', 'mcp', 'cleared', 'clean'];
const admin = 'token-of-the-admin-0123456789';
const agents = Object.fromEntries(ids.map((id) => [id, `agent-token-of-${id}-0123456789`]));
let upstream, tools, holdfast, status;

before(async () => {
  status = 200;
  upstream = await startUpstream((_, response, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(body.length ? body : '{}'));
  tools = await startToolServer();
  const secrets = { 'agent.labels_seen': { contains: 'private_data' } };
  holdfast = await Holdfast.start(
    await makeConfig({
      agents: ids.map((id) => ({ id, token: agents[id], trust_tier: 3 })),
      upstreams: [
        { name: 't', protocol: 'http', url: upstream.url, path: '/t/', tools: [{ name: 'read', match: 'GET /secret' }, { name: 'asked', match: 'POST /asked' }, { name: 'post', match: 'POST /post' }] },
        { name: 'mcp', protocol: 'mcp', url: `${tools.url}/mcp`, path: '/mcp' },
      ],
      rules: [
        { id: 'reading', tool: 't.read', action: 'allow', add_labels: ['private_data'] },
        { tool: 't.asked', action: 'escalate', add_labels: ['private_data'] },
        { tool: 'mcp.read', action: 'allow', add_labels: ['private_data'] },
        { id: 'flow', tool: '*.post', action: 'escalate', when: secrets, reason: 'This agent has seen private data' },
        { tool: '*.post', action: 'allow' },
      ],
      hold: { wait: '0s', redeem_ttl: '60s' },
      loops: 2,
      control_plane: { listen: `127.0.0.1:${await freePort()}`, tokens: [{ id: 'root', token: admin, roles: ['admin'] }] },
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  [upstream, tools].forEach((server) => server?.close());
});

const as = (agent) => ({ 'holdfast-agent-token': agents[agent] });
const read = (agent, path = '/t/secret') => send(holdfast.agentUrl, { method: 'GET', path, headers: as(agent) });
let n = 0;
const publish = (agent) => send(holdfast.agentUrl, { path: '/t/post', headers: as(agent), body: { n: ++n } });
const receiptOf = (answer) => until('its receipt', async () => (await holdfast.receipts(answer.headers['holdfast-call']))[0]);

test('each alone is allowed; posting after reading is held, for that agent', async () => {
  assert.equal((await publish('reader')).status, 200);
  const secret = await read('reader');
  assert.equal(secret.status, 200);
  const held = await publish('reader');
  assert.equal(held.status, 202);
  assert.match(held.json.detail, /^This agent has seen private data/);
  assert.equal((await publish('clean')).status, 200);
  const entry = await receiptOf(secret);
  assert.deepEqual(entry.decision.labels, ['private_data']);
  assert.ok(entry.prev, 'an authorize entry stands before it');
});

test('the label counts from before the first byte of the answer, whatever its status', async () => {
  status = 500;
  const failed = await read('failing');
  status = 200;
  assert.equal(failed.status, 500);
  assert.equal((await publish('failing')).status, 202);
});

test('kill -9 and a new session wash nothing off', async () => {
  assert.equal((await read('reader2')).status, 200);
  await holdfast.kill();
  await holdfast.start();
  assert.equal((await publish('reader2')).status, 202);
  const decided = await holdfast.pending((hold) => hold.agent.id === 'reader2');
  await holdfast.vote(decided, 'reject');
});

test('over MCP the label sticks to the agent, and not to its session', async () => {
  const call = (name, headers = {}) => post(holdfast.agentUrl, '/mcp', toolCall(name), { headers: { ...as('mcp'), ...headers } });
  assert.equal(refusalOf(await call('post')), undefined);
  assert.equal(messageOf(await call('read')).result.content[0].text, 'done');
  assert.equal(refusalOf(await call('post')), 'approval_pending');
  assert.equal((await publish('mcp')).status, 202, 'nor to its protocol');
});

test('a body that is sent after the secret was read is judged after it', async () => {
  const slow = new Promise((resolve, reject) => {
    const asking = request(`${holdfast.agentUrl}/t/post`, { method: 'POST', agent: false, headers: { ...as('slow'), 'content-type': 'application/json', 'content-length': 20 } }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    asking.on('error', reject);
    asking.write('{"secret":', async () => {
      assert.equal((await read('slow')).status, 200);
      asking.end('"hunter2"}');
    });
  });
  assert.equal(await slow, 202);
});

test('a held call puts its label on when it is released', async () => {
  const ask = () => send(holdfast.agentUrl, { path: '/t/asked', headers: as('holder'), body: { id: 1 } });
  assert.equal((await ask()).status, 202);
  assert.equal((await publish('holder')).status, 200, 'it has read nothing yet');
  await holdfast.vote(await holdfast.pending((hold) => hold.tool === 't.asked'), 'approve');
  assert.equal((await publish('holder')).status, 200);
  assert.equal((await ask()).status, 200);
  assert.equal((await publish('holder')).status, 202);
});

test('the receipt of a call that was judged by labels says which', async () => {
  assert.equal((await read('reader3')).status, 200);
  const held = await publish('reader3');
  const hold = await holdfast.pending((one) => one.agent.id === 'reader3');
  await holdfast.vote(hold, 'approve');
  const sent = await send(holdfast.agentUrl, { path: '/t/post', headers: as('reader3'), body: { n } });
  assert.equal(sent.status, 200);
  assert.equal(held.status, 202);
  assert.deepEqual((await receiptOf(sent)).decision.labels_seen, ['private_data']);
});

test('an admin takes a label off, and nobody else', async () => {
  assert.equal((await read('cleared')).status, 200);
  assert.equal((await publish('cleared')).status, 202);
  const body = { remove_labels: ['private_data'] };
  assert.equal((await holdfast.api('POST', '/v1/agents/cleared', body)).status, 403, 'an approver is no admin');
  assert.equal((await holdfast.api('POST', '/v1/agents/cleared', body, agents.cleared)).status, 401);
  assert.equal((await holdfast.api('POST', '/v1/agents/cleared', { remove: [] }, admin)).status, 400);
  const cleared = await holdfast.api('POST', '/v1/agents/cleared', body, admin);
  assert.equal(cleared.status, 200);
  assert.deepEqual(cleared.body, { id: 'cleared', labels_seen: [] });
  assert.equal((await publish('cleared')).status, 200);
});

test('tests of a policy say what the agent has seen; without that a flow rule is as if it may be true', async () => {
  const call = { tool: 't.post', args: {} };
  const tests = [
    { call: { ...call, agent: { id: 'clean', labels_seen: ['private_data'] } }, expect: 'escalate', expect_rule: 'flow' },
    { call: { ...call, agent: { id: 'clean', labels_seen: [] } }, expect: 'allow' },
    { call: { ...call, agent: 'clean' }, expect: 'escalate', expect_rule: 'flow' },
  ];
  const house = new Holdfast({ ...holdfast.config, tests });
  const tested = await house.cli('policy', 'test');
  assert.equal(tested.code, 0, tested.stdout + tested.stderr);
  const file = `${house.folder}/call.json`;
  writeFileSync(file, JSON.stringify({ ...call, agent: { id: 'clean', labels_seen: ['private_data'] } }));
  const explained = await house.cli('policy', 'explain', '--call', file);
  assert.match(explained.stdout, /agent\.labels_seen.*private_data/, explained.stdout + explained.stderr);
});
