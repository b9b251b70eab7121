// A real MCP server nobody here wrote, behind Holdfast, driven by the stock SDK client at its defaults.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { connectClient, refusalOf, startEverything, textOf } from './support/mcp.mjs';
import { packages } from './support/packages.mjs';
import { until } from './support/until.mjs';

const types = packages('@modelcontextprotocol/sdk/types.js');
const { Client } = packages('@modelcontextprotocol/sdk/client/index.js');
const { StreamableHTTPClientTransport } = packages('@modelcontextprotocol/sdk/client/streamableHttp.js');

let everything, holdfast, impatient, direct, client, open;

// `everything` is ruled tool by tool; `open` is the same server with every method let through.
const configFor = async (wait) =>
  makeConfig({
    hold: { wait },
    upstreams: [
      { name: 'everything', protocol: 'mcp', url: everything.url, path: '/mcp/everything' },
      { name: 'open', protocol: 'mcp', url: everything.url, path: '/mcp/open' },
    ],
    rules: [
      { tool: 'everything.get-env', action: 'deny', reason: 'The environment holds secrets' },
      { tool: 'everything.get-sum', action: 'escalate', when: { 'args.a': { gt: 100 } }, reason: 'Sums over 100 require approval' },
      { tool: 'everything.echo', action: 'escalate', plan: 'quick', when: { 'args.message': 'too late' } },
      { tool: 'everything.*', action: 'allow' },
      { tool: 'open.**', action: 'allow' },
    ],
    approvals: {
      timeout: '60s',
      plans: { default: { require: 1, from: ['lead'] }, quick: { require: 1, from: ['lead'], timeout: '1s' } },
    },
  });

before(async () => {
  everything = await startEverything();
  holdfast = await Holdfast.start(await configFor('30s'));
  impatient = await Holdfast.start(await configFor('1s'));
  ({ client: direct } = await connectClient(everything.url));
  ({ client } = await connectClient(`${holdfast.agentUrl}/mcp/everything`));
  ({ client: open } = await connectClient(`${holdfast.agentUrl}/mcp/open`));
});

after(async () => {
  await Promise.all([direct, client, open].map((c) => c?.close()));
  await Promise.all([holdfast, impatient].map((h) => h?.stop()));
  everything?.close();
});

const sum = (a, b = 1) => ({ name: 'get-sum', arguments: { a, b } });
const sums = (a) => everything.calls('get-sum', (args) => args.a === a);
const holdOf = (a, where = holdfast) => where.pending((hold) => hold.tool === 'everything.get-sum' && hold.args.a === a);

// The same question to the server and through the sidecar; what a call answers or throws.
async function outcome(ask, which) {
  try {
    return { result: await ask(which) };
  } catch (error) {
    return { code: error.code, message: error.message };
  }
}

test('allowed calls and lists give the same results without and with the sidecar', async (t) => {
  const questions = {
    tools: (c) => c.listTools(),
    prompts: (c) => c.listPrompts(),
    resources: (c) => c.listResources(),
    templates: (c) => c.listResourceTemplates(),
    ping: (c) => c.ping(),
    echo: (c) => c.callTool({ name: 'echo', arguments: { message: 'grüß Gott \u{1F600} "quoted"' } }),
    sum: (c) => c.callTool(sum(20, 22.5)),
    structured: (c) => c.callTool({ name: 'get-structured-content', arguments: { location: 'New York' } }),
    image: (c) => c.callTool({ name: 'get-tiny-image', arguments: {} }),
    annotated: (c) => c.callTool({ name: 'get-annotated-message', arguments: { messageType: 'error', includeImage: true } }),
    links: (c) => c.callTool({ name: 'get-resource-links', arguments: { count: 3 } }),
    'a tool that is not there': (c) => c.callTool({ name: 'no-such-tool', arguments: {} }),
    'arguments of the wrong type': (c) => c.callTool({ name: 'get-sum', arguments: { a: 1, b: 'two' } }),
  };
  for (const [name, ask] of Object.entries(questions)) {
    await t.test(name, async () => {
      assert.deepEqual(await outcome(ask, client), await outcome(ask, direct));
    });
  }
});

test('progress of a long call arrives as it happens, the same without and with the sidecar', async () => {
  const ask = async (c) => {
    const progress = [];
    const result = await c.callTool({ name: 'trigger-long-running-operation', arguments: { duration: 0.6, steps: 3 } }, undefined, {
      onprogress: (p) => progress.push(p),
    });
    return { progress, result };
  };
  const through = await ask(client);
  assert.equal(through.progress.length, 3);
  assert.deepEqual(through, await ask(direct));
});

test("the server's own requests to the client, and the client's replies, pass", async () => {
  const sampling = new Client({ name: 'scenario', version: '1.0.0' }, { capabilities: { sampling: {}, roots: {} } });
  sampling.setRequestHandler(types.ListRootsRequestSchema, () => ({ roots: [] }));
  sampling.setRequestHandler(types.CreateMessageRequestSchema, (request) => ({
    model: 'none',
    role: 'assistant',
    content: { type: 'text', text: `you asked: ${request.params.messages[0].content.text}` },
  }));
  await sampling.connect(new StreamableHTTPClientTransport(new URL(`${holdfast.agentUrl}/mcp/everything`)));
  const tool = (await sampling.listTools()).tools.find((t) => t.name === 'trigger-sampling-request');
  assert.ok(tool, 'the server offers sampling to a client that declares it');
  const result = await sampling.callTool({ name: tool.name, arguments: { prompt: 'hello', maxTokens: 10 } });
  assert.match(textOf(result), /you asked: .*hello/s);
  await sampling.close();
});

test('a denied tool is answered with a refusal the model can read, and the server never hears of it', async () => {
  const result = await client.callTool({ name: 'get-env', arguments: {} });
  assert.equal(result.isError, true);
  assert.equal(result.structuredContent, undefined);
  assert.match(textOf(result), /The environment holds secrets/);
  const refusal = refusalOf(result);
  assert.equal(refusal.reason_code, 'policy_denied');
  assert.equal(refusal.code, -31001);
  assert.equal(refusal.decision, 'deny');
  assert.equal(refusal.retry, 'changed_call');
  assert.ok(refusal.call_id);
  assert.equal(everything.calls('get-env'), 0);
});

test('a held call that is approved is released once, and the waiting client gets the answer', async () => {
  const asked = client.callTool(sum(200));
  const hold = await holdOf(200);
  assert.equal(sums(200), 0);
  assert.deepEqual(hold.args, { a: 200, b: 1 });
  assert.equal(hold.reason, 'Sums over 100 require approval');
  assert.equal((await holdfast.vote(hold, 'approve')).status, 200);
  const result = await asked;
  assert.equal(textOf(result), 'The sum of 200 and 1 is 201.');
  assert.equal(sums(200), 1);
});

test('a held call that is rejected is refused as rejected, and asking again asks nobody', async () => {
  const asked = client.callTool(sum(300));
  const hold = await holdOf(300);
  assert.equal((await holdfast.vote(hold, 'reject', { reason: 'Try a smaller sum' })).status, 200);
  for (const result of [await asked, await client.callTool(sum(300))]) {
    assert.equal(result.isError, true);
    assert.equal(refusalOf(result).reason_code, 'rejected');
    assert.equal(refusalOf(result).code, -31004);
    assert.match(textOf(result), /Try a smaller sum/);
  }
  assert.equal((await holdfast.approvals('pending')).length, 0);
  assert.equal(sums(300), 0);
});

test('a held call that nobody decides expires under its own name', async () => {
  const result = await client.callTool({ name: 'echo', arguments: { message: 'too late' } });
  assert.equal(result.isError, true);
  assert.equal(refusalOf(result).reason_code, 'expired');
  assert.equal(refusalOf(result).code, -31003);
  assert.equal(refusalOf(result).retry, 'same_call');
  assert.equal(everything.calls('echo', (args) => args.message === 'too late'), 0);
});

const waysToGiveUp = {
  'its own timeout': (a) => client.callTool(sum(a), undefined, { timeout: 500 }),
  'an abort': (a) => {
    const abort = new AbortController();
    holdOf(a).then(() => abort.abort());
    return client.callTool(sum(a), undefined, { signal: abort.signal });
  },
};
Object.entries(waysToGiveUp).forEach(([way, giveUp], i) => {
  test(`a client that gives up by ${way} and asks again is released exactly once`, async () => {
    const a = 400 + i;
    const [hold] = await Promise.all([holdOf(a), assert.rejects(giveUp(a))]);
    await until('the hold to be detached', async () => (await holdfast.hold(hold.id)).detached);
    assert.equal((await holdfast.vote(hold, 'approve')).body.status, 'approved');
    assert.equal(sums(a), 0, 'nothing runs while nobody waits');
    assert.equal(textOf(await client.callTool(sum(a))), `The sum of ${a} and 1 is ${a + 1}.`);
    assert.equal(sums(a), 1);
    // The approval is spent: the same arguments once more are a new call, which is held anew.
    const abort = new AbortController();
    const third = assert.rejects(client.callTool(sum(a), undefined, { signal: abort.signal }));
    assert.notEqual((await holdOf(a)).id, hold.id);
    abort.abort();
    await third;
    assert.equal(sums(a), 1);
  });
});

test('a client without progress is told to call again, and its retry redeems the approval once', async () => {
  const { client: quick } = await connectClient(`${impatient.agentUrl}/mcp/everything`);
  const waiting = await quick.callTool(sum(500));
  assert.equal(waiting.isError, true);
  assert.equal(refusalOf(waiting).reason_code, 'approval_pending');
  assert.equal(refusalOf(waiting).code, -31002);
  assert.equal(refusalOf(waiting).retry, 'same_call');
  assert.match(textOf(waiting), /again/);
  const hold = await holdOf(500, impatient);
  const again = quick.callTool(sum(500));
  await impatient.vote(hold, 'approve');
  let result = await again;
  if (result.isError) result = await quick.callTool(sum(500)); // the second wait ended before the vote came
  assert.equal(textOf(result), 'The sum of 500 and 1 is 501.');
  assert.equal(sums(500), 1);
  await quick.close();
});

test('progress keeps a client that resets its timeout on it, past every wait of ours', async () => {
  const { client: patient } = await connectClient(`${impatient.agentUrl}/mcp/everything`);
  const values = [];
  const asked = patient.callTool(sum(600), undefined, {
    timeout: 12_000,
    resetTimeoutOnProgress: true,
    onprogress: (p) => values.push(p.progress),
  });
  const hold = await holdOf(600, impatient);
  // Signs of life come every ten seconds; one of them must have moved the client's own end past twelve.
  const began = performance.now();
  await until('the time at which it would have given up', () => performance.now() - began > 13_000, 15_000);
  assert.equal((await impatient.vote(hold, 'approve')).status, 200);
  assert.equal(textOf(await asked), 'The sum of 600 and 1 is 601.');
  assert.ok(values.every((value, i) => i === 0 || value > values[i - 1]), `progress only grows: ${values}`);
  assert.equal(sums(600), 1);
  await patient.close();
});

test('every other method is judged: resources/read and prompts/get are refused under default deny', async () => {
  const [resource] = (await client.listResources()).resources;
  const refused = (error) => error.code === -31001;
  await assert.rejects(client.readResource({ uri: resource.uri }), refused);
  await assert.rejects(client.getPrompt({ name: 'simple-prompt' }), refused);
  const reached = everything.messages().map((m) => m.method);
  assert.ok(!reached.includes('resources/read') && !reached.includes('prompts/get'));

  const read = (c) => c.readResource({ uri: resource.uri });
  const prompt = (c) => c.getPrompt({ name: 'simple-prompt' });
  assert.deepEqual(await outcome(read, open), await outcome(read, direct));
  assert.deepEqual(await outcome(prompt, open), await outcome(prompt, direct));
});

test('a session ends by DELETE, at the server too', async () => {
  const { client: brief, transport } = await connectClient(`${holdfast.agentUrl}/mcp/everything`);
  const session = transport.sessionId;
  await transport.terminateSession();
  assert.ok(everything.requests.some((r) => r.method === 'DELETE' && r.headers['mcp-session-id'] === session));
  await brief.close();
});

test('every call has its receipt, and the log verifies', async () => {
  const endings = new Set((await holdfast.receipts()).filter((r) => r.kind === 'receipt').map((r) => r.outcome.state));
  for (const state of ['succeeded', 'policy_denied', 'rejected', 'expired']) assert.ok(endings.has(state), `${state} in ${[...endings]}`);
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
