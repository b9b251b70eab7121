// Halting while calls are on their way, plain and MCP: what has left finishes, what has not never leaves.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import test from 'node:test';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { connectClient, refusalOf, startEverything } from './support/mcp.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const oncall = 'token-of-oncall-0123456789';
const admins = [{ id: 'oncall', token: oncall, roles: ['admin'] }];

const halt = (holdfast) => holdfast.api('POST', '/v1/halt', { reason: 'the agent is mad' }, tokens.alice);
const resume = (holdfast) => holdfast.api('POST', '/v1/resume', { reason: 'looked into' }, oncall);

test('whoever was answered 200 to halt sees no first byte arrive afterwards, however many calls race it', async () => {
  const upstream = await startUpstream();
  const config = await makeConfig({ upstreams: [payment(upstream.url)], rules: paymentRules, loops: 2 });
  config.control_plane.tokens = admins;
  const holdfast = await Holdfast.start(config);
  const pay = (amount) => send(holdfast.agentUrl, { path: '/payment/v1/send', body: { to: 'acme', amount } });
  const ids = [];
  for (let i = 1; i <= 10; ++i) {
    assert.equal((await pay(5000 + i)).status, 202);
    const hold = await holdfast.pending((h) => JSON.stringify(h.args).includes(String(5000 + i)));
    ids.push(hold.id);
    await holdfast.vote(hold, 'approve');
  }
  let stop = false;
  const allowed = Array.from({ length: 8 }, async () => {
    while (!stop) await pay(5);
  });
  await until('calls under way', () => upstream.requests.length > 20);
  const redeemed = ids.map((_, i) => pay(5001 + i));
  const answer = await halt(holdfast);
  assert.equal(answer.status, 200);
  // What the kernel had taken by then may still be on its way to the upstream's ears, on loopback not for long.
  await Promise.all(redeemed);
  const atRest = await until('rest', async () => {
    const before = upstream.requests.length;
    await pay(5);
    await pay(5);
    return before === upstream.requests.length && { count: before };
  });
  for (let i = 0; i < 20; ++i) assert.equal((await pay(5)).status, 503);
  assert.equal(upstream.requests.length, atRest.count);
  stop = true;
  await Promise.all(allowed);

  // Each approval was used, or stands and is used now, or ended as halted; and the log agrees with the store.
  const before = await Promise.all(ids.map((id) => holdfast.hold(id)));
  await resume(holdfast);
  for (const [i, hold] of before.entries()) {
    const answered = await redeemed[i];
    const sent = upstream.requests.filter((r) => r.body.toString().includes(String(5001 + i))).length;
    if (hold.status === 'approved') {
      assert.equal(sent, 0);
      assert.equal((await pay(5001 + i)).status, 200, 'the approval stands');
    } else {
      assert.equal(hold.status, 'released');
      const receipt = await until('the receipt', async () => (await holdfast.receipts(hold.call_id))[0]);
      assert.equal(receipt.outcome.state, hold.resolution);
      assert.equal(hold.resolution, answered.status === 200 ? 'succeeded' : 'halted');
      assert.equal(sent, hold.resolution === 'succeeded' ? 1 : 0);
    }
  }
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  await holdfast.stop();
  upstream.close();
});

test('an MCP client is told so in a tool result, and a cancellation of what runs still passes', async () => {
  const everything = await startEverything();
  const config = await makeConfig({
    upstreams: [{ name: 'every', protocol: 'mcp', url: everything.url, path: '/mcp' }],
    default: 'allow',
    hold: { wait: '5s' },
  });
  config.control_plane.tokens = admins;
  const holdfast = await Holdfast.start(config);
  const { client } = await connectClient(`${holdfast.agentUrl}/mcp`);
  const abort = new AbortController();
  const running = client.callTool({ name: 'trigger-long-running-operation', arguments: { duration: 30, steps: 30 } }, undefined, { signal: abort.signal });
  running.catch(() => {});
  await until('the running call', () => everything.calls('trigger-long-running-operation') === 1);
  await halt(holdfast);
  const result = await client.callTool({ name: 'echo', arguments: { message: 'x' } });
  assert.equal(result.isError, true);
  assert.equal(refusalOf(result).reason_code, 'halted');
  await assert.rejects(client.listTools(), /halted/i, 'nothing passes');
  abort.abort();
  await until('the cancellation', () => everything.messages().some((m) => m.method === 'notifications/cancelled'));
  assert.equal(everything.calls('echo'), 0);
  await resume(holdfast);
  assert.equal((await client.callTool({ name: 'echo', arguments: { message: 'x' } })).isError, undefined);
  await client.close();
  await holdfast.kill();
  everything.close();
});

test('a body that streams through is cut at the halt, and its outcome is unknown', async () => {
  let arrived = 0;
  let whole = false;
  const server = createServer((request) => {
    request.on('data', (piece) => (arrived += piece.length));
    request.on('end', () => (whole = true));
    request.on('error', () => {}); // the proxy closes in the middle
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const config = await makeConfig({ upstreams: [{ name: 'files', protocol: 'http', url, path: '/files/' }], default: 'allow' });
  const holdfast = await Holdfast.start(config);
  const agent = connect(holdfast.agentPort, '127.0.0.1');
  let answer = '';
  agent.on('data', (bytes) => (answer += bytes.toString('latin1')));
  agent.on('error', () => {});
  const piece = `400\r\n${'x'.repeat(1024)}\r\n`;
  agent.write(`POST /files/a HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n${piece}`);
  await until('the first piece', () => arrived === 1024);
  assert.equal((await halt(holdfast)).status, 200);
  agent.write(`${piece}${piece}0\r\n\r\n`);
  await until('the answer', () => answer.endsWith('}'));
  assert.match(answer, /^HTTP\/1\.1 504 /);
  assert.match(answer, /halted/);
  assert.equal(arrived, 1024, 'nothing leaves after the answer');
  assert.equal(whole, false);
  const receipt = await until('the receipt', async () => (await holdfast.receipts())[0]);
  assert.equal(receipt.outcome.state, 'outcome_unknown');
  await holdfast.kill();
  server.close();
  server.closeAllConnections();
});

test('during a halt a cancellation carries nothing away: it must be short and name what the upstream works on', async () => {
  let answer;
  const upstream = await startUpstream(async (request, response, body) => {
    if (body.includes('notifications/')) return response.writeHead(202).end();
    await new Promise((resolve) => (answer = resolve));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"jsonrpc":"2.0","id":7,"result":{"content":[]}}');
  });
  const config = await makeConfig({ upstreams: [{ name: 'm', protocol: 'mcp', url: `${upstream.url}/mcp`, path: '/mcp' }], default: 'allow' });
  const holdfast = await Holdfast.start(config);
  const post = (message, headers = {}) =>
    send(holdfast.agentUrl, { path: '/mcp', body: { jsonrpc: '2.0', ...message }, headers: { accept: 'application/json, text/event-stream', ...headers } });
  const cancel = (requestId, reason, headers) => post({ method: 'notifications/cancelled', params: { requestId, reason } }, headers);
  const running = post({ id: 7, method: 'tools/call', params: { name: 'slow', arguments: {} } });
  await until('the call', () => answer !== undefined);
  await halt(holdfast);
  assert.equal((await cancel(8, 'nobody has asked this')).status, 503);
  assert.equal((await cancel('7', 'a text is another id')).status, 503);
  assert.equal((await cancel(7, 's'.repeat(1024))).status, 503);
  assert.equal((await cancel(7, 'enough', { 'x-secrets': 's'.repeat(2048) })).status, 503);
  assert.equal(upstream.requests.length, 1);
  assert.equal((await cancel(7, 'enough')).status, 202);
  assert.equal((await cancel(7, 'once more')).status, 503);
  assert.equal(upstream.requests.length, 2);
  answer();
  assert.equal((await running).status, 200);
  await holdfast.kill();
  upstream.close();
});
