// A call that gives its agent something to read, on a machine that dies or has a bad disk: what reached the tool has its
// label, for every moment in between.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from '../scenarios/support/holdfast.mjs';
import { send } from '../scenarios/support/http.mjs';
import { tempFolder } from '../scenarios/support/ports.mjs';
import { startUpstream } from '../scenarios/support/upstream.mjs';
import { kinds, Layer, parts } from './layer.mjs';

const read = new Set(); // whose secret the tool was asked for
let upstream, holdfast, layer;
let number = 0;

before(async () => {
  upstream = await startUpstream((request, response, body) => {
    if (request.method === 'GET') read.add(request.url);
    response.writeHead(200, { 'content-type': 'application/json' }).end(body.length ? body : '{"secret":1}');
  });
  const folder = tempFolder();
  const ids = Array.from({ length: 250 }, (_, i) => `bot${i}`);
  holdfast = new Holdfast(
    await makeConfig({
      agents: ids.map((id) => ({ id, token: tokenOf(id) })),
      upstreams: [{ name: 't', protocol: 'http', url: upstream.url, path: '/t/', tools: [{ name: 'read', match: 'GET /secret/{of}' }, { name: 'post', match: 'POST /post' }] }],
      rules: [
        { tool: 't.read', action: 'allow', add_labels: ['private_data'] },
        { tool: 't.post', action: 'escalate', when: { 'agent.labels_seen': { contains: 'private_data' } } },
        { tool: 't.post', action: 'allow' },
      ],
      hold: { wait: '0s' },
    }),
    folder,
  );
  layer = new Layer(folder, join(folder, 'data'));
});
after(async () => {
  if (alive()) await holdfast.kill();
  layer.close();
  upstream.close();
});

const tokenOf = (id) => `agent-token-of-${id}-0123456789`;
const alive = () => holdfast.child && holdfast.child.exitCode === null && holdfast.child.signalCode === null;
const call = (agent, method, path, body) => send(holdfast.agentUrl, { method, path, body, headers: { 'holdfast-agent-token': tokenOf(agent) } });
const isLabelled = async (agent) => {
  const { status, text } = await call(agent, 'POST', '/t/post', { of: agent });
  assert.ok(status === 200 || status === 202, text);
  return status === 202;
};

// Strikes every operation in turn, until the call is through without one.
async function killed(action) {
  let struck = true, reached = 0, steps = 0;
  for (let at = 1; struck; ++at, ++steps) {
    const agent = `bot${number++}`;
    await holdfast.start(layer.env);
    layer.plan({ at, action, within: parts.log + parts.store + parts.network });
    await call(agent, 'GET', `/t/secret/${agent}`).catch(() => undefined);
    struck = layer.struck;
    layer.lift();
    if (struck) await holdfast.ended;
    else await holdfast.kill();
    await holdfast.start();
    const labelled = await isLabelled(agent);
    if (read.has(`/secret/${agent}`)) {
      ++reached;
      assert.ok(labelled, `${action} at operation ${at}`);
    }
    await holdfast.stop();
  }
  assert.ok(steps > 3 && reached > 1 && reached < steps, `${steps} steps, ${reached} reached the tool`);
}

test('a kill before every durable step of a call that reads: what reached the tool has its label', () => killed('stop'));
test('a kill behind every durable step of a call that reads: what reached the tool has its label', () => killed('after'));
test('a power cut behind every durable step of a call that reads: what reached the tool has its label', () => killed('after_cut'));

async function refused(action) {
  await holdfast.start(layer.env);
  const agent = `bot${number++}`;
  layer.plan({ at: 1, action, of: kinds.write + kinds.sync + kinds.size, within: parts.store, lasting: true });
  const answer = await call(agent, 'GET', `/t/secret/${agent}`);
  assert.deepEqual([answer.status, answer.json.reason_code], [503, 'unavailable'], answer.text);
  assert.equal(read.has(`/secret/${agent}`), false);
  assert.equal(await isLabelled(agent), false, 'what was not read leaves no label');
  layer.lift();
  assert.equal((await call(agent, 'GET', `/t/secret/${agent}`)).status, 200);
  assert.equal(await isLabelled(agent), true);
  await holdfast.stop();
}

test('a store that fails: a call whose label cannot be kept is not sent, and puts none on', () => refused('EIO'));
test('a store that is full: a call whose label cannot be kept is not sent, and puts none on', () => refused('ENOSPC'));
test('a store that is read-only: a call whose label cannot be kept is not sent, and puts none on', () => refused('EROFS'));
