// A rule on what a real MCP server's list says of its tools: unknown until the list has passed, so nothing is laxer for want of
// it; then as the server says; and never as an agent, or a system that asks, says (docs/policy.md, docs/upstreams.md).
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { connectClient, refusalOf, textOf } from './support/mcp.mjs';
import { packages } from './support/packages.mjs';
import { startUpstream } from './support/upstream.mjs';

const { McpServer } = packages('@modelcontextprotocol/sdk/server/mcp.js');
const { StreamableHTTPServerTransport } = packages('@modelcontextprotocol/sdk/server/streamableHttp.js');

const hints = {
  read_notes: { readOnlyHint: true, destructiveHint: false },
  append_note: { readOnlyHint: false, destructiveHint: false },
  delete_notes: { readOnlyHint: false, destructiveHint: true },
  silent: undefined,
};
let upstream, holdfast, client, called;

before(async () => {
  called = [];
  // The stock server, a new one for each request, whose hints may change between two of them.
  upstream = await startUpstream(async (request, response, body) => {
    const server = new McpServer({ name: 'notes', version: '1.0.0' });
    for (const [name, annotations] of Object.entries(hints)) {
      server.registerTool(name, { description: name, ...(annotations ? { annotations } : {}) }, () => {
        called.push(name);
        return { content: [{ type: 'text', text: `did ${name}` }] };
      });
    }
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    await server.connect(transport);
    await transport.handleRequest(request, response, body.length ? JSON.parse(body) : undefined);
  });
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [{ name: 'notes', protocol: 'mcp', url: `${upstream.url}/mcp`, path: '/mcp/notes' }],
      rules: [
        { tool: 'notes.*', action: 'deny', when: { 'annotations.destructive': true }, reason: 'Nothing destructive' },
        { tool: 'notes.*', action: 'escalate', when: { 'annotations.read_only': { eq: false, missing: true } }, reason: 'Writing is asked for' },
        { tool: 'notes.*', action: 'allow' },
      ],
    }),
  );
  ({ client } = await connectClient(`${holdfast.agentUrl}/mcp/notes`));
});

after(async () => {
  await client?.close();
  await holdfast?.stop();
  upstream?.close();
});

const call = (name) => client.callTool({ name, arguments: {} });
const refused = async (name) => refusalOf(await call(name))?.reason_code;

test('before the server has told anything, its hints are unknown: what denies on one denies', async () => {
  for (const name of Object.keys(hints)) assert.equal(await refused(name), 'policy_denied', name);
  assert.deepEqual(called, []);
});

test('once its list has passed, each call is judged by what the server says of its tool', async () => {
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map((tool) => tool.annotations), Object.values(hints), 'the list passes as it is');
  assert.match(textOf(await call('read_notes')), /did read_notes/);
  assert.equal(await refused('delete_notes'), 'policy_denied');
  assert.equal(await refused('append_note'), 'approval_pending', 'it says that it writes');
  assert.equal(await refused('silent'), 'policy_denied', 'it is in the list, and says nothing: unknown');
  assert.deepEqual(called, ['read_notes']);
});

test('nobody but the server says it: not the call, not the check of an agent', async () => {
  const result = await client.callTool({ name: 'delete_notes', arguments: {}, _meta: { annotations: { destructiveHint: false } }, annotations: { destructiveHint: false } });
  assert.equal(refusalOf(result).reason_code, 'policy_denied');
  const asked = await send(holdfast.agentUrl, { path: '/.well-known/holdfast/check', body: { tool: 'notes.delete_notes', annotations: { destructive: false } } });
  assert.equal(asked.status, 403, asked.text);
  assert.deepEqual(called, ['read_notes']);
});

test('of a tool of which a server changes its mind nothing is known any more, whichever way it does', async () => {
  hints.read_notes = { readOnlyHint: false, destructiveHint: true };
  hints.delete_notes = { readOnlyHint: true, destructiveHint: false };
  assert.match(textOf(await call('read_notes')), /did read_notes/, 'nobody has told yet');
  await client.listTools();
  assert.equal(await refused('read_notes'), 'policy_denied');
  assert.equal(await refused('delete_notes'), 'policy_denied');
  assert.deepEqual(called, ['read_notes', 'read_notes']);
});
