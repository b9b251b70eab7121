// Tools that a rule hides are in no list an agent gets: from real servers, as JSON and as events, page by page, for one agent
// and not for the other; and what stays of a list stays byte for byte.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { connectClient, refusalOf, startEverything } from './support/mcp.mjs';
import { packages } from './support/packages.mjs';
import { startUpstream } from './support/upstream.mjs';

const { Server } = packages('@modelcontextprotocol/sdk/server/index.js');
const { StreamableHTTPServerTransport } = packages('@modelcontextprotocol/sdk/server/streamableHttp.js');
const types = packages('@modelcontextprotocol/sdk/types.js');

const tokens = { clerk: 'token-of-the-clerk-0123456', chief: 'token-of-the-chief-0123456' };
const rules = [
  { tool: '*.echo', action: 'allow' },
  { tool: '*.get-env', action: 'deny', hide: true, reason: 'Not for agents' },
  { tool: 'everything.secret-sum', action: 'deny', hide: true, when: { 'agent.trust_tier': { gte: 3 } } },
  { tool: '*.*sum*', action: 'deny', hide: true, when: { 'agent.trust_tier': { gte: 3 } } },
  { tool: '*.t1*', action: 'deny', hide: true, when: { 'agent.id': 'clerk' } },
  { tool: '*.t2*', action: 'deny', hide: true, expires: '2020-01-01' },
  { tool: '**', action: 'allow' },
];
let everything, paged, replayed, scripted, answers, holdfast, clients;

// 25 tools in pages of ten, answered as JSON, by the stock SDK server.
async function startPaged() {
  return startUpstream(async (request, response, body) => {
    const server = new Server({ name: 'paged', version: '1.0.0' }, { capabilities: { tools: {} } });
    server.setRequestHandler(types.ListToolsRequestSchema, ({ params }) => {
      const from = Number(params?.cursor ?? 0);
      const tools = Array.from({ length: Math.min(10, 25 - from) }, (_, i) => ({ name: `t${from + i}`, inputSchema: { type: 'object' } }));
      return from + 10 < 25 ? { tools, nextCursor: String(from + 10) } : { tools };
    });
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
    await server.connect(transport);
    await transport.handleRequest(request, response, body.length ? JSON.parse(body) : undefined);
  });
}

before(async () => {
  everything = await startEverything();
  paged = await startPaged();
  answers = {};
  scripted = await startUpstream((request, response, body) => {
    const { type, text, head = {} } = answers[request.method === 'GET' ? 'GET' : JSON.parse(body).params.which];
    response.writeHead(200, { 'content-type': type, ...head });
    response.end(text);
  });
  holdfast = await Holdfast.start(
    await makeConfig({
      agents: [{ id: 'clerk', trust_tier: 4, token: tokens.clerk }, { id: 'chief', trust_tier: 1, token: tokens.chief }],
      upstreams: [
        { name: 'everything', protocol: 'mcp', url: everything.url, path: '/mcp/everything' },
        { name: 'paged', protocol: 'mcp', url: `${paged.url}/mcp`, path: '/mcp/paged' },
        { name: 'scripted', protocol: 'mcp', url: `${scripted.url}/mcp`, path: '/mcp/scripted' },
      ],
      rules,
    }),
  );
  clients = {};
  for (const agent of Object.keys(tokens)) {
    for (const upstream of ['everything', 'paged']) {
      const options = { requestInit: { headers: { 'Holdfast-Agent-Token': tokens[agent] } } };
      ({ client: clients[`${agent} ${upstream}`] } = await connectClient(`${holdfast.agentUrl}/mcp/${upstream}`, options));
    }
  }
});

after(async () => {
  await Promise.all(Object.values(clients ?? {}).map((client) => client.close()));
  await holdfast?.stop();
  everything?.close();
  paged?.close();
  scripted?.close();
});

const names = (list) => list.tools.map((tool) => tool.name);

test('a real server, whose list comes as events: each agent sees its own tools, as the server describes them', async () => {
  const { client } = await connectClient(everything.url);
  const all = await client.listTools();
  await client.close();
  assert.ok(['echo', 'get-env', 'get-sum'].every((name) => names(all).includes(name)));
  const chief = await clients['chief everything'].listTools();
  assert.deepEqual(chief.tools, all.tools.filter((tool) => tool.name !== 'get-env'));
  const clerk = await clients['clerk everything'].listTools();
  assert.deepEqual(clerk.tools, all.tools.filter((tool) => !['get-env', 'get-sum'].includes(tool.name)));
});

test('whoever guesses the name of a hidden tool is denied, and it is not called', async () => {
  const result = await clients['clerk everything'].callTool({ name: 'get-env', arguments: {} });
  assert.equal(refusalOf(result).reason_code, 'policy_denied');
  assert.equal(everything.calls('get-env'), 0);
});

test('nor is its name told to whoever comes near it', async () => {
  const near = (agent, name) =>
    send(holdfast.agentUrl, {
      path: '/mcp/everything',
      headers: { 'Holdfast-Agent-Token': tokens[agent], accept: 'application/json, text/event-stream' },
      body: { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name, arguments: {} } },
    });
  const asked = (agent, tool) =>
    send(holdfast.agentUrl, { path: '/.well-known/holdfast/check', headers: { 'Holdfast-Agent-Token': tokens[agent] }, body: { tool } });
  const told = await near('clerk', 'Secret-Sum');
  assert.deepEqual([told.status, told.json.error.code], [400, -32602], told.text);
  assert.doesNotMatch(told.text, /secret-sum/);
  const shown = await near('chief', 'Secret-Sum');
  assert.match(shown.text, /nearly everything.secret-sum/, 'whoever is shown it is helped');
  for (const agent of ['clerk', 'chief'])
    for (const tool of ['everything.Secret-Sum', 'everything.secret-sun', 'everything.SECRET-SUM'])
      assert.doesNotMatch((await asked(agent, tool)).text, /secret-sum|did you mean/, `${agent} ${tool}`);
});

test('a list in pages, as JSON: each page is cut, and its cursor leads on', async () => {
  const pages = async (client) => {
    const all = [];
    for (let cursor; ; ) {
      const page = await client.listTools(cursor ? { cursor } : {});
      all.push(names(page));
      cursor = page.nextCursor;
      if (!cursor) return all;
    }
  };
  assert.deepEqual((await pages(clients['chief paged'])).map((page) => page.length), [10, 10, 5]);
  const clerk = await pages(clients['clerk paged']);
  assert.deepEqual(clerk[1], [], 't10 to t19 are hidden');
  assert.deepEqual(clerk.flat(), Array.from({ length: 25 }, (_, i) => `t${i}`).filter((name) => !/^t1/.test(name)));
});

const ask = (which, agent = 'clerk') =>
  send(holdfast.agentUrl, {
    path: '/mcp/scripted',
    headers: { 'Holdfast-Agent-Token': tokens[agent], accept: 'application/json, text/event-stream' },
    body: { jsonrpc: '2.0', id: 7, method: 'tools/list', params: { which } },
  });
const listOf = (tools, more = '') => `{ "jsonrpc":"2.0",\n "id" :7, "result" : { "a":1.50, "tools" : ${tools}${more} } }`;
const kept = '{ "name" : "\\u0065cho", "x":[ 1.0 , "]}" ] }';
const hidden = '{"name":"get-env"}';

test('what stays of a list stays byte for byte', async () => {
  answers.json = { type: 'application/json', text: listOf(`[ ${hidden} , ${kept} ,${hidden}\n]`) };
  assert.equal((await ask('json')).text, listOf(`[${kept}]`));
  answers.whole = { type: 'application/json', text: listOf(`[ ${kept} , {"name":"b"}\n]`) };
  assert.equal((await ask('whole')).text, answers.whole.text);
  answers.events = {
    type: 'text/event-stream',
    text: `: hello\r\n\r\nid: 1\nevent: message\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\nid: 2\nretry: 9\ndata: ${listOf(`[${hidden},${kept}]`).replace('\n', '\ndata: ')}\n\n`,
  };
  assert.equal((await ask('events')).text, answers.events.text.replace(`[${hidden},${kept}]`, `[${kept}]`));
});

// Each could be read as a list with the hidden tool in it, by somebody.
const unreadable = {
  'no JSON': '{"jsonrpc":"2.0","id":7,"result":{"tools":[{"name":"get-env"}]}',
  'tools twice': listOf('[]', `,"tools":[${hidden}]`),
  'Tools in capitals': listOf('[]', `,"Tools":[${hidden}]`),
  'an object for a list': listOf(`{"0":${hidden}}`),
  'a tool without a name': listOf(`[{"Name":"get-env"}]`),
  'a name twice': listOf(`[{"name":"b","Name":"get-env"}]`),
  'Result in capitals': `{"jsonrpc":"2.0","id":7,"result":{},"Result":{"tools":[${hidden}]}}`,
};

test('what the server says of the bytes of a list is not passed on, where tools may be left out of it', async () => {
  const head = { etag: '"of-the-whole-list"', 'content-digest': 'sha-256=:AAAA:', 'repr-digest': 'sha-256=:AAAA:', digest: 'sha-256=AAAA', 'content-md5': 'AAAA', signature: 'sig1=:AAAA:', 'signature-input': 'sig1=("content-digest")', 'x-other': 'stays' };
  const text = listOf(`[${kept},${hidden}]`);
  answers.digest = { type: 'application/json', text, head };
  answers.digested = { type: 'text/event-stream', text: `data: ${JSON.stringify(JSON.parse(text))}\n\n`, head };
  answers.GET = { ...answers.digested, text: ': nothing\n\n' };
  const stream = () => send(holdfast.agentUrl, { method: 'GET', path: '/mcp/scripted', headers: { 'Holdfast-Agent-Token': tokens.clerk, accept: 'text/event-stream' } });
  for (const answer of [await ask('digest'), await ask('digested'), await stream()]) {
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['x-other'], 'stays');
    for (const name of Object.keys(head).slice(0, -1)) assert.equal(answer.headers[name], undefined, name);
  }
  const other = await send(holdfast.agentUrl, {
    path: '/mcp/scripted',
    headers: { 'Holdfast-Agent-Token': tokens.clerk, accept: 'application/json, text/event-stream' },
    body: { jsonrpc: '2.0', id: 7, method: 'ping', params: { which: 'digest' } },
  });
  assert.equal(other.headers.etag, head.etag, 'of what is passed on as it is, they hold');
  for (const which of ['digest', 'digested', 'GET']) delete answers[which];
});

test('a list that cannot be read is not passed on', async () => {
  for (const [which, text] of Object.entries(unreadable)) {
    answers[which] = { type: 'application/json', text };
    answers[`${which}, as an event`] = { type: 'text/event-stream', text: `data: ${text.replace('\n', '')}\n\n` };
  }
  answers.coded = { type: 'application/json', text: listOf(`[${hidden}]`), head: { 'content-encoding': 'gzip' } };
  for (const which of Object.keys(answers).filter((name) => !['json', 'whole', 'events'].includes(name))) {
    const answer = await ask(which);
    assert.ok(!answer.text.includes('get-env'), which);
    assert.match(answer.text, /outcome_unknown/, which);
  }
});

test('an answer that is taken up again on the server\u2019s own stream is cut too, and what cannot be read ends it', async () => {
  const get = () =>
    send(holdfast.agentUrl, { method: 'GET', path: '/mcp/scripted', headers: { 'Holdfast-Agent-Token': tokens.clerk, accept: 'text/event-stream', 'last-event-id': '1' } });
  const note = 'data: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\n';
  answers.GET = { type: 'text/event-stream', text: `${note}id: 2\ndata: ${listOf(`[${hidden},${kept}]`).replace('\n', '')}\n\n: bye\n\n` };
  assert.equal((await get()).text, answers.GET.text.replace(`${hidden},`, ''));
  answers.GET = { ...answers.GET, head: { 'content-length': Buffer.byteLength(answers.GET.text) } };
  assert.equal((await get()).text, answers.GET.text.replace(`${hidden},`, ''));
  for (const text of Object.values(unreadable)) {
    answers.GET = { type: 'text/event-stream', text: `${note}data: ${text.replace('\n', '')}\n\n` };
    const seen = await get().then((answer) => answer.text, () => '');
    assert.ok(!seen.includes('get-env'), text);
  }
  // Coded so that it can be read in the bytes: as gzip does with what it finds no shorter way to say.
  const coded = gzipSync(`data: ${listOf(`[${hidden}]`).replace('\n', '')}\n\n`, { level: 0 });
  answers.GET = { type: 'text/event-stream', text: coded, head: { 'content-encoding': 'gzip' } };
  assert.ok(coded.includes('get-env') && !(await get()).text.includes('get-env'));
});
