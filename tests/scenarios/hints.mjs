// Rules on what an MCP server says of its own tools hold for tools it was never asked about, and whatever an agent has it list.
import assert from 'node:assert/strict';
import test, { after, afterEach, before, beforeEach } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { post, refusalOf, reply, toolCall } from './support/rpc.mjs';
import { startUpstream } from './support/upstream.mjs';

let server, hints, holdfast;

// It lists by a header, as GitHub's server does.
before(async () => {
  server = await startUpstream((request, response, body) => {
    const message = JSON.parse(body);
    const listed = [{ name: 'wipe', inputSchema: { type: 'object' }, annotations: hints }, { name: 'read', inputSchema: { type: 'object' } }];
    const result =
      message.method === 'tools/list'
        ? { tools: request.headers['x-mcp-toolsets'] === 'none' ? [] : listed }
        : { content: [{ type: 'text', text: 'done' }] };
    reply(response, { jsonrpc: '2.0', id: message.id, result });
  });
  holdfast = new Holdfast(
    await makeConfig({
      hold: { wait: '0s' },
      upstreams: [{ name: 'm', protocol: 'mcp', url: `${server.url}/mcp`, path: '/mcp' }],
      rules: [
        { tool: 'm.*', action: 'deny', when: { 'annotations.destructive': { eq: true, missing: false } } },
        { tool: 'm.*', action: 'allow' },
      ],
    }),
  );
});

beforeEach(async () => {
  hints = { destructiveHint: true };
  await holdfast.start();
});

afterEach(() => holdfast.stop());
after(() => server?.close());

const decision = async (tool) => {
  const answer = await post(holdfast.agentUrl, '/mcp', toolCall(tool));
  assert.equal(answer.headers['holdfast-decision'] === 'allow', refusalOf(answer) === undefined);
  return answer.headers['holdfast-decision'];
};
const list = (toolsets) =>
  post(holdfast.agentUrl, '/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' }, { headers: toolsets ? { 'x-mcp-toolsets': toolsets } : {} });

test('what was never listed is unknown, after a restart too', async () => {
  for (const tool of ['wipe', 'read', 'unlisted']) assert.equal(await decision(tool), 'deny', tool);
  await list();
  assert.equal(await decision('read'), 'allow');
  assert.equal(await decision('wipe'), 'deny');
  assert.equal(await decision('unlisted'), 'deny');
  await holdfast.kill();
  await holdfast.start();
  for (const tool of ['wipe', 'read']) assert.equal(await decision(tool), 'deny', tool);
});

test('a list that the agent empties takes nothing back', async () => {
  await list('none');
  assert.equal(await decision('wipe'), 'deny');
  await list();
  await list('none');
  assert.equal(await decision('wipe'), 'deny');
  assert.equal(await decision('read'), 'allow');
});

test('a list without a hint, or with the opposite one, loosens nothing', async () => {
  await list();
  for (const said of [undefined, { destructiveHint: false }]) {
    hints = said;
    await list();
    assert.equal(await decision('wipe'), 'deny');
    assert.equal(await decision('read'), 'allow');
  }
});
