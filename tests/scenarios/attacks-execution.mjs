// Attacks on the sending: a call that runs although nobody waits for it, or runs twice, or gets an answer that is
// not its own. Each test is named after the attack (docs/attacks.md).
import assert from 'node:assert/strict';
import { connect, createServer as createTcpServer } from 'node:net';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { messageOf, post, refusalOf, reply, startToolServer, toolCall } from './support/rpc.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

let upstream, tools, rude, holdfast;

// An upstream of bytes: what each connection is answered is the test's.
function startRude() {
  const seen = { requests: 0, answer: (socket) => socket.destroy() };
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => {
      ++seen.requests;
      seen.answer(socket);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(Object.assign(seen, { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() })));
  });
}

before(async () => {
  upstream = await startUpstream();
  tools = await startToolServer((message, response) => {
    if (message.params?.name !== 'mislabel') return false;
    const ids = { number: 2, text: '1', none: undefined, null: null, twice: [1, 1] };
    reply(response, { jsonrpc: '2.0', id: ids[message.params.arguments.how], result: { content: [{ type: 'text', text: 'forged' }] } });
    return true;
  });
  rude = await startRude();
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [
        payment(upstream.url),
        payment(rude.url, { name: 'rude', path: '/rude/' }),
        { name: 'tools', protocol: 'mcp', url: `${tools.url}/mcp`, path: '/mcp/tools' },
      ],
      rules: [
        ...paymentRules,
        { tool: 'rude.send', action: 'escalate', when: { 'args.amount': { gt: 100 } } },
        { tool: 'rude.send', action: 'allow' },
        { tool: 'tools.send', action: 'escalate' },
        { tool: 'tools.mislabel', action: 'allow' },
      ],
      hold: { wait: '20s' },
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  [upstream, tools, rude].forEach((server) => server?.close());
});

let count = 0;
const pay = (amount, { path = '/payment/v1/send', headers = {}, signal } = {}) => send(holdfast.agentUrl, { path, headers, body: { to: 'acme', amount }, signal });
const executed = (amount) => upstream.requests.filter((r) => JSON.parse(r.body).amount === amount).length;
const holdOf = (amount) => holdfast.pending((hold) => hold.args?.amount === amount);
const approve = async (hold) => assert.equal((await holdfast.vote(hold, 'approve')).body.status, 'approved');
// What the loop had to do before, it has done when later calls have their answers.
const othersAreServed = async () => {
  for (let i = 0; i < 5; ++i) assert.equal((await pay(1)).status, 200);
};
const outcomeOf = (call) => until('the receipt', async () => (await holdfast.receipts(call)).find((e) => e.kind === 'receipt')?.outcome.state);

test('client times out, posts notifications/cancelled, leaves its socket open, approval arrives later', async () => {
  const body = JSON.stringify(toolCall('send', { ghost: true }, { id: 'g1' }));
  const port = holdfast.agentPort;
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.setEncoding('utf8').on('data', (text) => (heard += text));
  const head = ['POST /mcp/tools HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Content-Type: application/json', 'Accept: application/json, text/event-stream', 'MCP-Protocol-Version: 2025-06-18', `Content-Length: ${body.length}`];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  const hold = await holdfast.pending((h) => h.args?.ghost);
  // Another request's id, and the same id as a number, cancel nothing; its own does.
  const cancel = (requestId) => post(holdfast.agentUrl, '/mcp/tools', { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId, reason: 'timeout' } });
  await cancel('g2');
  assert.equal((await holdfast.hold(hold.id)).detached, false);
  assert.equal((await cancel('g1')).status, 202);
  await until('the hold to be detached', async () => (await holdfast.hold(hold.id)).detached);
  assert.equal(socket.destroyed, false, 'the socket is still open');
  await approve(hold);
  await othersAreServed();
  const reached = () => tools.requests.map((r) => JSON.parse(r.body)).filter((m) => m.method === 'tools/call' || m.params?.requestId === 'g1');
  assert.deepEqual(reached(), [], 'neither the call nor its cancellation went upstream');
  assert.doesNotMatch(heard, /done/);
  assert.equal((await holdfast.hold(hold.id)).status, 'approved');
  const again = await post(holdfast.agentUrl, '/mcp/tools', toolCall('send', { ghost: true }, { id: 'g3' }));
  assert.deepEqual([refusalOf(again), messageOf(again).id], [undefined, 'g3']);
  assert.equal(reached().length, 1, 'it runs for who asks again, once');
  socket.destroy();
});

test('client gone while held, then approved', async () => {
  const amount = 1000 + ++count;
  const abort = new AbortController();
  const lost = pay(amount, { signal: abort.signal });
  const hold = await holdOf(amount);
  abort.abort();
  await assert.rejects(lost);
  await until('the hold to be detached', async () => (await holdfast.hold(hold.id)).detached);
  await approve(hold);
  await othersAreServed();
  assert.deepEqual([executed(amount), (await holdfast.hold(hold.id)).status], [0, 'approved']);
});

test('two identical retries at once after approval', async () => {
  for (let i = 0; i < 20; ++i) {
    const amount = 1000 + ++count;
    assert.equal((await pay(amount, { headers: { prefer: 'wait=0' } })).status, 202);
    await approve(await holdOf(amount));
    const answers = await Promise.all(Array.from({ length: 8 }, () => pay(amount, { headers: { prefer: 'wait=0' } })));
    const statuses = answers.map((answer) => answer.status);
    // Whoever came after the one execution has made a new call, and that is held.
    assert.ok(statuses.includes(200) && statuses.every((status) => [200, 202].includes(status)), `${statuses}`);
    assert.equal(executed(amount), 1);
  }
});

test('upstream closes after reading the request and before answering', async () => {
  rude.answer = (socket) => socket.destroy();
  for (const amount of [5, 5000]) {
    const asked = pay(amount, { path: '/rude/v1/send' });
    if (amount > 100) await approve(await holdOf(amount));
    const before = amount > 100 ? 1 : 0;
    const answer = await asked;
    assert.deepEqual([answer.status, answer.json.reason_code, answer.json.retry], [504, 'outcome_unknown', 'never']);
    assert.equal(rude.requests, before + 1, 'sent once, and not again');
    assert.equal(await outcomeOf(answer.headers['holdfast-call']), 'outcome_unknown');
  }
  // A connection that was used before, and now closes when it is written to: still not sent again.
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
  let answers = 0;
  rude.answer = (socket) => (++answers === 1 ? socket.write(ok) : socket.destroy());
  assert.equal((await pay(6, { path: '/rude/v1/send' })).status, 200);
  assert.equal((await pay(7, { path: '/rude/v1/send' })).status, 504);
  assert.equal(answers, 2);
});

test('upstream answers with another JSON-RPC id', async () => {
  for (const how of ['number', 'text', 'none', 'null', 'twice']) {
    const answer = await post(holdfast.agentUrl, '/mcp/tools', toolCall('mislabel', { how }));
    assert.ok(!answer.text.includes('forged'), `${how}: ${answer.text}`);
    assert.equal(refusalOf(answer), 'outcome_unknown', how);
    assert.equal(await outcomeOf(answer.headers['holdfast-call']), 'outcome_unknown');
  }
});

test('upstream response with smuggled second response', async () => {
  const first = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
  const second = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged';
  for (const atOnce of [true, false]) {
    const sockets = [];
    rude.answer = (socket) => {
      sockets.push(socket);
      socket.write(atOnce ? first + second : first);
    };
    for (let i = 1; i <= (atOnce ? 3 : 1); ++i) {
      const got = await pay(++count % 100, { path: '/rude/v1/send' }).catch((error) => ({ text: String(error) }));
      assert.ok(!got.text.includes('forged'), got.text);
      assert.equal(got.status === 200, !atOnce, got.text); // seen in time, nobody is told that it went well
      if (!atOnce) sockets.at(-1).write(second); // after the whole first one has come and gone
      await until('the connection to be dropped', () => sockets.at(-1).destroyed);
      assert.equal(sockets.length, i);
    }
  }
});

test('the log verifies', async () => {
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
